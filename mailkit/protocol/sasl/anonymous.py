"""ANONYMOUS (RFC 4505): nobody in particular, with a word of trace."""

from __future__ import annotations

from mailkit.errors import UsageError
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism


class Anonymous(Mechanism):
    """Access as nobody; `trace` (an address or up to 255 characters, not secret) is what the server may log."""

    name = "ANONYMOUS"
    secure = True

    def __init__(self, trace: str = "") -> None:
        # `token = 1*255TCHAR` (RFC 4505 §2); TCHAR is any character but controls.
        if len(trace) > 255 or not trace.isprintable():
            raise UsageError("the trace of ANONYMOUS is at most 255 printable characters")
        self._trace = trace

    def first(self) -> bytes:
        """`message = [ email / token ]` (RFC 4505 §2)"""
        return self._trace.encode()

    def step(self, challenge: bytes) -> bytes:
        """Always `Cancelled`: there is nothing to ask."""
        raise Cancelled(f"the server sent a challenge of {len(challenge)} octets, though ANONYMOUS has none")
