"""Connecting a domain test to a small scripted server."""

from __future__ import annotations

from mailkit import Security
from mailkit.account import Connecting
from tests.domain.conftest import Connect
from tests.scripted.mini import DEFAULT_CAPABILITIES, MiniServer


def open_mini(connect: Connect, server: MiniServer, **options: object) -> Connecting:
    """Connect to it as its only user, without TLS."""
    return connect(
        f"imap://alice@127.0.0.1:{server.port}",
        **{"credentials": "alicepw", "security": Security.PLAINTEXT, "timeout": 10.0, **options},
    )


def without(*names: str) -> tuple[str, ...]:
    """What the server offers, but for these."""
    return tuple(name for name in DEFAULT_CAPABILITIES if name not in names)
