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
        """`extern-initial-resp = *( UTF8-char-no-nul )`, the authorization identity (RFC 4422 §A.1)"""
        return self._authzid.encode()

    def step(self, challenge: bytes) -> bytes:
        """Always `Cancelled`: there is nothing to ask."""
        raise Cancelled(f"the server sent a challenge of {len(challenge)} octets, though EXTERNAL has none")
