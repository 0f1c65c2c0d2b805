"""One connection that commands are run on: an engine, a transport, and whoever waits for an answer moves both."""

from __future__ import annotations

import logging
import secrets
import string
import time
from collections.abc import Callable
from typing import TypeVar

import attrs

from mailkit.errors import (
    CannotConnect,
    CommandRefused,
    ConnectionLost,
    MailkitError,
    NotSupported,
    ProtocolViolation,
    TimedOut,
    UsageError,
)
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.commands.capability import Capability
from mailkit.protocol.commands.starttls import StartTLS
from mailkit.protocol.engine import Engine
from mailkit.protocol.network import TLS, Network, Transport
from mailkit.protocol.pending import Failure, Pending
from mailkit.protocol.response import Status, Untagged
from mailkit.protocol.state import State
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.writer import Piece, Stream

T = TypeVar("T")

log: logging.Logger = logging.getLogger("mailkit.protocol")

_CHUNK = 64 * 1024


@attrs.frozen
class CommandEvent:
    """What one command was, from outside: for metrics; it holds no argument."""

    verb: str
    tag: str
    status: str
    """"OK", "NO", "BAD", or "LOST" where the connection ended first."""
    milliseconds: float
    octets_in: int
    octets_out: int


class Session:
    """Runs commands on one connection; any number of threads or tasks may do so at once.

    Whoever waits for an answer receives for all. After a `ConnectionLost` or `ProtocolViolation` the session is of no
    more use, and every command on it ends with that error.
    """

    def __init__(
        self,
        transport: Transport,
        network: Network,
        *,
        limits: Limits = Limits(),
        timeout: float | None = 60.0,
        tag_prefix: str | None = None,
        on_command: Callable[[CommandEvent], object] | None = None,
        on_alert: Callable[[str], object] | None = None,
    ) -> None:
        self.transport = transport
        self.timeout = timeout
        self.listeners: list[Callable[[Untagged], object]] = []
        """Called with every untagged response that belongs to no command; they must neither wait nor raise."""
        self.engine: Engine = Engine(
            tag_prefix=tag_prefix or "".join(secrets.choice(string.ascii_uppercase) for _ in range(4)),
            limits=limits,
            on_update=self._tell,
            on_status=self._note,
            on_frame=self._trace if log.isEnabledFor(logging.DEBUG) else None,
        )
        self._on_command = on_command
        self._on_alert = on_alert
        self._turn = network.monitor()  # guards the engine, and tells who waits that something has come
        self._sending = network.lock()  # held over tagging and sending, so that the order on the wire is that of tags
        self._is_receiving = False
        self._is_closed = False

    # -- opening and closing

    async def greet(self) -> Status:
        """Wait for the server's greeting; `CannotConnect` where it is BYE or nothing sensible."""
        await self._until(lambda: self.engine.greeting is not None or self._is_closed)
        greeting = self.engine.greeting
        if greeting is None:
            raise self._over(may_have_run=False)
        if greeting.status == "BYE":
            await self.close()
            raise CannotConnect(f"the server turned us away: {greeting.text}")
        return greeting

    async def start_tls(self, tls: TLS) -> None:
        """STARTTLS (RFC 9051 §6.2.1): on return the connection is TLS, and what was learnt before is forgotten.

        Whatever goes wrong, the connection is closed: it never goes on in plaintext.
        """
        try:
            if self.state is not State.NOT_AUTHENTICATED:
                raise CannotConnect("the server says we are logged in before TLS has begun; that may be an attack")
            if "STARTTLS" not in await self.capabilities():
                raise NotSupported("the server does not offer STARTTLS", capability="STARTTLS")
            await self.run(StartTLS())
            with self._turn:
                self.engine.forget_plaintext()
            await self.transport.start_tls(tls, self.timeout)
        except BaseException:
            await self.close()
            raise

    async def close(self, failure: Failure | None = None) -> None:
        """End the connection at once, without LOGOUT; commands under way end with `ConnectionLost`."""
        with self._turn:
            self.engine.fail(failure or (lambda may: ConnectionLost("the connection was closed", may_have_run=may)))
            first = not self._is_closed
            self._is_closed = True
            self._turn.notify_all()
        if first:
            await self.transport.close()

    # -- running commands

    @property
    def state(self) -> State:
        """Where the conversation stands."""
        return self.engine.state

    @property
    def is_usable(self) -> bool:
        """Whether commands can still be run."""
        return not self._is_closed and self.engine.state is not State.LOGOUT

    async def capabilities(self) -> Capabilities:
        """What the server offers now; asked for only where it has not said so itself."""
        found = self.engine.capabilities
        return found if found is not None else await self.run(Capability())

    async def run(self, command: Command[T]) -> T:
        """Send a command and give its result; `CommandRefused` on NO or BAD."""
        return await self.finish(await self.begin(command))

    async def begin(self, command: Command[T]) -> Pending[T]:
        """Send a command without waiting for its answer."""
        with self._turn:
            pending = self.engine.submit(command)
        pending.began_at = time.monotonic()
        try:
            await self._flush()
        except BaseException:
            self.abandon(pending)
            raise
        return pending

    async def finish(self, pending: Pending[T]) -> T:
        """Wait for the answer to a command that has begun."""
        done = await self.complete(pending)
        if done.status != "OK":
            raise refused(pending.shown, done)
        answer = Answer(pending.take_rows(), done, utf8=pending.is_utf8)
        try:
            return pending.command.fold(answer)
        finally:
            for problem in answer.problems:
                log.warning("%s: skipped a malformed response: %s", pending.command.verb, problem)

    async def complete(self, pending: Pending[T]) -> Status:
        """Wait for the tagged response, whatever it says."""
        await self._wait(pending, lambda: pending.is_over)
        if pending.done is None:
            raise self._failed(pending)
        if pending.sink_failure is not None:
            raise pending.sink_failure
        return pending.done

    async def rows(self, pending: Pending[T]) -> list[Untagged]:
        """The next rows of an answer as they come, at least one; none when it is complete (then call `finish`)."""
        await self._wait(pending, lambda: bool(pending.rows) or pending.is_over)
        if pending.failure is not None:
            raise self._failed(pending)
        with self._turn:
            return pending.take_rows()

    def abandon(self, pending: Pending[T]) -> None:
        """Say that nobody waits for this command any more."""
        with self._turn:
            self.engine.abandon(pending)

    async def interrupt(self, pending: Pending[T]) -> None:
        """End IDLE."""
        with self._turn:
            self.engine.interrupt(pending)
        await self._flush()

    async def wait_for(self, is_ready: Callable[[], bool], seconds: float | None) -> bool:
        """Receive until something is so, for at most so long; the connection is as good afterwards either way."""
        return await self._until(is_ready, seconds)

    # -- the network

    async def _wait(self, pending: Pending[T], is_ready: Callable[[], bool]) -> None:
        try:
            await self._until(is_ready)
        except BaseException:
            self.abandon(pending)
            raise
        if pending.is_over:
            self._report(pending)

    async def _until(self, is_ready: Callable[[], bool], seconds: float | None = -1.0) -> bool:
        """Receive, or let another one receive, until it is so; with `seconds` not for longer."""
        patient = seconds is None or seconds >= 0
        deadline = time.monotonic() + seconds if seconds is not None and seconds >= 0 else None
        while True:
            with self._turn:
                while self._is_receiving and not is_ready() and not _passed(deadline):
                    await self._turn.wait(_left(deadline))
                if is_ready():
                    return True
                if self._is_closed or _passed(deadline):
                    return False
                self._is_receiving = True
            try:
                await self._receive(_left(deadline) if patient else self.timeout, patient=patient)
            finally:
                with self._turn:
                    self._is_receiving = False
                    self._turn.notify_all()
            await self._flush()

    async def _receive(self, timeout: float | None, *, patient: bool) -> None:
        try:
            alive = await self.transport.receive(self.engine.framer, timeout)
        except TimedOut:
            if not patient:
                words = f"no answer within {timeout} s; the connection was closed"
                await self.close(lambda may: TimedOut(words, may_have_run=may))
            return
        except ConnectionLost as problem:
            await self._lost(problem)
            return
        except ProtocolViolation as problem:
            await self._violated(problem)
            return
        try:
            with self._turn:
                self.engine.advance()
                if not alive:
                    self.engine.end_of_stream()
        except ProtocolViolation as problem:
            await self._violated(problem)
        if not alive:
            await self.close()

    async def _lost(self, problem: ConnectionLost) -> None:
        words = str(problem)
        await self.close(lambda may: ConnectionLost(words, may_have_run=may))

    async def _violated(self, problem: ProtocolViolation) -> None:
        words = f"{problem}; the connection was closed"
        await self.close(lambda _: ProtocolViolation(words))

    async def _flush(self) -> None:
        """Send all that may be sent now."""
        if not self.engine.has_more_to_send:
            return
        async with self._sending:
            while True:
                with self._turn:
                    pieces = self._take_pieces()
                if not pieces:
                    return
                try:
                    await self._send_pieces(pieces)
                except ConnectionLost as problem:
                    await self._lost(problem)
                    return

    def _take_pieces(self) -> list[Piece]:
        pieces: list[Piece] = []
        size = 0
        while size < _CHUNK and (piece := self.engine.next_piece()) is not None:
            pieces.append(piece)
            size += piece.size
        return pieces

    async def _send_pieces(self, pieces: list[Piece]) -> None:
        gathered: list[bytes] = []
        for piece in pieces:
            if log.isEnabledFor(logging.DEBUG):
                log.debug("> %s", piece.shown)
            if isinstance(piece.octets, bytes):
                gathered.append(piece.octets)
            else:
                await self._send(b"".join(gathered))
                gathered.clear()
                await self._send_stream(piece.octets)
        await self._send(b"".join(gathered))

    async def _send_stream(self, stream: Stream) -> None:
        left = stream.size
        try:
            while left:
                chunk = stream.source.read(min(left, _CHUNK))
                if not chunk:
                    raise UsageError(f"the file ended {left} octets short of the {stream.size} that were announced")
                await self._send(chunk)
                left -= len(chunk)
        except BaseException:
            # Half a literal has been sent, and nothing else can follow it.
            await self.close()
            raise

    async def _send(self, octets: bytes) -> None:
        view = memoryview(octets)
        while view:
            sent = await self.transport.send(view, self.timeout)
            view = view[sent:]
            if view and not self._is_receiving:
                # The peer does not listen before it has been read: without this, both would wait for ever.
                await self._until(_Once())

    # -- telling

    def _failed(self, pending: Pending[T]) -> MailkitError:
        assert pending.failure is not None
        return pending.failure(True)  # noqa: FBT003  # Failure says what it means

    def _over(self, *, may_have_run: bool) -> MailkitError:
        try:
            self.engine.submit(Capability())
        except MailkitError as problem:
            return problem
        return ConnectionLost("the connection was closed", may_have_run=may_have_run)

    def _report(self, pending: Pending[T]) -> None:
        if self._on_command is not None:
            self._on_command(
                CommandEvent(
                    pending.command.verb,
                    pending.tag.decode("ascii"),
                    pending.done.status if pending.done is not None else "LOST",
                    (time.monotonic() - pending.began_at) * 1000,
                    pending.octets_in,
                    pending.octets_out,
                )
            )

    def _tell(self, row: Untagged) -> None:
        for listener in self.listeners:
            listener(row)

    def _note(self, status: Status) -> None:
        if status.code is not None and status.code.name == "ALERT":
            log.warning("the server alerts: %s", status.text)
            if self._on_alert is not None:
                self._on_alert(status.text)

    def _trace(self, frame: Frame) -> None:
        log.debug("< %s", frame)


class _Once:
    """True from the second time it is asked."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        asked, self._asked = self._asked, True
        return asked


def refused(shown: str, done: Status) -> CommandRefused:
    """The error for a command that was answered NO or BAD."""
    return CommandRefused.of(shown.strip(), done.status, done.code.name if done.code else None, done.text)


def _passed(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
