"""One message: a snapshot of what was fetched, and what can be done to it."""

from __future__ import annotations

import attrs

from mailkit.content import AsyncContent
from mailkit.pool import Place, Pool
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.source import Source
from mailkit.verbs import AsyncVerbs, Targets


class AsyncMessage(AsyncContent, AsyncVerbs):
    """A message: its attributes are as they were fetched, its verbs talk to the server.

    It is known by its mailbox, UIDVALIDITY and UID: whatever happens, its verbs do not hit another one.
    """

    def __init__(self, data: MessageData, pool: Pool, place: Place) -> None:
        assert data.uid is not None
        super().__init__(data, Source(pool, place, data.uid))

    async def _targets(self) -> Targets:
        place = attrs.evolve(self.source.place, writable=True)
        selected = await self.source.pool.opened(place)
        return Targets(self.source.pool, place, selected, UidSet.of(self.uid))
