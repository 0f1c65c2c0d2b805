"""Connections for threads: TCP, TLS, Unix sockets and child processes.

Its methods are spelled `async def` but never suspend: `mailkit.protocol.complete` runs what is built on them.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from mailkit.errors import ConnectionLost
from mailkit.protocol.naming import naming
from mailkit.protocol.network import TLS, Address, Lock, Transport, made_private
from mailkit.protocol.wire.framer import Framer

if TYPE_CHECKING:
    import subprocess
    from ssl import SSLSocket

    from mailkit.protocol.compress import Deflate

T = TypeVar("T")

_CHUNK = 64 * 1024
_RECORD = 16 * 1024
"""Octets in a full record of TLS (RFC 8446 §5.1)."""


class ThreadBell:
    """A `threading.Event` in the spelling of shared code."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, seconds: float | None) -> None:
        self._event.wait(seconds)


class SocketTransport:
    """A connected stream socket. Reading and writing may go on in two threads at once."""

    def __init__(self, sock: socket.socket, *, is_local: bool = False, child: subprocess.Popen[bytes] | None = None):
        self._socket = sock
        self._tls: SSLSocket | None = None  # the same, once it is TLS
        self._empty: tuple[type[OSError], ...] = (BlockingIOError,)  # what says that nothing has come yet
        self._full: tuple[type[OSError], ...] = (BlockingIOError,)  # and that nothing can be sent yet
        self._is_local = is_local
        self._child = child
        # One call into the TLS library at a time; none of them waits, so this is held for moments only.
        self._busy = threading.Lock()
        self._is_closed = False
        self._deflate: Deflate | None = None
        self._packed = b""  # what the octets to be taken next have been compressed to, as far as it has not been sent
        self._packs = 0  # how many octets that stands for
        self._scratch = memoryview(b"")
        sock.settimeout(0)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            keep_alive(sock)
        if type(sock) is not socket.socket:
            self._notice_tls()

    @property
    def is_secure(self) -> bool:
        return self._is_local or self._tls is not None

    @property
    def socket(self) -> socket.socket:
        """The socket itself, for those who know what they do."""
        return self._socket

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        if self._deflate is None:
            return self._send(octets, timeout)
        if not self._packed:
            self._packed = self._deflate.compress(octets)
            self._packs = len(octets)
        while self._packed:
            sent = self._send(self._packed, timeout)
            if not sent:
                return 0
            self._packed = self._packed[sent:]
        return self._packs

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        if self._deflate is None:
            return self._receive(framer, _deadline(timeout))
        if self._deflate.has_more:
            self._deflate.expand(b"", framer)
            return True
        with naming("receiving"):
            count = self._receive_into(self._scratch, _deadline(timeout))
        self._deflate.expand(self._scratch[:count], framer)
        return count > 0

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        with naming(f"TLS with {tls.host}"):
            wrapped = tls.context.wrap_socket(self._socket, server_hostname=tls.host, do_handshake_on_connect=False)
            self._socket = wrapped
            self._notice_tls()
            self._retried(wrapped.do_handshake, _deadline(timeout))

    def start_compression(self, early: bytes) -> None:
        from mailkit.protocol.compress import Deflate  # noqa: PLC0415

        self._deflate = Deflate(early)
        self._scratch = memoryview(bytearray(_CHUNK))

    def channel_binding(self, kind: str) -> bytes | None:
        if self._tls is None:
            return None
        from mailkit.protocol.tls import channel_binding  # noqa: PLC0415

        return channel_binding(self._tls, kind)

    async def close(self) -> None:
        # Not while another thread is in the TLS library: SSLSocket.shutdown() lets the TLS state go before it ends the
        # connection, and octets sent in between would go in the clear.
        with self._busy:
            self._is_closed = True
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._child is not None:
            # Here and not above, as below: few talk to a child process.
            from mailkit.protocol.child import reap  # noqa: PLC0415

            reap(self._child)

    def _notice_tls(self) -> None:
        """A socket that is TLS says in words of its own that it must wait."""
        # Here and not above: it takes long to load, and not every connection is TLS.
        from ssl import SSLSocket, SSLWantReadError, SSLWantWriteError  # noqa: PLC0415

        if isinstance(self._socket, SSLSocket):
            self._tls = self._socket
            self._empty += (SSLWantReadError,)
            self._full += (SSLWantWriteError,)

    def _send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        deadline = _deadline(timeout)
        with naming("sending"):
            while True:
                try:
                    return self._called(lambda: self._socket.send(octets))
                except self._full:
                    if not self._wait(select.POLLOUT | select.POLLIN, deadline) & select.POLLOUT:
                        return 0
                except self._empty:
                    return 0

    def _receive(self, framer: Framer, deadline: float | None) -> bool:
        """Fill the framer's space as far as is due of a literal, since parts are of no use; False at the end.

        A full record of TLS is all that one call gives, and the next may be there.
        """
        left = len(framer.space())
        with naming("receiving"):
            count = self._received(framer, deadline)
        is_alive = count > 0
        # What goes wrong from here on does so once more, when there is nothing else to tell.
        with contextlib.suppress(OSError):
            while count and (left := left - count) > 0:
                if framer.wanted:
                    count = self._received(framer, deadline)
                elif count == _RECORD and self._tls is not None:
                    count = self._received(framer, 0)
                else:
                    break
        return is_alive

    def _received(self, framer: Framer, deadline: float | None) -> int:
        # One by one: whoever interrupts the wait for the next has lost nothing.
        count = self._receive_into(framer.space(), deadline)
        framer.filled(count)
        return count

    def _receive_into(self, space: memoryview, deadline: float | None) -> int:
        return self._retried(lambda: self._socket.recv_into(space), deadline)

    def _retried(self, call: Callable[[], T], deadline: float | None) -> T:
        while True:
            try:
                return self._called(call)
            except self._empty:
                self._wait(select.POLLIN, deadline)
            except self._full:
                self._wait(select.POLLOUT, deadline)

    def _called(self, call: Callable[[], T]) -> T:
        with self._busy:
            if self._is_closed:
                raise ConnectionLost("the connection was closed", may_have_run=True)
            return call()

    def _wait(self, events: int, deadline: float | None) -> int:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        poll = select.poll()
        poll.register(self._socket, events)
        ready = poll.poll(None if left is None else left * 1000)
        if not ready:
            raise TimeoutError
        return ready[0][1]


