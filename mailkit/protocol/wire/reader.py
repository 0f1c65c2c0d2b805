"""A cursor over one response: one method per primitive of RFC 9051 §9."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from mailkit.errors import ProtocolViolation
from mailkit.protocol.wire.frame import Frame

T = TypeVar("T")

MAX_DEPTH = 128
"""How deep parentheses may nest; deeper is `ProtocolViolation`, long before the interpreter's own limit."""

_UINT32 = (1 << 32) - 1
_UINT63 = (1 << 63) - 1

_ATOM = re.compile(rb'[^\x00-\x20\x7f(){%*"\\\]]+')
_ASTRING_ATOM = re.compile(rb'[^\x00-\x20\x7f(){%*"\\]+')
_TOKEN = re.compile(rb'[^\x00-\x20\x7f()"]+')
_NUMBER = re.compile(rb"[0-9]{1,20}")
_PLAIN_QUOTED = re.compile(rb'"([^"\\]*)"')
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ANNOUNCEMENT = re.compile(rb"~?\{([0-9]+)\+?\}\Z")
_SPACES = re.compile(rb" *")
_NIL = re.compile(rb"NIL(?=[ )\]]|\Z)", re.IGNORECASE)


class Reader:
    """Reads a `Frame` from left to right.

    Every method either takes exactly what its name says and moves on, or raises `ProtocolViolation` that tells what
    was wanted and shows a few octets of what was found.
    """

    __slots__ = ("_depth", "_next", "_rest", "pos", "text", "utf8")

    def __init__(self, frame: Frame, pos: int = 0, *, utf8: bool = False) -> None:
        self.text: bytes = frame.head
        self.pos: int = pos
        self._rest = frame.rest
        self._next = 0
        self._depth = 0
        self.utf8: bool = utf8  # whether names are UTF-8, not modified UTF-7 (RFC 6855, RFC 9051 §5.1)

    # -- looking

    def at(self, octets: bytes) -> bool:
        """Whether these octets come next."""
        return self.text.startswith(octets, self.pos)

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.pos >= len(self.text) and self._next >= len(self._rest)

    def fail(self, wanted: str) -> NoReturn:
        """Raise `ProtocolViolation`: this was wanted here."""
        found = self.text[self.pos : self.pos + 40]
        raise ProtocolViolation(f"wanted {wanted} at octet {self.pos}, found {found!r} in {self.text[:40]!r}")

    # -- taking

    def take(self, octets: bytes) -> bool:
        """Take these octets if they come next."""
        if self.text.startswith(octets, self.pos):
            self.pos += len(octets)
            return True
        return False

    def expect(self, octets: bytes) -> None:
        """Take these octets, which must come next."""
        if not self.text.startswith(octets, self.pos):
            self.fail(repr(octets))
        self.pos += len(octets)

    def sp(self) -> None:
        """`SP`; more than one is forgiven."""
        if not self.text.startswith(b" ", self.pos):
            self.fail("a space")
        self.spaces()

    def spaces(self) -> None:
        """Any number of spaces, also none."""
        found = _SPACES.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Take what the pattern matches here, if it does."""
        found = pattern.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()
        return found

    def remainder(self) -> bytes:
        """All text up to the next literal or the end."""
        found = self.text[self.pos :]
        self.pos = len(self.text)
        return found

    # -- primitives

    def atom(self) -> bytes:
        """`atom = 1*ATOM-CHAR`"""
        found = _ATOM.match(self.text, self.pos)
        if found is None:
            self.fail("an atom")
        self.pos = found.end()
        return found[0]

    def token(self) -> bytes:
        """Anything up to a space, a parenthesis or a quote: for flags, item names and values of unknown extensions."""
        found = _TOKEN.match(self.text, self.pos)
        if found is None:
            self.fail("a word")
        self.pos = found.end()
        return found[0]

    def number(self) -> int:
        """`number = 1*DIGIT`, an unsigned 32-bit integer"""
        return self._digits(_UINT32)

    def nz_number(self) -> int:
        """`nz-number = digit-nz *DIGIT`"""
        found = self._digits(_UINT32)
        if found == 0:
            self.fail("a number greater than 0")
        return found

    def number64(self) -> int:
        """`number64 = 1*DIGIT`, an unsigned 63-bit integer"""
        return self._digits(_UINT63)

    def quoted(self) -> bytes:
        r"""`quoted = DQUOTE *QUOTED-CHAR DQUOTE`, without its quotes and escapes"""
        found = _PLAIN_QUOTED.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()
            return found[1]
        found = _QUOTED.match(self.text, self.pos)
        if found is None:
            self.fail("a quoted string")
        self.pos = found.end()
        return _ESCAPED.sub(rb"\1", found[1])

    def literal(self) -> bytes:
        """`literal = "{" number64 ["+"] "}" CRLF *CHAR8`, and `literal8` of RFC 9051"""
        found = _ANNOUNCEMENT.match(self.text, self.pos)
        if found is None or self._next >= len(self._rest):
            self.fail("a literal")
        octets = self._rest[self._next]
        self.text = self._rest[self._next + 1]
        self._next += 2
        self.pos = 0
        return octets

    def string(self) -> bytes:
        """`string = quoted / literal`"""
        return self.quoted() if self.at(b'"') else self.literal()

    def nil(self) -> bool:
        """Take `NIL` if it comes next."""
        return self.match(_NIL) is not None

    def nstring(self) -> bytes | None:
        """`nstring = string / nil`"""
        return None if self.nil() else self.string()

    def astring(self) -> bytes:
        """`astring = 1*ASTRING-CHAR / string`"""
        found = _ASTRING_ATOM.match(self.text, self.pos)
        # "~{" opens a literal8, which no atom does.
        if found is None or (found[0] == b"~" and self.at(b"~{")):
            return self.string()
        self.pos = found.end()
        return found[0]

    def listed(self, item: Callable[[Reader], T]) -> list[T]:
        """`"(" [item *(SP item)] ")"`; spaces more or fewer are forgiven."""
        self.open()
        found: list[T] = []
        self.spaces()
        while not self.take(b")"):
            found.append(item(self))
            self.spaces()
        self._depth -= 1
        return found

    def enclosed(self, item: Callable[[Reader], T]) -> T:
        """`"(" item ")"`"""
        self.open()
        found = item(self)
        self.close()
        return found

    def open(self) -> None:
        """`"("`, with a bound on how deep they nest."""
        self.expect(b"(")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ProtocolViolation(f"parentheses nested more than {MAX_DEPTH} deep")

    def close(self) -> None:
        """`")"`"""
        self.expect(b")")
        self._depth -= 1

    def skip(self) -> None:
        """Pass over one value of any shape: for what extensions add where we know no better."""
        depth = 0
        while True:
            self.spaces()
            if self.take(b"("):
                depth += 1
            elif self.take(b")"):
                depth -= 1
            elif self.at(b'"'):
                self.quoted()
            elif _ANNOUNCEMENT.match(self.text, self.pos) and self._next < len(self._rest):
                self.literal()
            else:
                self.token()
            if depth < 0:
                self.fail("a value")
            if depth == 0:
                return

    def _digits(self, most: int) -> int:
        found = _NUMBER.match(self.text, self.pos)
        if found is None:
            self.fail("a number")
        number = int(found[0])
        if number > most:
            self.fail(f"a number up to {most}")
        self.pos = found.end()
        return number
