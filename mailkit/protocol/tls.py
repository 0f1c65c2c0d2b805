"""TLS: whom it trusts, and what it gives an authentication to be bound to."""

from __future__ import annotations

import ssl

_BINDINGS = {"TLSv1.1": "tls-unique", "TLSv1.2": "tls-unique", "TLSv1.3": "tls-exporter"}
"""The channel binding that SCRAM uses by default with each version (RFC 9266 §3), and servers know."""


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
