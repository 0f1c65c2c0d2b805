"""The transport of a classic object is the object itself: what a program overrides is what reads and writes."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from typing import BinaryIO, Protocol

from mailkit.errors import ConnectionLost, ProtocolViolation, TimedOut, UsageError
from mailkit.protocol.network import TLS
from mailkit.protocol.tls import channel_binding
from mailkit.protocol.wire.framer import Framer

_CHUNK = 64 * 1024


class ReadsAhead(Protocol):
    """A file that gives what is there, and waits only where nothing is: `io.BufferedReader` is one."""

    def read1(self, size: int = ..., /) -> bytes: ...
    def peek(self, size: int = ..., /) -> bytes: ...


class Owner(Protocol):
    """What a classic object lends to its transport."""

    sock: socket.socket
    file: BinaryIO

    def read(self, size: int) -> bytes: ...
    def readline(self) -> bytes: ...
    def send(self, data: bytes) -> None: ...

    @property
    def _buffered(self) -> ReadsAhead | None:
        """The file to read from at will, unless the program has taken reading into its own hands."""
        ...


class Backend:
    """Sends by the object's `send`, and receives by its `readline` and `read` just what the framer wants.

    Where neither is overridden it takes whatever the file has, which is faster. Timeouts are the socket's own, and what
    the object raises while it reads goes up to the program as it is.
    """

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    @property
    def is_secure(self) -> bool:
        return isinstance(self._sock, ssl.SSLSocket)

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        try:
            self._owner.send(bytes(octets))
        except OSError as problem:
            raise ConnectionLost(f"socket error: {problem}", may_have_run=True) from problem
        return len(octets)

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        if timeout is not None and not self._is_ready(timeout):
            raise TimedOut("nothing came in time")
        ahead = self._owner._buffered  # noqa: SLF001  # the two are one thing in two classes
        if ahead is not None:
            octets = ahead.read1(_CHUNK)
        elif framer.wanted:
            octets = self._owner.read(framer.wanted)
        else:
            octets = self._owner.readline()
        framer.feed(octets)
        return bool(octets)

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        if self._is_ready(0):
            raise ProtocolViolation("octets followed the answer to STARTTLS before TLS began")
        self._owner.sock = tls.context.wrap_socket(self._owner.sock, server_hostname=tls.host)
        self._owner.file = self._owner.sock.makefile("rb")

    def start_compression(self, early: bytes) -> None:
        raise UsageError("a program that reads and writes by itself does not compress")

    def channel_binding(self, kind: str) -> bytes | None:
        sock = self._sock
        return channel_binding(sock, kind) if isinstance(sock, ssl.SSLSocket) else None

    async def close(self) -> None:
        """End the connection; closing the socket is the object's `shutdown`, which its program calls then, too."""
        sock = self._sock
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    @property
    def _sock(self) -> socket.socket | None:
        """The socket; an `open` that is overridden may have made none."""
        return getattr(self._owner, "sock", None)

    def _is_ready(self, seconds: float) -> bool:
        """Whether something can be read, now or within the time; the end of the stream can, too.

        Where there is no socket to ask, it is time to read and see.
        """
        sock = self._sock
        if sock is None:
            return seconds > 0
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        if not isinstance(sock, ssl.SSLSocket) and poll.poll(0):
            return True
        while True:
            if _has_some(sock, getattr(self._owner, "file", None)):
                return True
            left = deadline - time.monotonic()
            if not poll.poll(max(0.0, left) * 1000):
                return False
            if not isinstance(sock, ssl.SSLSocket):
                return True


def _has_some(sock: socket.socket, file: object) -> bool:
    """Whether a read would not wait, for what the file has read ahead or TLS has decrypted."""
    peek = getattr(file, "peek", None)
    if peek is None:
        return False
    before = sock.gettimeout()
    sock.settimeout(0)
    try:
        # TLS says by an exception that there is nothing; no octets then are the end of the stream.
        return bool(peek(1)) or isinstance(sock, ssl.SSLSocket)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(before)
