"""A command that has been handed in and is not yet answered, or is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from mailkit.errors import MailkitError
from mailkit.protocol.command import Command
from mailkit.protocol.response import Status, Untagged
from mailkit.protocol.wire.writer import Piece

T_co = TypeVar("T_co", covariant=True)

Failure = Callable[[bool], MailkitError]
"""Makes the error for one command, told whether the command may have been carried out."""


class Pending(Generic[T_co]):
    """One command on its way: what is still to be sent of it, and what has come back.

    `rows` may be taken from the left while more arrive; `done` or `failure` is set once, at the end.
    """

    __slots__ = (
        "_held",
        "began_at",
        "challenges",
        "command",
        "done",
        "failure",
        "has_begun",
        "is_abandoned",
        "is_continued",
        "is_ending",
        "is_free_to_go",
        "is_utf8",
        "octets_in",
        "octets_out",
        "pieces",
        "rows",
        "shown",
        "sink_failure",
        "tag",
    )

    def __init__(self, command: Command[T_co], tag: bytes, pieces: list[Piece]) -> None:
        self.command: Command[T_co] = command
        self.tag: bytes = tag
        self.pieces: deque[Piece] = deque(pieces)
        self.shown: str = "".join(piece.shown for piece in pieces).removeprefix(tag.decode("ascii") + " ")
        self.rows: deque[Untagged] = deque()
        self.done: Status | None = None
        self.failure: Failure | None = None
        self.sink_failure: Exception | None = None
        self.has_begun: bool = False
        self.is_abandoned: bool = False  # nobody waits for it any more; its answers are dropped
        self.is_free_to_go: bool = False  # the server has said `+` to the literal that is due
        self.is_continued: bool = False  # the server has said `+` to the command itself
        self.is_ending: bool = False  # its farewell has been sent
        self.is_utf8: bool = False  # names in its answers are UTF-8
        self.challenges: int = 0
        self.octets_in: int = 0
        self.octets_out: int = 0
        self.began_at: float = 0.0
        self._held = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.done is not None or self.failure is not None

    @property
    def held(self) -> int:
        """Octets of the rows that wait to be taken."""
        return self._held

    def keep(self, row: Untagged) -> None:
        """Put an answer with the others."""
        size = row.frame.size
        self.octets_in += size
        if not self.is_abandoned:
            self._held += size
            self.rows.append(row)

    def take_rows(self) -> list[Untagged]:
        """All rows that are there now; they are the caller's."""
        rows = list(self.rows)
        self.rows.clear()
        self._held = 0
        return rows
