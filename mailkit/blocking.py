"""The same operations for threads: each is the asyncio one, run to its end without an event loop."""

# ruff: noqa: B027  # a verb has no body of its own
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import wraps
from io import BufferedReader
from itertools import islice, repeat
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from mailkit import opening, reading
from mailkit.account import AsyncAccount
from mailkit.attachment import AsyncAttachment, AttachmentInfo
from mailkit.changing.verbs import AsyncVerbs
from mailkit.content import AsyncContent
from mailkit.criteria import All
from mailkit.errors import UsageError
from mailkit.lifting import blocking, lifted, operation
from mailkit.mailbox import AsyncMailbox
from mailkit.mailboxes.info import MailboxInfo
from mailkit.message import AsyncMessage
from mailkit.messages import AsyncMessages
from mailkit.pool import Pool
from mailkit.protocol.complete import complete
from mailkit.protocol.network import Network
from mailkit.protocol.transport import ThreadNetwork
from mailkit.selecting.items import DEFAULT
from mailkit.selecting.selection import Selection
from mailkit.selecting.snapshot import Snapshot
from mailkit.walk import Walk

if TYPE_CHECKING:
    from mailkit.arrange.threading import Algorithm
    from mailkit.connecting.connections import Place
    from mailkit.events import Event
    from mailkit.protocol.imap4 import IMAP4
    from mailkit.protocol.values.capability import Capabilities
    from mailkit.protocol.values.message_data import MessageData
    from mailkit.protocol.values.special_use import SpecialUse
    from mailkit.threads import Thread
    from mailkit.tree import MailboxEvent

P = ParamSpec("P")
T = TypeVar("T")


def _opening(
    operation: Callable[Concatenate[Network, P], Coroutine[object, object, Pool]],
) -> Callable[[Callable[[], None]], Callable[P, Account]]:
    @wraps(operation)
    def connect(*args: P.args, **kwargs: P.kwargs) -> Account:
        try:
            opened = operation(ThreadNetwork(), *args, **kwargs)
        finally:
            del args, kwargs  # a password may be among them, and a traceback shows the arguments of every frame
        return Account(AsyncAccount(complete(opened)))

    return lambda _: connect


class Attachment(AttachmentInfo):
    """An attachment whose content can be had; nothing is fetched before it is asked for."""

    def __init__(self, core: AsyncAttachment) -> None:
        super().__init__(core.part)
        self.core = core

    @blocking(AsyncAttachment.read)
    def read(self) -> None: ...
    @blocking(AsyncAttachment.save)
    def save(self) -> None: ...
    @blocking(AsyncAttachment.email)
    def email(self) -> None: ...

    @property
    def defects(self) -> tuple[str, ...]:
        """What was wrong with the encoding of the content, once that was read or saved."""
        return self.core.defects

    def open(self) -> BufferedReader:
        """The content as a file, decoded, read from the server in ranges as it is needed."""
        return reading.ranges.buffered(complete(self.core.open()))


class Content(Snapshot):
    """A message to read: one of a mailbox, or one that is enclosed in another.

    What was not prefetched is fetched when it is asked for; nothing is marked as seen.
    """

    _core: AsyncContent | None = None  # made when needed, and not for each message of an iteration

    def __init__(self, data: MessageData, pool: Pool, place: Place) -> None:
        super().__init__(data)
        self._pool = pool
        self._place = place

    @classmethod
    def of(cls, core: AsyncContent) -> Self:
        """The message that this one is for asyncio."""
        source = core.source
        message = cls(core.data, source.pool, source.place)
        message._core = core
        return message

    @property
    def core(self) -> AsyncContent:
        """The same message for asyncio."""
        if self._core is None:
            self._core = AsyncContent(self.data, self._pool, self._place)
        return self._core

    @blocking(AsyncContent.text)
    def text(self) -> None: ...
    @blocking(AsyncContent.html)
    def html(self) -> None: ...
    @blocking(AsyncContent.headers)
    def headers(self) -> None: ...
    @blocking(AsyncContent.raw)
    def raw(self) -> None: ...
    @blocking(AsyncContent.email)
    def email(self) -> None: ...
    @blocking(AsyncContent.save)
    def save(self) -> None: ...

    @property
    def defects(self) -> tuple[str, ...]:
        """What in it could not be understood, the texts read so far included."""
        return self.core.defects

    def open(self) -> BufferedReader:
        """The whole message as a file, read from the server in ranges as it is needed."""
        return reading.ranges.buffered(complete(self.core.open()))

    def attachments(self) -> list[Attachment]:
        """Its attachments, inline images and enclosed messages, in its order; their content is not fetched yet."""
        return [Attachment(core) for core in complete(self.core.attachments())]

    def part(self, content_id: str) -> Attachment | None:
        """The part that its HTML refers to by this `cid:`, such as an inline image; None if there is none."""
        found = complete(self.core.part(content_id))
        return None if found is None else Attachment(found)

    def enclosed(self) -> list[Content]:
        """The messages that are enclosed in it as message/rfc822, in its order, with their envelopes."""
        return [Content.of(core) for core in complete(self.core.enclosed())]


