"""A raw message as a tree of its parts, in one pass.

`message.email()` gives the stdlib's `email.message.EmailMessage`, which is the right thing to change, build or inspect
in depth. It costs 3 to 4 ms a message under `policy.default`, because it copies every line and models every field. To
learn the texts and the attachments of thousands of messages takes less: the four fields that decide the structure, and
where each part begins and ends. That is what is here, at a tenth of a millisecond, for the cases where a BODYSTRUCTURE
is missing or the whole message is in hand anyway. No body is decoded before it is asked for, and nothing raises.
"""

from __future__ import annotations

import re
from typing import Final

from mailkit.mime.header import read_part_header
from mailkit.mime.parameters import Parameters
from mailkit.mime.part import Part, make_part

MAX_DEPTH: Final = 100
"""Levels of parts inside parts, the message itself being the first: into those of the last nobody looks."""
MAX_PARTS: Final = 10_000
"""Parts of one message: what follows them is not looked at."""

_NO_HEADER = re.compile(rb"(\r?\n)")
_HEADER_END = re.compile(rb"\n(\r?\n)")
"""The empty line after a header."""
_TRANSPARENT = frozenset({"7bit", "8bit", "binary"})
_MESSAGES = frozenset({("message", "rfc822"), ("message", "global")})


def parse(raw: bytes) -> Part:
    """The parts of a whole message; whatever the octets are, there is a tree, and `defects` where they are wrong.

    The time is linear in the size of the message. At most `MAX_PARTS` parts are told apart, `MAX_DEPTH` levels deep; a
    multipart that lies too deep is one part of type application/octet-stream.
    """
    return _Parser(raw).entity(0, "text/plain")


class _Multipart:
    """A multipart whose parts are being read."""

    def __init__(self, boundary: bytes) -> None:
        self.delimiter = b"\n--" + boundary  # it has to begin the line (RFC 2046 §5.1.1)
        self.next = 0  # there is no delimiter of it before, in what is still to be read


class _Parser:
    """Reads part after part. Each ends where the next delimiter of one of the multiparts stands that it is in."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.around: list[_Multipart] = []  # outermost first
        self.depth = 0
        self.count = 0
        self.end = len(raw)  # where the line of the next delimiter begins, or the message ends
        self.owner: _Multipart | None = None  # whose delimiter that is; None at the end of the message

    def entity(self, start: int, default: str) -> Part:
        """`[header CRLF] body`, up to the next delimiter."""
        self.count += 1
        self._seek(start)
        if empty := self._empty_line(start):
            header_end, body_start = empty.span(1)
        else:
            header_end, body_start = max(self._before(), start), self.end
        type_, subtype, parameters, encoding, disposition, disposition_parameters, content_id, defects = (
            read_part_header(self.raw[start:header_end], default)
        )
        children: tuple[Part, ...] = ()
        is_multipart = type_ == "multipart"
        if is_multipart or ((type_, subtype) in _MESSAGES and encoding in _TRANSPARENT):
            if self.depth + 1 >= MAX_DEPTH:
                defects = (*defects, "parts nested too deeply")
                if is_multipart:
                    type_, subtype = "application", "octet-stream"
            elif empty or self.owner is None:
                self.depth += 1
                if is_multipart:
                    children, more = self._parts(body_start, parameters, subtype)
                    defects += more
                else:
                    children = (self.entity(body_start, "text/plain"),)
                self.depth -= 1
        return make_part(
            type_,
            subtype,
            parameters,
            encoding,
            disposition,
            disposition_parameters,
            content_id,
            children,
            defects,
            self.raw,
            start,
            header_end,
            body_start,
            max(self._before(), body_start),
        )

    def _parts(self, start: int, parameters: Parameters, subtype: str) -> tuple[tuple[Part, ...], tuple[str, ...]]:
        """`[preamble CRLF] delimiter CRLF body-part *(delimiter CRLF body-part) close-delimiter [CRLF epilogue]`"""
        boundary = next((octets for name, octets in parameters if name == "boundary"), b"")
        if not boundary:
            return (self._nothing(start),), ("multipart without a boundary",)
        mine = _Multipart(boundary)
        self.around.append(mine)
        self._seek(start)
        children: list[Part] = []
        defects: tuple[str, ...] = ()
        default = "message/rfc822" if subtype == "digest" else "text/plain"
        after = self.end
        while self.owner is mine:
            text = self.end + len(mine.delimiter) - 1
            after = self.raw.find(b"\n", text) + 1 or len(self.raw)
            if self.raw.startswith(b"--", text):
                break
            if self.count >= MAX_PARTS:
                defects = ("too many parts",)
                break
            children.append(self.entity(after, default))
        closed = self.owner is mine
        self.around.pop()
        if not children:
            defects += ("multipart without parts",)
            children.append(self._nothing(start))
        elif not closed:
            defects += ("multipart without its end",)
        if closed:
            self._seek(after)
        return tuple(children), defects

    def _nothing(self, at: int) -> Part:
        """The one part of a multipart that has none: there is always one (RFC 2046 §5.1.1), so it is an empty text."""
        return make_part("text", "plain", (), "7bit", None, (), None, (), (), self.raw, at, at, at, at)

    def _empty_line(self, start: int) -> re.Match[bytes] | None:
        """The line between header and body; None where a delimiter comes before it."""
        if not start and (first := _NO_HEADER.match(self.raw)):
            return first
        return _HEADER_END.search(self.raw, max(start - 1, 0), self.end)

    def _seek(self, at: int) -> None:
        """Find the first delimiter at or after `at`; of two that begin alike, the longer one stands there.

        No octet is looked at twice for one multipart: of the outer ones it is remembered where their next delimiter
        is, and for one of an inner one nothing is searched beyond it.
        """
        line, owner = len(self.raw), None  # the line end before the delimiter
        for multipart in self.around:
            begin = max(multipart.next, at - 1)
            if begin > line:
                continue
            found = self.raw.find(multipart.delimiter, begin, line + len(multipart.delimiter))
            multipart.next = found if found >= 0 else line + 1
            if found >= 0 and (owner is None or found < line or len(multipart.delimiter) >= len(owner.delimiter)):
                line, owner = found, multipart
        self.end, self.owner = line + 1 if owner else line, owner

    def _before(self) -> int:
        """Where the part ends that the delimiter ends: the line end before a delimiter belongs to the delimiter."""
        if self.owner is None:
            return self.end
        return self.end - (2 if self.raw.startswith(b"\r", self.end - 2) else 1)
