"""IDLE (RFC 9051 §6.3.13, RFC 2177)."""

from __future__ import annotations

from typing import ClassVar

from mailkit.protocol.command import Simple


class Idle(Simple):
    """Let the server tell what is new as it happens, until it is interrupted or another command wants to be sent.

    Servers close the connection of a client that says nothing for half an hour: begin again before that.
    """

    __slots__ = ()

    verb: ClassVar[str] = "IDLE"
    alone: ClassVar[bool] = True
    is_challenged: ClassVar[bool] = True
    farewell: ClassVar[bytes | None] = b"DONE"
    repeatable: ClassVar[bool] = True