class Verbs(ABC):
    """Verbs that change messages; see `AsyncVerbs`."""

    @property
    @abstractmethod
    def core(self) -> AsyncVerbs:
        """The same for asyncio."""

    @lifted
    @operation(AsyncVerbs.add_flags)
    def add_flags(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.remove_flags)
    def remove_flags(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.set_flags)
    def set_flags(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.mark_seen)
    def mark_seen(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.mark_unseen)
    def mark_unseen(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.add_labels)
    def add_labels(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.remove_labels)
    def remove_labels(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.set_labels)
    def set_labels(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.copy_to)
    def copy_to(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.move_to)
    def move_to(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.delete)
    def delete(self) -> None: ...


class Message(Content, Verbs):
    """A message: its attributes are as they were fetched, its verbs talk to the server.

    It is known by its mailbox, UIDVALIDITY and UID: whatever happens, its verbs do not hit another one.
    """

    _core: AsyncMessage | None = None

    @blocking(AsyncMessage.replace)
    def replace(self) -> None: ...

    @property
    def core(self) -> AsyncMessage:
        """The same message for asyncio."""
        if self._core is None:
            self._core = AsyncMessage(self.data, self._pool, self._place)
        return self._core


class Messages(Selection, Verbs):
    """A selection that is iterated by `for`, in its order: by ascending UID, or as `order_by` says.

    Messages come some at a time; other commands may run in between.
    """

    @property
    def core(self) -> AsyncMessages:
        """The same selection for asyncio."""
        return AsyncMessages(self.pool, self.mailbox, self.criterion, self.items, self.window, self.order)

    def __iter__(self) -> Iterator[Message]:
        walk = Walk(self)
        try:
            while batch := complete(walk.next_batch()):
                yield from map(Message, batch, repeat(walk.pool), repeat(walk.place))
        finally:
            walk.abandon()

    def pages(self, size: int) -> Iterator[list[Message]]:
        """The messages in lists of this size, the last one perhaps shorter."""
        if size < 1:
            raise UsageError(f"a page has one message or more, not {size}")
        messages = iter(self)
        while page := list(islice(messages, size)):
            yield page

    @blocking(AsyncMessages.uids)
    def uids(self) -> None: ...
    @blocking(AsyncMessages.count)
    def count(self) -> None: ...
    @blocking(AsyncMessages.exists)
    def exists(self) -> None: ...
    @blocking(AsyncMessages.explain)
    def explain(self) -> None: ...
    @lifted
    @operation(AsyncMessages.export)
    def export(self) -> None: ...

    def first(self) -> Message | None:
        """The first one, or None."""
        return _message(complete(self.core.first()))

    def last(self) -> Message | None:
        """The last one, or None."""
        return _message(complete(self.core.last()))

    def get(self, uid: int) -> Message | None:
        """The message with this UID, or None if it is not among them."""
        return _message(complete(self.core.get(uid)))

    def threads(self, algorithm: str | Algorithm = "references") -> list[Thread[Message]]:
        """As `AsyncMessages.threads`."""
        return [thread.map(Message.of) for thread in complete(self.core.threads(algorithm))]


class Mailbox(MailboxInfo):
    """A mailbox of an account, by name; making one does no I/O."""

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
        return _mailbox(complete(self.core.look_up()))

    def rename(self, to: str) -> Mailbox:
        """As `AsyncMailbox.rename`."""
        return _mailbox(complete(self.core.rename(to)))

    def children(self) -> list[Mailbox]:
        """The mailboxes one level below it."""
        return [_mailbox(core) for core in complete(self.core.children())]


