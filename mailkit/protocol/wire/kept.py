"""Memory for a literal that is kept."""

from __future__ import annotations

from io import BytesIO

_FIRST = 512 * 1024


class Kept:
    """The octets of one literal, received straight into the memory that they stay in; a mere announcement takes little.

    Once 512 KiB of it are there, it gets all of its place in one go: to grow later would hold much of it twice.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._end = 0  # behind the last octet that came
        self._take_memory(min(size, _FIRST))

    def space(self) -> memoryview:
        """Where the next octets may be received; it is empty only once all have come."""
        if self._end == len(self._view) < self._size:
            begun = self._view
            self._take_memory(self._size)
            self._view[: self._end] = begun
        return self._view[self._end : self._end + _FIRST]

    def filled(self, count: int) -> None:
        """The first `count` octets of `space()` have been received."""
        self._end += count

    def write(self, octets: memoryview) -> None:
        """Take a copy of octets that came, no more than are due."""
        while octets:
            space = self.space()
            count = min(len(space), len(octets))
            space[:count] = octets[:count]
            self._end += count
            octets = octets[count:]

    def octets(self) -> bytes:
        """All of them, once they have come; nothing can be received any more."""
        self._view.release()
        return self._memory.getvalue()

    def _take_memory(self, size: int) -> None:
        # BytesIO lends and gives away the very octets that it was made of, if nobody else has them: no second copy.
        # Of so many zeros, the operating system gives memory only for those that are written over.
        self._memory = BytesIO(bytes(size))
        self._view = self._memory.getbuffer()
