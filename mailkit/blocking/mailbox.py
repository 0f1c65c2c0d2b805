"""A mailbox for threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailkit.blocking.messages import Messages
from mailkit.criteria import All
from mailkit.lifting import blocking
from mailkit.mailbox import AsyncMailbox
from mailkit.mailboxes.info import MailboxInfo
from mailkit.protocol.complete import complete
from mailkit.selecting.items import DEFAULT

if TYPE_CHECKING:
    from mailkit.events import Event


class Mailbox(MailboxInfo):
    """A mailbox of an account, by name; making one does no I/O."""

    @classmethod
    def of(cls, core: AsyncMailbox) -> Mailbox:
        """The mailbox that this one is for asyncio."""
        return cls(core.pool, core.what)

    @property
    def core(self) -> AsyncMailbox:
        """The same mailbox for asyncio."""
        return AsyncMailbox(self.pool, self.what)

    @property
    def messages(self) -> Messages:
        """All its messages: a selection to narrow, iterate and act upon. No I/O."""
        return Messages(self.pool, self.name, All(), DEFAULT)

    @blocking(AsyncMailbox.exists)
    def exists(self) -> None: ...
    @blocking(AsyncMailbox.create)
    def create(self) -> None: ...
    @blocking(AsyncMailbox.delete)
    def delete(self) -> None: ...
    @blocking(AsyncMailbox.subscribe)
    def subscribe(self) -> None: ...
    @blocking(AsyncMailbox.unsubscribe)
    def unsubscribe(self) -> None: ...
    @blocking(AsyncMailbox.status)
    def status(self) -> None: ...
    @blocking(AsyncMailbox.changes)
    def changes(self) -> None: ...
    @blocking(AsyncMailbox.append)
    def append(self) -> None: ...
    @blocking(AsyncMailbox.append_many)
    def append_many(self) -> None: ...
    @blocking(AsyncMailbox.expunge)
    def expunge(self) -> None: ...
    @blocking(AsyncMailbox.acl)
    def acl(self) -> None: ...
    @blocking(AsyncMailbox.set_rights)
    def set_rights(self) -> None: ...
    @blocking(AsyncMailbox.grant)
    def grant(self) -> None: ...
    @blocking(AsyncMailbox.revoke)
    def revoke(self) -> None: ...
    @blocking(AsyncMailbox.remove_rights)
    def remove_rights(self) -> None: ...
    @blocking(AsyncMailbox.my_rights)
    def my_rights(self) -> None: ...
    @blocking(AsyncMailbox.list_rights)
    def list_rights(self) -> None: ...
    @blocking(AsyncMailbox.quotas)
    def quotas(self) -> None: ...
    @blocking(AsyncMailbox.metadata)
    def metadata(self) -> None: ...
    @blocking(AsyncMailbox.set_metadata)
    def set_metadata(self) -> None: ...

    def watch(self, timeout: float | None = None, *, poll_every: float = 30.0) -> Iterator[Event]:
        """What happens in it from now on: `NewMessage`, `Expunged` and `FlagsChanged`, by whomever, until nothing has
        happened for `timeout` seconds (None: for ever). As `AsyncMailbox.watch` otherwise.
        """
        # Here and not above: few who read mail need it.
        from mailkit.watch import Watching  # noqa: PLC0415

        watching = Watching(self.pool, self.name, timeout, poll_every)
        try:
            while events := complete(watching.next_events()):
                yield from events
        finally:
            complete(watching.close())

    def look_up(self) -> Mailbox:
        """The same mailbox with all that LIST tells of it; `MailboxNotFound` where there is none."""
        return Mailbox.of(complete(self.core.look_up()))

    def rename(self, to: str) -> Mailbox:
        """As `AsyncMailbox.rename`."""
        return Mailbox.of(complete(self.core.rename(to)))

    def children(self) -> list[Mailbox]:
        """The mailboxes one level below it."""
        return [Mailbox.of(core) for core in complete(self.core.children())]