class ThreadNetwork:
    """The network for threads: every wait blocks the thread that waits."""

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        deadline = _deadline(timeout)
        with naming(f"connecting to {address}"):
            sock = _connected(address, deadline)
        return await self.adopt(sock, tls, _left(deadline))

    async def adopt(self, sock: socket.socket, tls: TLS | None, timeout: float | None) -> Transport:
        transport = SocketTransport(sock, is_local=sock.family == socket.AF_UNIX)
        return await made_private(transport, tls, timeout)

    async def spawn(self, argv: Sequence[str], *, shell: bool = False) -> Transport:
        from mailkit.protocol.child import spawn  # noqa: PLC0415

        ours, child = spawn(argv, shell=shell)
        return SocketTransport(ours, is_local=True, child=child)

    def bell(self) -> ThreadBell:
        return ThreadBell()

    def lock(self) -> Lock:
        return threading.Lock()

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251  # this is the network for threads

    async def call(self, function: Callable[[], T]) -> T:
        return function()


def _connected(address: Address, deadline: float | None) -> socket.socket:
    """Connected to the first of its addresses that can be; `deadline` bounds them all together, each has its share."""
    if address.path is not None:
        return _tried(socket.AF_UNIX, address.path, _left(deadline))
    failures: list[OSError] = []
    # As octets, where it is what the network calls it: else the codec for international names would be loaded.
    host = address.host.encode() if address.host.isascii() else address.host
    found = socket.getaddrinfo(host, address.port, type=socket.SOCK_STREAM)
    for number, (family, _, _, _, place) in enumerate(found):
        left = _left(deadline)
        try:
            return _tried(family, place, None if left is None else left / (len(found) - number))
        except OSError as failure:
            failures.append(failure)
    raise failures[0]


def _tried(family: int, place: str | tuple[object, ...], timeout: float | None) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if timeout == 0:
            raise TimeoutError("no time left")
        sock.settimeout(timeout)
        sock.connect(place)
    except BaseException:
        sock.close()
        raise
    return sock


def _deadline(timeout: float | None) -> float | None:
    return None if timeout is None else time.monotonic() + timeout


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def keep_alive(sock: socket.socket) -> None:
    """Let the operating system notice within four minutes that a silent peer is gone, and routers that we are not.

    Its own defaults are hours, and IDLE is silent for long. Where it takes no such times, they stay.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 120)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
