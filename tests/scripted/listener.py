"""A port on loopback that hands each connection to a thread and is gone, threads and all, at the end."""

from __future__ import annotations

import abc
import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

_GRACE = 0.25
"""Seconds in which scripts may still answer what the client has already sent."""


_LAST = 5.0
"""Seconds in which a thread must end that can neither send nor receive any more."""


def sever(sock: socket.socket, how: int) -> None:
    """Shut a socket down in one or both directions, whatever state it is in."""
    with contextlib.suppress(OSError):
        sock.shutdown(how)


def close_with_reset(sock: socket.socket) -> None:
    """Close so that the other side sees RST, not FIN."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    sock.close()


class Listener(abc.ABC):
    """Listens while the `with` block runs; `timeout` seconds bound every single wait inside.

    What a connection's thread raises is raised again at the end of the block, unless that already fails.
    """

    def __init__(self, *, ipv6: bool = False, timeout: float = 10.0) -> None:
        self.host = "::1" if ipv6 else "127.0.0.1"
        self.port = 0
        self.timeout = timeout
        self.ending = threading.Event()
        self.failures: list[BaseException] = []
        self._family = socket.AF_INET6 if ipv6 else socket.AF_INET
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepted = threading.Condition()

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port

    @abc.abstractmethod
    def serve(self, sock: socket.socket, number: int) -> None:
        """What to do with the connection of this number (from 0); the socket is closed afterwards."""

    def __enter__(self) -> Self:
        self._listening = socket.create_server((self.host, self.port), family=self._family, backlog=256)
        self.port = self._listening.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, name="scripted-accept", daemon=True)
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.ending.set()
        # accept() in another thread is not woken by close(): a last connection wakes it.
        with contextlib.suppress(OSError):
            socket.create_connection(self.address, timeout=self.timeout).close()
        self._accepting.join(self.timeout)
        self._listening.close()
        for sock in self._sockets:
            sever(sock, socket.SHUT_RD)
        self._join(_GRACE)
        for sock in self._sockets:
            sever(sock, socket.SHUT_RDWR)
        self._join(_LAST)
        alive = [thread.name for thread in self._threads if thread.is_alive()]
        if alive:
            self.failures.append(AssertionError(f"still running: {alive}"))
        if self.failures and error is None:
            raise self.failures[0]

    def finish(self, connections: int = 1) -> None:
        """Wait until so many connections have been accepted, and all accepted ones served to their end."""
        deadline = time.monotonic() + self.timeout
        with self._accepted:
            arrived = self._accepted.wait_for(lambda: len(self._threads) >= connections, self.timeout)
        assert arrived, f"{len(self._threads)} connections instead of {connections}"
        self._join(deadline - time.monotonic())
        assert not any(thread.is_alive() for thread in self._threads), "a connection is still being served"

    def _join(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        for thread in list(self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        while True:
            sock, _ = self._listening.accept()
            if self.ending.is_set():
                sock.close()
                return
            sock.settimeout(self.timeout)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = len(self._threads)
            self._sockets.append(sock)
            thread = threading.Thread(target=self._run, args=(sock, number), name=f"scripted-{number}", daemon=True)
            thread.start()
            with self._accepted:
                self._threads.append(thread)
                self._accepted.notify_all()

    def _run(self, sock: socket.socket, number: int) -> None:
        try:
            self.serve(sock, number)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread by __exit__
            self.failures.append(error)
        finally:
            sock.close()
