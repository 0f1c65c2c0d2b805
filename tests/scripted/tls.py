"""TLS between a script and its socket, kept in memory so that a script can cut it anywhere."""

from __future__ import annotations

import contextlib
import ssl


class Tls:
    """A server's TLS state: octets in, octets out, no socket."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.session = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def handshake(self, received: bytes) -> bool:
        """Go on with the handshake; True when it is done. `ssl.SSLError` when it fails."""
        self._incoming.write(received)
        try:
            self.session.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def decrypt(self, received: bytes) -> tuple[bytes, bool]:
        """The plaintext now complete, and whether the client has closed its side with close_notify."""
        self._incoming.write(received)
        plain = bytearray()
        while True:
            try:
                piece = self.session.read(65536)
            except ssl.SSLWantReadError:
                return bytes(plain), False
            except ssl.SSLZeroReturnError:
                return bytes(plain), True
            if not piece:
                return bytes(plain), True
            plain += piece

    def encrypt(self, plain: bytes) -> bytes:
        view = memoryview(plain)
        while view:
            view = view[self.session.write(view) :]
        return self.pending()

    def close_notify(self) -> bytes:
        """The alert that says an end is the end, not a cut."""
        with contextlib.suppress(ssl.SSLError):
            self.session.unwrap()
        return self.pending()

    def pending(self) -> bytes:
        """What is to be sent to the client now."""
        return self._outgoing.read()
