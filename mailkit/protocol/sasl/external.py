"""EXTERNAL (RFC 4422 appendix A): who we are is known already, from a client certificate or the socket."""

from __future__ import annotations

from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, identity


class External(Mechanism):
    """The identity that the TLS certificate or the Unix socket gives; `authzid` asks to act as another."""

    name = "EXTERNAL"
    secure = True

    def __init__(self, authzid: str = "") -> None:
        self._authzid = identity(authzid, "the authorization identity") if authzid else ""

    def first(self) -> bytes:
        return self._authzid.encode()

    def step(self, challenge: bytes) -> bytes:
        raise Cancelled("the server sent a challenge, though EXTERNAL has none")
