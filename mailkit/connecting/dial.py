"""How an account gets a connection that is logged in: connect, greet, make it private, authenticate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import attrs

from mailkit.connecting.endpoint import Endpoint, Security
from mailkit.connecting.settling import settle
from mailkit.errors import CannotConnect, TimedOut
from mailkit.protocol.authentication import log_in
from mailkit.protocol.network import TLS, Address, Network, Transport
from mailkit.protocol.sasl.choose import Credentials
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.wire.limits import Limits
from mailkit.value import Value

if TYPE_CHECKING:
    from socket import socket
    from ssl import SSLContext

    from mailkit.protocol.command_event import CommandEvent


def _nothing() -> None:
    pass


class Meanwhile(NamedTuple):
    """What is to be done while the server is waited for: for its greeting, and for its answer to the login."""

    greeting: Callable[[], object] = _nothing
    login: Callable[[], object] = _nothing


@attrs.frozen(eq=False, repr=False, slots=False)
class Dialer(Value):
    """All that is needed to connect, once or again."""

    network: Network
    endpoint: Endpoint
    credentials: Credentials | None = attrs.field(repr=False)
    """None where the server must know who we are already (PREAUTH)."""
    ssl_context: SSLContext | None = attrs.field(default=None, repr=False)
    timeout: float | None = 60.0
    limits: Limits = Limits()
    on_command: Callable[[CommandEvent], object] | None = None
    on_alert: Callable[[str], object] | None = None
    compress: bool = False
    argv: Sequence[str] | None = None
    """The command of a child process to talk to, in the place of a server on the network."""

    connect_timeout: float | None = None
    """Seconds for the connection to come about, where they are not those of `timeout`."""
    open_socket: Callable[[str, int], socket] | None = None
    """What connects in our place, by way of a proxy say."""
    meanwhile: Meanwhile = Meanwhile()

    async def dial(self) -> Session:
        """A connection that is authenticated and ready for use, or an error and nothing left open."""
        place = self.endpoint
        tls = self._tls
        session = Session(
            await self._reach(tls if place.security is Security.TLS else None),
            self.network,
            limits=self.limits,
            timeout=self.timeout,
            on_command=self.on_command,
            on_alert=self.on_alert,
        )
        try:
            self.meanwhile.greeting()
            await self._greet(session)
            if tls is not None and place.security is Security.STARTTLS:
                await session.start_tls(tls)
            await self._log_in(session)
            await settle(session, place.host, compress=self.compress)
        except BaseException:
            await session.close()
            raise
        return session

    @property
    def name(self) -> str:
        """Whom it connects to, for people to read."""
        if self.argv is not None:
            return self.argv[0]
        host = self.endpoint.path or self.endpoint.host
        return f"{self.endpoint.user}@{host}" if self.endpoint.user else host

    async def _greet(self, session: Session) -> None:
        try:
            await session.greet()
        except TimedOut as silence:
            if self.argv is not None or self.endpoint.security is Security.TLS:
                raise
            # A server that waits for TLS says nothing before it has begun.
            raise TimedOut(f"{silence}; if it is the port for TLS from the first octet, write imaps://") from silence

    @cached_property
    def _tls(self) -> TLS | None:
        """Made once: to load the authorities of the system takes longer than a handshake."""
        if self.endpoint.security is Security.PLAINTEXT:
            return None
        # Here and not above: the TLS library takes long to load.
        from mailkit.protocol.tls import verified_context  # noqa: PLC0415

        return TLS(self.endpoint.host, self.ssl_context or verified_context())

    async def _reach(self, tls: TLS | None) -> Transport:
        place, seconds = self.endpoint, self.timeout if self.connect_timeout is None else self.connect_timeout
        if self.argv is not None:
            return await self.network.spawn(self.argv)
        if self.open_socket is None:
            return await self.network.connect(Address(place.host, place.port, place.path), tls, seconds)
        open_socket = self.open_socket
        try:
            sock = await self.network.call(lambda: open_socket(place.host, place.port))
        except OSError as problem:
            raise CannotConnect(f"connecting to {place.host}:{place.port} by open_socket: {problem}") from problem
        return await self.network.adopt(sock, tls, seconds)

    async def _log_in(self, session: Session) -> None:
        if self.credentials is not None:
            place = self.endpoint
            await log_in(
                session,
                self.credentials,
                host=place.host,
                port=place.port,
                plaintext_allowed=place.security is Security.PLAINTEXT,
                meanwhile=self.meanwhile.login,
            )
        elif session.state is not State.AUTHENTICATED:
            raise CannotConnect("the process wants a login: pass user= and credentials=")
