"""IDLE as the classic interface offers it: a context manager that iterates what comes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from mailkit.protocol.classic.command import ClassicIdle, Reply
from mailkit.protocol.classic.connection import Connection
from mailkit.protocol.classic.conversation import Conversation
from mailkit.protocol.classic.failures import error, translated
from mailkit.protocol.classic.rows import Row, rows_of
from mailkit.protocol.complete import complete
from mailkit.protocol.pending import Pending

_WEEKS = 20 * 24 * 3600.0  # as long as it takes, in a form that poll() has room for


class Idler:
    """Made by `IMAP4.idle`; while it is open the connection takes no other command.

    Iterating gives each response as `(type, rows)` and ends when the duration is over; without one it waits as long as
    it takes, whatever the timeout of the socket. What is not taken by then is for `IMAP4.response`.
    """

    def __init__(self, connection: Connection, conversation: Conversation, duration: float | None) -> None:
        if "IDLE" not in connection.capabilities:
            raise connection.error("Server does not support IMAP4 IDLE")
        self._connection = connection
        self._conversation = conversation
        self._session = conversation.session
        self._duration = duration
        self._deadline: float | None = None
        self._state = connection.state
        self._pending: Pending[Reply] | None = None
        self._come: deque[tuple[str, list[Row]]] = deque()

    def __enter__(self) -> Self:
        connection = self._connection
        self._conversation.prepare("IDLE", state=connection.state, is_readonly=connection.is_readonly)
        with translated("command: IDLE"):
            pending = self._pending = complete(self._session.begin(ClassicIdle("IDLE")))
            complete(self._session.wait_for(lambda: pending.is_continued or pending.is_over, _WEEKS))
            if pending.is_over:
                reply = self._conversation.finish(pending)
                raise connection.error(f"idle denied: {reply.text!r}")
        self._state, connection.state = connection.state, "IDLING"
        if self._duration is not None:
            self._deadline = time.monotonic() + self._duration
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say DONE, and wait for the end of the command."""
        assert self._pending is not None
        self._connection.state = self._state
        self._conversation.file((name, row) for name, rows in self._come for row in rows)
        self._come.clear()
        try:
            with translated("command: IDLE"):
                complete(self._session.interrupt(self._pending))
                self._conversation.finish(self._pending)
        except (OSError, error):
            if kind is None:
                raise

    def __iter__(self) -> Iterator[tuple[str, list[Row]]]:
        return self

    def __next__(self) -> tuple[str, list[Row]]:
        found = self._next(self._left())
        if found is None:
            raise StopIteration
        return found

    def burst(self, interval: float = 0.1) -> Iterator[tuple[str, list[Row]]]:
        """The next response, and those after it that come no more than `interval` seconds apart."""
        found = self._next(self._left())
        while found is not None:
            yield found
            found = self._next(interval)

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _next(self, seconds: float | None) -> tuple[str, list[Row]] | None:
        """The next response, waited for at most so long."""
        if not self._come:
            self._receive(seconds)
        return self._come.popleft() if self._come else None

    def _receive(self, seconds: float | None) -> None:
        pending = self._pending
        if pending is None:
            raise self._connection.error("an idler is used in a with statement")
        with translated("command: IDLE"):
            is_ready = lambda: bool(pending.rows) or pending.is_over  # noqa: E731
            complete(self._session.wait_for(is_ready, _WEEKS if seconds is None else seconds))
            if pending.is_over and not pending.rows:
                self._conversation.finish(pending)  # the server has ended it, or the connection
        for response in pending.take_rows():
            self._come.extend(_grouped(rows_of(response)))


def _grouped(entries: Iterator[tuple[str, Row]]) -> Iterator[tuple[str, list[Row]]]:
    """A response with its literals as one; its response code by itself."""
    name, rows = "", list[Row]()
    for entry, row in entries:
        if entry != name and rows:
            yield name, rows
            rows = []
        name = entry
        rows.append(row)
    if rows:
        yield name, rows
