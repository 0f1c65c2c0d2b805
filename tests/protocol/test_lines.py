"""FETCH responses that are taken as lines: whose they are and what they tell is as if each had been looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.command import Command
from mailkit.protocol.commands.fetch import FLAGS, Content, Fetch
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.engine import Engine
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Untagged
from mailkit.protocol.state import State
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.limits import Limits

RESPONSES = [
    b"* 1 FETCH (UID 3 FLAGS (\\Seen))\r\n",
    b"* 2 FETCH (UID 5 FLAGS ())\r\n",
    b"* 2 FETCH (UID 5 FLAGS (\\Seen))\r\n",
    b"* 2 FETCH (FLAGS ($New))\r\n",
    b"* 2 FETCH (FLAGS () UID 4)\r\n",
    b"* 3 FETCH (UID 90 FLAGS ())\r\n",
    b"* 3 FETCH (UID 17 FLAGS () BODY[] {9}\r\n* 1 FETCH)\r\n",
    b"* 3 fetch (uid 17 flags ())\r\n",
    b"* 3 FETCH (UID 3 FLAGS (\r\n",
    b"* 3 FETCH (UID 3 FLAGS ())\n",
    b"* 3 FETCH (UID 3 FLAGS ()) \r\r\n",
    b"* 3 FETCH (UID 99999999999999 FLAGS ())\r\n",
    b"* 4 EXPUNGE\r\n",
    b"* 7 EXISTS\r\n",
    b"* OK {5}\r\n",
    b"T1 OK done\r\n",
    b"T2 OK done\r\n",
    b"* nonsense (\r\n",
]


class Told:
    """What an engine makes of it; one that shows its frames takes no lines."""

    def __init__(self, *commands: Command[object], by_lines: bool, limits: Limits = Limits()) -> None:
        self.news: list[Untagged] = []
        self.problems: list[str] = []
        self.frames = 0
        self.engine = Engine(
            tag_prefix="T",
            limits=limits,
            on_update=self.news.append,
            on_problem=lambda problem: self.problems.append(str(problem)),
            on_frame=None if by_lines else self._count,
        )
        self._hear(b"* PREAUTH hello\r\n")
        self.engine.state = State.SELECTED
        self.pending = [self.engine.submit(command) for command in commands]
        while self.engine.next_piece() is not None:
            pass

    def _count(self, _: object) -> None:
        self.frames += 1

    def _hear(self, octets: bytes) -> None:
        self.engine.framer.feed(octets)
        self.engine.advance()

    def hear(self, *cuts: bytes) -> str | None:
        """Take it in; what was wrong with it, if it ended the conversation."""
        try:
            for octets in cuts:
                self._hear(octets)
        except ProtocolViolation as problem:
            return str(problem)
        return None

    def shown(self) -> object:
        """All there is to see of it."""
        ends = [(one.done, one.take_rows()) for one in self.pending]
        return self.engine.frames, self.engine.exists, self.news, self.problems, ends


FETCHES: list[Command[object]] = [Fetch(UidSet(range(1, 11)), (FLAGS,)), Fetch(UidSet([3, 17, 19]), (FLAGS, Content()))]


@given(st.lists(st.sampled_from(RESPONSES), max_size=8), st.integers(0, 2), st.data())
def test_lines_are_whose_they_would_be_as_frames(responses: list[bytes], commands: int, data: st.DataObject) -> None:
    octets = b"".join(responses)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(octets)), max_size=3)))
    pieces = [octets[start:end] for start, end in zip([0, *cuts], [*cuts, len(octets)], strict=True)]
    by_lines = Told(*FETCHES[:commands], by_lines=True)
    by_frames = Told(*FETCHES[:commands], by_lines=False)
    wrong = by_lines.hear(*pieces)
    assert wrong == by_frames.hear(*pieces)
    assert wrong is not None or by_lines.shown() == by_frames.shown()


def _flags(told: Told, limit: int = 1000) -> list[MessageData]:
    pending: Pending[object] = told.pending[0]
    assert isinstance(pending.command, Fetch)
    return list(pending.command.read(pending.take(limit), []))


def test_a_line_is_kept_as_it_came_and_read_when_it_is_taken() -> None:
    told = Told(FETCHES[0], by_lines=True)
    told.hear(b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (number, number) for number in range(1, 10)))
    assert all(isinstance(row, bytes) for row in told.pending[0].rows)
    assert [data.uid for data in _flags(told, 4)] == [1, 2, 3, 4]
    assert told.pending[0].held > 0
    assert [data.uid for data in _flags(told)] == [5, 6, 7, 8, 9]
    assert told.pending[0].held == 0


@pytest.mark.parametrize("by_lines", [True, False])
@pytest.mark.parametrize("limits", [Limits(rows=99), Limits(answers=90_000), Limits(line=20)])
def test_lines_count_against_the_limits_as_frames_do(limits: Limits, by_lines: bool) -> None:
    told = Told(FETCHES[0], by_lines=by_lines, limits=limits)
    assert told.hear(RESPONSES[0] * 100) is not None


def test_a_line_that_nobody_can_read_costs_only_itself() -> None:
    told = Told(FETCHES[0], by_lines=True)
    told.hear(b"* 1 FETCH (UID 3 RFC822.SIZE x)\r\n* 2 FETCH (UID 5 FLAGS ())\r\n")
    assert [(data.uid, bool(data.defects)) for data in _flags(told)] == [(3, True), (5, False)]


def test_nothing_is_taken_as_a_line_while_another_command_is_under_way() -> None:
    told = Told(FETCHES[0], Noop(), by_lines=True)
    told.hear(RESPONSES[0])
    assert [type(row) for row in told.pending[0].rows] == [Untagged]
