"""Compression between a script and its connection (RFC 4978)."""

from __future__ import annotations

import zlib


class Deflate:
    """Raw DEFLATE in both directions; every piece sent is flushed."""

    def __init__(self) -> None:
        self._out = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._in = zlib.decompressobj(wbits=-zlib.MAX_WBITS)

    def compress(self, plain: bytes) -> bytes:
        return self._out.compress(plain) + self._out.flush(zlib.Z_SYNC_FLUSH)

    def decompress(self, received: bytes) -> bytes:
        return self._in.decompress(received)
