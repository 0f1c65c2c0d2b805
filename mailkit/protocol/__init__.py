"""Raw access: the classic interface of `imaplib`, and what it stands on; names load when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import homes

if TYPE_CHECKING:
    from mailkit.protocol.command_event import CommandEvent
    from mailkit.protocol.imap4 import (
        IMAP4,
        IMAP4_PORT,
        IMAP4_SSL,
        IMAP4_SSL_PORT,
        Commands,
        Idler,
        IMAP4_session,
        IMAP4_stream,
        Int2AP,
        Internaldate2tuple,
        ParseFlags,
        Time2Internaldate,
    )
    from mailkit.protocol.session import Session

Debug: int = 0
"""The `debug` level that new `IMAP4` objects begin with."""

_HOMES = {
    "mailkit.protocol.imap4": (
        "Commands IMAP4 IMAP4_PORT IMAP4_SSL IMAP4_SSL_PORT IMAP4_session IMAP4_stream Idler Int2AP "
        "Internaldate2tuple ParseFlags Time2Internaldate"
    ),
    "mailkit.protocol.command_event": "CommandEvent",
    "mailkit.protocol.session": "Session",
}

__all__ = [
    "IMAP4",
    "IMAP4_SSL",
    "IMAP4_stream",
    "IMAP4_session",
    "IMAP4_PORT",
    "IMAP4_SSL_PORT",
    "Internaldate2tuple",
    "Int2AP",
    "ParseFlags",
    "Time2Internaldate",
    "Commands",
    "Debug",
    "Idler",
    "Session",
    "CommandEvent",
]


if not TYPE_CHECKING:  # a type checker is to find names that are not there
    __getattr__ = homes(__name__, _HOMES)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
