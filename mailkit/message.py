"""One message: a snapshot of what was fetched, and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from mailkit import changing
from mailkit.changing.verbs import AsyncVerbs
from mailkit.content import AsyncContent
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet

if TYPE_CHECKING:
    from mailkit.changing.acts import Targets
    from mailkit.changing.appending import Appended
    from mailkit.changing.outgoing import Sendable


class AsyncMessage(AsyncContent, AsyncVerbs):
    """A message: its attributes are as they were fetched, its verbs talk to the server.

    It is known by its mailbox, UIDVALIDITY and UID: whatever happens, its verbs do not hit another one.
    """

    async def replace(
        self, new: Sendable, *, flags: Iterable[str] | None = None, date: datetime | None = None
    ) -> Appended:
        """Put another message into its place, as when a draft has been edited; the result tells the new one's UID.

        The new one has the flags of the old one unless others are given, and the internal date of now. Where the server
        lacks REPLACE (RFC 8508) it is appended, and then the old one is removed; for a moment both are there. Whatever
        goes wrong, the old one is kept unless the server has said that the new one is there. `NotSupported` where there
        is no UIDPLUS either, `MessageGone` where the old one is not there any more; else raises what `append` does.
        """
        # Here and not above: few who read mail need it.
        from mailkit.changing.replacing import replace  # noqa: PLC0415

        return await replace(self.source, new, None if flags is None else FlagSet(flags), date)

    async def _targets(self) -> Targets:
        place = attrs.evolve(self._place, writable=True)
        selected = await self._pool.opened(place)
        return changing.acts.Targets(self._pool, place, selected, UidSet.of(self.uid))
