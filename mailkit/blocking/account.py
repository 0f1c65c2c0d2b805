"""An account for threads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from mailkit import opening
from mailkit.account import AsyncAccount, load_what_fetches
from mailkit.connecting.dial import Meanwhile
from mailkit.lifting import blocking
from mailkit.pool import Pool
from mailkit.protocol.complete import complete
from mailkit.protocol.network import Network
from mailkit.protocol.transport import ThreadNetwork

if TYPE_CHECKING:
    from mailkit.blocking.mailbox import Mailbox
    from mailkit.mailboxes.info import MailboxInfo
    from mailkit.protocol.imap4 import IMAP4
    from mailkit.protocol.values.capability import Capabilities
    from mailkit.protocol.values.special_use import SpecialUse
    from mailkit.tree import MailboxEvent

P = ParamSpec("P")
T = TypeVar("T")


def _load_the_rest() -> None:
    import mailkit.blocking.mailbox  # noqa: F401, PLC0415


_MEANWHILE = Meanwhile(load_what_fetches, _load_the_rest)


def _opening(
    operation: Callable[Concatenate[Network, Meanwhile, P], Coroutine[object, object, Pool]],
) -> Callable[[Callable[[], None]], Callable[P, Account]]:
    @wraps(operation)
    def connect(*args: P.args, **kwargs: P.kwargs) -> Account:
        try:
            opened = operation(ThreadNetwork(), _MEANWHILE, *args, **kwargs)
        finally:
            del args, kwargs  # a password may be among them, and a traceback shows the arguments of every frame
        return Account(AsyncAccount(complete(opened)))

    return lambda _: connect


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
        # Here and not above, as below: it is loaded while the server is waited for.
        from mailkit.blocking.mailbox import Mailbox  # noqa: PLC0415

        core = self.core.mailbox(name, guess=guess)
        complete(core.find_name())
        return Mailbox.of(core)

    def mailboxes(
        self, pattern: str = "*", *, subscribed: bool = False, with_status: tuple[str, ...] | None = None
    ) -> list[Mailbox]:
        """As `AsyncAccount.mailboxes`."""
        from mailkit.blocking.mailbox import Mailbox  # noqa: PLC0415

        found = self.core.mailboxes(pattern, subscribed=subscribed, with_status=with_status)
        return [Mailbox.of(core) for core in complete(found)]

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


async def _entered(lease: AbstractAsyncContextManager[T]) -> T:
    return await lease.__aenter__()


async def _left(lease: AbstractAsyncContextManager[object]) -> None:
    await lease.__aexit__(None, None, None)
