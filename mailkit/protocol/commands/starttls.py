"""STARTTLS (RFC 9051 §6.2.1)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Simple


@attrs.frozen
class StartTLS(Simple):
    """Ask for TLS; the session begins it once the OK is there."""

    verb: ClassVar[str] = "STARTTLS"
    alone: ClassVar[bool] = True
    recodes: ClassVar[bool] = True
