"""What kind of response a frame is (RFC 9051 §7): the first look at it, and no more than that."""

from __future__ import annotations

import re
from typing import TypeAlias

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.codes import Code, read_code
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader
from mailkit.value import Value

_UNTAGGED = re.compile(rb"\* (?:([0-9]{1,20}) )?([^\x00-\x20(]+) ?")
_TAGGED = re.compile(rb"([^\x00-\x20*+(){%\"\\]+) (OK|NO|BAD)(?: |\Z)", re.IGNORECASE)
# `search-correlator = SP "(" "TAG" SP tag-string ")"`; `tag-string = astring`, which our own tags need no escape in
_CORRELATOR = re.compile(rb'\(TAG (?:"([^"\\]*)"|([^ "()]+))\)', re.IGNORECASE)
_STATUSES = frozenset({b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"})


@attrs.define(eq=False, repr=False)  # to fill frozen slots takes twice as long, and each response is one
class Untagged(Value):
    """`response-data`: a name in upper case, the message number before it if there is one, and the rest unread."""

    name: bytes
    number: int | None
    frame: Frame
    start: int
    """Where in the frame's first text the rest begins."""

    def reader(self, *, utf8: bool = False) -> Reader:
        """A cursor behind the name; with `utf8`, names of mailboxes are read as UTF-8."""
        return Reader(self.frame, self.start, utf8=utf8)

    @property
    def correlator(self) -> bytes | None:
        """The tag of the command that this answers, where it says so (`search-correlator`, RFC 4466 §2.6.2)."""
        if self.name != b"ESEARCH":
            return None
        found = _CORRELATOR.match(self.frame.head, self.start)
        return None if found is None else found[1] or found[2]

    @property
    def is_status(self) -> bool:
        """Whether it is `OK`, `NO`, `BAD`, `BYE` or `PREAUTH`."""
        return self.name in _STATUSES and self.number is None


@attrs.frozen(eq=False, repr=False)
class Status(Value):
    """`resp-cond-state`, `-auth` or `-bye`: OK, NO, BAD, PREAUTH or BYE, with a response code and text for people."""

    tag: bytes | None
    status: str
    code: Code | None
    text: str
    octets: bytes = attrs.field(default=b"", eq=False, repr=False)
    """What stands behind the status, code and text, as it came."""

    @property
    def is_ok(self) -> bool:
        return self.status == "OK"


@attrs.frozen(eq=False, repr=False)
class Continuation(Value):
    """`continue-req = "+" SP (resp-text / base64) CRLF`"""

    text: bytes


Row: TypeAlias = Untagged | Frame | bytes
"""An answer to a command; a frame, or octets for a whole line, where `Command.claimed` has taken it as it came."""


def classify(frame: Frame) -> Untagged | Status | Continuation:
    """`response = *(continue-req / response-data) response-done`, one of them; `ProtocolViolation` if it is none."""
    head = frame.head
    found = _UNTAGGED.match(head)
    if found is not None:
        digits = found[1]
        name = found[2].upper()
        return Untagged(name, None if digits is None else int(digits), frame, found.end())
    if head.startswith(b"+"):
        return Continuation(head[1:].removeprefix(b" "))
    found = _TAGGED.match(head)
    if found is None:
        raise ProtocolViolation(f"not a response: {head[:40]!r}")
    return read_status(Reader(frame, found.end()), found[2].upper().decode("ascii"), found[1])


def untagged(row: Row) -> Untagged:
    """An answer as it is classified."""
    if isinstance(row, bytes):
        row = Frame(row.removesuffix(b"\r"))
    response = classify(row) if isinstance(row, Frame) else row
    assert isinstance(response, Untagged)
    return response


def untagged_status(row: Untagged) -> Status:
    """An untagged OK, NO, BAD, PREAUTH or BYE, read."""
    return read_status(row.reader(), row.name.decode("ascii"), None)


def read_status(reader: Reader, status: str, tag: bytes | None) -> Status:
    """`resp-text = ["[" resp-text-code "]" SP] [text]`"""
    code = None
    octets = reader.text[reader.pos :]
    if reader.at(b"["):
        start = reader.pos
        try:
            code = read_code(reader)
        except ProtocolViolation:
            reader.pos = start  # text that merely begins with a bracket
    return Status(tag, status, code, reader.remainder().decode("utf-8", "replace"), octets)
