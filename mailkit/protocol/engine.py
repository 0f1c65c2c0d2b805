"""The conversation without any I/O: tags, pipelining, continuation, and whose answer a response is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import attrs

from mailkit.errors import ConnectionLost, MailkitError, ProtocolViolation, UsageError
from mailkit.protocol.command import Command
from mailkit.protocol.flight import Flight
from mailkit.protocol.known import Known
from mailkit.protocol.ledger import Ledger
from mailkit.protocol.outbox import Outbox
from mailkit.protocol.pending import Failure, Pending
from mailkit.protocol.response import Continuation, Status, Untagged, classify, untagged_status
from mailkit.protocol.state import State, after, is_legal
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer, Sink
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.run import Run
from mailkit.protocol.wire.writer import Literals, Piece, Writer

T = TypeVar("T")

_SMALL = 64 * 1024
"""Octets of a literal that is taken into memory without a look at whose it is."""

_LOGOUT = frozenset({"LOGOUT"})


class Engine(Known):
    """One connection's side of the protocol.

    `submit` a command and get a `Pending`; send what `next_piece` gives, as long as it gives; put what the server says
    into `framer` and call `advance`. Commands go out in the order of their submission, pipelined unless one of them
    must be alone (RFC 9051 §5.5). An untagged response belongs to the oldest command under way that claims it; what
    nobody claims goes to `on_update`. A malformed untagged response costs only itself and goes to `on_problem`. What a
    server says to people goes through `hide` before anybody sees it.
    """

    state: State
    greeting: Status | None
    bye: Status | None

    def __init__(
        self,
        *,
        tag_prefix: str = "A",
        limits: Limits = Limits(),
        on_update: Callable[[Untagged], object] | None = None,
        on_status: Callable[[Status], object] | None = None,
        on_frame: Callable[[Frame], object] | None = None,
        on_problem: Callable[[ProtocolViolation], object] | None = None,
        hide: Callable[[str], str] = str,
    ) -> None:
        super().__init__()
        self.limits = limits
        self.framer: Framer = Framer(limits, self._sink_for)
        self.ledger: Ledger = Ledger(limits)
        self.is_recoding: bool = False
        """Whether the octets of the connection are about to mean something else: nothing is read or sent meanwhile."""
        self.frames: int = 0
        """How many responses have come."""
        self.answers: int = 0
        """How many of them were tagged."""
        self.tag_prefix = tag_prefix
        """What every tag begins with; a number follows."""
        self._on_update = on_update
        self._on_status = on_status
        self._on_frame = on_frame
        self._on_problem = on_problem
        self._hide = hide
        self._serial = 0
        self._flight: Flight = Flight()
        self._outbox: Outbox = Outbox(self._flight, lambda begun: self._allow(begun.expects))
        self._failure: Failure | None = None

    # -- sending

    def submit(self, command: Command[T], *, behind: Pending[object] | None = None) -> Pending[T]:
        """Queue a command; `UsageError` where it cannot be sent as it is, and then nothing of it ever is.

        It need not wait for the answer to the command that it stands `behind`, even if that one changes the state: it
        is sent on the strength that this will succeed.
        """
        if self._failure is not None:
            raise self._failure(False)  # noqa: FBT003  # Failure says what it means
        state = self.state if behind is None else after(behind.command.verb, self.state, ok=True)
        if not command.is_unguarded and not is_legal(command.verb, state):
            raise UsageError(f"{command.verb} is illegal in state {state.value}")
        self._serial += 1
        tag = f"{self.tag_prefix}{self._serial}".encode("ascii", "replace")
        out = Writer(tag, literals=self._literals(), utf8=self.speaks_utf8)
        for word in command.verb.split(" "):
            out.atom(word)
        command.write(out)
        pending = Pending(command, tag, out.pieces(), behind)
        self._outbox.put(pending)
        return pending

    def next_piece(self, asker: Pending[T] | None = None) -> Piece | None:
        """What may be sent now; None when the server must speak first, or nothing is queued.

        A large piece goes to nobody but `asker` whose own it is, where that one attends to it: who gives up while
        sending, which ends the connection, then harms nobody else.
        """
        if self.is_recoding:
            return None
        return self._outbox.next_piece(asker)

    @property
    def due(self) -> Pending[object] | None:
        """The command of which a piece may be sent now, if there is one."""
        return None if self.is_recoding else self._outbox.due

    @property
    def has_more_to_send(self) -> bool:
        """Whether `next_piece` might give something: cheap, may be wrong by yes."""
        return bool(self._outbox)

    @property
    def is_busy(self) -> bool:
        """Whether any command is queued or under way."""
        return bool(self._outbox or self._flight)

    @property
    def is_owed(self) -> bool:
        """Whether the server has an answer to give, and not merely news when there is any."""
        return self.state is State.GREETING or any(not pending.is_idling for pending in self._flight)

    @property
    def octets_in(self) -> int:
        """How many octets of answers to the commands under way have come."""
        return self._flight.octets_in

    def abandon(self, pending: Pending[T]) -> None:
        """Nobody waits for this command any more: it is taken back, or if it has begun, its answers are dropped."""
        if pending.is_over:
            return
        pending.is_abandoned = True
        pending.take_rows()
        if not pending.has_begun:
            self._outbox.take_back(pending)
        self.interrupt(pending)

    def interrupt(self, pending: Pending[T]) -> None:
        """End a command that has a farewell, such as IDLE, as soon as the server lets us."""
        self._outbox.interrupt(pending)

    def _literals(self) -> Literals:
        if self.capabilities is None:
            return Literals.SYNCHRONISING
        if "LITERAL+" in self.capabilities:
            return Literals.PLUS
        return Literals.MINUS if "LITERAL-" in self.capabilities else Literals.SYNCHRONISING

    # -- receiving

    def advance(self) -> None:
        """Take all whole responses out of the framer.

        Raises `ProtocolViolation` where the server cannot be talked to any more; call `fail` then. After the OK of a
        command that recodes, what follows is left in the framer.
        """
        while self._failure is None and not self.is_recoding:
            run, may_wait = self._next_run()
            if run:
                self._take_run(run)
                if may_wait:  # where octets come fast, it is whole with the next ones, and taken with others
                    break
            elif (frame := self.framer.next_frame()) is not None:
                self._take_frame(frame)
            else:
                break
        # Not before the rest has been read: the answers to the commands under way may stand behind the BYE.
        if self.bye is not None and not self._flight.runs(_LOGOUT):
            self.end_of_stream()

    @property
    def has_failed(self) -> bool:
        """Whether the connection is gone."""
        return self._failure is not None

    def failure(self) -> MailkitError:
        """Why it is gone, for somebody who has sent nothing."""
        failure = self._failure or (lambda may: ConnectionLost("the connection was closed", may_have_run=may))
        return failure(False)  # noqa: FBT003  # Failure says what it means

    def fail(self, failure: Failure) -> None:
        """The connection is gone: every command under way ends with this error, and so does every later one."""
        if self._failure is None:
            self._failure = failure
            self.state = State.LOGOUT
        for pending in {id(p): p for p in (*self._flight, *self._outbox)}.values():
            if pending.done is None:
                # Of a command whose end never left, the server has nothing that it could carry out.
                pending.failure = self._failure if not pending.pieces else _unsent(self._failure)
        self._flight.clear()
        self._outbox.clear()

    def end_of_stream(self) -> None:
        """The server has closed the connection."""
        if self.bye is not None:
            words = f"the server said goodbye: {self.bye.text}"
        elif self.framer.is_inside:
            words = "the server closed the connection in the middle of a response"
        else:
            words = "the server closed the connection"
        self.fail(lambda may_have_run: ConnectionLost(words, may_have_run=may_have_run))

    def forget_plaintext(self) -> None:
        """TLS begins: whatever was learnt before it is void (RFC 9051 §6.2.1, security class 5)."""
        if not self.framer.is_empty:
            raise ProtocolViolation("octets followed the answer to STARTTLS before TLS began")
        self.forget()
        self.ledger.answered()

    def _next_run(self) -> tuple[Run, bool]:
        if self._on_frame is not None or not self._flight.takes_runs:
            return [], False
        return self.framer.next_run(-1 if self._flight.has_sink_for_small else _SMALL)

    def _take_run(self, run: Run) -> None:
        at = 0
        while at < len(run):
            owner = self._flight[0] if self._flight else None
            count = owner.command.claimed(run, at) if owner is not None else 0
            if owner is not None and count:
                self.frames += count
                self.ledger.asked(*owner.keep_run(run[at : at + count]), self._flight, count)
                at += count
            else:
                row = run[at]
                self._take_frame(row if isinstance(row, Frame) else Frame(row.removesuffix(b"\r")))
                at += 1

    def _take_frame(self, frame: Frame) -> None:
        self.frames += 1
        if self._on_frame is not None:
            self._on_frame(frame)
        self._dispatch(frame)

    def _dispatch(self, frame: Frame) -> None:
        try:
            response = classify(frame)
        except ProtocolViolation as problem:
            if not frame.head.startswith(b"*"):
                raise
            self._skip(problem, frame)
            return
        if isinstance(response, Untagged):
            if self.state is State.GREETING:
                self._greet(response)
            elif response.is_status:
                self._untagged_status(response)
            else:
                self.note(response)
                self._route(response)
        elif self.state is State.GREETING:
            raise ProtocolViolation(f"not a greeting: {frame.head[:40]!r}")
        elif isinstance(response, Continuation):
            self._continue(response)
        else:
            self._complete(self._discreet(response))

    def _greet(self, row: Untagged) -> None:
        """`greeting = "*" SP (resp-cond-auth / resp-cond-bye) CRLF`"""
        if not row.is_status or row.name not in (b"OK", b"PREAUTH", b"BYE"):
            raise ProtocolViolation(f"not a greeting: {row.frame.head[:40]!r}")
        greeting = self._discreet(untagged_status(row))
        self.greeted(row, greeting)
        self._learn(greeting)

    def _untagged_status(self, row: Untagged) -> None:
        status = self._discreet(untagged_status(row))
        self._learn(status)
        if status.status == "PREAUTH":
            # Courier 5.0 lets an alert come before its PREAUTH, which then is not the first response.
            if self._serial or self.state is not State.NOT_AUTHENTICATED:
                raise ProtocolViolation("PREAUTH in the middle of the conversation")
            self.greeting = status
            self.state = State.AUTHENTICATED
        elif status.status == "BYE":
            self.bye = status
        self._route(row)

    def runs(self, verbs: frozenset[str]) -> bool:
        return self._flight.runs(verbs)

    def _route(self, row: Untagged) -> None:
        try:
            owner = self._flight.owner(row)
        except ProtocolViolation as problem:
            self._skip(problem, row.frame)
            return
        if owner is not None:
            self.ledger.asked(*owner.keep(row), self._flight)
            if not owner.command.is_news:
                return
        else:
            self.ledger.unasked(row.frame.size)
        if self._on_update is not None:
            self._on_update(row)

    def _continue(self, response: Continuation) -> None:
        for pending in self._flight:
            if pending.pieces and pending.pieces[0].waits and not pending.is_free_to_go:
                pending.is_free_to_go = True
                return
            if pending.command.is_challenged and not pending.pieces:
                self._challenge(pending, response.text)
                return
        raise ProtocolViolation("a continuation request that nothing waits for")

    def _challenge(self, pending: Pending[object], text: bytes) -> None:
        pending.is_continued = True
        pending.challenges += 1
        if pending.challenges > self.limits.challenges:
            raise ProtocolViolation(f"more than {self.limits.challenges} challenges to one command")
        line = pending.command.answer(text)
        if line is not None:
            self._outbox.reply(line, "***")
        if pending.is_interrupted:
            self.interrupt(pending)
        elif pending.is_idling:
            self.framer.shrink()

    def _complete(self, status: Status) -> None:
        pending = self._flight.answered(status.tag)
        if pending.pieces and status.is_ok:
            raise ProtocolViolation(f"{pending.command.verb} was answered before it was sent")
        self._outbox.answered(pending)
        self._flight.remove(pending)
        self.answers += 1
        self._allow(-pending.command.expects)
        self.ledger.answered()
        self.answered(pending.command.verb, status)
        self.is_recoding = pending.command.recodes and status.is_ok
        self._learn(status)
        pending.is_utf8 = self.speaks_utf8
        pending.done = status

    def _learn(self, status: Status) -> None:
        self.note_code(status)
        if self._on_status is not None:
            self._on_status(status)

    def _discreet(self, status: Status) -> Status:
        text = self._hide(status.text)
        return status if text == status.text else attrs.evolve(status, text=text, octets=text.encode())

    def _sink_for(self, text: bytes, size: int) -> Sink | None:
        """Where a literal goes: to whom asked for it, nowhere if that one is gone, or into memory if there is room."""
        if size <= _SMALL and not self._flight.has_sink_for_small:
            return None  # whether there was room is asked once the response is whole
        try:
            row = classify(Frame(text))
        except ProtocolViolation:
            return None  # reported once it is whole
        if not isinstance(row, Untagged):
            return None
        try:
            owner = self._flight.owner(row)
        except ProtocolViolation:
            return None  # only the literal itself tells whose it is
        if owner is None:
            return None
        sink = owner.sink_for(row, size)
        if sink is None:
            self.ledger.may_hold(size, self._flight)
        return sink

    def _skip(self, problem: ProtocolViolation, frame: Frame) -> None:
        self.ledger.unasked(frame.size)
        self._report(problem)

    def _report(self, problem: ProtocolViolation) -> None:
        if self._on_problem is not None:
            self._on_problem(problem)

    def _allow(self, octets: int) -> None:
        """What is known to be coming may be larger than the limits say, by so much more (or less) than before."""
        self.framer.extra += octets
        self.ledger.extra += octets


def _unsent(failure: Failure) -> Failure:
    """The same error for a command of which nothing was sent."""
    return lambda _: failure(False)  # noqa: FBT003  # Failure says what it means
