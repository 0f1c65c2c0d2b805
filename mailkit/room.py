"""What of a window's content is kept in memory, and what is left out since it does not fit."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.wire.framer import Sink
from mailkit.protocol.wire.limits import Limits

_MARGIN = 2 * 1024 * 1024
_LARGEST = 256 * 1024 * 1024
"""A larger literal is not waited for: no mail server takes such a message, and nobody wants to see it pass."""


class Room:
    """Decides, literal by literal, for one window of FETCH.

    What passes `Limits.literal`, or finds no place in `Limits.answers` beside what waits to be taken, is dropped as it
    comes: its message is given without it, and whoever asks that message for it gets it then, alone.
    """

    def __init__(self, limits: Limits, held: Callable[[], int]) -> None:
        self._limits = limits
        self._held = held
        self._left_out: set[int] = set()

    def sink_of(self, uid: int, size: int) -> Sink | None:
        """As `Fetch` asks it; None where it is kept, or where it is so large that the server is left."""
        limits = self._limits
        fits = size <= limits.literal and self._held() + size + _MARGIN <= limits.answers
        if fits or size > _LARGEST or uid in self._left_out:
            return None
        self._left_out.add(uid)
        return _drop

    def without_what_was_left_out(self, data: MessageData) -> MessageData:
        """A literal that went to a sink stands as empty: as if it were not there."""
        if data.uid not in self._left_out:
            return data
        return attrs.evolve(data, sections={section: octets for section, octets in data.sections.items() if octets})


def _drop(octets: memoryview) -> None:
    """It does not fit."""
