"""A command that has been handed in and is not yet answered, or is."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from mailkit.errors import MailkitError, ProtocolViolation
from mailkit.protocol.command import Command
from mailkit.protocol.response import Row, Status, Untagged, untagged
from mailkit.protocol.wire.framer import Sink
from mailkit.protocol.wire.run import Run
from mailkit.protocol.wire.writer import Piece, Stream

T_co = TypeVar("T_co", covariant=True)

Failure = Callable[[bool], MailkitError]
"""Makes the error for one command, told whether the command may have been carried out."""


_LITERAL = 96
_VALUE = 900
"""Octets that a row which was not classified costs beside its own until it has become a value (`Command.cost`)."""


class Pending(Generic[T_co]):
    """One command on its way: what is still to be sent of it, and what has come back.

    `rows` may be taken from the left while more arrive; `done` or `failure` is set once, at the end.
    """

    __slots__ = (
        "began_at",
        "behind",
        "challenges",
        "command",
        "contents",
        "done",
        "failure",
        "has_begun",
        "held",
        "is_abandoned",
        "is_attended",
        "is_continued",
        "is_ending",
        "is_free_to_go",
        "is_interrupted",
        "is_reported",
        "is_utf8",
        "octets_in",
        "octets_out",
        "pieces",
        "rows",
        "rows_left",
        "shown",
        "sink_failure",
        "tag",
    )

    def __init__(
        self, command: Command[T_co], tag: bytes, pieces: list[Piece], behind: Pending[object] | None = None
    ) -> None:
        self.command: Command[T_co] = command
        self.tag: bytes = tag
        self.pieces: deque[Piece] = deque(pieces)
        self.shown: str = "".join(piece.shown for piece in pieces).removeprefix(tag.decode("ascii") + " ")
        self.behind: Pending[object] | None = behind  # whose answer it does not wait for
        self.rows: deque[Row] = deque()
        self.held: int = 0  # what the rows cost that wait to be taken
        self.contents: int = 0  # octets in it that the command expects
        self.done: Status | None = None
        self.failure: Failure | None = None
        self.sink_failure: Exception | None = None
        self.has_begun: bool = False
        self.is_abandoned: bool = False  # nobody waits for it any more; its answers are dropped
        self.is_attended: bool = False  # who began it is waiting
        self.is_free_to_go: bool = False  # the server has said `+` to the literal that is due
        self.is_continued: bool = False  # the server has said `+` to the command itself
        self.is_interrupted: bool = False  # its farewell is wanted
        self.is_ending: bool = False  # its farewell has been sent
        self.is_reported: bool = False
        self.is_utf8: bool = False  # names in its answers are UTF-8
        self.challenges: int = 0
        self.rows_left: int = command.most_rows
        self.octets_in: int = 0
        self.octets_out: int = 0
        self.began_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.done is not None or self.failure is not None

    @property
    def is_idling(self) -> bool:
        """Whether the server may say nothing for as long as it likes."""
        return self.command.farewell is not None and self.is_continued and not self.is_ending

    @property
    def is_sent(self) -> bool:
        """Whether nothing of it is left to be sent, or it need not be any more."""
        return not self.pieces or self.failure is not None

    @property
    def needs_its_caller(self) -> bool:
        """Whether it is half sent and only who began it has the rest."""
        return self.has_begun and any(isinstance(piece.octets, Stream) for piece in self.pieces)

    def keep(self, row: Untagged) -> tuple[int, int]:
        """Put an answer with the others; what it costs, in octets, and how many of them the command expects."""
        frame = row.frame
        contents = self.command.contents(row)
        price = self.command.cost(row) + _LITERAL * (len(frame.rest) // 2)
        return self._keep((row,), frame.size, price, contents)

    def keep_run(self, run: Run) -> tuple[int, int]:
        """The same for many that were not classified."""
        size = contents = literals = 0
        for row in run:
            if isinstance(row, bytes):
                size += len(row)
            else:
                size += row.size
                literals += len(row.rest) // 2
                contents += sum(map(len, row.rest[::2]))
        return self._keep(run, size, _VALUE * len(run) + _LITERAL * literals, contents)

    def _keep(self, rows: Sequence[Row], size: int, beside: int, contents: int) -> tuple[int, int]:
        self.rows_left -= len(rows)
        if self.rows_left < 0:
            raise ProtocolViolation(f"more than {self.command.most_rows} responses to one {self.command.verb}")
        price = size + beside
        self.octets_in += size
        if not self.is_abandoned:
            self.held += price
            self.contents += contents
            self.rows.extend(rows)
        return price, contents

    def take_rows(self) -> list[Untagged]:
        """All rows that are there now; they are the caller's."""
        return [untagged(row) for row in self.take()]

    def take(self, most: int = sys.maxsize) -> list[Row]:
        """The rows that are there now, as they came, at most so many; they are the caller's."""
        rows = [self.rows.popleft() for _ in range(min(most, len(self.rows)))]
        if not self.rows and not self.command.keeps_rows:
            self.held = self.contents = 0
        return rows

    def cut_short(self) -> None:
        """Leave out what may not be sent without the server's leave, and all that follows."""
        kept: deque[Piece] = deque()
        while self.pieces and (not self.pieces[0].waits or (self.is_free_to_go and not kept)):
            kept.append(self.pieces.popleft())
        self.pieces = kept

    def sink_for(self, row: Untagged, size: int) -> Sink | None:
        """Where a literal of its answer goes; None keeps it with the row."""
        if self.is_abandoned:
            return _drop
        sink = self.command.sink_for(row, size) if self.command.streams else None
        return None if sink is None else _Guarded(self, sink)


class _Guarded:
    """A caller's sink, kept from harming the conversation: once it has failed, the rest of the literal is dropped."""

    def __init__(self, owner: Pending[object], sink: Sink) -> None:
        self._owner = owner
        self._sink = sink

    def __call__(self, octets: memoryview) -> None:
        self._owner.octets_in += len(octets)
        if self._owner.sink_failure is not None or self._owner.is_abandoned:
            return
        try:
            self._sink(octets)
        except Exception as failure:  # noqa: BLE001  # whatever a caller's file raises is handed back to that caller
            self._owner.sink_failure = failure


def _drop(octets: memoryview) -> None:
    """Nobody wants it any more."""
