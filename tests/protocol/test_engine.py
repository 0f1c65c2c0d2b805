"""The conversation as a table: what may be sent when, whose answer a response is, and what ends it."""

from __future__ import annotations

import pytest

from mailkit.errors import ConnectionLost, ProtocolViolation, UsageError
from mailkit.protocol.command import Command
from mailkit.protocol.commands.capability import Capability
from mailkit.protocol.commands.login import Login, Logout, Noop
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Select
from mailkit.protocol.commands.starttls import StartTLS
from mailkit.protocol.engine import Engine
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Status, Untagged
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.state import State
from mailkit.protocol.values.search_key import ALL
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.writer import Piece
from tests.protocol.commands_for_tests import Alone, Echo, Get, Idling, Put


class Talk:
    """An engine, what was sent of it, and what it told."""

    def __init__(self, greeting: bytes = b"* PREAUTH hello\r\n", limits: Limits = Limits()) -> None:
        self.news: list[bytes] = []
        self.statuses: list[Status] = []
        self.problems: list[str] = []
        self.engine = Engine(
            limits=limits,
            on_update=lambda row: self.news.append(row.name),
            on_status=self.statuses.append,
            on_problem=lambda problem: self.problems.append(str(problem)),
        )
        self.hear(greeting)

    def hear(self, octets: bytes) -> None:
        self.engine.framer.feed(octets)
        self.engine.advance()

    def sent(self, asker: Pending[object] | None = None) -> bytes:
        """All that may be sent now."""
        pieces: list[Piece] = []
        while (piece := self.engine.next_piece(asker)) is not None:
            pieces.append(piece)
        return b"".join(piece.octets for piece in pieces if isinstance(piece.octets, bytes))


@pytest.mark.parametrize(
    ("greeting", "state"),
    [
        (b"* OK ready\r\n", State.NOT_AUTHENTICATED),
        (b"* PREAUTH ready\r\n", State.AUTHENTICATED),
        (b"* BYE no\r\n", State.LOGOUT),
    ],
)
def test_the_greeting_sets_the_state(greeting: bytes, state: State) -> None:
    assert Talk(greeting).engine.state is state


