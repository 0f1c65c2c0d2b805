"""A run of responses, cut at once out of what has come: a line each, or a frame where one has small literals."""

from __future__ import annotations

import re

from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.limits import Limits

Run = list[bytes | Frame]
"""Whole responses in their order; octets are those of a line, with its CR if it has one."""

_ANNOUNCED = re.compile(rb"\}\r?\n")
_FETCH_TO_LITERAL = re.compile(rb"(\* [0-9]{1,10} FETCH \([^\n]*\{([0-9]{1,9})\})\r?\n")
_TO_LITERAL = re.compile(rb"([^\n]*\{([0-9]{1,9})\})\r?\n")
_LINE = re.compile(rb"([^\n]*[^\r\n}])\r?\n")
_LITERALS = 16


class Cutter:
    """Cuts a buffer from `start` on, as far as the responses there are whole and simple.

    Only a FETCH may have literals, each of up to `most` octets. What passes a limit is left alone.
    """

    def __init__(self, buffer: bytearray, start: int, end: int, limits: Limits, most: int) -> None:
        self.run: Run = []
        self.start: int = start
        """Where the responses end that have been cut."""
        self.is_short: bool = False
        """Whether the response there is as simple so far, and only the rest of a literal has not come."""
        self._buffer: bytearray = buffer
        self._view: memoryview = memoryview(buffer)
        self._end: int = end
        self._line: int = limits.line
        self._literal: int = min(most, limits.literal)
        self._parts: int = 2 * min(_LITERALS, limits.literals)
        self._response: int = min(limits.line, limits.response)

    def cut(self) -> None:
        """Cut all that there is."""
        while (frame := self._cut_frame()) is not None or self._cut_lines():
            if frame is not None:
                self.run.append(frame)

    def _cut_lines(self) -> bool:
        """All lines up to the next literal; whether there are any."""
        buffer, start = self._buffer, self.start
        first = buffer.find(b"\n", start, self._end)
        if first < 0 or buffer.rfind(b"}", max(start, first - 2), first) >= 0:
            return False
        announced = _ANNOUNCED.search(buffer, first, self._end)
        last = buffer.rfind(b"\n", first, self._end if announced is None else announced.start())
        lines = self._view[start:last].tobytes().split(b"\n")
        if last - start > self._line and max(map(len, lines)) > self._line:
            return False
        self.run += lines
        self.start = last + 1
        return True

    def _cut_frame(self) -> Frame | None:
        """The FETCH response with literals that comes next; None unless all of it is there."""
        buffer, end = self._buffer, self._end
        parts: list[bytes] = []
        found = _FETCH_TO_LITERAL.match(buffer, self.start, end)
        while found is not None and len(parts) < self._parts:
            text, digits = found.groups()
            start = found.end()
            stop = start + int(digits)
            if stop - start > self._literal or stop > end:
                self.is_short = stop - start <= self._literal
                return None
            parts += (text, self._view[start:stop].tobytes())
            if buffer.startswith(b")\r\n", stop, end):
                return self._frame(parts, b")", stop + 3)
            if (line := _LINE.match(buffer, stop, end)) is not None:
                return self._frame(parts, line[1], line.end())
            found = _TO_LITERAL.match(buffer, stop, end)
        return None

    def _frame(self, parts: list[bytes], last: bytes, end: int) -> Frame | None:
        if end - self.start > self._response:
            return None
        self.start = end
        return Frame(parts[0], (*parts[1:], last))
