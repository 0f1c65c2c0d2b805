"""Terms on flags; each takes False for the opposite, and `~Seen()` is `Seen(False)`."""

from __future__ import annotations

from collections.abc import Container
from typing import ClassVar, Self

import attrs

from mailkit.criteria.checks import checked_bool
from mailkit.criteria.criterion import Bounds, Criterion
from mailkit.criteria.snapshot import Snapshot
from mailkit.errors import UsageError
from mailkit.protocol.values.search_key import Key, Word, negated


@attrs.frozen(eq=False, repr=False)
class _SystemFlag(Criterion):
    """A system flag that is set, or not."""

    items: ClassVar[frozenset[str]] = frozenset({"flags"})
    flag: ClassVar[str]

    value: bool = attrs.field(default=True, validator=checked_bool)

    def __invert__(self) -> Self:
        return attrs.evolve(self, value=not self.value)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """The key named after the flag, such as `"SEEN"`, or its opposite"""
        key = Key(self.flag.upper().removeprefix("\\"))
        return Bounds.exactly(key if self.value else negated(key))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the flag is among those of the message, or not."""
        return (self.flag in snapshot.flags) == self.value


class Seen(_SystemFlag):
    r"""Messages that were read (\Seen)."""

    __slots__ = ()
    flag = "\\Seen"


class Answered(_SystemFlag):
    r"""Messages that were answered (\Answered)."""

    __slots__ = ()
    flag = "\\Answered"


class Flagged(_SystemFlag):
    r"""Messages marked for attention (\Flagged)."""

    __slots__ = ()
    flag = "\\Flagged"


class Deleted(_SystemFlag):
    r"""Messages marked for removal (\Deleted)."""

    __slots__ = ()
    flag = "\\Deleted"


class Draft(_SystemFlag):
    r"""Messages that are not finished (\Draft)."""

    __slots__ = ()
    flag = "\\Draft"


class Recent(_SystemFlag):
    r"""Messages that this session is the first to see (\Recent; not in IMAP4rev2)."""

    __slots__ = ()
    flag = "\\Recent"


@attrs.frozen(eq=False, repr=False)
class Keyword(Criterion):
    """Messages with a keyword, such as `$Forwarded`; a name that is not an atom raises `UsageError`."""

    items: ClassVar[frozenset[str]] = frozenset({"flags"})

    name: str = attrs.field()

    @name.validator
    def _atom(self, _: attrs.Attribute[str], name: str) -> None:
        if not isinstance(name, str):
            raise UsageError(f"a keyword is a str, not {name!r}")
        Word(name)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"KEYWORD" SP flag-keyword`"""
        return Bounds.exactly(Key("KEYWORD", (Word(self.name),)))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether it is among the flags, whatever its case, as servers compare it."""
        wanted = self.name.lower()
        return any(flag.lower() == wanted for flag in snapshot.flags)
