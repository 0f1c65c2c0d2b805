"""An iteration over a selection: the search, the windows of FETCH, and what is finished here of the search."""

from __future__ import annotations

from datetime import UTC, datetime

from mailkit.criteria import Compiled, Criterion, compile, matches  # noqa: A004  # the verb that compilers use
from mailkit.items import fetch_items
from mailkit.message import AsyncMessage
from mailkit.planner import Fetching
from mailkit.pool import Place, Pool
from mailkit.protocol.commands.search import Search
from mailkit.protocol.values.numbers import UidSet
from mailkit.texts import TEXTS, with_texts

_EVERYTHING = slice(None)


class Walk:
    """Gives the messages of a selection batch by batch.

    What the server cannot search is finished here over what it left; a slice then counts what is left over.
    """

    def __init__(
        self, pool: Pool, mailbox: str, criterion: Criterion, items: frozenset[str], window: slice = _EVERYTHING
    ) -> None:
        self._pool = pool
        self._place = Place(mailbox)
        self._criterion = criterion
        self._items = items
        self._window = window
        self._rest: Criterion | None = None
        self._fetching: Fetching | None = None

    async def uids(self) -> UidSet:
        """The UIDs of the selection."""
        compiled, found = await self._search()
        if compiled.rest is not None:
            found = await self._filtered(compiled, found)
        return found[self._window]

    async def next_batch(self) -> list[AsyncMessage]:
        """The next messages, at least one; none at the end."""
        if self._fetching is None:
            self._fetching = await self._start()
        texts = self._items & TEXTS
        while found := await self._fetching.next_batch():
            if texts:
                found = await with_texts(self._pool, self._place, found, texts)
            batch = [AsyncMessage(data, self._pool, self._place) for data in found]
            if self._rest is not None:
                batch = [message for message in batch if matches(self._rest, message)]
            if batch:
                return batch
        return []

    def abandon(self) -> None:
        """Nobody wants the rest."""
        if self._fetching is not None:
            self._fetching.abandon()

    async def _start(self) -> Fetching:
        compiled, found = await self._search()
        items = self._items
        if compiled.rest is not None and self._window != _EVERYTHING:
            found = await self._filtered(compiled, found)
        elif compiled.rest is not None:
            self._rest = compiled.rest
            items |= compiled.items
        return await self._fetch(found[self._window], items)

    async def _search(self) -> tuple[Compiled, UidSet]:
        """What the server finds, and what is left to find here."""
        capabilities = await self._pool.capabilities()
        compiled = compile(self._criterion, capabilities, datetime.now(UTC))
        returns = ("ALL",) if "ESEARCH" in capabilities else ()
        found = await self._pool.run(Search(compiled.server, returns), self._place)
        return compiled, found.uids

    async def _fetch(self, uids: UidSet, items: frozenset[str]) -> Fetching:
        wanted = fetch_items(items, await self._pool.capabilities())
        return Fetching(self._pool, self._place, uids, wanted, in_order=bool(items & TEXTS))

    async def _filtered(self, compiled: Compiled, found: UidSet) -> UidSet:
        """The UIDs of those that match what is left of the search."""
        walk = Walk(self._pool, self._place.mailbox, self._criterion, compiled.items)
        walk._rest = compiled.rest  # one of our own
        walk._fetching = await self._fetch(found, compiled.items)  # one of our own
        matching: list[int] = []
        while batch := await walk.next_batch():
            matching.extend(message.uid for message in batch)
        return UidSet(matching)