@pytest.mark.parametrize("greeting", [b"* NO ready\r\n", b"* 1 EXISTS\r\n", b"+ go\r\n", b"A1 OK x\r\n", b"220 hi\r\n"])
def test_anything_else_is_no_greeting(greeting: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        Talk(greeting)


@pytest.mark.parametrize(
    ("state", "legal", "illegal"),
    [
        (State.NOT_AUTHENTICATED, [Noop(), Capability(), StartTLS(), Login("a", Secret("b"))], [Select("x"), Get()]),
        (State.AUTHENTICATED, [Noop(), Select("x"), Get()], [StartTLS(), Login("a", Secret("b"))]),
        (State.LOGOUT, [], [Noop(), Logout()]),
        (State.GREETING, [], [Noop(), Logout()]),
    ],
)
def test_a_command_is_sent_only_where_it_is_legal(
    state: State, legal: list[Command[object]], illegal: list[Command[object]]
) -> None:
    talk = Talk()
    talk.engine.state = state
    for command in illegal:
        with pytest.raises(UsageError, match="illegal"):
            talk.engine.submit(command)
    assert talk.sent() == b""
    for command in legal:
        talk.engine.submit(command)


@pytest.mark.parametrize(
    ("verb", "before", "answer", "after"),
    [
        (Login("a", Secret("b")), State.NOT_AUTHENTICATED, b"OK", State.AUTHENTICATED),
        (Login("a", Secret("b")), State.NOT_AUTHENTICATED, b"NO", State.NOT_AUTHENTICATED),
        (Select("x"), State.AUTHENTICATED, b"OK", State.SELECTED),
        (Select("x"), State.SELECTED, b"NO", State.AUTHENTICATED),
        (Select("x"), State.SELECTED, b"BAD", State.AUTHENTICATED),
        (Noop(), State.SELECTED, b"BAD", State.SELECTED),
        (Logout(), State.SELECTED, b"OK", State.LOGOUT),
    ],
)
def test_answers_move_the_state(verb: Command[object], before: State, answer: bytes, after: State) -> None:
    talk = Talk()
    talk.engine.state = before
    talk.engine.submit(verb)
    talk.sent()
    talk.hear(b"A1 " + answer + b" done\r\n")
    assert talk.engine.state is after


def test_commands_are_pipelined_unless_one_must_be_alone() -> None:
    talk = Talk()
    for command in (Echo(b"a"), Echo(b"b"), Alone(), Echo(b"c")):
        talk.engine.submit(command)
    assert talk.sent() == b'A1 ECHO "a"\r\nA2 ECHO "b"\r\n'
    talk.hear(b"A2 OK\r\n")
    assert talk.sent() == b""
    talk.hear(b"A1 OK\r\n")
    assert talk.sent() == b"A3 ALONE\r\n"
    talk.hear(b"A3 OK\r\n")
    assert talk.sent() == b'A4 ECHO "c"\r\n'


def test_a_command_behind_one_that_changes_the_state_is_sent_with_it_and_no_other_is() -> None:
    talk = Talk()
    ahead = talk.engine.submit(Select("a"))
    talk.engine.submit(Search(ALL), behind=ahead)
    talk.engine.submit(Echo(b"b"))
    assert talk.sent() == b"A1 SELECT a\r\nA2 UID SEARCH ALL\r\n"
    talk.hear(b"* 1 EXISTS\r\nA1 OK\r\n")
    assert talk.sent() == b'A3 ECHO "b"\r\n'


def test_a_command_behind_another_is_taken_back_with_it() -> None:
    talk = Talk()
    ahead = talk.engine.submit(Select("a"))
    behind = talk.engine.submit(Search(ALL), behind=ahead)
    talk.engine.abandon(ahead)
    assert talk.sent() == b""
    assert behind.failure is not None
    with pytest.raises(UsageError, match="illegal in state authenticated"):
        talk.engine.submit(Search(ALL), behind=talk.engine.submit(Echo(b"a")))


def test_commands_whose_answers_could_not_be_told_apart_follow_each_other() -> None:
    talk = Talk()
    for command in (Get(), Get(), Echo(b"a")):
        talk.engine.submit(command)
    assert talk.sent() == b"A1 GET\r\n"
    talk.hear(b"A1 OK\r\n")
    assert talk.sent() == b'A2 GET\r\nA3 ECHO "a"\r\n'


def test_a_literal_waits_for_leave_and_everything_behind_it_too() -> None:
    talk = Talk()
    put = talk.engine.submit(Put(b"abc"))
    talk.engine.submit(Noop())
    assert talk.sent() == b"A1 PUT {3}\r\n"
    talk.hear(b"* 1 EXISTS\r\n")
    assert talk.sent() == b""
    talk.hear(b"+ go\r\n")
    assert talk.sent() == b"abc\r\nA2 NOOP\r\n"
    talk.hear(b"A1 OK\r\n")
    assert put.done is not None


@pytest.mark.parametrize("answer", [b"NO", b"BAD"])
def test_a_refused_literal_is_never_sent(answer: bytes) -> None:
    talk = Talk()
    put = talk.engine.submit(Put(b"abc"))
    talk.engine.submit(Noop())
    talk.sent()
    talk.hear(b"A1 " + answer + b" too large\r\n")
    assert talk.sent() == b"A2 NOOP\r\n"
    assert put.is_sent


def test_a_literal_that_is_on_its_way_is_sent_to_its_end_even_if_refused() -> None:
    talk = Talk(b"* PREAUTH [CAPABILITY LITERAL+] hello\r\n")
    put = talk.engine.submit(Put(b"abc", streamed=True))
    assert talk.engine.next_piece(put) == Piece(b"A1 PUT {3+}\r\n", "A1 PUT {3+}")
    talk.hear(b"A1 NO too large\r\n")
    assert put.done is not None
    rest = [talk.engine.next_piece(), talk.engine.next_piece()]
    assert [piece.size for piece in rest if piece is not None] == [3, 2]


def test_a_large_piece_is_for_its_owner_while_that_one_attends_to_it() -> None:
    talk = Talk(b"* PREAUTH [CAPABILITY LITERAL+] hello\r\n")
    put = talk.engine.submit(Put(b"x" * 20_000))
    put.is_attended = True
    assert talk.engine.next_piece() is None
    assert not put.has_begun
    assert talk.engine.next_piece(put) is not None


VIOLATIONS = {
    "a tag never sent": b"A2 OK done\r\n",
    "somebody else's tag": b"B1 OK done\r\n",
    "a second answer": b"A1 OK\r\nA1 OK\r\n",
    "an unasked continuation": b"+ go\r\n",
    "PREAUTH in the middle": b"* PREAUTH hello again\r\n",
    "no response at all": b"hello\r\n",
    "a tag and no status": b"A1 MAYBE\r\n",
    "an empty line": b"\r\n",
    "a literal in a tagged answer's place": b"A1 {3}\r\n",
}


@pytest.mark.parametrize("octets", VIOLATIONS.values(), ids=VIOLATIONS)
def test_what_cannot_be_answered_for_is_a_violation(octets: bytes) -> None:
    talk = Talk()
    talk.engine.submit(Noop())
    talk.sent()
    with pytest.raises(ProtocolViolation):
        talk.hear(octets)


def test_an_answer_to_a_command_that_was_not_wholly_sent_is_a_violation() -> None:
    talk = Talk()
    talk.engine.submit(Put(b"abc"))
    talk.sent()
    with pytest.raises(ProtocolViolation, match="before it was sent"):
        talk.hear(b"A1 OK done\r\n")


@pytest.mark.parametrize(
    "row",
    [b"*\r\n", b"* \r\n", b"*OK\r\n", b"* 5\r\n", b"* 99999999999999999999999 EXISTS\r\n", b"* (\r\n", b"* \0\r\n"],
)
def test_a_malformed_untagged_response_costs_only_itself(row: bytes) -> None:
    talk = Talk()
    pending = talk.engine.submit(Get())
    talk.sent()
    talk.hear(b"* GOT 1\r\n" + row + b"* GOT 2\r\nA1 OK done\r\n")
    assert len(pending.rows) == 2
    assert pending.done is not None
    assert len(talk.problems) + len(talk.news) == 1


def test_a_row_that_cannot_be_claimed_because_it_is_malformed_costs_only_itself() -> None:
    talk = Talk()
    pending = talk.engine.submit(Echo(b"a"))
    talk.sent()
    talk.hear(b'* ECHO "a\r\n* ECHO "a"\r\nA1 OK done\r\n')
    assert len(pending.rows) == 1
    assert len(talk.problems) == 1


def test_an_untagged_response_belongs_to_the_oldest_that_claims_it_and_the_rest_is_news() -> None:
    talk = Talk()
    first, second = talk.engine.submit(Echo(b"a")), talk.engine.submit(Echo(b"b"))
    talk.sent()
    talk.hear(b'* ECHO "b"\r\n* 3 EXISTS\r\n* ECHO "a"\r\n* ECHO "c"\r\n* 1 EXPUNGE\r\n')
    assert (len(first.rows), len(second.rows)) == (1, 1)
    assert talk.news == [b"EXISTS", b"ECHO", b"EXPUNGE"]
    assert talk.engine.exists == 2


@pytest.mark.parametrize(
    ("pending_is", "may_have_run"), [("sent", True), ("half sent", False), ("queued", False), ("later", False)]
)
def test_a_lost_connection_tells_each_command_whether_it_may_have_run(pending_is: str, may_have_run: bool) -> None:
    talk = Talk()
    pendings = {"sent": talk.engine.submit(Noop()), "half sent": talk.engine.submit(Put(b"abc"))}
    talk.sent()
    pendings["queued"] = talk.engine.submit(Noop())
    talk.engine.end_of_stream()
    if pending_is == "later":
        with pytest.raises(ConnectionLost) as caught:
            talk.engine.submit(Noop())
        assert caught.value.may_have_run is False
        return
    failure = pendings[pending_is].failure
    assert failure is not None
    problem = failure(True)
    assert isinstance(problem, ConnectionLost)
    assert problem.may_have_run is may_have_run


def test_the_end_says_whether_a_response_was_cut() -> None:
    for octets, words in ((b"", "closed the connection"), (b"* 1 EX", "middle"), (b"* BYE bored\r\n", "bored")):
        talk = Talk()
        talk.hear(octets)
        talk.engine.end_of_stream()
        assert words in str(talk.engine.failure())


def test_bye_ends_what_is_under_way_unless_it_was_asked_for() -> None:
    talk = Talk()
    logout = talk.engine.submit(Logout())
    talk.sent()
    talk.hear(b"* BYE see you\r\n")
    assert not talk.engine.has_failed
    talk.hear(b"A1 OK done\r\n")
    assert logout.done is not None
    assert talk.engine.has_failed


# -- what changes the octets


def test_nothing_behind_the_ok_of_starttls_is_read_and_nothing_is_sent() -> None:
    talk = Talk(b"* OK hello\r\n")
    talk.engine.submit(StartTLS())
    talk.sent()
    talk.engine.submit(Noop())
    talk.hear(b"A1 OK go\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n")
    assert talk.engine.is_recoding
    assert talk.engine.capabilities is None
    assert talk.sent() == b""
    with pytest.raises(ProtocolViolation, match="before TLS"):
        talk.engine.forget_plaintext()


def test_a_refused_starttls_changes_nothing() -> None:
    talk = Talk(b"* OK hello\r\n")
    talk.engine.submit(StartTLS())
    talk.sent()
    talk.hear(b"A1 NO\r\n* 1 EXISTS\r\n")
    assert not talk.engine.is_recoding
    assert talk.news == [b"EXISTS"]


def test_tls_forgets_what_was_learnt() -> None:
    talk = Talk(b"* OK [CAPABILITY IMAP4rev1 AUTH=EVIL] hello\r\n")
    talk.engine.submit(StartTLS())
    talk.sent()
    talk.hear(b"* 7 EXISTS\r\nA1 OK [CAPABILITY IMAP4rev1] go\r\n")
    talk.engine.forget_plaintext()
    assert (talk.engine.capabilities, talk.engine.exists) == (None, 0)


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (b"A1 OK done\r\n", None),
        (b"A1 OK [CAPABILITY NEW] done\r\n", {"NEW"}),
        (b"* CAPABILITY NEW\r\nA1 OK done\r\n", {"NEW"}),
        (b"* CAPABILITY NEW\r\nA1 OK [CAPABILITY NEWER] done\r\n", {"NEWER"}),
        (b"A1 NO no\r\n", {"OLD"}),
    ],
)
def test_after_a_login_only_what_was_told_since_counts(answer: bytes, known: set[str] | None) -> None:
    talk = Talk(b"* OK [CAPABILITY OLD] hello\r\n")
    talk.engine.submit(Login("alice", Secret("pw")))
    talk.sent()
    talk.hear(answer)
    assert talk.engine.capabilities == known


