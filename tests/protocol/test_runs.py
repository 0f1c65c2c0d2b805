"""FETCH responses that are taken by the run: whose they are and what they tell is as if each had been looked at."""

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
from mailkit.protocol.values.sections import Section
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Sink
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
    b"* 3 FETCH (UID 3 UID 90 FLAGS ())\r\n",
    b"* 4 FETCH (UID 3 BODY[] {0}\r\n)\r\n",
    b"* 4 FETCH (UID 5 BODY[] {9}\r\n* 1 FETCH)\r\n",
    b"* 4 FETCH (UID 5 BODY[] {5}\r\na)\r\nb)\r\n",
    b"* 4 FETCH (UID 19 FLAGS () BODY[] {3}\r\nabc)\r\n",
    b"* 4 FETCH (UID 90 BODY[] {3}\r\nabc)\r\n",
    b"* 4 FETCH (UID 3 UID 90 BODY[] {3}\r\nabc)\r\n",
    b"* 4 FETCH (UID 3 BODY[] {3}\r\nabc FLAGS ())\r\n",
    b"* 4 FETCH (BODY[] {3}\r\nabc UID 3)\r\n",
    b"* 4 FETCH (BODY[] {3}\r\nabc)\r\n",
    b"* 4 FETCH (UID 3 ENVELOPE ({3}\r\nabc)\r\n",
    b"* 4 FETCH (UID 3 BODY[] {3+}\r\nabc)\r\n",
    b"* 4 FETCH (UID 3 BODY[] {3}\nabc)\n",
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
    """What an engine makes of it; one that shows its frames takes no runs."""

    def __init__(self, *commands: Command[object], by_runs: bool, limits: Limits = Limits()) -> None:
        self.news: list[Untagged] = []
        self.problems: list[str] = []
        self.frames = 0
        self.engine = Engine(
            tag_prefix="T",
            limits=limits,
            on_update=self.news.append,
            on_problem=lambda problem: self.problems.append(str(problem)),
            on_frame=None if by_runs else self._count,
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


def sink_of(uid: int, size: int) -> Sink | None:
    return bytearray().extend if uid == 3 else None


SMALL, OTHERS = UidSet(range(1, 11)), UidSet([17, 19])
FETCHES: list[Command[object]] = [Fetch(SMALL, (FLAGS,)), Fetch(UidSet([3, 17, 19]), (FLAGS, Content()))]
BODIES: list[Command[object]] = [Fetch(SMALL, (Content(),)), Fetch(OTHERS, (FLAGS, Content()))]
STREAMS: list[Command[object]] = [Fetch(OTHERS, (Content(),)), Fetch(SMALL, (Content(),), sink_of=sink_of)]


@given(
    st.lists(st.sampled_from(RESPONSES), max_size=8),
    st.sampled_from([[], FETCHES[:1], FETCHES, BODIES[:1], BODIES, STREAMS[1:], STREAMS]),
    st.data(),
)
def test_responses_are_whose_they_would_be_one_by_one(
    responses: list[bytes], commands: list[Command[object]], data: st.DataObject
) -> None:
    octets = b"".join(responses)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(octets)), max_size=3)))
    pieces = [octets[start:end] for start, end in zip([0, *cuts], [*cuts, len(octets)], strict=True)]
    by_runs = Told(*commands, by_runs=True)
    by_frames = Told(*commands, by_runs=False)
    wrong = by_runs.hear(*pieces)
    assert wrong == by_frames.hear(*pieces)
    assert wrong is not None or by_runs.shown() == by_frames.shown()


@given(st.lists(st.sampled_from(RESPONSES[:-1]), max_size=8), st.sampled_from([*FETCHES, *BODIES]))
def test_responses_tell_what_they_would_tell_one_by_one(responses: list[bytes], command: Command[object]) -> None:
    told = [Told(command, by_runs=by_runs) for by_runs in (True, False)]
    assert told[0].hear(*responses) == told[1].hear(*responses)
    assert _read(told[0]) == _read(told[1])


def _read(told: Told, limit: int = 1000) -> list[MessageData]:
    pending: Pending[object] = told.pending[0]
    assert isinstance(pending.command, Fetch)
    return list(pending.command.read(pending.take(limit), []))


