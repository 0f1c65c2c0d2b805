"""UNAUTHENTICATE (RFC 8437)."""

from __future__ import annotations

from typing import ClassVar

from mailkit.protocol.command import Simple


class Unauthenticate(Simple):
    """Log out without closing the connection, so that somebody else can log in; nothing stays enabled."""

    __slots__ = ()

    verb: ClassVar[str] = "UNAUTHENTICATE"
    alone: ClassVar[bool] = True
