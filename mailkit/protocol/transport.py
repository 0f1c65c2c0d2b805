"""Connections for threads: TCP, TLS, Unix sockets and child processes.

Its methods are spelled `async def` but never suspend: `mailkit.protocol.blocking.complete` runs what is built on them.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TypeVar

from mailkit.errors import CannotConnect, CertificateRejected, ConnectionLost, ProtocolViolation, TimedOut
from mailkit.protocol.compress import Deflate
from mailkit.protocol.network import TLS, Address, Transport
from mailkit.protocol.wire.framer import Framer

T = TypeVar("T")

_CHUNK = 64 * 1024
_SHELL = ("/bin/sh", "-c")


class ThreadLock:
    """A `threading.Lock` in the spelling of shared code."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    async def __aenter__(self) -> None:
        self._lock.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


class ThreadMonitor:
    """A `threading.Condition` in the spelling of shared code."""

    def __init__(self) -> None:
        self._condition = threading.Condition(threading.Lock())

    def __enter__(self) -> None:
        self._condition.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._condition.release()

    async def wait(self, seconds: float | None) -> None:
        self._condition.wait(seconds)

    def notify_all(self) -> None:
        self._condition.notify_all()


class SocketTransport:
    """A connected stream socket. Reading and writing may go on in two threads at once."""

    def __init__(self, sock: socket.socket, *, is_local: bool = False, child: subprocess.Popen[bytes] | None = None):
        self._socket = sock
        self._is_local = is_local
        self._child = child
        # One call into the TLS library at a time; none of them waits, so this is held for moments only.
        self._busy = threading.Lock()
        self._deflate: Deflate | None = None
        self._kept = b""  # compressed octets that were not taken by the last send
        self._scratch = memoryview(b"")
        sock.settimeout(0)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    @property
    def is_secure(self) -> bool:
        return self._is_local or isinstance(self._socket, ssl.SSLSocket)

    @property
    def socket(self) -> socket.socket:
        """The socket itself, for those who know what they do."""
        return self._socket

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        if self._deflate is None:
            return self._send(octets, timeout)
        data = self._kept + self._deflate.compress(octets)
        self._kept = data[self._send(data, timeout) :]
        while self._kept and not self._is_readable():
            self._kept = self._kept[self._send(self._kept, timeout) :]
        return len(octets)

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        if self._deflate is None:
            count = self._receive_into(framer.space(), timeout)
            framer.filled(count)
            return count > 0
        if self._deflate.has_more:
            self._deflate.expand(b"", framer)
            return True
        if self._kept:
            self._kept = self._kept[self._send(self._kept, timeout) :]
        count = self._receive_into(self._scratch, timeout)
        self._deflate.expand(self._scratch[:count], framer)
        return count > 0

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        with _named(f"TLS with {tls.host}"):
            wrapped = tls.context.wrap_socket(self._socket, server_hostname=tls.host, do_handshake_on_connect=False)
            self._socket = wrapped
            self._retried(wrapped.do_handshake, timeout)

    def start_compression(self) -> None:
        self._deflate = Deflate()
        self._scratch = memoryview(bytearray(_CHUNK))

    def channel_binding(self, kind: str) -> bytes | None:
        return channel_binding(self._socket, kind) if isinstance(self._socket, ssl.SSLSocket) else None

    async def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._child is not None:
            try:
                self._child.wait(1.0)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def _send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        deadline = _deadline(timeout)
        with _named("sending"):
            while True:
                try:
                    with self._busy:
                        return self._socket.send(octets)
                except (BlockingIOError, ssl.SSLWantWriteError):
                    if not self._wait(select.POLLOUT | select.POLLIN, deadline) & select.POLLOUT:
                        return 0
                except ssl.SSLWantReadError:
                    return 0

    def _receive_into(self, space: memoryview, timeout: float | None) -> int:
        with _named("receiving"):
            return self._retried(lambda: self._socket.recv_into(space), timeout)

    def _retried(self, call: Callable[[], T], timeout: float | None) -> T:
        deadline = _deadline(timeout)
        while True:
            try:
                with self._busy:
                    return call()
            except (BlockingIOError, ssl.SSLWantReadError):
                self._wait(select.POLLIN, deadline)
            except ssl.SSLWantWriteError:
                self._wait(select.POLLOUT, deadline)

    def _is_readable(self) -> bool:
        return bool(self._poll(select.POLLIN, 0) & select.POLLIN)

    def _wait(self, events: int, deadline: float | None) -> int:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready = self._poll(events, None if left is None else left * 1000)
        if not ready:
            raise TimedOut("no answer in time", may_have_run=True)
        return ready

    def _poll(self, events: int, milliseconds: float | None) -> int:
        poll = select.poll()
        poll.register(self._socket, events)
        found = poll.poll(milliseconds)
        return found[0][1] if found else 0


