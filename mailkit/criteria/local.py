"""Terms that no IMAP server can search for; the client answers them from what it fetches."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import ClassVar, Self

import attrs

from mailkit.criteria.checks import checked_bool
from mailkit.criteria.criterion import NO_BOUNDS, Bounds, Criterion
from mailkit.criteria.snapshot import Snapshot
from mailkit.errors import UsageError


class _Local(Criterion):
    """The server cannot say anything of it."""

    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """Between nothing and all."""
        return NO_BOUNDS


@attrs.frozen(eq=False, repr=False)
class HasAttachment(_Local):
    """Messages with an attachment, by their structure; False for those without."""

    items: ClassVar[frozenset[str]] = frozenset({"structure"})

    value: bool = attrs.field(default=True, validator=checked_bool)

    def __invert__(self) -> Self:
        return attrs.evolve(self, value=not self.value)

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the structure shows one."""
        return snapshot.has_attachment == self.value


@attrs.frozen(eq=False, repr=False)
class Filename(_Local):
    """Messages with a part whose file name has the text, whatever its case, or in which the pattern is found."""

    items: ClassVar[frozenset[str]] = frozenset({"structure"})

    name: str | re.Pattern[str] = attrs.field()

    @name.validator
    def _text_or_pattern(self, _: attrs.Attribute[object], name: object) -> None:
        if not isinstance(name, str) and not (isinstance(name, re.Pattern) and isinstance(name.pattern, str)):
            raise UsageError(f"filename is a str or a compiled pattern of str, not {name!r}")

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether one of the names has it."""
        if isinstance(self.name, re.Pattern):
            return any(self.name.search(found) for found in snapshot.filenames)
        wanted = self.name.casefold()
        return any(wanted in found.casefold() for found in snapshot.filenames)


@attrs.frozen(eq=False, repr=False)
class Matching(_Local):
    """Messages for which a function says yes; it sees what was fetched and must not change anything."""

    sees_all = True

    predicate: Callable[[Snapshot], bool] = attrs.field()

    @predicate.validator
    def _callable(self, _: attrs.Attribute[object], predicate: object) -> None:
        if not callable(predicate):
            raise UsageError(f"matching is a function of a message, not {predicate!r}")

    def matches(self, snapshot: Snapshot) -> bool:
        """What the function says."""
        return bool(self.predicate(snapshot))
