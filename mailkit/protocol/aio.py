"""Connections for asyncio; no other file imports it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
from collections import deque
from collections.abc import Sequence
from types import TracebackType

from mailkit.errors import ConnectionLost, ProtocolViolation, TimedOut
from mailkit.protocol.compress import Deflate
from mailkit.protocol.network import TLS, Address, Transport
from mailkit.protocol.transport import channel_binding, named, spawn
from mailkit.protocol.wire.framer import Framer

_PAUSE_AT = 256 * 1024
_FLOODED_AT = 8 * 1024 * 1024


class _Stream(asyncio.Protocol):
    """Octets that came and were not taken yet; reading pauses while there are many."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.arrived: deque[bytes] = deque()
        self.size: int = 0
        self.is_over: bool = False
        self.failure: Exception | None = None
        self.may_write: asyncio.Event = asyncio.Event()
        self.may_write.set()
        self.changed: asyncio.Event = asyncio.Event()
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.arrived.append(data)
        self.size += len(data)
        self.changed.set()
        # While we wait to write, the peer may wait for us to read: two full buffers would wait for ever.
        if self.size >= _PAUSE_AT and (self.may_write.is_set() or self.size >= _FLOODED_AT):
            self._pause(pause=True)

    def eof_received(self) -> bool:
        self.is_over = True
        self.changed.set()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_over = True
        self.failure = exc
        self.changed.set()
        self.may_write.set()

    def pause_writing(self) -> None:
        self.may_write.clear()
        self._pause(pause=False)

    def resume_writing(self) -> None:
        self.may_write.set()

    def take(self) -> bytes:
        data = self.arrived.popleft()
        self.size -= len(data)
        if self.size < _PAUSE_AT:
            self._pause(pause=False)
        return data

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
        if stream.transport is None or stream.is_over or stream.transport.is_closing():
            raise ConnectionLost("the connection was lost while sending", may_have_run=True) from stream.failure
        stream.transport.write(octets if self._deflate is None else self._deflate.compress(octets))
        if not stream.may_write.is_set():
            await _within(stream.may_write.wait(), timeout)
        return len(octets)

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        stream = self._stream
        if self._deflate is not None and self._deflate.has_more:
            self._deflate.expand(b"", framer)
            return True
        while not stream.arrived:
            if stream.is_over:
                if isinstance(stream.failure, Exception):
                    raise named(stream.failure, "receiving") from stream.failure
                return False
            stream.changed.clear()
            await _within(stream.changed.wait(), timeout)
        data = stream.take()
        if self._deflate is None:
            framer.feed(data)
        else:
            self._deflate.expand(data, framer)
        return True

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        stream = self._stream
        if stream.arrived:
            raise ProtocolViolation("octets followed the answer to STARTTLS before TLS began")
        assert stream.transport is not None
        loop = asyncio.get_running_loop()
        try:
            stream.transport = await loop.start_tls(
                stream.transport, stream, tls.context, server_hostname=tls.host, ssl_handshake_timeout=timeout
            )
        except Exception as problem:
            raise named(problem, f"TLS with {tls.host}") from problem

    def start_compression(self) -> None:
        self._deflate = Deflate()

    def channel_binding(self, kind: str) -> bytes | None:
        found = self._tls()
        return channel_binding(found, kind) if found is not None else None

    async def close(self) -> None:
        if self._stream.transport is not None:
            self._stream.transport.abort()
            await asyncio.sleep(0)  # the loop tells the protocol in its next turn
        if self._child is not None:
            child = self._child
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.get_running_loop().run_in_executor(None, _reap, child)

    def _tls(self) -> ssl.SSLObject | None:
        transport = self._stream.transport
        found: ssl.SSLObject | None = transport.get_extra_info("ssl_object") if transport is not None else None
        return found


class AioMonitor:
    """Wakes tasks; it locks nothing, since nothing is awaited while it is held."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def wait(self, seconds: float | None) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(waiting)

    def notify_all(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


class AioNetwork:
    """The network for asyncio: every wait suspends the task that waits."""

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                if address.path is not None:
                    _, stream = await loop.create_unix_connection(_Stream, address.path)
                else:
                    _, stream = await loop.create_connection(
                        _Stream,
                        address.host,
                        address.port,
                        ssl=tls.context if tls else None,
                        server_hostname=tls.host if tls else None,
                        happy_eyeballs_delay=0.25,
                    )
        except Exception as problem:
            raise named(problem, f"connecting to {address}") from problem
        _tune(stream)
        transport = AioTransport(stream, is_local=address.path is not None)
        if tls is not None and address.path is not None:
            await transport.start_tls(tls, timeout)
        return transport

    async def spawn(self, argv: Sequence[str], *, shell: bool = False) -> Transport:
        ours, child = spawn(argv, shell=shell)
        ours.settimeout(0)
        _, stream = await asyncio.get_running_loop().create_connection(_Stream, sock=ours)
        return AioTransport(stream, is_local=True, child=child)

    def lock(self) -> asyncio.Lock:
        return asyncio.Lock()

    def monitor(self) -> AioMonitor:
        return AioMonitor()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _tune(stream: _Stream) -> None:
    assert stream.transport is not None
    sock = stream.transport.get_extra_info("socket")
    if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def _reap(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(1.0)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


async def _within(event: object, timeout: float | None) -> None:
    try:
        async with asyncio.timeout(timeout):
            await event  # type: ignore[misc]  # Event.wait() of one of the two events
    except TimeoutError:
        raise TimedOut("no answer in time", may_have_run=True) from None
