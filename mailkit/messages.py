"""Messages of a mailbox, for asyncio: lazy and immutable until they are iterated or acted upon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Literal, overload

from mailkit import changing
from mailkit.changing.verbs import AsyncVerbs
from mailkit.errors import UsageError
from mailkit.message import AsyncMessage
from mailkit.protocol.values.numbers import UidSet
from mailkit.selecting.selection import WHOLE, Selection
from mailkit.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from mailkit.arrange.threading import Algorithm
    from mailkit.changing.acts import Targets
    from mailkit.changing.plan import Exported, Plan
    from mailkit.explanation import Explanation
    from mailkit.exporting.export import Format, Progress
    from mailkit.threads import Thread


class AsyncMessages(Selection, AsyncVerbs):
    """A selection whose verbs are awaited and that is iterated by `async for`, in its order: by ascending UID, or as
    `order_by` says.

    Messages come some at a time; other commands may run in between.
    """

    def __aiter__(self) -> AsyncIterator[AsyncMessage]:
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[AsyncMessage]:
        walk = Walk(self)
        try:
            while batch := await walk.next_batch():
                for data in batch:
                    yield AsyncMessage(data, walk.pool, walk.place)
        finally:
            walk.abandon()

    async def pages(self, size: int) -> AsyncIterator[list[AsyncMessage]]:
        """The messages in lists of this size, the last one perhaps shorter."""
        if size < 1:
            raise UsageError(f"a page has one message or more, not {size}")
        page: list[AsyncMessage] = []
        async for message in self:
            page.append(message)
            if len(page) == size:
                yield page
                page = []
        if page:
            yield page

    async def uids(self) -> UidSet:
        """The UIDs of all of them."""
        return await Walk(self).uids()

    async def count(self) -> int:
        """How many there are."""
        return await Walk(self).count()

    async def exists(self) -> bool:
        """Whether there is any."""
        return bool(await (self[:1] if self.window == WHOLE else self).uids())

    async def first(self) -> AsyncMessage | None:
        """The first one, or None."""
        return await self._one(slice(None, 1))

    async def last(self) -> AsyncMessage | None:
        """The last one, or None."""
        return await self._one(slice(-1, None))

    async def get(self, uid: int) -> AsyncMessage | None:
        """The message with this UID, or None if it is not among them."""
        if self.window == WHOLE:
            return await self.where(uid=uid).first()
        return await self._of(await self.uids() & UidSet.of(uid)).first()

    async def threads(self, algorithm: str | Algorithm = "references") -> list[Thread[AsyncMessage]]:
        """The messages as conversations: trees, each with its messages, in the order in which servers give them.

        "references" joins by References and then by subject, "refs" by References alone, "orderedsubject" by subject
        and date (RFC 5256). The server does it where it can (THREAD=…), else the client, the same way.
        """
        # Here and not above, as elsewhere in this file: few who read mail need it.
        from mailkit.threads import threaded  # noqa: PLC0415

        return await threaded(self, algorithm)

    @overload
    async def export(
        self,
        path: str | Path,
        format: Format = "mbox",
        *,
        progress: Progress | None = None,
        dry_run: Literal[False] = False,
    ) -> Exported: ...
    @overload
    async def export(
        self, path: str | Path, format: Format = "mbox", *, progress: Progress | None = None, dry_run: Literal[True]
    ) -> Plan: ...
    async def export(
        self,
        path: str | Path,
        format: Format = "mbox",  # noqa: A002  # the word for it
        *,
        progress: Progress | None = None,
        dry_run: bool = False,
    ) -> Exported | Plan:
        """Write the messages to files: an "mbox" (mboxrd), a "maildir" with flags, or a folder of "eml" files.

        They are written as they arrive, so that memory does not grow with them, and nothing is ever overwritten: an
        mbox that is there raises `FileExistsError`. `progress` is called after each message with how many are written,
        how many there are, and how many octets have been written. What is gone meanwhile is left out.
        """
        from mailkit.exporting.export import exported, planned  # noqa: PLC0415

        if dry_run:
            return await planned(self, path, format)
        return await exported(self, path, format, progress)

    async def explain(self) -> Explanation:
        """What an iteration does: what is sent to the server, what is left to the client, and what is fetched."""
        from mailkit.explanation import explained  # noqa: PLC0415

        return await explained(self)

    async def _one(self, part: slice) -> AsyncMessage | None:
        if self.window == WHOLE:
            async for message in self[part]:
                return message
            return None
        chosen = (await Walk(self).ordered_uids())[part]
        return await self._of(UidSet(chosen)).first() if chosen else None

    async def _targets(self) -> Targets:
        walk = Walk(self, writable=True)
        uids = await walk.uids()
        return changing.acts.Targets(self.pool, walk.place, await self.pool.opened(walk.place), uids)
