"""One client command as a server reads it: tag, verb, and arguments octet for octet (RFC 9051 §9)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TypeAlias

import attrs

Argument: TypeAlias = "bytes | tuple[Argument, ...]"
"""An atom or string by value, or a parenthesised list."""

_LITERAL_AT_END = re.compile(rb"~?\{(\d+)([+-]?)\}\r\n\Z")
_LITERAL = re.compile(rb"~?\{(\d+)[+-]?\}\r\n")
_TAG = re.compile(rb"[!#$&',-\[\]^-z|}~]+\Z")  # ASTRING-CHAR except "+"
_ATOM_ENDS = b' ()"{\r\n'
_PREFIXED = {"UID"}


class Malformed(ValueError):
    """What the client sent is not a command of the grammar."""


@attrs.frozen
class Announced:
    """A literal that ends a line: its size, and whether the client waits for `+`."""

    size: int
    synchronising: bool


def announced(line: bytes) -> Announced | None:
    """`literal = "{" number64 ["+"] "}" CRLF` at the end of a line, if there is one."""
    found = _LITERAL_AT_END.search(line)
    return Announced(int(found[1]), synchronising=not found[2]) if found else None


@attrs.define(slots=False, frozen=True)
class Command:
    """A whole command: `octets` are all of it, literals and last CRLF included.

    `verb` is in capitals, `UID FETCH` being one verb; `rest` is what follows it, without the last CRLF.
    """

    tag: bytes
    verb: str
    rest: bytes
    literals: tuple[bytes, ...]
    octets: bytes

    @classmethod
    def read(cls, octets: bytes, literals: tuple[bytes, ...] = ()) -> Command:
        """Split the octets of a whole command; `Malformed` if there is no valid tag and verb."""
        tag, _, after = octets.removesuffix(b"\r\n").partition(b" ")
        if not _TAG.match(tag):
            raise Malformed(f"no tag: {octets[:60]!r}")
        verb, _, rest = after.partition(b" ")
        if verb.upper().decode("latin-1") in _PREFIXED:
            second, _, rest = rest.partition(b" ")
            verb += b" " + second
        if not re.match(rb"[A-Za-z0-9 ]+\Z", verb):
            raise Malformed(f"no verb: {octets[:60]!r}")
        return cls(tag, verb.upper().decode(), rest, literals, octets)

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments by value: quoted strings and literals without their form, lists as tuples."""
        values, position = _read_arguments(self.rest, 0, closing=False)
        if position != len(self.rest):
            raise Malformed(f"something left at {position}: {self.rest!r}")
        return values

    @property
    def has_nonsynchronising_literal(self) -> bool:
        return re.search(rb"\{\d+[+-]\}\r\n", self.rest_without_literals) is not None

    @property
    def rest_without_literals(self) -> bytes:
        rest, position, kept = self.rest, 0, b""
        for literal in self.literals:
            start = rest.index(b"}\r\n", position) + 3
            kept += rest[position:start]
            position = start + len(literal)
        return kept + rest[position:]


def _read_arguments(octets: bytes, position: int, *, closing: bool) -> tuple[tuple[Argument, ...], int]:
    """`*(SP argument)` up to the end, or up to the `)` when closing."""
    values: list[Argument] = []
    if position == len(octets) and not closing:
        return (), position
    if closing and octets[position : position + 1] == b")":
        return (), position + 1
    while True:
        value, position = _read_argument(octets, position)
        values.append(value)
        following = octets[position : position + 1]
        if following == b" ":
            position += 1
        elif following == b")" and closing:
            return tuple(values), position + 1
        elif following == b"" and not closing:
            return tuple(values), position
        else:
            raise Malformed(f"{following!r} at {position}: {octets!r}")


def _read_argument(octets: bytes, position: int) -> tuple[Argument, int]:
    if octets.startswith(b"(", position):
        return _read_arguments(octets, position + 1, closing=True)
    if octets.startswith(b'"', position):
        return _read_quoted(octets, position + 1)
    found = _LITERAL.match(octets, position)
    if found:
        end = found.end() + int(found[1])
        return octets[found.end() : end], end
    return _read_atom(octets, position)


def _read_quoted(octets: bytes, position: int) -> tuple[bytes, int]:
    r"""`quoted = DQUOTE *(TEXT-CHAR / "\" quoted-specials) DQUOTE`, after its first DQUOTE"""
    value = bytearray()
    while position < len(octets):
        octet = octets[position : position + 1]
        if octet == b'"':
            return bytes(value), position + 1
        if octet == b"\\":
            position += 1
            octet = octets[position : position + 1]
            if octet not in (b'"', b"\\"):
                raise Malformed(f"backslash before {octet!r}")
        elif octet in (b"\r", b"\n", b"\0"):
            raise Malformed(f"{octet!r} in a quoted string")
        value += octet
        position += 1
    raise Malformed(f"quoted string without end: {octets!r}")


def _read_atom(octets: bytes, position: int) -> tuple[bytes, int]:
    """An atom, flag, set, or fetch item; a section in brackets belongs to it, spaces and all."""
    start = position
    while position < len(octets) and octets[position] not in _ATOM_ENDS:
        if octets[position] < 0x20 or octets[position] >= 0x7F:
            raise Malformed(f"{octets[position]:#04x} in an atom")
        position = _read_section(octets, position + 1) if octets[position] == ord("[") else position + 1
    if position == start:
        raise Malformed(f"no argument at {position}: {octets!r}")
    return octets[start:position], position


def _read_section(octets: bytes, position: int) -> int:
    """The position after the `]`."""
    while not octets.startswith(b"]", position):
        if position >= len(octets):
            raise Malformed(f"section without end: {octets!r}")
        found = _LITERAL.match(octets, position)
        if found:
            position = found.end() + int(found[1])
        elif octets.startswith(b'"', position):
            _, position = _read_quoted(octets, position + 1)
        elif octets[position] in b"\r\n":
            raise Malformed("line end in a section")
        else:
            position += 1
    return position + 1
