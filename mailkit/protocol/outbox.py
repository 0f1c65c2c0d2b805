"""What is to be sent, and when: commands in the order of their submission, and replies to challenges before them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeVar

from mailkit.errors import ConnectionLost
from mailkit.protocol.command import Command
from mailkit.protocol.flight import Flight
from mailkit.protocol.pending import Failure, Pending
from mailkit.protocol.response import Status
from mailkit.protocol.wire.writer import Piece

T = TypeVar("T")


class Outbox:
    """The commands that are not wholly sent yet: each joins those under way with its first piece."""

    def __init__(self, flight: Flight, on_begin: Callable[[Command[object]], object]) -> None:
        self._flight = flight
        self._on_begin = on_begin
        self._commands: deque[Pending[object]] = deque()  # the first may be half sent
        self._replies: deque[Piece] = deque()

    def __bool__(self) -> bool:
        return bool(self._replies or self._commands)

    def __iter__(self) -> Iterator[Pending[object]]:
        """The commands; replies belong to those that are under way."""
        return iter(self._commands)

    def put(self, pending: Pending[object]) -> None:
        """One more command, behind all others."""
        self._commands.append(pending)

    def reply(self, octets: bytes, shown: str) -> None:
        """A line for the command under way that has been challenged; `shown` is what a log may say of it."""
        self._replies.append(Piece(octets + b"\r\n", shown))

    def next_piece(self, asker: Pending[T] | None) -> Piece | None:
        """What may be sent now, as `Engine.next_piece` says it."""
        if self._commands and self._flight and not self._commands[0].has_begun:
            self.interrupt(self._flight[-1])  # who idles makes room
        if self._replies:
            return self._replies.popleft()
        head = self.due
        if head is None:
            return None
        piece = head.pieces[0]
        if piece.is_large and head is not asker and head.is_attended:
            return None
        if not head.has_begun:
            head.has_begun = True
            self._flight.append(head)
            self._on_begin(head.command)
        head.is_free_to_go = False
        head.pieces.popleft()
        head.octets_out += piece.size
        if not head.pieces:
            self._commands.popleft()
        return piece

    @property
    def due(self) -> Pending[object] | None:
        """The command of which a piece may be sent now, if there is one."""
        if not self._commands:
            return None
        head = self._commands[0]
        if head.has_begun:
            return head if head.is_free_to_go or not head.pieces[0].waits else None
        return head if self._flight.admits(head) else None

    def interrupt(self, pending: Pending[object]) -> None:
        """As `Engine.interrupt` says it."""
        farewell = pending.command.farewell
        if farewell is None or pending.is_over or pending.is_ending:
            return
        pending.is_interrupted = True
        if not pending.has_begun:
            self._commands.remove(pending)
            pending.done = Status(pending.tag, "OK", None, "never sent")
        elif pending.is_continued:
            pending.is_ending = True
            self.reply(farewell, farewell.decode("ascii"))

    def take_back(self, pending: Pending[object]) -> None:
        """Do not send a command that has not begun, nor those that stand behind it."""
        for one in [one for one in self._commands if pending in (one, one.behind)]:
            self._commands.remove(one)
            one.failure = _taken_back(one.command.verb)

    def answered(self, pending: Pending[object]) -> None:
        """The server has refused a command halfway, or answered one that may have been challenged."""
        if pending.pieces:
            # A literal that needs the server's leave, and what follows, is never sent (RFC 9051 §4.3). One that needs
            # none, or has it, is on its way, and the server reads it to its end (RFC 7888 §3).
            pending.cut_short()
            if not pending.pieces:
                self._commands.popleft()
        if pending.command.is_challenged:
            self._replies.clear()  # it was alone: they are all its own, and would now be taken for commands

    def clear(self) -> None:
        """Nothing will be sent any more."""
        self._commands.clear()
        self._replies.clear()


def _taken_back(verb: str) -> Failure:
    return lambda _: ConnectionLost(f"{verb} was taken back")