# -- IDLE


def test_idle_makes_room_once_the_server_has_agreed() -> None:
    talk = Talk()
    idling = talk.engine.submit(Idling())
    assert talk.sent() == b"A1 IDLE\r\n"
    assert talk.engine.is_owed
    talk.engine.submit(Noop())
    assert talk.sent() == b""
    talk.hear(b"+ idling\r\n")
    assert talk.sent() == b"DONE\r\n"
    assert talk.sent() == b""
    talk.hear(b"A1 OK\r\n")
    assert idling.done is not None
    assert talk.sent() == b"A2 NOOP\r\n"


def test_idle_alone_goes_on_and_owes_nothing() -> None:
    talk = Talk()
    idling = talk.engine.submit(Idling())
    talk.sent()
    talk.hear(b"+ idling\r\n* 1 EXISTS\r\n")
    assert talk.sent() == b""
    owed = [talk.engine.is_owed]
    talk.engine.interrupt(idling)
    talk.engine.interrupt(idling)
    owed.append(talk.engine.is_owed)
    assert owed == [False, True]
    assert talk.sent() == b"DONE\r\n"


def test_idle_gives_back_the_memory_of_busier_times() -> None:
    talk = Talk()
    fresh = len(talk.engine.framer.space())
    talk.hear(20_000 * b"* 1 EXISTS\r\n")
    busy = len(talk.engine.framer.space())
    talk.engine.submit(Idling())
    talk.sent()
    talk.hear(b"+ idling\r\n")
    talk.hear(b"* 2 EXISTS\r\n")
    assert len(talk.engine.framer.space()) <= fresh < busy
    assert talk.news[-1] == b"EXISTS"


