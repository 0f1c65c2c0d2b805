"""UNAUTHENTICATE (RFC 8437)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Simple


@attrs.frozen
class Unauthenticate(Simple):
    """Log out without closing the connection, so that somebody else can log in; nothing stays enabled."""

    verb: ClassVar[str] = "UNAUTHENTICATE"
    alone: ClassVar[bool] = True
