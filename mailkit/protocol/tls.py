"""What TLS and the operating system mean to us: contexts, channel bindings, and our names for their exceptions."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

from mailkit.errors import CannotConnect, CertificateRejected, ConnectionLost, ProtocolViolation, TimedOut


def verified_context() -> ssl.SSLContext:
    """TLS 1.2 or later, with certificates and host names verified against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def channel_binding(tls: ssl.SSLSocket | ssl.SSLObject, kind: str) -> bytes | None:
    """What RFC 5929 and RFC 9266 bind an authentication to, or None where this TLS connection has none."""
    if kind == "tls-unique":
        # RFC 9266 §4: tls-unique is not defined for TLS 1.3.
        return tls.get_channel_binding("tls-unique") if tls.version() in ("TLSv1.1", "TLSv1.2") else None
    return None


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
            return CannotConnect(f"{doing}: {problem.reason or problem}; is it the port for implicit TLS?")
        return CannotConnect(f"{doing}: {problem}")
    if isinstance(problem, TimeoutError):
        return TimedOut("no answer in time", may_have_run=True)
    return ConnectionLost(f"the connection was lost while {doing}: {problem}", may_have_run=True)
