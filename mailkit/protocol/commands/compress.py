"""COMPRESS (RFC 4978)."""

from __future__ import annotations

from typing import ClassVar

from mailkit.protocol.command import Simple
from mailkit.protocol.wire.writer import Writer


class Compress(Simple):
    """Ask for DEFLATE both ways; the session begins it once the OK is there."""

    __slots__ = ()

    verb: ClassVar[str] = "COMPRESS"
    alone: ClassVar[bool] = True
    recodes: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.atom("DEFLATE")
