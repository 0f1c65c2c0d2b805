"""An account: the connections to one user's mail, and the mailboxes in it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from functools import wraps
from ssl import SSLContext
from types import TracebackType
from typing import Concatenate, ParamSpec, Self

import attrs

from mailkit.credentials import Credentials, resolve
from mailkit.dial import Dialer
from mailkit.endpoint import Endpoint, Security
from mailkit.healing import NO_HEALING, Healing
from mailkit.mailbox import AsyncMailbox
from mailkit.mailbox_info import status_items
from mailkit.pool import Pool
from mailkit.protocol.commands.list import List, Lsub
from mailkit.protocol.commands.status import Status
from mailkit.protocol.network import Network
from mailkit.protocol.reporter import CommandEvent
from mailkit.protocol.sasl.mechanism import Mechanism
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.wire.limits import Limits

P = ParamSpec("P")


async def open_account(
    network: Network,
    url: str | None = None,
    *,
    host: str | None = None,
    port: int | None = None,
    user: str | None = None,
    credentials: str | Callable[[], str] | Credentials | Mechanism | None = None,
    security: Security | None = None,
    ssl_context: SSLContext | None = None,
    timeout: float | None = 60.0,
    max_connections: int = 4,
    reconnect: bool = True,
    limits: Limits = Limits(),
    on_command: Callable[[CommandEvent], object] | None = None,
    on_alert: Callable[[str], object] | None = None,
) -> AsyncAccount:
    """Connect and log in; on return the account can be used.

    `url` is `imaps://user@host` for TLS, `imap://user@host` for STARTTLS, which is then required; `host`, `port`,
    `user` and `security` say the same in pieces. `credentials` is a password, or `Password`, `OAuth2`, `External` …;
    without any, the environment (MAILKIT_PASSWORD) and the keyring are asked. The strongest mechanism that both sides
    have is used. `timeout` is in seconds, for every wait.

    A connection that is lost is made again and what did no harm is repeated, unless `reconnect` is False.

    Raises `CannotConnect`, `CertificateRejected`, `AuthenticationFailed`, and `UsageError` before anything is sent.
    """
    endpoint = Endpoint.of(url, host=host, port=port, user=user, security=security)
    given = credentials if credentials is not None else endpoint.password
    dialer = Dialer(
        network,
        endpoint,
        resolve(given, endpoint.user, endpoint.host),
        ssl_context,
        timeout,
        limits,
        on_command,
        on_alert,
    )
    pool = Pool(network, dialer.dial, most=max_connections, healing=Healing() if reconnect else NO_HEALING)
    await pool.open()
    return AsyncAccount(pool)


class Connecting:
    """An account on its way: await it, or enter it with `async with`, which also closes it at the end."""

    def __init__(self, opening: Callable[[], Coroutine[object, object, AsyncAccount]]) -> None:
        self._opening = opening
        self._account: AsyncAccount | None = None

    def __await__(self) -> Generator[object, None, AsyncAccount]:
        return self._opening().__await__()

    async def __aenter__(self) -> AsyncAccount:
        self._account = await self._opening()
        return self._account

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._account is not None:
            await self._account.close()


def _connecting(
    operation: Callable[Concatenate[Network, P], Coroutine[object, object, AsyncAccount]],
) -> Callable[P, Connecting]:
    @wraps(operation)
    def connect(*args: P.args, **kwargs: P.kwargs) -> Connecting:
        # Here and not above: who works with threads need not load asyncio.
        from mailkit.protocol.aio import AioNetwork  # noqa: PLC0415

        return Connecting(lambda: operation(AioNetwork(), *args, **kwargs))

    return connect


class AsyncAccount:
    """One user's mail on one server, for asyncio; any number of tasks may use it at once.

    `await AsyncAccount.connect(…)`, or `async with AsyncAccount.connect(…) as account`.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    connect = staticmethod(_connecting(open_account))

    @property
    def inbox(self) -> AsyncMailbox:
        """The mailbox that new mail comes to. No I/O."""
        return self.mailbox("INBOX")

    def mailbox(self, name: str) -> AsyncMailbox:
        """The mailbox of that name, whether it exists or not. No I/O."""
        return AsyncMailbox(self.pool, Listing(name))

    async def mailboxes(
        self, pattern: str = "*", *, subscribed: bool = False, with_status: tuple[str, ...] | None = None
    ) -> list[AsyncMailbox]:
        """The mailboxes whose names match: `*` is anything, `%` anything on one level.

        `with_status` names items of `Mailbox.status`, which each then has in `last_status`: in the same round trip
        where the server offers LIST-STATUS.
        """
        capabilities = await self.capabilities()
        status = status_items(with_status) if with_status is not None else ()
        listed = await self._list(pattern, capabilities, status, subscribed=subscribed)
        if status and "LIST-STATUS" not in capabilities:
            begun = [
                (at, await self.pool.begin(Status(listing.name, status)))
                for at, listing in enumerate(listed)
                if listing.is_selectable
            ]
            for at, one in begun:
                listed[at] = attrs.evolve(listed[at], status=await one.result())
        return [AsyncMailbox(self.pool, listing) for listing in listed]

    async def _list(
        self, pattern: str, capabilities: Capabilities, status: tuple[str, ...], *, subscribed: bool
    ) -> list[Listing]:
        if subscribed and "LIST-EXTENDED" not in capabilities:
            return await self.pool.run(Lsub(pattern))
        returns: list[str] = []
        if "LIST-EXTENDED" in capabilities:
            returns.append("CHILDREN")
            if "SPECIAL-USE" in capabilities:
                returns.append("SPECIAL-USE")
        return await self.pool.run(
            List(
                (pattern,),
                select=("SUBSCRIBED",) if subscribed else (),
                returns=tuple(returns),
                status=status if "LIST-STATUS" in capabilities else (),
            )
        )

    async def capabilities(self) -> Capabilities:
        """What the server offers."""
        return await self.pool.capabilities()

    async def close(self) -> None:
        """Say goodbye on every connection and close it. Closing twice is harmless."""
        await self.pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
