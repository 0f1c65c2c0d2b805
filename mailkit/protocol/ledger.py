"""What a server has made us take and hold, against the limits; every bound is checked before the next is taken."""

from __future__ import annotations

from collections.abc import Iterable

from mailkit.errors import ProtocolViolation
from mailkit.protocol.pending import Pending
from mailkit.protocol.wire.limits import Limits


class Ledger:
    """Counts the untagged responses between two tagged ones.

    `extra` is what the commands under way are known to need beyond the limits (`Command.expects`).
    """

    def __init__(self, limits: Limits) -> None:
        self.extra = 0
        self._limits = limits
        self._rows = 0
        self._unasked = 0
        self._contents = 0  # of what is held, what was expected
        self._held = 0  # never less than what is really held: rows are taken away without a word

    def answered(self) -> None:
        """A tagged response came: counting begins anew."""
        self._rows = self._unasked = 0

    def asked(self, price: int, contents: int, flight: Iterable[Pending[object]], rows: int = 1) -> None:
        """Responses were kept for one of the commands under way, at this price (`Pending.keep`)."""
        self._count(rows)
        self._held += price
        self._contents += contents
        if self._held > self._limits.answers:
            self.may_hold(0, flight)

    def unasked(self, size: int) -> None:
        """A response came that belongs to no command."""
        self._count()
        self._unasked += size
        if self._unasked > self._limits.unasked:
            raise ProtocolViolation(f"more than {self._limits.unasked} octets that nobody asked for")

    def may_hold(self, size: int, flight: Iterable[Pending[object]]) -> None:
        """`ProtocolViolation` unless so many octets more of a literal may be kept."""
        if self._is_full(size):
            self._held = sum(pending.held for pending in flight)
            self._contents = sum(pending.contents for pending in flight)
            if self._is_full(size):
                most = self._limits.answers + self.extra
                raise ProtocolViolation(f"more than {most} octets in answer to what was asked")

    def _is_full(self, size: int) -> bool:
        """What is expected beyond the limits are contents: it is no room for rows without end."""
        most = self._limits.answers
        return self._held + size > most and (
            self._held - self._contents > most or self._held + size > most + self.extra
        )

    def _count(self, rows: int = 1) -> None:
        self._rows += rows
        if self._rows > self._limits.rows:
            raise ProtocolViolation(f"more than {self._limits.rows} responses without a tagged one")
