"""Connections for asyncio; no other file imports it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from mailkit.errors import ConnectionLost, ProtocolViolation, TimedOut
from mailkit.protocol.child import reap, spawn
from mailkit.protocol.compress import Deflate
from mailkit.protocol.naming import named
from mailkit.protocol.network import TLS, Address, Lock, Transport, made_private
from mailkit.protocol.tls import channel_binding
from mailkit.protocol.transport import keep_alive
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.writer import AT_ONCE

T = TypeVar("T")

_PAUSE_AT = 256 * 1024
_CHUNK = 64 * 1024


class _Stream(asyncio.BufferedProtocol):
    """Octets as they come: they go where somebody waits for them, or are kept for whoever comes next.

    Reading pauses while many are kept.
    """

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.heard: int = 0
        """How many octets have come."""
        self.is_over: bool = False
        self.failure: Exception | None = None
        self.may_write: bool = True
        self._framer: Framer | None = None  # of who waits
        self._room = 0  # for how many octets: more would make the framer grow before he has looked at them
        self._has_filled = False  # that something is in his framer has not been said yet
        self._spare = memoryview(b"")  # where octets are received for which nobody waits
        self._kept: deque[bytes] = deque()
        self._size = 0
        self._waiting: set[AioBell] = set()  # for any change
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        framer = self._receiver()
        if framer is not None:
            return framer.space()
        if not self._spare:
            self._spare = memoryview(bytearray(_CHUNK))
        return self._spare

    def buffer_updated(self, nbytes: int) -> None:
        self.heard += nbytes
        framer = self._receiver()
        if framer is not None:
            framer.filled(nbytes)
            self._room -= nbytes
            self._has_filled = True
            if framer.wanted and self._room > 0:
                return  # parts of a literal are of no use
        else:
            self._kept.append(bytes(self._spare[:nbytes]))
            self._size += nbytes
            if self._size >= _PAUSE_AT:
                self._pause(pause=True)
        self._tell()

    def eof_received(self) -> bool:
        self.is_over = True
        self._tell()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_over = True
        self.failure = self.failure or exc
        self._tell()

    def pause_writing(self) -> None:
        self.may_write = False

    def resume_writing(self) -> None:
        self.may_write = True
        self._tell()

    @property
    def has_kept(self) -> bool:
        """Whether octets have come for which nobody waited."""
        return bool(self._kept)

    def is_full(self) -> bool:
        """Whether what is written now would only pile up."""
        return not self.may_write and not self.is_over

    async def change(self, seconds: float | None) -> None:
        """Wait until something has come, been written or ended, or until the time is up."""
        bell = AioBell()
        self._waiting.add(bell)
        try:
            await bell.wait(seconds)
        finally:
            self._waiting.discard(bell)

    async def fill(self, framer: Framer, seconds: float | None) -> bool:
        """As `change`, while octets go straight into the framer; whether any have."""
        if not self._has_filled and not self.is_over:
            self._framer, self._room = framer, len(framer.space())
            self._spare = memoryview(b"")
            try:
                await self.change(seconds)
            finally:
                self._framer = None
        # If one who waited has been cancelled, who comes next is told in his place.
        has_filled, self._has_filled = self._has_filled, False
        return has_filled

    def take(self) -> bytes:
        """The first octets that have been kept."""
        data = self._kept.popleft()
        self._size -= len(data)
        if self._size < _PAUSE_AT:
            self._pause(pause=False)
        return data

    def _receiver(self) -> Framer | None:
        """The framer that the next octets go to; it is the same from `get_buffer` to `buffer_updated`."""
        return self._framer if self._room > 0 else None

    def _tell(self) -> None:
        for bell in self._waiting:
            bell.ring()

    def _pause(self, *, pause: bool) -> None:
        if pause is self._is_paused or self.transport is None or self.transport.is_closing():
            return
        self._is_paused = pause
        if pause:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()


class AioTransport:
    """A connected stream on the running event loop."""

    def __init__(
        self, stream: _Stream, *, is_local: bool = False, child: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._stream = stream
        self._is_local = is_local
        self._child = child
        self._deflate: Deflate | None = None

    @property
    def is_secure(self) -> bool:
        return self._is_local or self._tls() is not None

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        stream = self._stream
        if len(octets) > AT_ONCE and stream.is_full():
            heard = stream.heard
            if not stream.has_kept:
                await stream.change(timeout)
            if stream.is_full():
                if not stream.has_kept and stream.heard == heard:
                    raise TimedOut("the server does not take what is sent", may_have_run=True)
                return 0
        if stream.transport is None or stream.is_over or stream.transport.is_closing():
            raise ConnectionLost("the connection was lost while sending", may_have_run=True) from stream.failure
        stream.transport.write(octets if self._deflate is None else self._deflate.compress(octets))
        return len(octets)

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        stream, deflate = self._stream, self._deflate
        if deflate is not None and deflate.has_more:
            await asyncio.sleep(0)  # what has been expanded must not keep everybody else waiting
            deflate.expand(b"", framer)
            return True
        if stream.has_kept:
            await asyncio.sleep(0)
        elif deflate is None:
            if await stream.fill(framer, timeout):
                return True
        elif not stream.is_over:
            await stream.change(timeout)
        if not stream.has_kept:
            if not stream.is_over:
                raise TimedOut("no answer in time", may_have_run=True)
            if stream.failure is not None:
                raise named(stream.failure, "receiving") from stream.failure
            return False
        data = stream.take()
        if deflate is None:
            framer.feed(data)
        else:
            deflate.expand(data, framer)
        return True

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        stream = self._stream
        if stream.has_kept:
            raise ProtocolViolation("octets followed the answer to STARTTLS before TLS began")
        if stream.transport is None or stream.is_over:
            raise ConnectionLost("the connection was lost before TLS began") from stream.failure
        loop = asyncio.get_running_loop()
        try:
            stream.transport = await loop.start_tls(
                stream.transport, stream, tls.context, server_hostname=tls.host, ssl_handshake_timeout=timeout
            )
        except Exception as problem:
            raise named(problem, f"TLS with {tls.host}") from problem

    def start_compression(self, early: bytes) -> None:
        self._deflate = Deflate(early)

    def channel_binding(self, kind: str) -> bytes | None:
        found = self._tls()
        return channel_binding(found, kind) if found is not None else None

    async def close(self) -> None:
        if self._stream.transport is not None:
            self._stream.transport.abort()
            await asyncio.sleep(0)  # the loop tells the protocol in its next turn
        if self._child is not None:
            await asyncio.get_running_loop().run_in_executor(None, reap, self._child)

    def _tls(self) -> ssl.SSLObject | None:
        transport = self._stream.transport
        found: ssl.SSLObject | None = transport.get_extra_info("ssl_object") if transport is not None else None
        return found


class AioBell:
    """An `asyncio.Event` that can be waited for with a limit."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, seconds: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()


