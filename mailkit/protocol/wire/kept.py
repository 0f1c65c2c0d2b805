"""Memory for a literal that is kept."""

from __future__ import annotations

from io import BytesIO

_FIRST = 512 * 1024
_AT_ONCE = 256 * 1024


class Kept:
    """The octets of one literal, in the memory that they stay in; a mere announcement takes little.

    Once 512 KiB of it are there, it gets all of its place in one go: to grow later would hold much of it twice.
    """

    # BytesIO lends its memory, too, so that nothing need be copied into it. But where such a loan ends in a cycle of
    # garbage, Python 3.12.1 crashes (CPython gh-111049), and a lost connection may end so.

    def __init__(self, size: int) -> None:
        self._size = size
        self._end = 0  # behind the last octet that came
        self._memory = BytesIO()
        self._arriving = memoryview(b"")

    def space(self) -> memoryview:
        """Where the next octets may be received; it is empty only once all have come."""
        if not self._arriving:
            self._arriving = memoryview(bytearray(min(self._size, _AT_ONCE)))
        return self._arriving[: self._size - self._end]

    def filled(self, count: int) -> None:
        """The first `count` octets of `space()` have been received."""
        self.write(self._arriving[:count])

    def write(self, octets: memoryview) -> None:
        """Take a copy of octets that came, no more than are due."""
        if self._end < _FIRST <= self._end + len(octets):
            # Of so many zeros, the operating system gives memory only for those that are written over.
            begun, self._memory = self._memory, BytesIO(bytes(self._size))
            self._memory.write(begun.getvalue())
        self._memory.write(octets)
        self._end += len(octets)

    def octets(self) -> bytes:
        """All of them, once they have come; nothing can be received any more."""
        # BytesIO gives its own memory away: no second copy.
        return self._memory.getvalue()
