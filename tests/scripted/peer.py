"""The server's end of one connection, as a script sees it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import NoReturn, TypeAlias

import attrs

from tests.scripted.command import Announced, Command, announced
from tests.scripted.deflate import Deflate
from tests.scripted.listener import close_with_reset, sever
from tests.scripted.tls import Tls

Script: TypeAlias = "Callable[[Peer], None]"
Refusal: TypeAlias = "Callable[[str, Announced], bytes | None]"

_PIECE = 1 << 16
_LARGEST_LITERAL = 1 << 28


class ClientGone(Exception):
    """The connection is over, by whichever side: the script ends here, and that is no failure."""


class ScriptTimeout(AssertionError):
    """The client did not send what the script waits for."""


@attrs.frozen
class Cut:
    """End a connection after exactly so many octets sent to, or received from, the client.

    Octets are counted above TLS; with TLS the cut comes without close_notify.
    """

    sent: int | None = None
    received: int | None = None
    reset: bool = attrs.field(default=False, kw_only=True)


class Peer:
    """Says and hears exact octets. Sending is safe from any thread, reading belongs to the script's."""

    def __init__(
        self,
        sock: socket.socket,
        *,
        number: int,
        tls: ssl.SSLContext | None,
        ending: threading.Event,
        timeout: float,
        cut: Cut | None = None,
    ) -> None:
        self.number = number
        self.timeout = timeout
        self.received = bytearray()
        """All octets of the client so far, without TLS."""
        self.sent = 0
        """How many octets the client was sent, without TLS."""
        self.turns = 0
        """How often the client spoke after it was spoken to: round trips, when it sends a burst in one write."""
        self.tls_error: ssl.SSLError | None = None
        """Why the handshake failed, if it did."""
        self._sock = sock
        self._context = tls
        self._tls: Tls | None = None
        self._deflate: Deflate | None = None
        self._ending = ending
        self._cut = cut or Cut()
        self._buffer = bytearray()
        self._lock = threading.RLock()
        self._spoke = True
        self._closed = False

    def begin(self) -> None:
        """Before the script: a cut after no octet at all comes here."""
        if self._cut.sent == 0 or self._cut.received == 0:
            self._cut_now()

    @property
    def is_tls(self) -> bool:
        return self._tls is not None

    # -- saying ---------------------------------------------------------------------------------

    def send(self, octets: bytes) -> None:
        """Send exactly these octets."""
        with self._lock:
            left = None if self._cut.sent is None else self._cut.sent - self.sent
            if left is not None:
                octets = octets[:left]
            below = self._deflate.compress(octets) if self._deflate else octets
            self._send_raw(self._encrypt(below))
            self.sent += len(octets)
            self._spoke = True
            if left is not None and len(octets) == left:
                self._cut_now()

    def send_beneath_tls(self, octets: bytes) -> None:
        """Send these octets as they are, whatever TLS and compression have been agreed."""
        self._send_raw(octets)

    def send_slowly(self, octets: bytes, interval: float) -> None:
        """Send one octet every `interval` seconds."""
        for octet in octets:
            self.send(bytes([octet]))
            self.sleep(interval)

    def ok(self, tag: bytes, text: bytes = b"done") -> None:
        """Send a tagged OK."""
        self.send(tag + b" OK " + text + b"\r\n")

    def sleep(self, seconds: float) -> None:
        """Wait; the end of the test ends the script here."""
        if self._ending.wait(seconds):
            raise ClientGone("the test is over")

    # -- hearing --------------------------------------------------------------------------------

    def line(self) -> bytes:
        """One line of the client without its CRLF."""
        return self._take(lambda: self._buffer.find(b"\r\n") + 2 if b"\r\n" in self._buffer else 0)[:-2]

    def octets(self, count: int) -> bytes:
        """Exactly so many octets of the client."""
        return self._take(lambda: count if len(self._buffer) >= count else 0) if count else b""

    def command(self, refuse: Refusal | None = None) -> Command:
        """One whole command; synchronising literals are asked for with `+`.

        `refuse(verb, literal)` may return a tagged answer (without tag) to send instead of the `+`;
        the command is then over and the next one is read.
        """
        while True:
            last = octets = self.line() + b"\r\n"
            literals: list[bytes] = []
            while literal := announced(last):
                assert literal.size <= _LARGEST_LITERAL, f"literal of {literal.size} octets"
                if literal.synchronising:
                    words = octets.split(b" ", 3)
                    answer = refuse(words[1].decode("latin-1").upper(), literal) if refuse and len(words) > 1 else None
                    if answer is not None:
                        self.send(words[0] + b" " + answer + b"\r\n")
                        break
                    self.send(b"+ go on\r\n")
                literals.append(self.octets(literal.size))
                last = self.line() + b"\r\n"
                octets += literals[-1] + last
            else:
                return Command.read(octets, tuple(literals))

    def wait_closed(self) -> None:
        """Read on until the client closes; what it sends is kept in `received`."""
        with contextlib.suppress(ClientGone):
            self._take(lambda: 0)

    # -- TLS ------------------------------------------------------------------------------------

    def start_tls(self) -> None:
        """Shake hands as the TLS server; octets the client sent too early are taken for TLS."""
        assert self._context is not None, "this server has no certificate"
        tls = Tls(self._context)
        early, self._buffer = bytes(self._buffer), bytearray()
        if early:
            del self.received[-len(early) :]
        deadline = time.monotonic() + self.timeout
        try:
            while not tls.handshake(early):
                self._send_raw(tls.pending())
                early = self._receive_raw(deadline)
                if not early:
                    self._gone("client closed during the handshake")
        except ssl.SSLError as error:
            self.tls_error = error
            with contextlib.suppress(ClientGone):
                self._send_raw(tls.pending())
            self._gone(f"no handshake: {error}")
        self._send_raw(tls.pending())
        with self._lock:
            self._tls = tls
        self._accept_plain(b"")

    def start_deflate(self) -> None:
        """From now on both sides are compressed (RFC 4978)."""
        early, self._buffer = bytes(self._buffer), bytearray()
        if early:
            del self.received[-len(early) :]
        with self._lock:
            self._deflate = Deflate()
        self._accept(early)

    # -- ending ---------------------------------------------------------------------------------

    def close(self) -> None:
        """Close as a good server does: close_notify under TLS, then FIN."""
        with self._lock, contextlib.suppress(ClientGone):
            if self._tls:
                self._send_raw(self._tls.close_notify())
        self.tls_cut()

    def tls_cut(self) -> None:
        """Close the connection under TLS: FIN, but no close_notify."""
        if self._closed:
            return
        self._drain()
        with self._lock:
            self._closed = True
            sever(self._sock, socket.SHUT_WR)
            self._sock.close()

    def half_close(self) -> None:
        """Say no more (close_notify under TLS, then FIN), but go on listening."""
        with self._lock:
            if self._tls:
                self._send_raw(self._tls.close_notify())
            sever(self._sock, socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection with RST."""
        with self._lock:
            self._closed = True
            close_with_reset(self._sock)

    # -- below ----------------------------------------------------------------------------------

    def _take(self, complete: Callable[[], int]) -> bytes:
        deadline = time.monotonic() + self.timeout
        while not (size := complete()):
            self._fill(deadline)
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _fill(self, deadline: float) -> None:
        raw = self._receive_raw(deadline)
        if not raw:
            self._gone("client closed")
        if self._spoke:
            self.turns += 1
            self._spoke = False
        self._accept_plain(raw)

    def _accept_plain(self, raw: bytes) -> None:
        ended = False
        if self._tls:
            try:
                with self._lock:
                    raw, ended = self._tls.decrypt(raw)
            except ssl.SSLError as error:
                self.tls_error = error
                self._gone(f"TLS: {error}")
        self._accept(raw)
        if ended and not raw:
            self._gone("client closed TLS")

    def _accept(self, raw: bytes) -> None:
        """Take octets that are no longer encrypted."""
        if self._deflate:
            raw = self._deflate.decompress(raw)
        if self._cut.received is not None:
            raw = raw[: self._cut.received - len(self.received)]
        self.received += raw
        self._buffer += raw
        if len(self.received) == self._cut.received:
            self._cut_now()

    def _cut_now(self) -> NoReturn:
        if self._cut.reset:
            self.reset()
        else:
            self.tls_cut()
        self._gone("cut as told")

    def _drain(self) -> None:
        """Take what has arrived, for `received`, and because closing on unread octets would send RST."""
        if self._cut.received is not None:
            return
        with contextlib.suppress(OSError, ClientGone):
            self._sock.settimeout(0)
            while raw := self._sock.recv(_PIECE):
                self._accept_plain(raw)

    def _receive_raw(self, deadline: float) -> bytes:
        if time.monotonic() > deadline:
            raise ScriptTimeout(f"client's octets so far: {bytes(self.received[-200:])!r}")
        try:
            return self._sock.recv(_PIECE)
        except TimeoutError:
            raise ScriptTimeout(f"client's octets so far: {bytes(self.received[-200:])!r}") from None
        except OSError as error:
            self._gone(str(error))

    def _encrypt(self, octets: bytes) -> bytes:
        try:
            return self._tls.encrypt(octets) if self._tls else octets
        except ssl.SSLError as error:
            self._gone(f"TLS: {error}")

    def _send_raw(self, octets: bytes) -> None:
        try:
            self._sock.sendall(octets)
        except TimeoutError:
            self._gone("client does not read")
        except OSError as error:
            self._gone(str(error))

    def _gone(self, why: str) -> NoReturn:
        raise ClientGone(why)
