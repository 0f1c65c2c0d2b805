"""One mailbox, for asyncio: what can be done to it."""

from __future__ import annotations

from mailkit.criteria import All
from mailkit.items import DEFAULT
from mailkit.mailbox_info import MailboxInfo, status_items
from mailkit.messages import AsyncMessages
from mailkit.protocol.commands.status import Status
from mailkit.protocol.values.status import MailboxStatus


class AsyncMailbox(MailboxInfo):
    """A mailbox of an account, by name; making one does no I/O, its verbs are awaited."""

    @property
    def messages(self) -> AsyncMessages:
        """All its messages: a selection to narrow, iterate and act upon. No I/O."""
        return AsyncMessages(self.pool, self.name, All(), DEFAULT)

    async def status(self, *items: str) -> MailboxStatus:
        """Counts without opening the mailbox; with no items, all that every server knows (RFC 9051 §6.3.11).

        Items are the names of the attributes of `MailboxStatus`. Raises `MailboxNotFound`, and `NotSupported` for an
        item that the server does not offer.
        """
        return await self.pool.run(Status(self.name, status_items(items)), about=self.name)
