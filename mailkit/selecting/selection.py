"""What a selection of messages is, and how it is narrowed and ordered: nothing here does any I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn, Self, Unpack

import attrs

from mailkit import arrange, criteria
from mailkit.criteria import All, And, Criterion, Not
from mailkit.criteria.criterion import shown
from mailkit.errors import UsageError
from mailkit.mailboxes.info import Sought
from mailkit.pool import Pool
from mailkit.protocol.values.numbers import UidSet
from mailkit.selecting.items import checked
from mailkit.value import Value

if TYPE_CHECKING:
    from mailkit.arrange.sorting import SortKey
    from mailkit.criteria import Terms

WHOLE = slice(None)


@attrs.frozen(eq=False, repr=False)
class Selection(Value):
    """Messages of one mailbox, by criteria, order and slice."""

    pool: Pool = attrs.field(repr=False)
    mailbox: str | Sought
    """By its name, or by its use until a verb or an iteration has asked for the name."""
    criterion: Criterion
    items: frozenset[str]
    window: slice = WHOLE
    order: tuple[SortKey, ...] = ()

    def where(self, *criteria: Criterion, **terms: Unpack[Terms]) -> Self:
        """Those that match all of these, too. Any text is safe: it is a value, never a part of the command."""
        return self._narrowed(And.of((self.criterion, _all_of(criteria, terms))))

    def exclude(self, *criteria: Criterion, **terms: Unpack[Terms]) -> Self:
        """Those that do not match all of these together."""
        return self._narrowed(And.of((self.criterion, Not(_all_of(criteria, terms)))))

    def order_by(self, *keys: str | SortKey) -> Self:
        """The same messages in this order, the first key first; without keys, by ascending UID as they were.

        Keys are "date" (when it was written), "arrival", "subject" (without "Re:" and the like), "from", "to", "cc",
        "size", "display-from" and "display-to"; a minus turns one round, so "-date" is the newest first. What is equal
        stands by ascending UID. The server sorts where it has SORT (RFC 5256), else the client does, the same way.
        """
        if self.window != WHOLE:
            raise UsageError("order the selection first, then slice it")
        wanted = tuple(arrange.sorting.SortKey.parse(key) if isinstance(key, str) else key for key in keys)
        return attrs.evolve(self, order=wanted)

    def only(self, *items: str) -> Self:
        """The same messages, with nothing but the UID and these items in their snapshots."""
        return attrs.evolve(self, items=checked(items))

    def prefetch(self, *items: str) -> Self:
        """The same messages, with these items in their snapshots as well.

        Content that is too large to be kept among others (a message of more than `Limits.literal`, 48 MiB) is left out
        of the snapshot: `raw()`, `text()` and the like fetch it then, for that message alone.
        """
        return attrs.evolve(self, items=self.items | checked(items))

    def __getitem__(self, part: slice) -> Self:
        """Some of them by rank: `[:20]` the first twenty, `[-20:]` the last, without a look at the others."""
        if not isinstance(part, slice) or part.step not in (None, 1):  # type: ignore[redundant-expr]  # callers err
            raise UsageError("a selection is sliced without a step; one message is had by get(uid), first() or last()")
        if self.window != WHOLE:
            raise UsageError("the selection is sliced already")
        return attrs.evolve(self, window=part)

    def __bool__(self) -> NoReturn:
        """Never: without I/O nobody knows whether there is any, and a selection that is always true would be a trap."""
        raise UsageError("whether there is any message is told by exists(), and how many by count()")

    def __repr__(self) -> str:
        where = "" if isinstance(self.criterion, All) else f" where {shown(self.criterion)}"
        order = f" by {', '.join(map(str, self.order))}" if self.order else ""
        first, end = ("" if rank is None else rank for rank in (self.window.start, self.window.stop))
        window = "" if self.window == WHOLE else f" [{first}:{end}]"
        name = self.mailbox if isinstance(self.mailbox, str) else self.mailbox.use
        return f"<{type(self).__name__} of {str(name)!r}{where}{order}{window}>"

    def _narrowed(self, criterion: Criterion) -> Self:
        if self.window != WHOLE:
            raise UsageError("narrow the selection first, then slice it")
        return attrs.evolve(self, criterion=criterion)

    def _of(self, uids: UidSet) -> Self:
        return attrs.evolve(self, criterion=criteria.Uid(uids), window=WHOLE, order=())


def _all_of(given: Iterable[Criterion], terms: Terms) -> Criterion:
    return And.of((*given, criteria.from_terms(terms)) if terms else given)