class AioNetwork:
    """The network for asyncio: every wait suspends the task that waits."""

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        try:
            async with asyncio.timeout(timeout):
                sock = await _connected(address, timeout)
        except Exception as problem:
            raise named(problem, f"connecting to {address}") from problem
        return await self.adopt(sock, tls, timeout)

    async def adopt(self, sock: socket.socket, tls: TLS | None, timeout: float | None) -> Transport:
        loop = asyncio.get_running_loop()
        sock.settimeout(0)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            keep_alive(sock)
        _, stream = await loop.create_connection(_Stream, sock=sock)
        transport = AioTransport(stream, is_local=sock.family == socket.AF_UNIX)
        return await made_private(transport, tls, timeout)

    async def spawn(self, argv: Sequence[str], *, shell: bool = False) -> Transport:
        ours, child = spawn(argv, shell=shell)
        ours.settimeout(0)
        _, stream = await asyncio.get_running_loop().create_connection(_Stream, sock=ours)
        return AioTransport(stream, is_local=True, child=child)

    def bell(self) -> AioBell:
        return AioBell()

    def lock(self) -> Lock:
        return contextlib.nullcontext()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, function: Callable[[], T]) -> T:
        return await asyncio.to_thread(function)


async def _connected(address: Address, timeout: float | None) -> socket.socket:
    """Connected to the first of its addresses that can be; each has its share of the time.

    The loop's own race of addresses leaks a socket when it is cancelled as one of them wins (Python 3.11).
    """
    if address.path is not None:
        return await _tried(socket.AF_UNIX, address.path, timeout)
    failures: list[OSError] = []
    found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    for family, _, _, _, place in found:
        try:
            return await _tried(family, place, None if timeout is None else timeout / len(found))
        except OSError as failure:
            failures.append(failure)
    raise failures[0]


async def _tried(family: int, place: str | tuple[object, ...], timeout: float | None) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(0)
        async with asyncio.timeout(timeout):
            await asyncio.get_running_loop().sock_connect(sock, place)
    except BaseException:
        sock.close()
        raise
    return sock
