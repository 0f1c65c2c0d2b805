"""What a selection of messages is, and how it is narrowed: nothing here does any I/O."""

from __future__ import annotations

from typing import Self, Unpack

import attrs

from mailkit.criteria import And, Criterion, Not, Terms, Uid, from_terms
from mailkit.errors import UsageError
from mailkit.items import checked
from mailkit.pool import Pool
from mailkit.protocol.values.numbers import UidSet
from mailkit.walk import Walk

WHOLE = slice(None)


@attrs.frozen
class Selection:
    """Messages of one mailbox, by criteria and slice."""

    pool: Pool = attrs.field(repr=False)
    mailbox: str
    criterion: Criterion
    items: frozenset[str]
    window: slice = WHOLE

    def where(self, *criteria: Criterion, **terms: Unpack[Terms]) -> Self:
        """Those that match all of these, too. Any text is safe: it is a value, never a part of the command."""
        return self._narrowed(And.of((self.criterion, *criteria, from_terms(terms))))

    def exclude(self, *criteria: Criterion, **terms: Unpack[Terms]) -> Self:
        """Those that do not match all of these together."""
        excluded = And.of((*criteria, from_terms(terms)))
        return self._narrowed(And.of((self.criterion, Not(excluded))))

    def only(self, *items: str) -> Self:
        """The same messages, with nothing but the UID and these items in their snapshots."""
        return attrs.evolve(self, items=checked(items))

    def prefetch(self, *items: str) -> Self:
        """The same messages, with these items in their snapshots as well."""
        return attrs.evolve(self, items=self.items | checked(items))

    def __getitem__(self, part: slice) -> Self:
        """Some of them by rank: `[:20]` the first twenty, `[-20:]` the last."""
        if not isinstance(part, slice) or part.step not in (None, 1):  # type: ignore[redundant-expr]  # callers err
            raise UsageError("a selection is sliced without a step; one message is had by get(uid), first() or last()")
        if self.window != WHOLE:
            raise UsageError("the selection is sliced already")
        return attrs.evolve(self, window=part)

    def walk(self) -> Walk:
        """An iteration of its own over the selection."""
        return Walk(self.pool, self.mailbox, self.criterion, self.items, self.window)

    def _narrowed(self, criterion: Criterion) -> Self:
        if self.window != WHOLE:
            raise UsageError("narrow the selection first, then slice it")
        return attrs.evolve(self, criterion=criterion)

    def _all(self, uids: UidSet) -> Self:
        return attrs.evolve(self, criterion=Uid(uids), window=WHOLE)
