"""One connection that commands are run on, by any number of threads or tasks at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mailkit.errors import CannotConnect, MailkitError, NotSupported
from mailkit.protocol import commands
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.commands.capability import Capability
from mailkit.protocol.engine import Engine
from mailkit.protocol.network import TLS, Network, Transport
from mailkit.protocol.pending import Failure, Pending
from mailkit.protocol.pump import Pump
from mailkit.protocol.reporter import Reporter
from mailkit.protocol.response import Row, Status, Untagged, untagged
from mailkit.protocol.state import State
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.writer import Piece

if TYPE_CHECKING:
    from mailkit.protocol.command_event import CommandEvent

T = TypeVar("T")
U = TypeVar("U")


class Session:
    """Runs commands on one connection; any number of threads or tasks may do so at once.

    Whoever waits for an answer receives for all. After a `ConnectionLost` or `ProtocolViolation` the session is of no
    more use: it has been closed, and every command on it ends with that error.

    `timeout` bounds, in seconds, every wait for the server's next step (`Patience`); `limits` says how much of anything
    the server may send. A task that is cancelled while it waits harms nobody; while it sends a literal larger than
    16 KiB, the connection is closed.
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
        on_wire: Callable[[Piece | Frame], object] | None = None,
    ) -> None:
        self.transport = transport
        self.network = network
        self.listeners: list[Callable[[Untagged], object]] = []
        """Called with every untagged response that belongs to no command; they must neither wait nor raise."""
        self._reporter = Reporter(on_command=on_command, on_alert=on_alert, on_wire=on_wire)
        self.engine: Engine = Engine(
            tag_prefix=tag_prefix or "".join(chr(ord("A") + octet % 26) for octet in os.urandom(4)),
            limits=limits,
            on_update=self._tell,
            on_status=self._reporter.status,
            on_frame=self._reporter.passing if self._reporter.wants_frames else None,
            on_problem=self._reporter.skipped,
            hide=self._reporter.hide,
        )
        self._pump = Pump(self.engine, transport, network, self._reporter, timeout)

    # -- opening and closing

    async def greet(self) -> Status:
        """Wait for the server's greeting; `CannotConnect` where it is BYE.

        Whatever goes wrong, the connection is closed.
        """
        try:
            await self._pump.until(lambda: self.engine.greeting is not None)
            greeting = self.engine.greeting
            if greeting is None:
                raise self.engine.failure()
            if greeting.status == "BYE":
                raise CannotConnect(f"the server turned us away: {greeting.text}")
        except BaseException:
            await self.close()
            raise
        return greeting

    async def start_tls(self, tls: TLS) -> None:
        """STARTTLS (RFC 9051 §6.2.1): on return the connection is TLS, and what was learnt before is forgotten.

        Whatever goes wrong, the connection is closed: it never goes on in plaintext.
        """
        try:
            if self.engine.has_failed:
                raise self.engine.failure()
            if self.state is not State.NOT_AUTHENTICATED:
                raise CannotConnect("the server says we are logged in before TLS has begun; that may be an attack")
            if "STARTTLS" not in await self.capabilities():
                raise NotSupported("the server does not offer STARTTLS", capability="STARTTLS")
            await self.run(commands.starttls.StartTLS())
            with self._pump.lock:
                self.engine.forget_plaintext()
                self._reporter.forget_alerts()
            await self.transport.start_tls(tls, self.timeout)
            self._pump.recoded()
        except BaseException:
            await self.close()
            raise

    async def compress(self) -> None:
        """COMPRESS=DEFLATE (RFC 4978): from now on both ways are compressed; `CommandRefused` leaves all as it was."""
        await self.run(commands.compress.Compress())
        with self._pump.lock:
            self.transport.start_compression(self.engine.framer.drain())
        self._pump.recoded()

    async def close(self, failure: Failure | None = None) -> None:
        """End the connection at once, without LOGOUT; commands under way end with `ConnectionLost`."""
        await self._pump.close(failure)

    # -- running commands

    @property
    def timeout(self) -> float | None:
        """How many seconds the server has for its next step."""
        return self._pump.patience.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._pump.patience.timeout = seconds

    @property
    def state(self) -> State:
        """Where the conversation stands."""
        return self.engine.state

    @property
    def is_usable(self) -> bool:
        """Whether commands can still be run."""
        return not self._pump.is_closed and self.engine.state is not State.LOGOUT

    async def capabilities(self) -> Capabilities:
        """What the server offers now; asked for only where it has not said so itself."""
        found = self.engine.capabilities
        return found if found is not None else await self.run(Capability())

    async def run(self, command: Command[T]) -> T:
        """Send a command and give its result; `CommandRefused` on NO or BAD."""
        return await self.finish(await self.begin(command))

    async def begin(self, command: Command[T]) -> Pending[T]:
        """Send a command without waiting for its answer.

        It may have to wait for the answers of others (RFC 9051 §5.5); then it is sent once they are there, by whoever
        hears them.
        """
        self._reporter.keep_quiet_about(command.secrets)
        with self._pump.lock:
            pending = self.engine.submit(command)
            pending.began_at = time.monotonic()
        await self._wait(pending, lambda: pending.is_sent or not pending.has_begun)
        return pending

    async def begin_both(self, first: Command[U], second: Command[T]) -> tuple[Pending[U], Pending[T]]:
        """Send two commands in one go, the second for the state in which the first puts the connection (RFC 9051 §5.5).

        For a second one that does no harm, and whose answer is not looked at, if the first is refused.
        """
        with self._pump.lock:
            ahead = self.engine.submit(first)
            try:
                pending = self.engine.submit(second, behind=ahead)
            except BaseException:
                self.engine.abandon(ahead)
                raise
            ahead.began_at = pending.began_at = time.monotonic()
        try:
            await self._wait(ahead, lambda: ahead.is_sent or not ahead.has_begun)
            await self._wait(pending, lambda: pending.is_sent or not pending.has_begun)
        except BaseException:
            self.abandon(ahead)
            self.abandon(pending)
            raise
        return ahead, pending

    async def finish(self, pending: Pending[T]) -> T:
        """Wait for the answer to a command that has begun."""
        done = await self.complete(pending)
        if done.status != "OK":
            raise self._reporter.refused(pending, done)
        answer = Answer(pending.take_rows(), done, utf8=pending.is_utf8)
        try:
            return pending.command.fold(answer)
        finally:
            for problem in answer.problems:
                self._reporter.skipped(problem, pending.command.verb)

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
        return [untagged(row) for row in await self.lines(pending)]

    async def lines(self, pending: Pending[T], most: int = sys.maxsize) -> list[Row]:
        """The same as they came, not classified where the command can do without, and at most so many."""
        if not pending.rows:
            await self._wait(pending, lambda: bool(pending.rows) or pending.is_over)
        if pending.failure is not None:
            raise self._failed(pending)
        with self._pump.lock:
            return pending.take(most)

    def abandon(self, pending: Pending[T]) -> None:
        """Say that nobody waits for this command any more."""
        self._pump.abandon(pending)
        self._reporter.over(pending)

    async def interrupt(self, pending: Pending[T]) -> None:
        """End IDLE."""
        with self._pump.lock:
            self.engine.interrupt(pending)
        await self._pump.flush()

    async def wait_for(self, is_ready: Callable[[], bool], seconds: float | None) -> bool:
        """Receive until something is so, for at most so long; the connection is as good afterwards either way."""
        return await self._pump.until(is_ready, seconds=seconds)

    # -- helping

    async def _wait(self, pending: Pending[T], is_ready: Callable[[], bool]) -> None:
        pending.is_attended = True
        try:
            await self._pump.until(is_ready, pending=pending)
        except BaseException:
            self.abandon(pending)
            if pending.needs_its_caller:
                await self.close()
            raise
        finally:
            pending.is_attended = False
        if pending.is_over:
            self._reporter.over(pending)

    def _failed(self, pending: Pending[T]) -> MailkitError:
        assert pending.failure is not None
        return pending.failure(True)  # noqa: FBT003  # Failure says what it means

    def _tell(self, row: Untagged) -> None:
        for listener in self.listeners:
            listener(row)