def test_idle_interrupted_before_it_was_sent_is_never_sent() -> None:
    talk = Talk()
    talk.engine.submit(Noop())
    talk.sent()
    idling = talk.engine.submit(Idling())
    talk.engine.interrupt(idling)
    talk.hear(b"A1 OK\r\n")
    assert talk.sent() == b""
    assert idling.done is not None


@pytest.mark.parametrize("when", ["queued", "sent", "answered"])
def test_an_abandoned_command_is_taken_back_or_its_answers_dropped(when: str) -> None:
    talk = Talk()
    pending = talk.engine.submit(Get())
    if when != "queued":
        talk.sent()
        talk.hear(b"* GOT 1\r\n")
    if when == "answered":
        talk.hear(b"A1 OK done\r\n")
        talk.engine.abandon(pending)
        assert pending.done is not None
        return
    talk.engine.abandon(pending)
    assert (len(pending.rows), pending.held) == (0, 0)
    if when == "queued":
        assert talk.sent() == b""
        assert pending.failure is not None
    else:
        talk.hear(b"* GOT 2\r\nA1 OK done\r\n")
        assert len(pending.rows) == 0


# -- limits


def test_each_count_has_its_limit() -> None:
    small = Limits(answers=5000, rows=20, unasked=100, challenges=3)
    cases: list[tuple[Command[object], bytes]] = [
        (Get(), b"* GOT 1\r\n" * 6),
        (Echo(b"a"), b'* ECHO "a"\r\n' * 6),
        (Noop(), b"* 1 EXISTS\r\n" * 11),
        (Noop(), b"* X\r\n" * 21),
        (Noop(), b"*\r\n" * 101),
        (Idling(), b"+ again\r\n" * 4),
        (Get(), b"* GOT {5001}\r\n"),
    ]
    for command, octets in cases:
        talk = Talk(limits=small)
        talk.engine.submit(command)
        talk.sent()
        with pytest.raises(ProtocolViolation, match="more than"):
            talk.hear(octets)


