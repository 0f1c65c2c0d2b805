"""COMPRESS=DEFLATE (RFC 4978) without any I/O: two streams of raw deflate, one each way."""

from __future__ import annotations

import zlib

from mailkit.errors import ProtocolViolation
from mailkit.protocol.wire.framer import Framer

_RAW = -zlib.MAX_WBITS
_AT_ONCE = 256 * 1024


class Deflate:
    """Compresses what is sent and expands what is received, never more than 256 KiB at a time.

    A few octets can expand to a thousand times their size, so what is not yet expanded is kept compressed and the
    framer's limits apply to every part before the next is expanded. `early` octets have come already.
    """

    def __init__(self, early: bytes = b"") -> None:
        self._out = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, _RAW)
        self._in = zlib.decompressobj(_RAW)
        self._kept = early
        self._is_full = False

    def compress(self, octets: bytes | memoryview) -> bytes:
        """The octets to send in place of these; the peer can expand them at once."""
        return self._out.compress(octets) + self._out.flush(zlib.Z_SYNC_FLUSH)

    @property
    def has_more(self) -> bool:
        """Whether `expand(b"", …)` may give more."""
        return bool(self._kept) or self._is_full

    def expand(self, octets: bytes | memoryview, framer: Framer) -> None:
        """Put what these octets, and those kept before, stand for into the framer."""
        if self._in.eof and (self._kept or octets):
            raise ProtocolViolation("the compressed stream has ended, and the connection goes on")
        try:
            expanded = self._in.decompress(self._kept + octets, _AT_ONCE)
        except zlib.error as problem:
            raise ProtocolViolation(f"the compressed stream is broken: {problem}") from None
        self._kept = self._in.unused_data or self._in.unconsumed_tail
        # A full part may have left something inside zlib, even where it has taken all octets.
        self._is_full = len(expanded) == _AT_ONCE
        framer.feed(expanded)
