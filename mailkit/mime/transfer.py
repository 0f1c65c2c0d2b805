"""Content-Transfer-Encodings undone, as far as their octets allow: in chunks, or in one call."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from typing import Protocol

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FOREIGN = bytes(set(range(256)) - set(_BASE64))
_FOREIGN_OCTET = re.compile(rb"[^A-Za-z0-9+/]")
_PADDING = re.compile(rb"=+")
_SPACE = b" \t\r\n"
_BROKEN_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n)")
# A pattern that begins with the line end finds it far sooner than one that begins with the white space before it.
_LINE_PADDING = re.compile(rb"\n(?:(?<=[ \t]\n)|(?<=[ \t]\r\n))")
_UU_LINE = 63
"""The octets of a full uuencoded line: a length, 60 characters for 45 octets, CRLF."""
_BASE64_LINE = 78
"""The octets of a full base64 line: 76 characters for 57 octets, CRLF (RFC 2045 §6.8)."""


class Decoder(Protocol):
    """Undoes one transfer encoding chunk by chunk; it never raises, `defects` tells what was wrong."""

    @property
    def defects(self) -> list[str]:
        """What was found broken so far, each sort once."""

    def decode(self, chunk: bytes) -> bytes:
        """The octets that `chunk` completes; an unfinished group waits for the next chunk."""

    def finish(self) -> bytes:
        """What was still waiting; call it once, after the last chunk."""


class Identity:
    """7bit, 8bit and binary: the octets are their own encoding."""

    def __init__(self, *defects: str) -> None:
        self.defects: list[str] = list(defects)

    def decode(self, chunk: bytes) -> bytes:
        """The same octets."""
        return chunk

    def finish(self) -> bytes:
        """Nothing ever waits."""
        return b""


class Base64:
    """base64 (RFC 2045 §6.8): foreign octets are skipped, wrong padding is forgiven.

    Some senders encode in pieces, each with its own padding, so decoding goes on after a padding; but a list server
    may have put a footer in plain text there, so from then on the first foreign octet is the end.
    """

    def __init__(self) -> None:
        self.defects: list[str] = []
        self._rest = b""
        self._padded = False
        self._ended = False

    def decode(self, chunk: bytes) -> bytes:
        """The octets of all the groups of four characters that are complete."""
        first, *later = _PADDING.split(chunk)
        out = [self._run(first)]
        for run in later:
            out.append(self._flush())
            self._padded = True
            out.append(self._run(run))
        return b"".join(out)

    def finish(self) -> bytes:
        """The octets of a last group whose padding is missing."""
        if self._rest:
            _note(self.defects, "base64 without its padding")
        return self._flush()

    def _run(self, run: bytes) -> bytes:
        dense = run.translate(None, _SPACE)
        if not dense or self._ended:
            return b""
        if self._padded:
            _note(self.defects, "data after the padding of base64")
            if end := _FOREIGN_OCTET.search(dense):
                dense = dense[: end.start()]
                self._ended = True
        pure = dense.translate(None, _FOREIGN)
        if len(pure) != len(dense):
            _note(self.defects, "foreign characters in base64")
        text = self._rest + pure
        whole = len(text) & ~3
        self._rest = text[whole:]
        return a2b_base64(text[:whole])

    def _flush(self) -> bytes:
        rest, self._rest = self._rest, b""
        if len(rest) == 1:
            _note(self.defects, "base64 ends inside an octet")
            return b""
        return a2b_base64(rest + b"=" * (-len(rest) % 4))


class QuotedPrintable:
    """quoted-printable (RFC 2045 §6.7): an `=` that begins nothing stands for itself."""

    def __init__(self) -> None:
        self.defects: list[str] = []
        self._rest = b""

    def decode(self, chunk: bytes) -> bytes:
        """The octets up to the last place where nothing that follows could change them."""
        data = self._rest + chunk
        end = len(data.rstrip(b" \t\r"))  # white space counts only once it is known what follows
        if data[end - 1 : end] == b"=":
            end -= 1
        elif data[max(end - 2, 0) : end - 1] == b"=":
            end -= 2
        self._rest = data[end:]
        return self._decode(data[:end])

    def finish(self) -> bytes:
        """The last octets, with white space at the end of the line taken off."""
        rest, self._rest = self._rest.rstrip(b" \t"), b""
        return self._decode(rest.removesuffix(b"="))

    def _decode(self, data: bytes) -> bytes:
        # "Any trailing white space on a line must be deleted": transports added it.
        if _LINE_PADDING.search(data):
            *lines, last = data.split(b"\n")
            data = b"\n".join([*map(_without_padding, lines), last])
        if b"=" not in data:
            return data
        if _BROKEN_ESCAPE.search(data):
            _note(self.defects, "broken quoted-printable")
            data = _BROKEN_ESCAPE.sub(b"=3D", data)
        return a2b_qp(data)


def _without_padding(line: bytes) -> bytes:
    if line.endswith(b"\r"):
        return line[:-1].rstrip(b" \t") + b"\r"
    return line.rstrip(b" \t")


class UUEncode:
    """uuencode, as `x-uuencode` names it: the lines between `begin` and `end`."""

    def __init__(self) -> None:
        self.defects: list[str] = []
        self._rest = b""
        self._begun = False
        self._ended = False

    def decode(self, chunk: bytes) -> bytes:
        """The octets of the lines that are complete."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return b"".join(map(self._line, lines))

    def finish(self) -> bytes:
        """The octets of a last line without its end."""
        last = self._line(self._rest)
        self._rest = b""
        if not self._ended:
            _note(self.defects, "uuencoded data without its end" if self._begun else "no uuencoded data")
        return last

    def _line(self, line: bytes) -> bytes:
        line = line.rstrip(b"\r")
        if not self._begun:
            self._begun = line.startswith(b"begin ")
            return b""
        if self._ended or not line:
            return b""
        if line == b"end":
            self._ended = True
            return b""
        try:
            return a2b_uu(line)
        except Error:
            # Some encoders count wrongly and leave more on the line than its length says.
            _note(self.defects, "broken uuencoded line")
            return _shortened_uu(line)


