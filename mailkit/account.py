"""An account: the connections to one user's mail, and the mailboxes in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Mapping
from contextlib import asynccontextmanager
from functools import partial, wraps
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self

import attrs

from mailkit import mailboxes, opening
from mailkit.connecting.dial import Meanwhile
from mailkit.connecting.settling import identity
from mailkit.errors import NotSupported
from mailkit.mailboxes.info import MailboxInfo, Sought, called, status_items
from mailkit.mailboxes.listing import list_mailboxes, name_of
from mailkit.pool import Pool
from mailkit.protocol import commands
from mailkit.protocol.network import Network
from mailkit.protocol.session import Session
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.depth import Depth
from mailkit.protocol.values.special_use import SpecialUse

if TYPE_CHECKING:
    from mailkit.mailbox import AsyncMailbox
    from mailkit.protocol.values.metadata import Metadata
    from mailkit.protocol.values.namespace import Namespaces
    from mailkit.protocol.values.quota import Quota
    from mailkit.tree import MailboxEvent

P = ParamSpec("P")


class Connecting:
    """An account on its way: await it, or enter it with `async with`, which also closes it at the end."""

    __slots__ = ("_account", "_opening")  # no `vars`, since a password may be in it

    def __init__(self, opening: Callable[[], Coroutine[object, object, Pool]]) -> None:
        self._opening = opening
        self._account: AsyncAccount | None = None

    def __repr__(self) -> str:
        return "<AsyncAccount on its way: await it, or enter it with async with>"

    async def _open(self) -> AsyncAccount:
        return AsyncAccount(await self._opening())

    def __await__(self) -> Generator[object, None, AsyncAccount]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncAccount:
        self._account = await self._open()
        return self._account

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._account is not None:
            await self._account.close()


def load_what_fetches() -> None:
    """Load half of what hardly any account does without, and what connects needs none of."""
    import mailkit.planner  # noqa: F401, PLC0415


def _load_the_rest() -> None:
    import mailkit.mailbox  # noqa: F401, PLC0415


_MEANWHILE = Meanwhile(load_what_fetches, _load_the_rest)


def _connecting(
    operation: Callable[Concatenate[Network, Meanwhile, P], Coroutine[object, object, Pool]],
) -> Callable[[Callable[[], None]], Callable[P, Connecting]]:
    @wraps(operation)
    def connect(*args: P.args, **kwargs: P.kwargs) -> Connecting:
        # Here and not above: who works with threads need not load asyncio.
        from mailkit.protocol.aio import AioNetwork  # noqa: PLC0415

        # Not a lambda, of which a traceback would show what it encloses.
        return Connecting(partial(operation, AioNetwork(), _MEANWHILE, *args, **kwargs))

    return lambda _: connect


class AsyncAccount:
    """One user's mail on one server, for asyncio; any number of tasks may use it at once.

    `await AsyncAccount.connect(…)`, or `async with AsyncAccount.connect(…) as account`.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pool.name}>"

    @staticmethod
    @_connecting(opening.connect)
    def connect() -> None: ...

    @staticmethod
    @_connecting(opening.spawn)
    def spawn() -> None: ...

    @staticmethod
    @_connecting(opening.configured)
    def configured() -> None: ...

    # -- mailboxes

    @property
    def inbox(self) -> AsyncMailbox:
        """The mailbox that new mail comes to. No I/O."""
        return self.mailbox("INBOX")

    def mailbox(self, name: str | SpecialUse, *, guess: bool = False) -> AsyncMailbox:
        """The mailbox of that name, whether it exists or not. No I/O.

        One that is meant by its use, such as `SpecialUse.TRASH`, is looked up by the first verb that is awaited, of its
        own or of messages in it or for it (only to have its `name` before that, await its `look_up()`):
        `MailboxNotFound` unless the server gives one that use, or `guess` allows to take one that is called what people
        of many languages call theirs.
        """
        # Here and not above, as below: it is loaded while the server is waited for.
        from mailkit.mailbox import AsyncMailbox  # noqa: PLC0415

        # A SpecialUse is a str, too.
        what = Sought(name, guess) if isinstance(name, SpecialUse) else called(name)
        return AsyncMailbox(self.pool, what)

    async def mailboxes(
        self, pattern: str = "*", *, subscribed: bool = False, with_status: tuple[str, ...] | None = None
    ) -> list[AsyncMailbox]:
        """The mailboxes whose names match: `*` is anything, `%` anything on one level.

        `with_status` names items of `Mailbox.status`, which each then has in `last_status`: in the same round trip
        where the server offers LIST-STATUS.
        """
        from mailkit.mailbox import AsyncMailbox  # noqa: PLC0415

        status = status_items(with_status) if with_status is not None else ()
        listed = await list_mailboxes(self.pool, pattern, subscribed=subscribed, status=status)
        if status and "LIST-STATUS" not in self.capabilities:
            begun = [
                (at, await self.pool.begin(commands.status.Status(listing.name, status)))
                for at, listing in enumerate(listed)
                if listing.is_selectable
            ]
            for at, one in begun:
                listed[at] = attrs.evolve(listed[at], status=await one.result())
        return [AsyncMailbox(self.pool, listing) for listing in listed]

    async def watch(self, timeout: float | None = None, *, poll_every: float = 30.0) -> AsyncIterator[MailboxEvent]:
        """What happens to the mailboxes from now on: `MailboxCreated`, `MailboxDeleted`, `MailboxRenamed`,
        `MailboxSubscribed` and `MailboxUnsubscribed`, by whomever, until nothing has happened for `timeout` seconds
        (None: for ever).

        The server is asked for the list every `poll_every` seconds; what is undone in between is not told. A mailbox is
        found again under another name by its MAILBOXID (RFC 8474), else by its UIDVALIDITY; where neither tells it from
        all others, it is told as deleted, and another as created. After a lost connection it goes on as `Mailbox.watch`
        does. For messages, there is `Mailbox.watch`.
        """
        # Here and not above: few who read mail need it.
        from mailkit.tree import TreeWatching  # noqa: PLC0415

        watching = TreeWatching(self.pool, timeout, poll_every)
        while events := await watching.next_events():
            for event in events:
                yield event

    async def namespaces(self) -> Namespaces:
        """Where one's own, other people's and shared mailboxes begin (RFC 9051 §6.3.10)."""
        self._require("NAMESPACE")
        return await self.pool.run(commands.namespace.Namespace())

    # -- the server

    @property
    def capabilities(self) -> Capabilities:
        """What the server offers, implied capabilities among it: `"MOVE" in account.capabilities`. No I/O."""
        return self.pool.offered

    async def server_id(self, client: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
        """What the server says it is, such as `{"name": "Dovecot"}`; empty where it does not tell (RFC 2971).

        It is told who we are: `client`, or mailkit with its version. Nothing may depend on the answer.
        """
        self._require("ID")
        return await self.pool.run(commands.id.Id(identity() if client is None else client))

    async def quota(self, root: str) -> Quota:
        """The limits of a quota root and what is used of them; `Mailbox.quotas` finds roots (RFC 9208 §4.1.2)."""
        self._require("QUOTA")
        return await self.pool.run(commands.quota.GetQuota(root))

    async def set_quota(self, root: str, limits: Mapping[str, int]) -> Quota:
        """Set the limits of a quota root, such as `{"STORAGE": 1024}` in KiB; for administrators (RFC 9208 §4.1.4).

        What is not named is not limited any more.
        """
        self._require("QUOTA", "QUOTASET")
        return await self.pool.run(commands.quota.SetQuota(root, limits))

    async def metadata(self, *entries: str, depth: Depth = Depth.ENTRY, max_size: int | None = None) -> Metadata:
        """The server's own annotations, such as "/shared/comment"; as `Mailbox.metadata` (RFC 5464)."""
        return await mailboxes.annotations.get_metadata(
            self.pool, mailboxes.annotations.SERVER, entries, depth, max_size
        )

    async def set_metadata(self, values: Mapping[str, bytes | str | None]) -> None:
        """Set annotations of the server; None removes one."""
        await mailboxes.annotations.set_metadata(self.pool, mailboxes.annotations.SERVER, values)

    # -- connections

    @asynccontextmanager
    async def session(self, mailbox: str | MailboxInfo | None = None) -> AsyncIterator[Session]:
        """Lend a connection for raw commands: `async with account.session("INBOX") as session`.

        Nobody else uses it meanwhile. Commands are the values of `mailkit.protocol.commands`, run by
        `await session.run(command)`. With a mailbox, it is open for writing. Afterwards the connection serves others
        again if it is still authenticated and nothing is under way on it; else it is closed.
        """
        name = None if mailbox is None else await name_of(self.pool, mailbox)
        async with self.pool.borrow(name) as session:
            yield session

    async def close(self) -> None:
        """Say goodbye on every connection and close it. Closing twice is harmless."""
        await self.pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _require(self, *capabilities: str) -> None:
        if not any(name in self.capabilities for name in capabilities):
            raise NotSupported(f"the server does not offer {capabilities[0]}", capability=capabilities[0])
