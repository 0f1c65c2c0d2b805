"""The base of all search terms, and how they are joined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from typing import ClassVar

import attrs

from mailkit.criteria.snapshot import Snapshot
from mailkit.errors import UsageError
from mailkit.protocol.values.search_key import ALL, NOTHING, SearchKey, all_of, any_of, negated
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class Bounds(Value):
    """What a server can say of a criterion: every message that matches is in `over`, all in `under` do match.

    The two swap places under NOT, which is why both are carried: what the server leaves to the client must be a
    superset of the answer, however deep the criterion stands.
    """

    over: SearchKey
    under: SearchKey

    @classmethod
    def exactly(cls, key: SearchKey) -> Bounds:
        """The server's answer is the answer."""
        return cls(key, key)

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left to the client."""
        return self.over == self.under


NO_BOUNDS = Bounds(ALL, NOTHING)
"""The server cannot say anything."""


class Criterion(Value, ABC):
    """A condition on messages; join them by `&` (both), `|` (one or both) and `~` (not).

    All are immutable and hashable. Text matches anywhere in the field, whatever its case.
    """

    __slots__ = ()

    items: ClassVar[frozenset[str]] = frozenset()
    """What must be fetched of a message for the client to answer, by the names of `prefetch`."""
    sees_all: ClassVar[bool] = False
    """Whether it may ask for anything that a snapshot holds, beyond `items`."""
    is_server_only: ClassVar[bool] = False
    """Whether the answer needs what is not in a snapshot, such as the message's text."""

    @property
    def is_answerable(self) -> bool:
        """Whether a client can answer from what it fetches."""
        return not self.is_server_only

    def __and__(self, other: Criterion) -> Criterion:
        return And.of((self, other))

    def __or__(self, other: Criterion) -> Criterion:
        return Or.of((self, other))

    def __invert__(self) -> Criterion:
        return Not(self)

    def leaves(self) -> Iterator[Criterion]:
        """The terms that it is made of."""
        yield self

    @abstractmethod
    def bounds(self, capabilities: Container[str]) -> Bounds:
        """What a server with these capabilities can say; `NotSupported` where the term needs another."""

    @abstractmethod
    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the message matches, by what was fetched; `UsageError` where that cannot tell."""

    def at(self, now: datetime) -> Criterion:
        """The same with ages counted from this instant, so that only dates are left."""
        return self


def _checked_criteria(_: object, __: attrs.Attribute[tuple[Criterion, ...]], members: tuple[object, ...]) -> None:
    for member in members:
        if not isinstance(member, Criterion):
            raise UsageError(f"criteria are joined with criteria, not with {member!r}")


class All(Criterion):
    """Every message."""

    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"ALL"`"""
        return Bounds.exactly(ALL)

    def matches(self, snapshot: Snapshot) -> bool:
        """True."""
        return True


@attrs.frozen(eq=False, repr=False)
class And(Criterion):
    """All of these; `And.of` is the way to make it."""

    criteria: tuple[Criterion, ...] = attrs.field(validator=_checked_criteria)

    @classmethod
    def of(cls, criteria: Iterable[Criterion]) -> Criterion:
        """The criteria joined, nested ones flattened; none at all is `All()`, a single one is itself."""
        members: dict[Criterion, None] = {}
        for criterion in criteria:
            members |= dict.fromkeys(criterion.criteria if isinstance(criterion, And) else (criterion,))
        members.pop(All(), None)
        joined = tuple(members)
        if len(joined) > 1:
            return cls(joined)
        return joined[0] if joined else All()

    def leaves(self) -> Iterator[Criterion]:
        """The terms of all members."""
        for criterion in self.criteria:
            yield from criterion.leaves()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`search-key *(SP search-key)`"""
        known = [criterion.bounds(capabilities) for criterion in self.criteria]
        return Bounds(all_of(each.over for each in known), all_of(each.under for each in known))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether all do."""
        return all(criterion.matches(snapshot) for criterion in self.criteria)

    def at(self, now: datetime) -> Criterion:
        """Each of them at this instant."""
        return And.of(criterion.at(now) for criterion in self.criteria)


@attrs.frozen(eq=False, repr=False)
class Or(Criterion):
    """At least one of these; `Or.of` is the way to make it."""

    criteria: tuple[Criterion, ...] = attrs.field(validator=_checked_criteria)

    @classmethod
    def of(cls, criteria: Iterable[Criterion]) -> Criterion:
        """The criteria joined, nested ones flattened; none at all matches nothing, a single one is itself."""
        members: dict[Criterion, None] = {}
        for criterion in criteria:
            members |= dict.fromkeys(criterion.criteria if isinstance(criterion, Or) else (criterion,))
        members.pop(Not(All()), None)
        joined = tuple(members)
        if All() in members:
            return All()
        if len(joined) > 1:
            return cls(joined)
        return joined[0] if joined else Not(All())

    def leaves(self) -> Iterator[Criterion]:
        """The terms of all members."""
        for criterion in self.criteria:
            yield from criterion.leaves()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"OR" SP search-key SP search-key`"""
        known = [criterion.bounds(capabilities) for criterion in self.criteria]
        return Bounds(any_of(each.over for each in known), any_of(each.under for each in known))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether one does."""
        return any(criterion.matches(snapshot) for criterion in self.criteria)

    def at(self, now: datetime) -> Criterion:
        """Each of them at this instant."""
        return Or.of(criterion.at(now) for criterion in self.criteria)


@attrs.frozen(eq=False, repr=False)
class Not(Criterion):
    """What the other does not match; `~` is the way to make it."""

    criterion: Criterion

    def __invert__(self) -> Criterion:
        return self.criterion

    def leaves(self) -> Iterator[Criterion]:
        """The terms of what is negated."""
        return self.criterion.leaves()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"NOT" SP search-key`"""
        known = self.criterion.bounds(capabilities)
        return Bounds(negated(known.under), negated(known.over))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the other does not."""
        return not self.criterion.matches(snapshot)

    def at(self, now: datetime) -> Criterion:
        """The same of the other at this instant."""
        return ~self.criterion.at(now)


def matches(criterion: Criterion, snapshot: Snapshot) -> bool:
    """Whether the message matches, by what was fetched of it.

    Raises `NotFetched` for what was not fetched, `UsageError` for what only a server can search (the text of a body)
    and for ages, which `criterion.at(now)` turns into dates.
    """
    return criterion.matches(snapshot)


def unanswerable(term: Criterion) -> UsageError:
    """The error for a term that no snapshot can answer."""
    return UsageError(
        f"only a server can search for {type(term).__name__}; inside | or ~ it cannot be joined with what the client"
        " must finish (time of day, attachments, file names, matching)"
    )


def shown(criterion: Criterion) -> str:
    """A criterion as it is written in Python."""
    match criterion:
        case And(criteria):
            return " & ".join(map(_inner, criteria))
        case Or(criteria):
            return " | ".join(map(_inner, criteria))
        case Not(inner):
            return f"~{_inner(inner)}"
    return repr(criterion)


def _inner(criterion: Criterion) -> str:
    return f"({shown(criterion)})" if isinstance(criterion, And | Or) else shown(criterion)
