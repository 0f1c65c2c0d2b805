"""STARTTLS (RFC 9051 §6.2.1)."""

from __future__ import annotations

from typing import ClassVar

from mailkit.protocol.command import Simple


class StartTLS(Simple):
    """Ask for TLS; the session begins it once the OK is there."""

    __slots__ = ()

    verb: ClassVar[str] = "STARTTLS"
    alone: ClassVar[bool] = True
    recodes: ClassVar[bool] = True
