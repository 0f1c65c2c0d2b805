"""Moves the octets of one conversation: whoever waits for an answer sends what is due and receives for all."""

from __future__ import annotations

import time
from collections.abc import Callable

from mailkit.errors import ConnectionLost, ProtocolViolation, TimedOut, UsageError
from mailkit.protocol.engine import Engine
from mailkit.protocol.network import Bell, Lock, Network, Transport
from mailkit.protocol.patience import Patience
from mailkit.protocol.pending import Failure, Pending
from mailkit.protocol.reporter import Reporter
from mailkit.protocol.state import State
from mailkit.protocol.wire.writer import AT_ONCE, Piece, Stream

_CHUNK = 64 * 1024
_GRACE = 0.05


class _Waiter:
    """Somebody who waits while another one receives."""

    def __init__(self, is_ready: Callable[[], bool], pending: Pending[object] | None, bell: Bell) -> None:
        self.is_ready = is_ready
        self.pending = pending
        self.bell = bell


class Pump:
    """One engine on one transport, for any number of threads or tasks.

    At most one of them receives and at most one sends at any time; the others sleep until they are ready, or until it
    is their turn. `lock` guards the engine and everything here, and is never held while waiting.
    """

    def __init__(
        self, engine: Engine, transport: Transport, network: Network, reporter: Reporter, timeout: float | None
    ) -> None:
        self.lock: Lock = network.lock()
        self.is_closed: bool = False
        self.patience: Patience = Patience(timeout, engine.limits, time.monotonic())
        self._engine = engine
        self._transport = transport
        self._network = network
        self._reporter = reporter
        self._waiters: list[_Waiter] = []
        self._is_receiving = False
        self._is_sending = False

    async def until(
        self, is_ready: Callable[[], bool], *, pending: Pending[object] | None = None, seconds: float | None = None
    ) -> bool:
        """Send and receive, or let another one do so, until it is so; False if it is not after so many seconds.

        It is asked under the lock. `pending` is the command that it is about, if there is one.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            while True:
                await self.flush(pending)
                with self.lock:
                    if is_ready():
                        return True
                    if self.is_closed or (deadline is not None and time.monotonic() >= deadline):
                        return False
                    if pending is not None and not self._is_sending and self._engine.due is pending:
                        continue  # another one has just heard that it may be sent
                    if self._may_receive(pending):
                        self._is_receiving = True
                        waiter = None
                    else:
                        waiter = _Waiter(is_ready, pending, self._network.bell())
                        self._waiters.append(waiter)
                if waiter is None:
                    await self._receive(deadline)
                else:
                    await self._doze(waiter, deadline)
        finally:
            with self.lock:
                self._pass_on()

    async def flush(self, asker: Pending[object] | None = None) -> None:
        """Send all that may be sent now, unless somebody is doing so already."""
        while self._engine.has_more_to_send:
            with self.lock:
                pieces = [] if self._is_sending or self.is_closed else self._take_pieces(asker)
                if not pieces:
                    return
                self._is_sending = True
            try:
                await self._send_pieces(pieces)
            except ConnectionLost as problem:
                await self._lost(problem)
            except BaseException:
                # Half a literal may have been sent, and nothing else can follow it.
                await self.close()
                raise
            finally:
                with self.lock:
                    self._is_sending = False
                    if self._engine.has_more_to_send:
                        self._wake()
                    self._pass_on()

    def abandon(self, pending: Pending[object]) -> None:
        """Nobody waits for this command any more; what stood behind it may be next."""
        with self.lock:
            self._engine.abandon(pending)
            self._wake()

    async def close(self, failure: Failure | None = None) -> None:
        """End the connection; commands under way end with that failure."""
        with self.lock:
            self._engine.fail(failure or (lambda may: ConnectionLost("the connection was closed", may_have_run=may)))
            is_first, self.is_closed = not self.is_closed, True
            self._wake()
        if is_first:
            await self._transport.close()

    def recoded(self) -> None:
        """The octets have their new meaning: go on."""
        with self.lock:
            self._engine.is_recoding = False
            self.patience.sent(time.monotonic())
            self._wake()
            self._pass_on()

    # -- taking turns

    def _may_receive(self, pending: Pending[object] | None) -> bool:
        # Who has something to send must not sleep in `receive` when its turn to send comes.
        is_next = self._is_sending and pending is not None and not pending.is_sent
        return not self._is_receiving and not self._engine.is_recoding and not is_next

    def _wake(self) -> None:
        """Wake who is ready or may send, and nobody else: there may be hundreds. The lock is held."""
        due = self._engine.due
        for waiter in self._waiters:
            may_send = due is not None and waiter.pending is due
            if may_send or self.is_closed or waiter.is_ready():
                waiter.bell.ring()

    def _pass_on(self) -> None:
        """If nobody receives any more, wake one who does, or passes it on in turn. The lock is held."""
        if self._waiters and not self._is_receiving:
            self._waiters[0].bell.ring()

    async def _doze(self, waiter: _Waiter, deadline: float | None) -> None:
        try:
            await waiter.bell.wait(self._left(deadline))
            if self._is_late():
                # The receiver may be just about to hear something; if it is not, it waits for news without a limit.
                await waiter.bell.wait(_GRACE)
                await self._close_if_late()
        finally:
            with self.lock:
                self._waiters.remove(waiter)

    # -- receiving

    async def _receive(self, deadline: float | None) -> None:
        try:
            is_alive = await self._transport.receive(self._engine.framer, self._left(deadline))
            with self.lock:
                self._take_in(is_alive=is_alive)
        except TimedOut:
            await self._close_if_late()
        except ConnectionLost as problem:
            await self._lost(problem)
        except ProtocolViolation as problem:
            words = self._reporter.hide(f"{problem}; the connection was closed")
            await self.close(lambda _: ProtocolViolation(words))
        else:
            if self._engine.has_failed:
                await self.close()
            else:
                await self._close_if_late()
        finally:
            with self.lock:
                self._is_receiving = False
                self._wake()
        if self._transport.is_secure or self._engine.state not in (State.GREETING, State.NOT_AUTHENTICATED):
            self._reporter.alert()

    def _take_in(self, *, is_alive: bool) -> None:
        engine, framer = self._engine, self._engine.framer
        answers = engine.answers
        engine.advance()
        if not is_alive:
            engine.end_of_stream()
        now = time.monotonic()
        if engine.answers != answers:
            self.patience.answered(now)
        progress = (engine.frames, framer.stage)
        self.patience.heard(now, progress, framer.octets_under_way, is_inside=framer.is_inside)

    # -- sending

    def _take_pieces(self, asker: Pending[object] | None) -> list[Piece]:
        pieces: list[Piece] = []
        size = 0
        while size < AT_ONCE and (piece := self._engine.next_piece(asker)) is not None:
            pieces.append(piece)
            size += piece.size
        return pieces

    async def _send_pieces(self, pieces: list[Piece]) -> None:
        gathered: list[bytes] = []
        for piece in pieces:
            self._reporter.passing(piece)
            if isinstance(piece.octets, bytes):
                gathered.append(piece.octets)
            else:
                await self._send(b"".join(gathered))
                gathered.clear()
                await self._send_stream(piece.octets)
        await self._send(b"".join(gathered))

    async def _send_stream(self, stream: Stream) -> None:
        left = stream.size
        while left:
            chunk = stream.source.read(min(left, _CHUNK))
            if not chunk:
                raise UsageError(f"the file ended {left} octets short of the {stream.size} that were announced")
            await self._send(chunk)
            left -= len(chunk)

    async def _send(self, octets: bytes) -> None:
        view = memoryview(octets)
        while view:
            sent = await self._transport.send(view[:_CHUNK], self.patience.timeout)
            view = view[sent:]
            if sent:
                self.patience.sent(time.monotonic())
            else:
                # The peer does not listen before it has been read: without this, both would wait for ever.
                await self.until(_Once())
                if self.is_closed:
                    return

    # -- ending

    def _left(self, deadline: float | None) -> float | None:
        """How long may be waited now: for the caller's deadline, or for as long as patience lasts."""
        with self.lock:
            late = self._deadline()
        ends = [end for end in (deadline, late) if end is not None]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _deadline(self) -> float | None:
        octets = self._engine.octets_in + self._engine.framer.octets_under_way
        return self.patience.deadline(octets, is_owed=self._engine.is_owed)

    def _is_late(self) -> bool:
        with self.lock:
            late = self._deadline()
        return late is not None and time.monotonic() >= late

    async def _close_if_late(self) -> None:
        if self._is_late():
            words = self.patience.describe(time.monotonic())
            await self.close(lambda may: TimedOut(words, may_have_run=may))

    async def _lost(self, problem: ConnectionLost) -> None:
        kind = TimedOut if isinstance(problem, TimedOut) else ConnectionLost
        words = str(problem)
        await self.close(lambda may: kind(words, may_have_run=may))


class _Once:
    """True from the second time it is asked."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        asked, self._asked = self._asked, True
        return asked
