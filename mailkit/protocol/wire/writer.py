"""Turn arguments into the octets of one command; nothing else in mailkit does."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import attrs

from mailkit.errors import UsageError
from mailkit.value import Value


class Literals(enum.Enum):
    """Which literals may go without waiting for the server's leave (RFC 7888)."""

    SYNCHRONISING = -1
    MINUS = 4096
    PLUS = 1 << 63

    def __init__(self, most: int) -> None:
        self.most = most


@attrs.frozen(eq=False, repr=False)
class Stream(Value):
    """A literal whose octets are read while they are sent: exactly `size` of them."""

    source: BinaryIO = attrs.field(repr=False)
    size: int


class Wire(Protocol):
    """A value that knows its own octets, such as a `UidSet`; they are checked like all others."""

    def __bytes__(self) -> bytes: ...


@attrs.frozen(eq=False, repr=False)
class Piece(Value):
    """A run of octets of a command; where `waits` is set, the server must say `+` first.

    `shown` is what a log may see of it: secrets as `***`, a literal as its announcement alone.
    """

    octets: bytes | Stream = attrs.field(repr=False)
    shown: str
    waits: bool = False

    @property
    def size(self) -> int:
        """Octets on the wire."""
        return len(self.octets) if isinstance(self.octets, bytes) else self.octets.size

    @property
    def is_large(self) -> bool:
        """Whether sending it may take a while: a connection takes less than 16 KiB at once."""
        return not isinstance(self.octets, bytes) or len(self.octets) > AT_ONCE


AT_ONCE = 16 * 1024
"""So many octets are handed to a connection in one go."""

_TAG = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\+]+')
_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_ASTRING_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
_QUOTABLE = re.compile(rb"[^\x00\r\n\x80-\xff]*")
_QUOTABLE_UTF8 = re.compile(rb"[^\x00\r\n]*")
_NEVER_RAW = re.compile(rb"[\x00\r\n]")
_ANNOUNCES = re.compile(rb"\{[0-9]+\+?\}\Z")


class Writer:
    """Builds one command, argument by argument; it puts the spaces between them itself.

    A value goes as an atom where the grammar lets it, else quoted, else as a literal. CR, LF and NUL never go raw:
    CR and LF make a literal, NUL raises `UsageError` (RFC 9051 §9 forbids it outside literal8).
    """

    def __init__(self, tag: bytes, *, literals: Literals = Literals.SYNCHRONISING, utf8: bool = False) -> None:
        self.utf8 = utf8
        self._literals = literals
        self._pieces: list[Piece] = []
        self._octets = bytearray()
        self._shown: list[str] = []
        self._glue = True  # whether the next argument stands right behind the last octet
        self._waits = False
        if not _TAG.fullmatch(tag):
            raise UsageError(f"{tag!r} is not a tag (RFC 9051 §9)")
        self._put(tag)

    # -- arguments

    def atom(self, name: str | bytes) -> Writer:
        """`atom`: a name fixed by the protocol, or one that the caller gave; anything else is refused."""
        # What has no UTF-8 form must not become a question mark, which is an atom.
        octets = name.encode("utf-8", "surrogatepass") if isinstance(name, str) else name
        if not _ATOM.fullmatch(octets):
            raise UsageError(f"{name!r} is not an atom (RFC 9051 §9)")
        return self._put(octets)

    def text(self, value: str | bytes, *, secret: bool = False) -> Writer:
        """`astring`: an atom where that is possible, else a `string`."""
        octets = _encoded(value)
        if _ASTRING_ATOM.fullmatch(octets) and octets.upper() != b"NIL":
            return self._put(octets, "***" if secret else None)
        return self.string(octets, secret=secret)

    def string(self, value: str | bytes, *, secret: bool = False) -> Writer:
        """`string = quoted / literal`"""
        octets = _encoded(value)
        quotable = _QUOTABLE_UTF8 if self.utf8 else _QUOTABLE
        if not quotable.fullmatch(octets):
            return self.literal(octets, secret=secret)
        quoted = b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
        return self._put(quoted, "***" if secret else None)

    def nstring(self, value: str | bytes | None) -> Writer:
        """`nstring = string / nil`"""
        return self.atom(b"NIL") if value is None else self.string(value)

    def literal(self, value: bytes | Stream, *, binary: bool = False, secret: bool = False) -> Writer:
        """`literal`, or with `binary` a `literal8` (RFC 3516), which alone may hold NUL."""
        size = value.size if isinstance(value, Stream) else len(value)
        if not binary and isinstance(value, bytes) and b"\0" in value:
            raise UsageError("a NUL octet cannot be sent (RFC 9051 §9)")
        at_once = size <= self._literals.most
        head = b"%s{%d%s}" % (b"~" if binary else b"", size, b"+" if at_once else b"")
        self._put(head, "***" if secret else None)
        self._octets += b"\r\n"
        if not at_once:
            self._cut()
            self._waits = True
        if isinstance(value, Stream):
            self._cut()
            self._pieces.append(Piece(value, "", self._waits))
            self._waits = False
        else:
            self._octets += value
        return self

    def number(self, value: int) -> Writer:
        """`number64`"""
        if not 0 <= value < 1 << 63:
            raise UsageError(f"{value} is not an unsigned 63-bit number (RFC 9051 §9)")
        return self._put(b"%d" % value)

    def wire(self, value: Wire) -> Writer:
        """A value that gives its own octets, made of printable ASCII without a literal's announcement."""
        return self.verbatim(bytes(value))

    def verbatim(self, octets: bytes, *, secret: bool = False) -> Writer:
        """Octets that stand for themselves: refused with CR, LF, NUL or a literal's announcement at their end."""
        if _NEVER_RAW.search(octets):
            raise UsageError("CR, LF and NUL cannot be sent outside a literal")
        if _ANNOUNCES.search(octets):
            raise UsageError("an argument that announces a literal cannot be sent")
        return self._put(octets, "***" if secret else None)

    @contextmanager
    def group(self) -> Iterator[None]:
        """`"(" … ")"` around the arguments written inside."""
        self._put(b"(")
        self._glue = True
        yield
        self._glue = True
        self._put(b")")

    def glue(self) -> Writer:
        """The next argument stands right behind the last one, without a space."""
        self._glue = True
        return self

    # -- the result

    def pieces(self) -> list[Piece]:
        """The whole command with its final CRLF, cut where the server must be waited for."""
        self._octets += b"\r\n"
        self._cut()
        return self._pieces

    def _put(self, octets: bytes, shown: str | None = None) -> Writer:
        if not self._glue:
            self._octets += b" "
            self._shown.append(" ")
        self._glue = False
        self._octets += octets
        self._shown.append(octets.decode("ascii", "backslashreplace") if shown is None else shown)
        return self

    def _cut(self) -> None:
        if self._octets:
            self._pieces.append(Piece(bytes(self._octets), "".join(self._shown), self._waits))
            self._waits = False
            self._octets.clear()
            self._shown.clear()


def _encoded(value: str | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        # The exception of the codec would carry the whole value, which may be secret.
        pass
    raise UsageError("text with a lone surrogate cannot be sent")
