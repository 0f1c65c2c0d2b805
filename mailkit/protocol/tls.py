"""What TLS and the operating system mean to us: contexts, channel bindings, and our names for their exceptions."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

from mailkit.errors import CannotConnect, CertificateRejected, ConnectionLost, ProtocolViolation, TimedOut
from mailkit.protocol.network import TLS, Transport

_BINDINGS = {"TLSv1.1": "tls-unique", "TLSv1.2": "tls-unique", "TLSv1.3": "tls-exporter"}
"""The channel binding that SCRAM uses by default with each version (RFC 9266 §3), and servers know."""

_NO_VERSION_IN_COMMON = frozenset(
    {"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION", "VERSION_TOO_LOW"}
)
"""Why OpenSSL ends a handshake with a server that is too old: its alert, or what it would have settled for."""


def verified_context() -> ssl.SSLContext:
    """TLS 1.2 or later, with certificates and host names verified against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def channel_binding(tls: ssl.SSLSocket | ssl.SSLObject, kind: str) -> bytes | None:
    """What RFC 5929 and RFC 9266 bind an authentication to, or None where this TLS connection has none."""
    # Python has had "tls-unique" alone, and gives it under TLS 1.3 too, where it is not defined (RFC 9266 §3).
    is_its_own = kind == _BINDINGS.get(tls.version() or "") and kind in ssl.CHANNEL_BINDING_TYPES
    return tls.get_channel_binding(kind) if is_its_own else None


async def made_private(transport: Transport, tls: TLS | None, timeout: float | None) -> Transport:
    """The transport, over TLS if that is wanted; it is closed if that fails."""
    if tls is not None:
        try:
            await transport.start_tls(tls, timeout)
        except BaseException:
            await transport.close()
            raise
    return transport


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
            if problem.reason in _NO_VERSION_IN_COMMON:
                return CannotConnect(f"{doing}: the server must speak TLS 1.2 or later ({problem.reason})")
            return CannotConnect(f"{doing}: {problem.reason or problem}; is it the port for implicit TLS?")
        return CannotConnect(f"{doing}: {problem}")
    if isinstance(problem, TimeoutError):
        return TimedOut("no answer in time", may_have_run=True)
    return ConnectionLost(f"the connection was lost while {doing}: {problem}", may_have_run=True)