class ThreadNetwork:
    """The network for threads: every wait blocks the thread that waits."""

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        with _named(f"connecting to {address}"):
            transport = SocketTransport(_connected(address, timeout), is_local=address.path is not None)
        if tls is not None:
            try:
                await transport.start_tls(tls, timeout)
            except BaseException:
                await transport.close()
                raise
        return transport

    async def spawn(self, argv: Sequence[str], *, shell: bool = False) -> Transport:
        ours, child = spawn(argv, shell=shell)
        return SocketTransport(ours, is_local=True, child=child)

    def lock(self) -> ThreadLock:
        return ThreadLock()

    def monitor(self) -> ThreadMonitor:
        return ThreadMonitor()

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251  # this is the network for threads


def spawn(argv: Sequence[str], *, shell: bool = False) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start a child process whose standard input and output are one end of a socket pair; the other is ours."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            # Running the caller's command is what this is for.
            child = subprocess.Popen(  # noqa: S603
                [*_SHELL, argv[0]] if shell else argv, stdin=theirs.fileno(), stdout=theirs.fileno()
            )
        except OSError as problem:
            ours.close()
            raise CannotConnect(f"cannot start {argv[0]!r}: {problem}") from problem
    return ours, child


def channel_binding(tls: ssl.SSLSocket | ssl.SSLObject, kind: str) -> bytes | None:
    """What RFC 5929 and RFC 9266 bind an authentication to, or None where this TLS connection has none."""
    if kind == "tls-unique":
        # RFC 9266 §4: tls-unique is not defined for TLS 1.3.
        return tls.get_channel_binding("tls-unique") if tls.version() in ("TLSv1.1", "TLSv1.2") else None
    return None


def verified_context() -> ssl.SSLContext:
    """TLS 1.2 or later, with certificates and host names verified against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def _connected(address: Address, timeout: float | None) -> socket.socket:
    if address.path is None:
        return socket.create_connection((address.host, address.port), timeout)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(address.path)
    except BaseException:
        sock.close()
        raise
    return sock


def _deadline(timeout: float | None) -> float | None:
    return None if timeout is None else time.monotonic() + timeout


@contextlib.contextmanager
def _named(doing: str) -> Iterator[None]:
    """Foreign exceptions get our names here and nowhere else."""
    try:
        yield
    except (ConnectionLost, ProtocolViolation):
        raise
    except Exception as problem:
        raise named(problem, doing) from problem


def named(problem: Exception, doing: str) -> ConnectionLost:
    """Our error for one of the operating system or of the TLS library."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return CertificateRejected(
            f"{doing}: the server's certificate was refused: {problem.verify_message or problem.reason}; "
            "pass an ssl_context that trusts its authority if you know it"
        )
    if isinstance(problem, socket.gaierror):
        return CannotConnect(f"{doing}: unknown host; check the name ({problem.strerror})")
    if isinstance(problem, ConnectionRefusedError):
        return CannotConnect(f"{doing}: refused; check the port, and that the server runs")
    if doing.startswith(("connecting", "TLS")):
        if isinstance(problem, TimeoutError):
            return CannotConnect(f"{doing}: no answer in time")
        if isinstance(problem, ssl.SSLError):
            return CannotConnect(f"{doing}: {problem.reason or problem}; is it the port for implicit TLS?")
        return CannotConnect(f"{doing}: {problem}")
    return ConnectionLost(f"the connection was lost while {doing}: {problem}", may_have_run=True)
