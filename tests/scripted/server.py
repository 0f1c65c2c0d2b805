"""A server that does to each connection what a script says."""

from __future__ import annotations

import contextlib
import socket
import ssl

from tests.scripted.listener import Listener
from tests.scripted.peer import ClientGone, Cut, Peer, Script


class ScriptedServer(Listener):
    """Runs the first script for the first connection and so on; the last one for all that follow.

    `tls` is the context for `Peer.start_tls`; with `implicit_tls` every connection begins with it.
    `cuts` end the first, second, ... connection early; connections after the last cut are left alone.
    """

    def __init__(
        self,
        *scripts: Script,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        ipv6: bool = False,
        timeout: float = 10.0,
        cuts: tuple[Cut | None, ...] = (),
    ) -> None:
        super().__init__(ipv6=ipv6, timeout=timeout)
        assert tls is not None or not implicit_tls, "implicit TLS needs a context"
        self.connections: list[Peer] = []
        self._scripts = scripts
        self._tls = tls
        self._implicit_tls = implicit_tls
        self._cuts = cuts

    @property
    def received(self) -> list[bytes]:
        """All octets of each client, without TLS. Final once `finish()` or the `with` block is over."""
        return [bytes(peer.received) for peer in self.connections]

    def run(self, peer: Peer) -> None:
        """The script of this connection."""
        self._scripts[min(peer.number, len(self._scripts) - 1)](peer)

    def serve(self, sock: socket.socket, number: int) -> None:
        cut = self._cuts[number] if number < len(self._cuts) else None
        with contextlib.suppress(ClientGone):
            peer = Peer(sock, number=number, tls=self._tls, ending=self.ending, timeout=self.timeout, cut=cut)
            self.connections.append(peer)
            try:
                peer.begin()
                if self._implicit_tls:
                    peer.start_tls()
                self.run(peer)
            finally:
                peer.close()