def test_a_line_is_kept_as_it_came_and_read_when_it_is_taken() -> None:
    told = Told(FETCHES[0], by_runs=True)
    told.hear(b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (number, number) for number in range(1, 10)))
    assert all(isinstance(row, bytes) for row in told.pending[0].rows)
    assert [data.uid for data in _read(told, 4)] == [1, 2, 3, 4]
    assert told.pending[0].held > 0
    assert [data.uid for data in _read(told)] == [5, 6, 7, 8, 9]
    assert told.pending[0].held == 0


MESSAGE = b"* 4 FETCH (UID 5 BODY[] {3000}\r\n" + b"x" * 3000 + b")\r\n"


def test_a_message_is_kept_as_it_came_and_read_when_it_is_taken() -> None:
    told = Told(BODIES[0], by_runs=True)
    told.hear(MESSAGE * 3)
    assert [type(row) for row in told.pending[0].rows] == [Frame, Frame, Frame]
    assert [data.sections for data in _read(told, 2)] == [{Section(): b"x" * 3000}] * 2
    assert told.pending[0].contents > 0
    assert len(_read(told)) == 1
    assert told.pending[0].held == told.pending[0].contents == 0


def test_a_message_for_a_sink_goes_there() -> None:
    came = bytearray()
    told = Told(Fetch(SMALL, (Content(),), sink_of=lambda uid, size: came.extend), by_runs=True)
    told.hear(MESSAGE)
    assert came == b"x" * 3000
    assert [data.sections for data in _read(told)] == [{Section(): b""}]


def test_a_message_that_nobody_waits_for_any_more_is_dropped_as_it_comes() -> None:
    told = Told(BODIES[0], by_runs=True)
    told.engine.abandon(told.pending[0])
    told.hear(MESSAGE * 3)
    assert not told.pending[0].rows
    assert told.pending[0].held == 0


@pytest.mark.parametrize("by_runs", [True, False])
@pytest.mark.parametrize(
    ("command", "limits", "octets"),
    [
        (FETCHES[0], Limits(rows=99), RESPONSES[0]),
        (FETCHES[0], Limits(answers=90_000), RESPONSES[0]),
        (FETCHES[0], Limits(line=20), RESPONSES[0]),
        (BODIES[0], Limits(rows=99), MESSAGE),
        (BODIES[0], Limits(answers=390_000), MESSAGE),
        (BODIES[0], Limits(line=20), MESSAGE),
        (BODIES[0], Limits(literal=2999), MESSAGE),
        (BODIES[0], Limits(response=3000), MESSAGE),
        (BODIES[0], Limits(literals=0), MESSAGE),
    ],
)
def test_runs_count_against_the_limits_as_frames_do(
    command: Command[object], limits: Limits, octets: bytes, by_runs: bool
) -> None:
    told = Told(command, by_runs=by_runs, limits=limits)
    assert told.hear(octets * 100) is not None


def test_a_line_that_nobody_can_read_costs_only_itself() -> None:
    told = Told(FETCHES[0], by_runs=True)
    told.hear(b"* 1 FETCH (UID 3 RFC822.SIZE x)\r\n* 2 FETCH (UID 5 FLAGS ())\r\n")
    assert [(data.uid, bool(data.defects)) for data in _read(told)] == [(3, True), (5, False)]


def test_nothing_is_taken_by_the_run_while_another_command_is_under_way() -> None:
    told = Told(FETCHES[0], Noop(), by_runs=True)
    told.hear(RESPONSES[0])
    assert [type(row) for row in told.pending[0].rows] == [Untagged]


def test_a_literal_that_comes_slowly_is_seen_to_grow() -> None:
    told = Told(Fetch(SMALL, (Content(),)), by_runs=True)
    framer = told.engine.framer
    told.hear(b"* 1 FETCH (UID 3 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 4 BODY[] {9}\r\nabcd")
    assert framer.stage == 0  # it may be whole when more comes
    seen = []
    for octets in (b"e", b"fg", b"hi)\r\n"):
        told.hear(octets)
        seen.append((framer.stage, framer.octets_under_way))
    head = len(b"* 2 FETCH (UID 4 BODY[] {9}")
    assert seen == [(1, head + 5), (1, head + 7), (0, 0)]
    assert len(told.pending[0].rows) == 2
