"""Messages of a mailbox, for asyncio: lazy and immutable until they are iterated or acted upon."""

from __future__ import annotations

from collections.abc import AsyncIterator

import attrs

from mailkit.message import AsyncMessage
from mailkit.pool import Place
from mailkit.protocol.commands.store import Store, StoreAction
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.selection import WHOLE, Selection

_SET_OCTETS = 8000
"""How long a set of UIDs in one command may be: RFC 7162 §4 wants servers to take 8,192 octets a line."""


@attrs.frozen
class AsyncMessages(Selection):
    """A selection whose verbs are awaited and that is iterated by `async for`, by ascending UID.

    Messages come some at a time; other commands may run in between.
    """

    def __aiter__(self) -> AsyncIterator[AsyncMessage]:
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[AsyncMessage]:
        walk = self.walk()
        try:
            while batch := await walk.next_batch():
                for message in batch:
                    yield message
        finally:
            walk.abandon()

    async def uids(self) -> UidSet:
        """The UIDs of all of them."""
        return await self.walk().uids()

    async def count(self) -> int:
        """How many there are."""
        return (await self.uids()).count

    async def exists(self) -> bool:
        """Whether there is any."""
        return bool(await self.uids())

    async def first(self) -> AsyncMessage | None:
        """The one with the smallest UID, or None."""
        first = self if self.window != WHOLE else self[:1]
        async for message in first:
            return message
        return None

    async def last(self) -> AsyncMessage | None:
        """The one with the largest UID, or None."""
        found = await self.uids()
        return await self._all(found[-1:]).first() if found else None

    async def get(self, uid: int) -> AsyncMessage | None:
        """The message with this UID, or None if it is not among them."""
        return await self.where(uid=uid).first()

    # -- changing

    async def add_flags(self, *flags: str) -> None:
        """Set these flags on all of them; others that they have stay."""
        await self._store(StoreAction.ADD, flags)

    async def remove_flags(self, *flags: str) -> None:
        """Take these flags from all of them."""
        await self._store(StoreAction.REMOVE, flags)

    async def mark_seen(self) -> None:
        r"""Set `\Seen` on all of them."""
        await self.add_flags(Flag.SEEN)

    async def mark_unseen(self) -> None:
        r"""Take `\Seen` from all of them."""
        await self.remove_flags(Flag.SEEN)

    async def _store(self, action: StoreAction, flags: tuple[str, ...]) -> None:
        wanted = FlagSet(map(Flag, flags))
        uids = await self.uids()
        for chunk in uids.chunks(_SET_OCTETS):
            await self.pool.run(Store(chunk, action, wanted), Place(self.mailbox, writable=True))
