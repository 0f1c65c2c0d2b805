"""The same operations for threads: each is the asyncio one, run to its end without an event loop."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from functools import wraps
from types import TracebackType
from typing import Concatenate, ParamSpec, Protocol, Self, TypeVar

import attrs

from mailkit.account import AsyncAccount, open_account
from mailkit.attachment import AsyncAttachment, AttachmentInfo
from mailkit.criteria import All
from mailkit.items import DEFAULT
from mailkit.mailbox import AsyncMailbox
from mailkit.mailbox_info import MailboxInfo
from mailkit.message import AsyncMessage
from mailkit.messages import AsyncMessages
from mailkit.protocol.complete import complete
from mailkit.protocol.network import Network
from mailkit.protocol.transport import ThreadNetwork
from mailkit.selection import Selection
from mailkit.snapshot import Snapshot

CoreT = TypeVar("CoreT")
CoreT_co = TypeVar("CoreT_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")


class HasCore(Protocol[CoreT_co]):
    """A blocking object over the asyncio one that does the work."""

    @property
    def core(self) -> CoreT_co: ...


def blocking(
    operation: Callable[Concatenate[CoreT, P], Coroutine[object, object, T]],
) -> Callable[Concatenate[HasCore[CoreT], P], T]:
    """The operation for threads, with the same arguments and result."""

    @wraps(operation)
    def run(self: HasCore[CoreT], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return complete(operation(self.core, *args, **kwargs))

    return run


def _opening(
    operation: Callable[Concatenate[Network, P], Coroutine[object, object, AsyncAccount]],
) -> Callable[P, Account]:
    @wraps(operation)
    def connect(*args: P.args, **kwargs: P.kwargs) -> Account:
        return Account(complete(operation(ThreadNetwork(), *args, **kwargs)))

    return connect


class Attachment(AttachmentInfo):
    """An attachment whose content can be had; nothing is fetched before it is asked for."""

    def __init__(self, core: AsyncAttachment) -> None:
        super().__init__(core.part)
        self.core = core

    read = blocking(AsyncAttachment.read)
    save = blocking(AsyncAttachment.save)


class Message(Snapshot):
    """A message: its attributes are as they were fetched, its verbs talk to the server."""

    def __init__(self, core: AsyncMessage) -> None:
        super().__init__(core.data)
        self.core = core

    text = blocking(AsyncMessage.text)
    html = blocking(AsyncMessage.html)
    raw = blocking(AsyncMessage.raw)

    def attachments(self) -> list[Attachment]:
        """Its attachments, inline images and enclosed messages, in its order; their content is not fetched yet."""
        return [Attachment(core) for core in complete(self.core.attachments())]


@attrs.frozen
class Messages(Selection):
    """A selection that is iterated by `for`, by ascending UID.

    Messages come some at a time; other commands may run in between.
    """

    @property
    def core(self) -> AsyncMessages:
        """The same selection for asyncio."""
        return AsyncMessages(self.pool, self.mailbox, self.criterion, self.items, self.window)

    def __iter__(self) -> Iterator[Message]:
        walk = self.walk()
        try:
            while batch := complete(walk.next_batch()):
                for message in batch:
                    yield Message(message)
        finally:
            walk.abandon()

    uids = blocking(AsyncMessages.uids)
    count = blocking(AsyncMessages.count)
    exists = blocking(AsyncMessages.exists)
    add_flags = blocking(AsyncMessages.add_flags)
    remove_flags = blocking(AsyncMessages.remove_flags)
    mark_seen = blocking(AsyncMessages.mark_seen)
    mark_unseen = blocking(AsyncMessages.mark_unseen)

    def first(self) -> Message | None:
        """The one with the smallest UID, or None."""
        return _message(complete(self.core.first()))

    def last(self) -> Message | None:
        """The one with the largest UID, or None."""
        return _message(complete(self.core.last()))

    def get(self, uid: int) -> Message | None:
        """The message with this UID, or None if it is not among them."""
        return _message(complete(self.core.get(uid)))


class Mailbox(MailboxInfo):
    """A mailbox of an account, by name; making one does no I/O."""

    @property
    def core(self) -> AsyncMailbox:
        """The same mailbox for asyncio."""
        return AsyncMailbox(self.pool, self.listing)

    @property
    def messages(self) -> Messages:
        """All its messages: a selection to narrow, iterate and act upon. No I/O."""
        return Messages(self.pool, self.name, All(), DEFAULT)

    status = blocking(AsyncMailbox.status)


class Account:
    """One user's mail on one server, for threads; any number of them may use it at once.

    `with Account.connect(…) as account`, which also closes it at the end.
    """

    def __init__(self, core: AsyncAccount) -> None:
        self.core = core

    connect = staticmethod(_opening(open_account))
    capabilities = blocking(AsyncAccount.capabilities)
    close = blocking(AsyncAccount.close)

    @property
    def inbox(self) -> Mailbox:
        """The mailbox that new mail comes to. No I/O."""
        return self.mailbox("INBOX")

    def mailbox(self, name: str) -> Mailbox:
        """The mailbox of that name, whether it exists or not. No I/O."""
        return _mailbox(self.core.mailbox(name))

    def mailboxes(
        self, pattern: str = "*", *, subscribed: bool = False, with_status: tuple[str, ...] | None = None
    ) -> list[Mailbox]:
        """As `AsyncAccount.mailboxes`."""
        found = self.core.mailboxes(pattern, subscribed=subscribed, with_status=with_status)
        return [_mailbox(core) for core in complete(found)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _message(core: AsyncMessage | None) -> Message | None:
    return None if core is None else Message(core)


def _mailbox(core: AsyncMailbox) -> Mailbox:
    return Mailbox(core.pool, core.listing)
