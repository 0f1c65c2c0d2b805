"""Raw access: the classic interface of `imaplib`, and what it stands on; names load when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from mailkit.protocol.reporter import CommandEvent
    from mailkit.protocol.session import Session

Debug: int = 0
"""The `debug` level that new `IMAP4` objects begin with."""

_WHERE = {
    **dict.fromkeys(("IMAP4", "IMAP4_SSL", "IMAP4_stream", "IMAP4_session"), "imap4"),
    **dict.fromkeys(("IMAP4_PORT", "IMAP4_SSL_PORT"), "imap4"),
    **dict.fromkeys(("Internaldate2tuple", "Int2AP", "ParseFlags", "Time2Internaldate"), "imap4"),
    **dict.fromkeys(("Commands", "Idler"), "imap4"),
    "CommandEvent": "reporter",
    "Session": "session",
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

    def __getattr__(name: str) -> object:
        module = _WHERE.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{module}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
