"""A section of a message as a file: read in ranges, the next one on its way, and decoded."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from typing import Self

from mailkit.errors import UsageError
from mailkit.mime.transfer import Base64, Identity, decoder
from mailkit.pool import Begun
from mailkit.protocol.commands.fetch import Content
from mailkit.protocol.complete import complete
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.sections import Section
from mailkit.reading.source import Source, held

RANGE = 256 * 1024
"""Octets asked for at a time."""

_FIRST_LINE = re.compile(rb"([A-Za-z0-9+/]+)\r\n")


class Ranges:
    """The octets of a section on its server from somewhere on, range by range; a range that comes short is the last."""

    def __init__(self, source: Source, section: Section, size: int) -> None:
        self._source = source
        self._section = section
        self._size = size
        self._first = 0
        self._ahead: Begun[list[MessageData]] | None = None
        self._has_ended = False

    async def next(self) -> bytes:
        """The next octets; none at the end."""
        if self._has_ended:
            return b""
        begun, self._ahead = self._ahead or await self._begin(), None
        octets = held(self._source.only(await begun.result()), Content(self._section))
        self._first += len(octets)
        if len(octets) < RANGE:
            self._has_ended = True
        elif self._first < self._size:
            self._ahead = await self._begin()
        return octets

    def move(self, first: int) -> None:
        """Go on from this octet."""
        self.abandon()
        self._first = first
        self._has_ended = False

    def abandon(self) -> None:
        """What is on its way is not wanted."""
        if self._ahead is not None:
            self._ahead.session.abandon(self._ahead.pending)
            self._ahead = None

    async def _begin(self) -> Begun[list[MessageData]]:
        return await self._source.begin(Content(self._section, (self._first, RANGE)))


class Held:
    """The same for octets that are here already."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._first = 0

    async def next(self) -> bytes:
        """The next octets; none at the end."""
        octets = self._octets[self._first : self._first + RANGE]
        self._first += len(octets)
        return octets

    def move(self, first: int) -> None:
        """Go on from this octet."""
        self._first = first

    def abandon(self) -> None:
        """Nothing is on its way."""


class AsyncReader:
    """A file that is read from the server as it is needed, decoded; never more than two ranges are held.

    `seek` costs one round trip where the octets are not encoded or are base64 in even lines, and else reads on, or from
    the beginning. Close it, or use it with `async with`.
    """

    def __init__(self, ranges: Ranges | Held, size: int, encoding: str | None = None) -> None:
        self._ranges = ranges
        self._size = size
        self._encoding = encoding
        self._decoder = decoder(encoding)
        self._buffer = b""
        self._used = 0  # octets of the buffer that are read already
        self._position = 0
        self._line = 0  # characters in a line of base64, once that is known
        self._has_ended = False
        self._is_closed = False

    @property
    def defects(self) -> tuple[str, ...]:
        """What was wrong with the encoding so far."""
        return tuple(self._decoder.defects)

    def tell(self) -> int:
        """Where the next octet is read."""
        return self._position

    async def read(self, count: int = -1) -> bytes:
        """So many octets, fewer only at the end; all that are left where `count` is negative."""
        pieces: list[bytes] = []
        while count and (piece := await self.read1(count)):
            pieces.append(piece)
            count -= len(piece) if count > 0 else 0
        return b"".join(pieces)

    async def read1(self, count: int = -1) -> bytes:
        """Some octets, at most `count`, with at most one range fetched; none at the end."""
        if self._is_closed:
            raise UsageError("the file is closed")
        while self._used == len(self._buffer) and not self._has_ended:
            await self._fill()
        end = len(self._buffer) if count < 0 else self._used + count
        piece = self._buffer[self._used : end]
        self._used += len(piece)
        self._position += len(piece)
        return piece

    async def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an octet, counted from the beginning, from here or from the end; the new place."""
        if whence == io.SEEK_END:
            offset += await self._length()
        elif whence == io.SEEK_CUR:
            offset += self._position
        if offset < 0:
            raise UsageError(f"there is nothing before the beginning of a file: {offset}")
        if 0 <= offset - self._position + self._used <= len(self._buffer):
            self._used += offset - self._position
            self._position = offset
            return offset
        if not await self._jump(offset) and offset < self._position:
            self._restart(0, 0)
        while self._position < offset and await self.read1(offset - self._position):
            pass
        return self._position

    def close(self) -> None:
        """Give up what is on its way."""
        self._ranges.abandon()
        self._is_closed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self.read1():
            yield piece

    async def _fill(self) -> None:
        octets = await self._ranges.next()
        if not self._line and isinstance(self._decoder, Base64) and (line := _FIRST_LINE.match(octets)):
            self._line = len(line[1])
        self._buffer = self._decoder.decode(octets) if octets else self._decoder.finish()
        self._used = 0
        self._has_ended = not octets

    async def _jump(self, offset: int) -> bool:
        """Go to the octet, or shortly before it, without reading what is between; False where that is not possible."""
        if isinstance(self._decoder, Identity):
            self._restart(offset, offset)
            return True
        if not isinstance(self._decoder, Base64):
            return False
        if not self._line and not self._position:
            await self._fill()
        if not self._line or self._line % 4:
            return False
        lines = offset // (self._line // 4 * 3)
        if not lines:
            return False
        # The line end before the line that is wanted shows whether all before it were as long as the first.
        self._restart(lines * (self._line + 2) - 2, 0)
        octets = await self._ranges.next()
        if not octets.startswith(b"\r\n"):
            self._restart(0, 0)
            return True
        self._position = lines * (self._line // 4 * 3)
        self._buffer = self._decoder.decode(octets)
        return True

    async def _length(self) -> int:
        if isinstance(self._decoder, Identity):
            return self._size
        if isinstance(self._decoder, Base64):
            if not self._line and not self._position:
                await self._fill()
            if self._line:
                await self._jump((self._size - 1) // (self._line + 2) * (self._line // 4 * 3))
        while await self.read1():
            pass
        return self._position

    def _restart(self, encoded: int, position: int) -> None:
        self._ranges.move(encoded)
        self._decoder = decoder(self._encoding)
        self._buffer, self._used = b"", 0
        self._position = position
        self._has_ended = False


class RawReader(io.RawIOBase):
    """The same file for threads."""

    def __init__(self, reader: AsyncReader) -> None:
        self._reader = reader

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]  # buffers have no name yet
        """Fill the buffer or a part of it; 0 at the end."""
        piece = complete(self._reader.read1(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an octet; the new place."""
        return complete(self._reader.seek(offset, whence))

    def tell(self) -> int:
        """Where the next octet is read."""
        return self._reader.tell()

    def close(self) -> None:
        """Give up what is on its way."""
        self._reader.close()
        super().close()


def buffered(reader: AsyncReader) -> io.BufferedReader:
    """The file for threads, as those on disk are."""
    return io.BufferedReader(RawReader(reader), RANGE)