class Account:
    """One user's mail on one server, for threads; any number of them may use it at once.

    `with Account.connect(…) as account`, which also closes it at the end.
    """

    def __init__(self, core: AsyncAccount) -> None:
        self.core = core

    @staticmethod
    @_opening(opening.connect)
    def connect() -> None: ...
    @staticmethod
    @_opening(opening.spawn)
    def spawn() -> None: ...
    @staticmethod
    @_opening(opening.configured)
    def configured() -> None: ...
    @blocking(AsyncAccount.namespaces)
    def namespaces(self) -> None: ...
    @blocking(AsyncAccount.server_id)
    def server_id(self) -> None: ...
    @blocking(AsyncAccount.quota)
    def quota(self) -> None: ...
    @blocking(AsyncAccount.set_quota)
    def set_quota(self) -> None: ...
    @blocking(AsyncAccount.metadata)
    def metadata(self) -> None: ...
    @blocking(AsyncAccount.set_metadata)
    def set_metadata(self) -> None: ...
    @blocking(AsyncAccount.close)
    def close(self) -> None: ...

    @property
    def capabilities(self) -> Capabilities:
        """What the server offers, implied capabilities among it: `"MOVE" in account.capabilities`. No I/O."""
        return self.core.capabilities

    @property
    def inbox(self) -> Mailbox:
        """The mailbox that new mail comes to. No I/O."""
        return self.mailbox("INBOX")

    def mailbox(self, name: str | SpecialUse, *, guess: bool = False) -> Mailbox:
        """The mailbox of that name, whether it exists or not. No I/O.

        One that is meant by its use, such as `SpecialUse.TRASH`, is looked up at once; the server is asked once for
        all. `MailboxNotFound` unless it gives one that use, or `guess` allows to take one that is called what people of
        many languages call theirs.
        """
        core = self.core.mailbox(name, guess=guess)
        complete(core.find_name())
        return _mailbox(core)

    def mailboxes(
        self, pattern: str = "*", *, subscribed: bool = False, with_status: tuple[str, ...] | None = None
    ) -> list[Mailbox]:
        """As `AsyncAccount.mailboxes`."""
        found = self.core.mailboxes(pattern, subscribed=subscribed, with_status=with_status)
        return [_mailbox(core) for core in complete(found)]

    def watch(self, timeout: float | None = None, *, poll_every: float = 30.0) -> Iterator[MailboxEvent]:
        """What happens to the mailboxes from now on: `MailboxCreated`, `MailboxDeleted`, `MailboxRenamed`,
        `MailboxSubscribed` and `MailboxUnsubscribed`, by whomever, until nothing has happened for `timeout` seconds
        (None: for ever). As `AsyncAccount.watch` otherwise.
        """
        # Here and not above: few who read mail need it.
        from mailkit.tree import TreeWatching  # noqa: PLC0415

        watching = TreeWatching(self.core.pool, timeout, poll_every)
        while events := complete(watching.next_events()):
            yield from events

    @contextmanager
    def raw(self, mailbox: str | MailboxInfo | None = None) -> Iterator[IMAP4]:
        """Lend a connection as an `IMAP4`: `with account.raw("INBOX") as imap`.

        It is logged in, has the mailbox open for writing if one is named, and nobody else uses it meanwhile; to others
        the account has one connection less. Afterwards it serves them again if it is still authenticated and nothing is
        under way on it; else it is closed. Raises `MailboxNotFound`; what happens inside raises `IMAP4.error`.
        """
        # Here and not above: few need it.
        from mailkit.protocol.imap4 import IMAP4_session  # noqa: PLC0415

        lease = self.core.session(mailbox)
        session = complete(_entered(lease))
        before = session.listeners[:]
        try:
            imap = IMAP4_session(session)
            imap.utf8_enabled = session.engine.is_utf8
            if mailbox is None:
                imap.state = "AUTH"  # what is selected is of no concern
            else:
                imap.untagged_responses["EXISTS"] = [b"%d" % session.engine.exists]
            try:
                yield imap
            finally:
                imap.state = "LOGOUT"  # every command is an error from now on
        finally:
            for listener in [one for one in session.listeners if one not in before]:
                session.listeners.remove(listener)
            complete(_left(lease))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.core.pool.name}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _message(core: AsyncMessage | None) -> Message | None:
    return None if core is None else Message.of(core)


async def _entered(lease: AbstractAsyncContextManager[T]) -> T:
    return await lease.__aenter__()


async def _left(lease: AbstractAsyncContextManager[object]) -> None:
    await lease.__aexit__(None, None, None)


def _mailbox(core: AsyncMailbox) -> Mailbox:
    return Mailbox(core.pool, core.what)