def test_what_is_taken_away_in_time_has_no_limit_but_the_number_of_responses() -> None:
    talk = Talk(limits=Limits(answers=5000))
    pending = talk.engine.submit(Get())
    talk.sent()
    for _ in range(100):
        talk.hear(b"* GOT 1\r\n" * 4)
        assert len(pending.take_rows()) == 4


def test_a_command_that_knows_what_it_asks_for_gets_it() -> None:
    talk = Talk(limits=Limits(answers=5000, literal=1000, response=1000))
    talk.engine.submit(Get(known_size=9000))
    talk.sent()
    talk.hear(b"* GOT {9000}\r\n" + b"x" * 9000 + b"\r\nA1 OK done\r\n")
    with pytest.raises(ProtocolViolation):
        talk.hear(b"* GOT {9000}\r\n")


def test_a_tagged_answer_starts_the_counts_anew() -> None:
    talk = Talk(limits=Limits(rows=10, unasked=100))
    for number in range(1, 6):
        talk.engine.submit(Noop())
        talk.sent()
        talk.hear(b"* 1 EXISTS\r\n" * 9 + b"A%d OK\r\n" % number)


def test_a_response_reads_itself() -> None:
    row = Talk().engine.welcome
    assert isinstance(row, Untagged)
    assert (row.name, row.number, row.reader().remainder()) == (b"PREAUTH", None, b"hello")
