"""An iteration over a selection: the search, the windows of FETCH, and what is finished here of the search."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import attrs

from mailkit import selecting
from mailkit.connecting.connections import Place
from mailkit.criteria import Compiled, Criterion, compile, matches  # noqa: A004  # the verb that compilers use
from mailkit.errors import CommandRefused
from mailkit.mailboxes.listing import name_of
from mailkit.planner import WINDOW, Fetching
from mailkit.pool import Pool
from mailkit.protocol.commands.search import Search
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.search_key import ALL, Key, SearchKey
from mailkit.selecting.items import TEXTS, fetch_items, second_step
from mailkit.selecting.ranks import first_ranks, partial_range, ranks
from mailkit.selecting.searching import CharsetRefused, Searcher, believable, fits
from mailkit.selecting.selection import WHOLE, Selection
from mailkit.selecting.snapshot import Snapshot
from mailkit.selecting.sorting import client_items, client_sort, server_sort

T = TypeVar("T")


class Walk:
    """Gives the messages of a selection batch by batch, or only their UIDs.

    What the server cannot search is finished here over what it left; a slice then counts what is left over. The
    UIDVALIDITY of the mailbox as it was searched goes with every message.
    """

    def __init__(self, selection: Selection, *, writable: bool = False) -> None:
        self.place: Place = Place("", writable)
        """Where it goes, with the UIDVALIDITY that the mailbox had at the first answer."""
        self.capabilities: Capabilities = Capabilities()
        self.pool: Pool = selection.pool
        self._selection = selection
        self._compiled: Compiled | None = None
        self._rest: Criterion | None = None
        self._fetching: Fetching | None = None
        self._pieces: deque[list[MessageData]] = deque()  # of the last batch, which wait for their second step

    async def open(self) -> Compiled:
        """Decide, once, what the server will be asked for and what is left to do here."""
        if self._compiled is None:
            name = await name_of(self.pool, self._selection.mailbox)
            self.capabilities = await self.pool.capabilities()
            self.place = await self.pool.caught_up(attrs.evolve(self.place, mailbox=name))
            self._compiled = compile(self._selection.criterion, self.capabilities, datetime.now(UTC))
        return self._compiled

    @property
    def knows_all(self) -> bool:
        """Whether the UIDs are known without a search; the walk is open."""
        return self._compiled is not None and self._known(self._compiled) is not None

    async def uids(self) -> UidSet:
        """The UIDs of the selection."""
        members = await self._members()
        return members if isinstance(members, UidSet) else UidSet(members)

    async def ordered_uids(self) -> list[int]:
        """The UIDs of the selection in its order."""
        return list(await self._members())

    async def count(self) -> int:
        """How many messages there are, counted by the server where that is possible."""
        compiled = await self.open()
        if compiled.rest is None and "ESEARCH" in self.capabilities and fits(compiled.server):
            result = await self._asked(lambda searcher, key: searcher.run(Search(key, ("COUNT",))))
            if result.count is not None and self._compiled is compiled:
                return len(ranks(self._selection.window, result.count))
        return len(await self._members())

    async def next_batch(self) -> list[MessageData]:
        """The next messages, at least one; none at the end."""
        if self._fetching is None:
            self._fetching = await self._start()
        second = second_step(self._selection.items, self.capabilities)
        while found := await self._next_piece(self._fetching, second):
            if second & TEXTS:
                found = await selecting.texts.with_texts(self.pool, self.place, found, second)
            if "preview" in second:
                found = await selecting.previews.with_previews(self.pool, self.place, found)
            if self._rest is not None:
                found = [data for data in found if matches(self._rest, Snapshot(data))]
            if found:
                return found
        return []

    async def _next_piece(self, fetching: Fetching, second: frozenset[str]) -> list[MessageData]:
        """The next messages as they came, so few that what the second step brings of them fits into memory."""
        if not self._pieces:
            found = await fetching.next_batch()
            self.place = fetching.place
            if not second & TEXTS:
                return found
            self._pieces.extend(selecting.texts.by_size(found, second, self.pool.limits.literal))
        return self._pieces.popleft() if self._pieces else []

    def abandon(self) -> None:
        """Nobody wants the rest."""
        if self._fetching is not None:
            self._fetching.abandon()

    async def _start(self) -> Fetching:
        compiled = await self.open()
        selection = self._selection
        items = selection.items
        if known := self._known(compiled):
            members: UidSet | list[int] = known
        elif compiled.rest is not None and selection.window == WHOLE and not selection.order:
            members = await self._search()
            compiled = await self.open()
            self._rest = compiled.rest
            items |= compiled.items
        else:
            members = await self._members()
        return self._fetch(members, items, in_order=bool(selection.order))

    def _known(self, compiled: Compiled) -> UidSet | None:
        """The UIDs where they were all that was asked for: a FETCH leaves out those that are not there."""
        match compiled.server:
            case Key("UID", (UidSet() as uids,)) if not (uids.has_star or compiled.rest or self._selection.order):
                whole = self._selection.window == WHOLE and uids.count <= WINDOW
                return uids if whole or (uids.count == 1 and 0 in ranks(self._selection.window, 1)) else None
        return None

    async def _members(self) -> UidSet | list[int]:
        """The UIDs of the selection in its order."""
        compiled = await self.open()
        selection = self._selection
        if selection.order:
            return (await self._sorted(compiled))[selection.window]
        if compiled.rest is None and (few := await self._sliced(compiled)) is not None:
            return few
        found = await self._search()
        return await self._filtered(found, selection.window)

    async def _sliced(self, compiled: Compiled) -> UidSet | None:
        """A slice of what the server finds, where it can tell that without telling, or looking at, all."""
        window = self._selection.window
        if window == WHOLE or not fits(compiled.server):
            return None
        is_extended, part = "ESEARCH" in self.capabilities, partial_range(window)
        if is_extended and "PARTIAL" in self.capabilities and part is not None:
            told = (await self._asked(lambda searcher, key: searcher.run(Search(key, partial=part)))).partial
        elif compiled.server == ALL and (count := self.pool.exists(self.place)):
            return await self._numbered(ranks(window, count), count)
        elif is_extended and window in (slice(None, 1), slice(-1, None)):
            option = "MAX" if window.stop is None else "MIN"
            result = await self._asked(lambda searcher, key: searcher.run(Search(key, (option,))))
            one = result.max if window.stop is None else result.min
            told = UidSet() if one is None else UidSet.of(one)
        else:
            return None
        # A server that takes no charset has been asked for more than what is wanted.
        return told if self._compiled is compiled else None

    async def _numbered(self, wanted: range, count: int) -> UidSet | None:
        """The UIDs of these of so many messages; None where there are none, or not so many any more."""
        numbers = SequenceSet(range(wanted.start + 1, wanted.stop + 1))
        if not numbers:
            return None
        try:
            found = await self._asked(lambda searcher, _: searcher.found(Key("", (numbers,))))
        except CommandRefused:
            return None  # a number is larger than the mailbox (RFC 9051 §9 seq-number)
        return found if found.count == len(wanted) and self.pool.exists(self.place) == count else None

    async def _search(self) -> UidSet:
        """What the server finds; more messages than the mailbox can have would be fetched for ever."""
        found = await self._asked(Searcher.found)
        return believable(found, (await self.pool.opened(self.place)).exists)

    async def _asked(self, ask: Callable[[Searcher, SearchKey], Awaitable[T]]) -> T:
        """Ask the server; where it takes no charset that could say it all, for less."""
        compiled = await self.open()
        searcher = Searcher(self.pool, self.place, is_extended="ESEARCH" in self.capabilities)
        try:
            return await ask(searcher, compiled.server)
        except CharsetRefused:
            criterion = selecting.unsent.without_charset(self._selection.criterion, self.capabilities)
            self._compiled = compile(criterion, self.capabilities, datetime.now(UTC))
            return await ask(searcher, self._compiled.server)
        finally:
            self.place = searcher.place

    async def _filtered(self, found: UidSet, window: slice) -> UidSet:
        """The UIDs of those that match what is left of the search, as many as the slice needs."""
        compiled = await self.open()
        if compiled.rest is None:
            return found[window]
        from_end, enough = first_ranks(window)
        uids = list(reversed(found)) if from_end else found
        items = compiled.items | self._selection.items if compiled.sees_all else compiled.items
        walk = self._over(uids, items, compiled.rest, in_order=from_end)
        matching: list[int] = []
        while (enough is None or len(matching) < enough) and (batch := await walk.next_batch()):
            matching.extend(data.uid for data in batch if data.uid is not None)
        walk.abandon()
        return UidSet(matching[:enough])[window]

    async def _sorted(self, compiled: Compiled) -> list[int]:
        """All UIDs in the order wanted, by the server where it has SORT."""
        selection = self._selection
        selected = await self.pool.opened(self.place)
        self.place = attrs.evolve(self.place, uid_validity=selected.uid_validity)
        ordered = await server_sort(self.pool, self.place, self.capabilities, compiled.server, selection.order)
        if ordered is not None and compiled.rest is None and fits(compiled.server):
            return ordered
        matching = await self._filtered(await self._search(), WHOLE)
        if ordered is not None:
            return [uid for uid in ordered if uid in matching]
        walk = self._over(matching, client_items(selection.order))
        snapshots: list[Snapshot] = []
        while batch := await walk.next_batch():
            snapshots += map(Snapshot, batch)
        return client_sort(snapshots, selection.order)

    def _over(
        self, uids: UidSet | list[int], items: frozenset[str], rest: Criterion | None = None, *, in_order: bool = False
    ) -> Walk:
        """A walk over these, with what this one knows already."""
        walk = Walk(attrs.evolve(self._selection, items=items, window=WHOLE, order=()))
        walk.place, walk.capabilities = self.place, self.capabilities
        walk._rest = rest  # one of our own
        walk._fetching = self._fetch(uids, items, in_order=in_order)  # one of our own
        return walk

    def _fetch(self, uids: UidSet | list[int], items: frozenset[str], *, in_order: bool) -> Fetching:
        wanted = fetch_items(items, self.capabilities)
        whole_windows = in_order or bool(second_step(items, self.capabilities))
        return Fetching(self.pool, self.place, uids, wanted, in_order=whole_windows)
