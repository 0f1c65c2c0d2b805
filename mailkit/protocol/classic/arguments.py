"""Arguments as classic programs give them, made ready for the wire: numbers, names in need of quotes, quoted ones."""

from __future__ import annotations

import contextlib
import re
from typing import Protocol, SupportsIndex, TypeAlias

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.wire.writer import Writer

Argument: TypeAlias = str | bytes | int
"""What a command method takes: text, octets, or a number, which becomes text."""

_NEVER = re.compile(rb"[\x00\r\n]")
_SENSITIVE = re.compile(rb'[\x00-\x20\x7f-\xff(){"\\]')
_SENSITIVE_IN_NAMES = re.compile(rb'[\x00-\x20\x7f-\xff(){%*"\\]')
_QUOTED = re.compile(rb'"(?:[^"\\]|\\["\\])*"')
_OPENING, _CLOSING, _QUOTE = b'()"'
_FLAG = re.compile(rb"\\(?:[^\x00-\x20\x7f-\xff(){%*\"\\]+|\*)")


class Word(Protocol):
    """One argument of a command, ready to be written."""

    def write(self, out: Writer) -> object:
        """Write it where the writer stands."""
        ...


@attrs.frozen
class Verbatim:
    """Octets that stand for themselves; with CR, LF, NUL or a literal's announcement at their end they never go."""

    octets: bytes = attrs.field(repr=False)
    is_secret: bool = attrs.field(default=False, kw_only=True)

    def write(self, out: Writer) -> object:
        return out.verbatim(self.octets, secret=self.is_secret)


@attrs.frozen
class Literal:
    """Octets that go as a literal; as a `literal8` (RFC 3516) where they hold NUL and the server takes it."""

    octets: bytes = attrs.field(repr=False)
    is_binary: bool = attrs.field(default=False, kw_only=True)
    is_secret: bool = attrs.field(default=False, kw_only=True)

    def write(self, out: Writer) -> object:
        return out.literal(self.octets, binary=self.is_binary, secret=self.is_secret)


@attrs.frozen
class Utf8Message:
    """A message whose header is UTF-8: `append-data =/ "UTF8" SP "(" literal8 ")"` (RFC 6855 §4)."""

    octets: bytes = attrs.field(repr=False)

    def write(self, out: Writer) -> object:
        out.atom("UTF8")
        with out.group():
            out.literal(self.octets, binary=True)
        return out


def octets_of(argument: Argument, encoding: str = "ascii") -> bytes:
    """The argument's octets; `UsageError`, which does not show it, where it has none or holds CR, LF or NUL.

    `TypeError` for what is neither text nor octets nor a number: the text of a list, or of None, is never meant.
    """
    if isinstance(argument, bytes | bytearray | memoryview):
        octets = bytes(argument)
    elif isinstance(argument, str):
        octets = _encoded(argument, encoding)
    elif isinstance(argument, SupportsIndex):
        octets = b"%d" % argument  # numpy's numbers are welcome, too
    else:
        raise TypeError(f"an argument is text, octets or a number, not {type(argument).__name__}")
    if _NEVER.search(octets):
        raise UsageError("CR, LF and NUL cannot be sent in an argument")
    return octets


def word(argument: Argument, encoding: str = "ascii") -> Word:
    """Any argument: quoted where it holds sensitive characters and is not in parentheses or quotes; flags are not."""
    octets = octets_of(argument, encoding)
    if _is_enclosed(octets) or _FLAG.fullmatch(octets):
        return Verbatim(octets)
    return Verbatim(quoted(octets) if not octets or _SENSITIVE.search(octets) else octets)


def name(argument: Argument, encoding: str = "ascii", *, is_secret: bool = False) -> Word:
    """`astring`: a mailbox, a user or another name; wildcards in it are quoted too."""
    octets = octets_of(argument, encoding)
    if octets and (_is_enclosed(octets) or not _SENSITIVE_IN_NAMES.search(octets)):
        return Verbatim(octets, is_secret=is_secret)
    return Verbatim(quoted(octets), is_secret=is_secret)


def string(argument: Argument, encoding: str = "ascii") -> Word:
    """`string`: quoted always, unless the caller has done it, or has made a list of it."""
    octets = octets_of(argument, encoding)
    return Verbatim(octets if _is_enclosed(octets) else quoted(octets))


def listed(argument: Argument, encoding: str = "ascii") -> Word:
    """`"(" … ")"`: the caller's parentheses, or ours."""
    octets = octets_of(argument, encoding)
    return Verbatim(octets if _is_in_parentheses(octets) else b"(" + octets + b")")


def fetch_items(argument: Argument, encoding: str = "ascii") -> Word:
    """`"ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")"`"""
    octets = octets_of(argument, encoding)
    return Verbatim(octets) if b" " not in octets else listed(octets)


def verbatim(argument: Argument, encoding: str = "ascii") -> Word:
    """What quotes would break: a set of messages, a verb's own keyword, flags."""
    return Verbatim(octets_of(argument, encoding))


def quoted(octets: bytes) -> bytes:
    """`quoted = DQUOTE *QUOTED-CHAR DQUOTE`"""
    return b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _encoded(text: str, encoding: str) -> bytes:
    with contextlib.suppress(UnicodeEncodeError):  # it would carry the whole text, which may be secret
        return text.encode(encoding)
    raise UsageError(f"an argument has no form in {encoding}: encode it yourself, a mailbox name in modified UTF-7")


def _is_enclosed(octets: bytes) -> bool:
    return _QUOTED.fullmatch(octets) is not None or _is_in_parentheses(octets)


def _is_in_parentheses(octets: bytes) -> bool:
    """Whether one pair of parentheses encloses it all, and those and the quotes inside it are paired."""
    if not (octets.startswith(b"(") and octets.endswith(b")")):
        return False
    bare = _QUOTED.sub(b"", octets)
    depth = 0
    for position, octet in enumerate(bare):
        depth += {_OPENING: 1, _CLOSING: -1}.get(octet, 0)
        if octet == _QUOTE or (depth == 0 and position < len(bare) - 1):
            return False
    return depth == 0
