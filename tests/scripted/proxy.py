"""Bad networks in front of any server: one that cuts, one that is slow."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from typing import Literal, TypeAlias

from tests.scripted.listener import Listener, close_with_reset, sever

Direction: TypeAlias = Literal["to_client", "to_server"]

_PIECE = 1 << 16


class Link:
    """One client's connection and the proxy's own to the target."""

    def __init__(self, number: int, client: socket.socket, upstream: socket.socket) -> None:
        self.number = number
        self.client = client
        self.upstream = upstream
        self.forwarded: dict[Direction, int] = {"to_client": 0, "to_server": 0}
        """Octets carried so far."""
        self.turns = 0
        """How often the client spoke after it was spoken to (or first)."""
        self.cut = False
        self.spoke = True

    def ends(self, direction: Direction) -> tuple[socket.socket, socket.socket]:
        """Source and sink."""
        return (self.upstream, self.client) if direction == "to_client" else (self.client, self.upstream)


class _Proxy(Listener):
    """Carries octets both ways between each client and a connection of its own to `target`."""

    def __init__(self, target: tuple[str, int], *, timeout: float = 10.0) -> None:
        super().__init__(timeout=timeout)
        self.target = target
        self.links: list[Link] = []

    def serve(self, sock: socket.socket, number: int) -> None:
        with socket.create_connection(self.target, timeout=self.timeout) as upstream:
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(upstream)
            link = Link(number, sock, upstream)
            self.links.append(link)
            back = threading.Thread(target=self.carry, args=(link, "to_client"), name="scripted-back", daemon=True)
            back.start()
            self.carry(link, "to_server")
            back.join(self.timeout)
            self.part(link)

    def carry(self, link: Link, direction: Direction) -> None:
        """Pass octets on until either side ends."""
        source, _ = link.ends(direction)
        with contextlib.suppress(OSError):
            while octets := source.recv(_PIECE):
                if link.cut:
                    return
                self.forward(link, direction, octets)
        self.end(link, direction)

    def forward(self, link: Link, direction: Direction, octets: bytes) -> None:
        """Pass these octets on now."""
        link.ends(direction)[1].sendall(octets)
        link.forwarded[direction] += len(octets)

    def end(self, link: Link, direction: Direction) -> None:
        """Pass on that the source has ended."""
        if not link.cut:
            sever(link.ends(direction)[1], socket.SHUT_WR)

    def part(self, link: Link) -> None:
        """Close both connections."""
        link.client.close()
        link.upstream.close()


class CutProxy(_Proxy):
    """Cuts each of the first `connections` connections after exactly `after` octets in one direction.

    With `reset` both sides see RST instead of FIN. Raw octets are counted: behind TLS, those of TLS.
    """

    def __init__(
        self,
        target: tuple[str, int],
        after: int,
        direction: Direction = "to_client",
        *,
        reset: bool = False,
        connections: int = 1,
        timeout: float = 10.0,
    ) -> None:
        super().__init__(target, timeout=timeout)
        self.after = after
        self.direction = direction
        self._reset = reset
        self._limited = connections

    def carry(self, link: Link, direction: Direction) -> None:
        if self.after == 0 and link.number < self._limited:
            self._cut(link)
        super().carry(link, direction)

    def forward(self, link: Link, direction: Direction, octets: bytes) -> None:
        if direction != self.direction or link.number >= self._limited:
            super().forward(link, direction, octets)
            return
        left = self.after - link.forwarded[direction]
        super().forward(link, direction, octets[:left])
        if len(octets) >= left:
            self._cut(link)

    def part(self, link: Link) -> None:
        if link.cut and self._reset:
            close_with_reset(link.client)
            close_with_reset(link.upstream)
        super().part(link)

    def _cut(self, link: Link) -> None:
        """Both carriers stop; a FIN goes out at once, an RST when the sockets are closed."""
        link.cut = True
        how = socket.SHUT_RD if self._reset else socket.SHUT_RDWR
        sever(link.client, how)
        sever(link.upstream, how)


class DelayProxy(_Proxy):
    """Holds every octet back for `delay` seconds each way, without limiting how many are under way."""

    def __init__(self, target: tuple[str, int], delay: float, *, timeout: float = 10.0) -> None:
        super().__init__(target, timeout=timeout)
        self.delay = delay
        self._counting = threading.Lock()

    @property
    def turns(self) -> int:
        """Round trips of all clients: how often one spoke after it had been spoken to (or first)."""
        return sum(link.turns for link in self.links)

    def carry(self, link: Link, direction: Direction) -> None:
        """Read at once, note when it is due, and let a second thread deliver."""
        under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        deliverer = threading.Thread(
            target=self._deliver, args=(link, direction, under_way), name="scripted-deliver", daemon=True
        )
        deliverer.start()
        source, _ = link.ends(direction)
        octets = b"-"
        while octets:
            try:
                octets = source.recv(_PIECE)
            except OSError:
                octets = b""
            if octets and direction == "to_server":
                with self._counting:
                    link.turns += link.spoke
                    link.spoke = False
            under_way.put((time.monotonic() + self.delay, octets))
        deliverer.join(self.timeout)

    def _deliver(self, link: Link, direction: Direction, under_way: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        while True:
            due, octets = under_way.get()
            if self.ending.wait(max(0.0, due - time.monotonic())) or not octets:
                break
            if direction == "to_client":
                with self._counting:
                    link.spoke = True
            with contextlib.suppress(OSError):
                self.forward(link, direction, octets)
        self.end(link, direction)


class HidingProxy(_Proxy):
    """Takes a word, such as a capability, out of all that the server says."""

    def __init__(self, target: tuple[str, int], word: bytes, *, timeout: float = 10.0) -> None:
        super().__init__(target, timeout=timeout)
        self.word = word

    def forward(self, link: Link, direction: Direction, octets: bytes) -> None:
        kept = octets.replace(b" " + self.word, b"") if direction == "to_client" else octets
        super().forward(link, direction, kept)
