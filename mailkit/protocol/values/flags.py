"""Message flags: system flags, keywords, and sets of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import ClassVar, Final

import attrs

from mailkit.errors import UsageError

_atom: Final = r"[!#$&'+-\[^-z|}~]+"  # `1*ATOM-CHAR`; said by what it is not, it takes long to compile
_FLAG: Final = re.compile(rf"\\?{_atom}")

_CANONICAL: Final[dict[str, Flag]] = {}
"""The flags that RFC 9051 names, by their names in lower case: the grammar's own words compare without case."""


class Flag(str):
    r"""A system flag such as `\Seen`, or a keyword such as `$Forwarded` or `Work` (RFC 9051 §2.3.2).

    A flag is the `str` that goes over the wire. The flags that RFC 9051 names are always spelled as there, so
    `Flag(r"\seen") == Flag.SEEN`; other keywords keep their case. Raises `UsageError` for what is not a `flag`.
    """

    __slots__ = ()

    SEEN: ClassVar[Flag]
    ANSWERED: ClassVar[Flag]
    FLAGGED: ClassVar[Flag]
    DELETED: ClassVar[Flag]
    DRAFT: ClassVar[Flag]
    RECENT: ClassVar[Flag]
    r"""`\Recent`: the server's alone to set; gone in IMAP4rev2."""
    FORWARDED: ClassVar[Flag]
    MDN_SENT: ClassVar[Flag]
    JUNK: ClassVar[Flag]
    NOT_JUNK: ClassVar[Flag]
    PHISHING: ClassVar[Flag]
    IMPORTANT: ClassVar[Flag]
    """`$Important` (RFC 8457)."""
    WILDCARD: ClassVar[Flag]
    r"""`\*` among the permanent flags: new keywords can be made (RFC 9051 §7.1 PERMANENTFLAGS)."""

    def __new__(cls, text: str) -> Flag:  # noqa: PYI034 - the constants are shared
        r"""`flag = "\Answered" / "\Flagged" / "\Deleted" / "\Seen" / "\Draft" / flag-keyword / flag-extension`"""
        if isinstance(text, Flag):
            return text
        if not isinstance(text, str):
            raise UsageError(f"a flag is a str, not {text!r}")
        known = _CANONICAL.get(text.lower())
        if known is not None:
            return known
        if not _FLAG.fullmatch(text):
            raise UsageError(
                f'not a flag: {text[:80]!r}; a keyword is ASCII without spaces and without any of (){{%*"\\]'
            )
        return str.__new__(cls, text)

    @property
    def is_system(self) -> bool:
        r"""Whether the name begins with a backslash: the protocol defines it, not the user."""
        return self.startswith("\\")

    def __bytes__(self) -> bytes:
        r"""The flag as it is sent; `UsageError` for `\*` and for what a server made up outside the grammar."""
        if not _FLAG.fullmatch(self):
            raise UsageError(f"no flag that can be sent: {self[:80]!r}")
        return self.encode("ascii")

    def __repr__(self) -> str:
        return f"Flag({str(self)!r})"

    def __str__(self) -> str:
        return str.__str__(self)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return _kept, (str(self),)


def _kept(text: str) -> Flag:
    """A flag as a server has it, inside the grammar or not."""
    return _CANONICAL.get(text.lower()) or str.__new__(Flag, text)


def _named(text: str) -> Flag:
    return _CANONICAL.setdefault(text.lower(), _kept(text))


Flag.SEEN = _named(r"\Seen")
Flag.ANSWERED = _named(r"\Answered")
Flag.FLAGGED = _named(r"\Flagged")
Flag.DELETED = _named(r"\Deleted")
Flag.DRAFT = _named(r"\Draft")
Flag.RECENT = _named(r"\Recent")
Flag.FORWARDED = _named("$Forwarded")
Flag.MDN_SENT = _named("$MDNSent")
Flag.JUNK = _named("$Junk")
Flag.NOT_JUNK = _named("$NotJunk")
Flag.PHISHING = _named("$Phishing")
Flag.IMPORTANT = _named("$Important")
Flag.WILDCARD = _named(r"\*")

_COLOR_BITS: Final = tuple(_named(f"$MailFlagBit{bit}") for bit in range(3))
_COLORS: Final = ("red", "orange", "yellow", "green", "blue", "purple", "gray")


def _flags(members: Iterable[str]) -> tuple[Flag, ...]:
    if isinstance(members, str | bytes):
        raise UsageError(f"one text is no set of flags: {members[:80]!r}; FlagSet.parse() reads a list in parentheses")
    return tuple(dict.fromkeys(map(Flag, members)))


