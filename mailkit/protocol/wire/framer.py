"""Cut the octets of a connection into whole responses; every size limit is here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from mailkit.errors import ProtocolViolation
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.kept import Kept
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.run import Cutter, Run

Sink = Callable[[memoryview], object]
"""Takes the octets of one literal as they arrive; the view is valid during the call only."""

SinkFor = Callable[[bytes, int], Sink | None]
"""Asked with the text before a literal and the literal's size: where shall it go? None keeps it in memory."""

# RFC 9051 `literal` and `literal8`; a server has no use for the "+" of a non-synchronising one, but some send it.
_ANNOUNCEMENT = re.compile(rb"\{(-?[0-9]+)\+?\}\Z")
# Responses whose text is for people may end in braces by chance (RFC 9051 `resp-text` holds no literal).
_FOR_PEOPLE = re.compile(rb"\* (?:OK|NO|BAD|BYE|PREAUTH)(?: |\Z)", re.IGNORECASE)

_SMALL = 4 * 1024
_LARGE = 512 * 1024
_STRAIGHT = 64 * 1024
"""While so many octets of a literal are due, they are received where they stay; the last come with what follows."""


class Framer:
    """Feed it octets as they come, in any cut, and take whole responses out of it.

    Receive into `space()` and say how many with `filled(count)`, or hand over octets with `feed(data)`; then call
    `next_frame()` until it gives None. Limits are checked before memory is taken; passing one raises
    `ProtocolViolation`, after which the framer is of no more use.
    """

    def __init__(self, limits: Limits = Limits(), sink_for: SinkFor | None = None) -> None:
        self.limits = limits
        self.extra = 0
        """Octets that a literal, and a response, may have beyond the limits: it is known who asked for so many."""
        self._sink_for = sink_for
        self._buffer = bytearray(_SMALL)
        self._view = memoryview(self._buffer)
        self._start = 0  # first octet not yet taken
        self._scanned = 0  # no line end before this one
        self._end = 0  # behind the last octet received
        self._parts: list[bytes] = []  # of the response under way
        self._size = 0  # octets of those parts
        self._came = 0  # octets of the whole texts and literals of the response under way, streamed ones too
        self._announced = 0  # octets of the literal under way
        self._due = 0  # octets still to come of the literal under way
        self._sink: Sink | None = None  # where those go
        self._kept: Kept | None = None  # which has them, if they are kept

    @property
    def stage(self) -> int:
        """How many texts and literals of the response under way are there."""
        return len(self._parts)

    @property
    def octets_under_way(self) -> int:
        """How many octets of the response under way have come, but for those of a line that is not whole."""
        return self._came + self._announced - self._due

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over: no octet waits and no response is half read."""
        return self._start == self._end and not self.is_inside

    @property
    def is_inside(self) -> bool:
        """Whether a response has begun whose end has not been seen."""
        return bool(self._parts) or self._start < self._end

    @property
    def wanted(self) -> int | None:
        """How many octets of a literal are due, or None where a line is."""
        if self._sink is None:
            return None
        return self._due - min(self._due, self._end - self._start)

    def space(self) -> memoryview:
        """Where the next octets may be received; it is not empty."""
        if self._kept is not None and self._is_straight:
            return self._kept.space()
        self._make_room(1)
        return self._view[self._end :]

    def filled(self, count: int) -> None:
        """The first `count` octets of `space()` have been received."""
        if self._kept is not None and self._is_straight:
            self._kept.filled(count)
            self._due -= count
            return
        self._end += count
        if self._end == len(self._buffer) and len(self._buffer) < _LARGE:
            self._resize(min(4 * len(self._buffer), _LARGE))

    def feed(self, data: bytes | memoryview) -> None:
        """Take a copy of octets that came."""
        if self._kept is not None and self._is_straight:
            count = min(self._due, len(data))
            self._kept.write(memoryview(data)[:count])
            self._due -= count
            data = data[count:]
        self._make_room(len(data))
        self._view[self._end : self._end + len(data)] = data
        self._end += len(data)

    def drain(self) -> bytes:
        """Give back what has been received and not been taken: it is for somebody else, or in another coding."""
        octets = bytes(self._view[self._start : self._end])
        self._start = self._scanned = self._end = 0
        return octets

    def rest(self) -> int:
        """How many octets have been received and not been taken as part of a response."""
        return self._end - self._start

    def shrink(self) -> None:
        """Little is to come for a while: give back the memory that much of it has taken."""
        if self.rest() < _SMALL < len(self._buffer):
            self._resize(_SMALL)

    def next_frame(self) -> Frame | None:
        """The next whole response, or None until more octets have come."""
        while self._sink is None or self._take_literal(self._sink):
            start = self._start
            end = self._buffer.find(b"\n", self._scanned, self._end)
            if end < 0:
                self._scanned = self._end
                if self._end - start > self.limits.line:
                    self._refuse_line()
                return None
            stop = end - 1 if end > start and self._buffer[end - 1] == 0x0D else end
            if stop == end and not self.limits.bare_line_feeds:
                raise ProtocolViolation(f"an unterminated line: {self._excerpt()!r}")
            if stop - start > self.limits.line:
                self._refuse_line()
            text = self._view[start:stop].tobytes()
            self._start = self._scanned = end + 1
            if text.endswith(b"}") and self._begin_literal(text):
                continue
            if not self._parts:
                return Frame(text)
            frame = Frame(self._parts[0], (*self._parts[1:], text))
            self._parts = []
            self._size = self._came = 0
            return frame
        return None

    def next_run(self, most: int) -> tuple[Run, bool]:
        """The responses that have come, as far as they are whole and simple (`Cutter`); `next_frame` gives the next.

        It asks nobody where literals go: of those that need no sink, `most` is the size. The second is whether the next
        may be left until more octets have come, for it will be simple, too.
        """
        is_inside = bool(self._parts) or self._sink is not None
        if is_inside or not self.limits.bare_line_feeds or self._buffer.find(b"\n", self._scanned, self._end) < 0:
            return [], False
        cutter = Cutter(self._buffer, self._start, self._end, self.limits, most)
        cutter.cut()
        self._start = cutter.start
        self._scanned = max(self._scanned, self._start)
        return cutter.run, cutter.is_short

    def _refuse_line(self) -> NoReturn:
        raise ProtocolViolation(f"a line longer than {self.limits.line} octets: {self._excerpt()!r}")

    def _begin_literal(self, text: bytes) -> bool:
        found = _ANNOUNCEMENT.match(text, text.rfind(b"{"))
        if found is None:
            return False
        if not self._parts and (not text.startswith(b"* ") or _FOR_PEOPLE.match(text)):
            return False
        if not found[1].isdigit() or len(found[1]) > 19:
            # RFC 9051 §9: number64 is an unsigned 63-bit integer.
            raise ProtocolViolation(f"a literal of {found[1][:24].decode('ascii')} octets")
        size = int(found[1])
        held = self._size + len(text)
        sink = self._sink_for(self._parts[0] if self._parts else text, size) if self._sink_for else None
        allowed = self.limits.literal + self.extra if sink is None else self.limits.streamed
        if size > allowed:
            raise ProtocolViolation(f"a literal of {size} octets, where {allowed} are allowed")
        if len(self._parts) >= 2 * self.limits.literals:
            raise ProtocolViolation(f"more than {self.limits.literals} literals in one response")
        if sink is None:
            held += size
        if held > self.limits.response + self.extra:
            raise ProtocolViolation(f"a response larger than {self.limits.response + self.extra} octets")
        self._size = held
        self._came += len(text)
        self._parts.append(text)
        if sink is None and size <= self._end - self._start:
            self._parts.append(self._view[self._start : self._start + size].tobytes())
            self._start += size
            self._scanned = self._start
            self._came += size
            return True
        self._announced = self._due = size
        self._kept = Kept(size) if sink is None else None
        self._sink = sink if self._kept is None else self._kept.write
        return True

    def _take_literal(self, sink: Sink) -> bool:
        """Hand over what is there of the literal under way; whether that is all."""
        count = min(self._due, self._end - self._start)
        if count:
            with self._view[self._start : self._start + count] as octets:
                sink(octets)
            self._start += count
            self._due -= count
        self._scanned = self._start
        if self._due:
            return False
        self._parts.append(self._kept.octets() if self._kept is not None else b"")
        self._kept = self._sink = None
        self._came += self._announced
        self._announced = 0
        return True

    @property
    def _is_straight(self) -> bool:
        """Whether the next octets need not pass the buffer, if the literal under way is kept."""
        return self._due >= _STRAIGHT and self._start == self._end

    def _make_room(self, count: int) -> None:
        if self._start == self._end:
            self._start = self._scanned = self._end = 0
        if self._end + count <= len(self._buffer):
            return
        pending = self._end - self._start
        if self._start and pending + count <= len(self._buffer) and pending <= len(self._buffer) // 2:
            self._buffer[:pending] = self._buffer[self._start : self._end]
            self._scanned -= self._start
            self._start, self._end = 0, pending
        else:
            self._resize(max(2 * pending, pending + count))

    def _resize(self, size: int) -> None:
        """A new buffer, since the old one cannot change its size while `space()` is out."""
        pending = self._end - self._start
        buffer = bytearray(size)
        buffer[:pending] = self._buffer[self._start : self._end]
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._scanned -= self._start
        self._start, self._end = 0, pending

    def _excerpt(self) -> bytes:
        return bytes(self._view[self._start : min(self._end, self._start + 40)])
