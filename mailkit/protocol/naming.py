"""Our names for the exceptions of the operating system and of the TLS library."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from mailkit.errors import CannotConnect, CertificateRejected, ConnectionLost, ProtocolViolation, TimedOut

_NO_VERSION_IN_COMMON = frozenset(
    {"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION", "VERSION_TOO_LOW"}
)
"""Why OpenSSL ends a handshake with a server that is too old: its alert, or what it would have settled for."""


@contextlib.contextmanager
def naming(doing: str) -> Iterator[None]:
    """Foreign exceptions get our names here and nowhere else."""
    try:
        yield
    except (ConnectionLost, ProtocolViolation):
        raise
    except Exception as problem:
        raise named(problem, doing) from problem


def named(problem: Exception, doing: str) -> ConnectionLost:
    """Our error for one of the operating system or of the TLS library."""
    import ssl  # noqa: PLC0415  # slow to load, and needed here only where something fails

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
            if problem.reason in _NO_VERSION_IN_COMMON:
                return CannotConnect(f"{doing}: the server must speak TLS 1.2 or later ({problem.reason})")
            return CannotConnect(f"{doing}: {problem.reason or problem}; is it the port for implicit TLS?")
        return CannotConnect(f"{doing}: {problem}")
    if isinstance(problem, TimeoutError):
        return TimedOut("no answer in time", may_have_run=True)
    return ConnectionLost(f"the connection was lost while {doing}: {problem}", may_have_run=True)