@attrs.frozen(eq=False, repr=False)
class FlagSet(AbstractSet[Flag]):
    r"""An immutable set of flags in the order in which they were given.

    Plain strings do wherever flags do: `r"\seen" in flags`, `flags | {"Work"}`. Two sets are equal when their members
    are; the order is for printing alone.
    """

    flags: tuple[Flag, ...] = attrs.field(converter=_flags, default=())
    """The members, in order, each once."""
    _members: frozenset[Flag] = attrs.field(init=False)

    @_members.default
    def _frozen(self) -> frozenset[Flag]:
        return frozenset(self.flags)

    @classmethod
    def parse(cls, text: str) -> FlagSet:
        r"""The set that a person writes: `(\Seen $Work)`, with or without the parentheses; `UsageError` if it is none.

        `flag-list = "(" [flag *(SP flag)] ")"` (RFC 9051 §9)
        """
        inner = text.strip()
        if inner.startswith("(") and inner.endswith(")"):
            inner = inner[1:-1]
        return cls(inner.split())

    @classmethod
    def read(cls, octets: bytes) -> FlagSet:
        r"""The set that a server sends, with or without the parentheses; never raises.

        What is outside the grammar is kept as it is: odd characters, and 8-bit keywords as UTF-8 or else Latin-1.
        """
        if octets.startswith(b"(") and octets.endswith(b")"):
            octets = octets[1:-1]
        try:
            text = octets.decode("utf-8")
        except UnicodeDecodeError:
            text = octets.decode("latin-1")
        return cls(_kept(flag) for flag in text.split(" ") if flag)

    def __contains__(self, flag: object) -> bool:
        if isinstance(flag, Flag):
            return flag in self._members
        return isinstance(flag, str) and _kept(flag) in self._members

    def __iter__(self) -> Iterator[Flag]:
        return iter(self.flags)

    def __len__(self) -> int:
        return len(self.flags)

    def __str__(self) -> str:
        return f"({' '.join(self.flags)})"

    def __repr__(self) -> str:
        return f"FlagSet({list(map(str, self.flags))})"

    def __bytes__(self) -> bytes:
        """The `flag-list` as it is sent; `UsageError` if a member cannot be sent."""
        return b"(%b)" % b" ".join(map(bytes, self.flags))

    def __or__(self, other: Iterable[str]) -> FlagSet:  # type: ignore[override]  # flags join with text only
        return FlagSet((*self.flags, *_like(other)))

    def __and__(self, other: Iterable[str]) -> FlagSet:
        members = _like(other)._members
        return FlagSet(flag for flag in self.flags if flag in members)

    def __sub__(self, other: Iterable[str]) -> FlagSet:
        members = _like(other)._members
        return FlagSet(flag for flag in self.flags if flag not in members)

    def __xor__(self, other: Iterable[str]) -> FlagSet:  # type: ignore[override]  # flags join with text only
        right = _like(other)
        return (self - right) | (right - self)

    def __rsub__(self, other: Iterable[str]) -> FlagSet:
        return _like(other) - self

    def __ror__(self, other: Iterable[str]) -> FlagSet:
        return _like(other) | self

    __rand__ = __and__
    __rxor__ = __xor__

    def __le__(self, other: Iterable[str]) -> bool:
        return self._members <= _like(other)._members

    def __ge__(self, other: Iterable[str]) -> bool:
        return self._members >= _like(other)._members

    def __lt__(self, other: Iterable[str]) -> bool:
        return self._members < _like(other)._members

    def __gt__(self, other: Iterable[str]) -> bool:
        return self._members > _like(other)._members

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FlagSet):
            return self._members == other._members
        return self._members == other if isinstance(other, AbstractSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._members)

    @property
    def seen(self) -> bool:
        r"""Whether the message has been read."""
        return Flag.SEEN in self._members

    @property
    def answered(self) -> bool:
        """Whether the message has been answered."""
        return Flag.ANSWERED in self._members

    @property
    def flagged(self) -> bool:
        """Whether the message is marked for attention."""
        return Flag.FLAGGED in self._members

    @property
    def deleted(self) -> bool:
        """Whether the next expunge removes the message."""
        return Flag.DELETED in self._members

    @property
    def draft(self) -> bool:
        """Whether the message is not finished yet."""
        return Flag.DRAFT in self._members

    @property
    def recent(self) -> bool:
        """Whether this session was the first to be told of the message."""
        return Flag.RECENT in self._members

    @property
    def keywords(self) -> FlagSet:
        r"""The members that do not begin with a backslash."""
        return FlagSet(flag for flag in self.flags if not flag.is_system)

    @property
    def color(self) -> str | None:
        r"""The colour that Apple's and Fastmail's clients show: "red", "orange" … "gray", None without `\Flagged`.

        Three keywords, `$MailFlagBit0` to `$MailFlagBit2`, are a number's bits; a bare `\Flagged` is red, and 7, which
        has no colour, is shown as red too.
        """
        if not self.flagged:
            return None
        number = sum(1 << bit for bit, flag in enumerate(_COLOR_BITS) if flag in self._members)
        return _COLORS[number] if number < len(_COLORS) else _COLORS[0]

    def with_color(self, color: str | None) -> FlagSet:
        r"""The set with `\Flagged` in that colour, or with neither for None; `UsageError` for a colour there is not."""
        plain = self - (Flag.FLAGGED, *_COLOR_BITS)
        if color is None:
            return plain
        if color not in _COLORS:
            raise UsageError(f"no flag colour: {color!r}; there are {', '.join(_COLORS)}")
        number = _COLORS.index(color)
        return plain | (Flag.FLAGGED, *(flag for bit, flag in enumerate(_COLOR_BITS) if number >> bit & 1))


def _like(other: Iterable[str]) -> FlagSet:
    return other if isinstance(other, FlagSet) else FlagSet(other)
