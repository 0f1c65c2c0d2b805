"""What the conversation needs from the world: a way to send, to receive and to wait, for threads or for asyncio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypeVar

import attrs

from mailkit.protocol.wire.framer import Framer
from mailkit.value import Value

if TYPE_CHECKING:
    from socket import socket
    from ssl import SSLContext

T = TypeVar("T")


@attrs.frozen(eq=False, repr=False)
class TLS(Value):
    """How to make a connection private: whom the certificate must name, and who vouches for it."""

    host: str
    context: SSLContext = attrs.field(repr=False)


@attrs.frozen(eq=False, repr=False)
class Address(Value):
    """Where a server listens: a TCP host and port, or with `path` a Unix socket."""

    host: str
    port: int
    path: str | None = None

    def __str__(self) -> str:
        return self.path if self.path is not None else f"{self.host}:{self.port}"


class Lock(Protocol):
    """A lock for moments: nothing is awaited while it is held.

    On an event loop it need not lock anything, since nobody else runs between two awaits; so a cancelled task can never
    leave it half done.
    """

    def __enter__(self) -> object: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Bell(Protocol):
    """Wakes the one that waits for it; it may be rung before that, and more than once."""

    def ring(self) -> None: ...

    async def wait(self, seconds: float | None) -> None:
        """Wait until it has been rung, or until the time is up."""
        ...


class Transport(Protocol):
    """One connection's octets. Every failure is a `ConnectionLost`; after one, only `close` makes sense.

    One caller may send and another receive at the same time; `close` may come at any time.
    """

    @property
    def is_secure(self) -> bool:
        """Whether it is TLS, or never leaves this machine's processes."""
        ...

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        """Hand over octets; the answer is how many were taken.

        Fewer than all, also none, means that the peer may not listen until it has been read from; what was not taken
        must come next. If it raises or is cancelled, none were taken. Up to 16 KiB (`Piece.is_large`) are taken at once
        on an event loop: no task can be cancelled there.
        """
        ...

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        """Wait for octets and put them into the framer; False at the end of the stream.

        `TimedOut` if nothing came within `timeout` seconds, and then the connection is as good as before.
        """
        ...

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        """Make the connection TLS; nothing that came before is left to be read."""
        ...

    def start_compression(self, early: bytes) -> None:
        """From now on both ways are DEFLATE (RFC 4978); `early` octets were received before it was known."""
        ...

    def channel_binding(self, kind: str) -> bytes | None:
        """TLS channel binding data for SASL (RFC 5929, RFC 9266): "tls-unique" or "tls-exporter"."""
        ...

    async def close(self) -> None:
        """Give everything back; never raises."""
        ...


class Network(Protocol):
    """Makes transports, and the few primitives that shared code waits with."""

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        """Connect; with `tls` the connection is TLS from its first octet. `CannotConnect` says why not."""
        ...

    async def adopt(self, sock: socket, tls: TLS | None, timeout: float | None) -> Transport:
        """Talk over a socket that somebody else has connected, through a proxy say; it is closed on failure, too."""
        ...

    async def spawn(self, argv: Sequence[str], *, shell: bool = False) -> Transport:
        """Start a child process and talk to its standard input and output."""
        ...

    def bell(self) -> Bell: ...

    def lock(self) -> Lock: ...

    async def sleep(self, seconds: float) -> None: ...

    async def call(self, function: Callable[[], T]) -> T:
        """Call what may take its time, such as somebody's token provider, so that no event loop stands still."""
        ...


async def made_private(transport: Transport, tls: TLS | None, timeout: float | None) -> Transport:
    """The transport, over TLS if that is wanted; it is closed if that fails."""
    if tls is not None:
        try:
            await transport.start_tls(tls, timeout)
        except BaseException:
            await transport.close()
            raise
    return transport