def _shortened_uu(line: bytes) -> bytes:
    try:
        return a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
    except Error:
        return b""


def _note(defects: list[str], defect: str) -> None:
    if defect not in defects:
        defects.append(defect)


def decoder(encoding: str | None) -> Decoder:
    """A new decoder for a Content-Transfer-Encoding; None is 7bit, and an unknown one leaves the octets as they are."""
    match (encoding or "7bit").strip().lower():
        case "7bit" | "8bit" | "binary" | "":
            return Identity()
        case "base64":
            return Base64()
        case "quoted-printable":
            return QuotedPrintable()
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return UUEncode()
        case unknown:
            return Identity(f"unknown transfer encoding {unknown[:40]!r}")


def decode_transfer(data: bytes, encoding: str | None) -> tuple[bytes, list[str]]:
    """All of `data` decoded at once, and its defects; the same as a `decoder`, faster."""
    if encoding is not None and encoding.lower() == "base64":
        try:
            out = a2b_base64(data)
        except Error:
            pass
        else:
            # What was consumed and the line ends are all there is: nothing was skipped, nothing follows the padding.
            skipped = len(data) - (len(out) + 2) // 3 * 4
            if skipped == _regular_line_ends(data) or skipped == data.count(b"\r") + data.count(b"\n"):
                return out, []
    using = decoder(encoding)
    return using.decode(data) + using.finish(), using.defects


def _regular_line_ends(data: bytes) -> int:
    """How many octets of CR and LF stand where they do if all lines are as long as the first; others are not found.

    To look there alone is six times as fast as to count all.
    """
    width = data.find(b"\n") + 1
    return data[width - 1 :: width].count(b"\n") + data[width - 2 :: width].count(b"\r") if width > 1 else 0


def decoded_size(size: int, encoding: str | None) -> int:
    """About how many octets `size` encoded ones give: two off at most for base64 in lines of 76, else a bound."""
    match (encoding or "").lower():
        case "base64":
            lines, rest = divmod(size, _BASE64_LINE)
            return lines * 57 + max(rest - 2, 0) * 3 // 4
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            lines, rest = divmod(size, _UU_LINE)
            return lines * 45 + max(rest - 3, 0) * 3 // 4
        case _:
            return size
