"""Which FETCHes serve an iteration: windows of UIDs, the next on its way while one is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs

from mailkit.connecting.connections import Place
from mailkit.errors import ConnectionLost, ProtocolViolation
from mailkit.pool import Begun, Pool
from mailkit.protocol.commands.fetch import PIECE, Content, Fetch, FetchItem
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.framer import Sink
from mailkit.protocol.wire.limits import Limits

WINDOW = 500
"""Messages a FETCH: enough that a round trip costs nothing, few enough that memory stays flat."""

_FIRST_CONTENT_WINDOW = 16
_GROWTH = 16
_WINDOW_OCTETS = 4 * 1024 * 1024
_AHEAD = 2

_MARGIN = 2 * 1024 * 1024
_LARGEST = 256 * 1024 * 1024
"""A larger literal is not waited for: no mail server takes such a message, and nobody wants to see it pass."""


class Windows:
    """Cuts UIDs, in the order given, into sets for one FETCH each.

    With content among the items the first window is small and shows how many to ask for then, so that some four
    megabytes are on their way however large the messages are; meanwhile no other is asked for.
    """

    def __init__(self, uids: UidSet | list[int], *, has_content: bool) -> None:
        self._uids = uids
        self._at = 0
        self._size = _FIRST_CONTENT_WINDOW if has_content else WINDOW
        self._has_content = has_content
        self.ahead: int = 1 if has_content else _AHEAD
        """How many may be on their way."""

    def next(self) -> list[int] | UidSet | None:
        """The next window, or None at the end."""
        window = self._uids[self._at : self._at + self._size]
        self._at += self._size
        return window or None

    def learn(self, messages: int, octets: int) -> None:
        """A window has come: choose the size of those to come."""
        if self._has_content and messages:
            fitting = _WINDOW_OCTETS * messages // max(octets, 1)
            self._size = max(1, min(WINDOW, _GROWTH * messages, fitting))
        self.ahead = _AHEAD


class _Room:
    """Decides, literal by literal, for one window of FETCH.

    What passes `Limits.literal`, or finds no place in `Limits.answers` beside what waits to be taken, is dropped as it
    comes: its message is given without it, and whoever asks that message for it gets it then, alone.
    """

    def __init__(self, limits: Limits, held: Callable[[], int]) -> None:
        self._limits = limits
        self._held = held
        self._left_out: set[int] = set()

    def sink_of(self, uid: int, size: int) -> Sink | None:
        """As `Fetch` asks it; None where it is kept, or where it is so large that the server is left."""
        limits = self._limits
        fits = size <= limits.literal and self._held() + size + _MARGIN <= limits.answers
        if fits or size > _LARGEST or uid in self._left_out:
            return None
        self._left_out.add(uid)
        return _drop

    def without_what_was_left_out(self, found: list[MessageData]) -> list[MessageData]:
        """A literal that went to a sink stands as empty: as if it were not there."""
        return [self._without(data) for data in found] if self._left_out else found

    def _without(self, data: MessageData) -> MessageData:
        if data.uid not in self._left_out:
            return data
        return attrs.evolve(data, sections={section: octets for section, octets in data.sections.items() if octets})


def _drop(octets: memoryview) -> None:
    """It does not fit."""


class _Flight:
    """One window on its way."""

    def __init__(
        self, window: list[int] | UidSet, command: Fetch, begun: Begun[list[MessageData]], room: _Room | None
    ) -> None:
        self.window = window
        self.command = command
        self.begun = begun
        self.room = room
        self.partial: dict[int | None, MessageData] = {}
        self.given: set[int | None] = set()


class Fetching:
    """The messages of an iteration, batch by batch; other commands may run between two batches.

    Messages that are gone by the time they are fetched are left out. When a connection is lost, the rest of the window
    is asked for again.
    """

    def __init__(
        self,
        pool: Pool,
        place: Place,
        uids: UidSet | list[int],
        items: tuple[FetchItem, ...],
        *,
        in_order: bool,
        sink_of: Callable[[int, int], Sink | None] | None = None,
    ) -> None:
        has_content = any(isinstance(item, Content) for item in items)
        self.place: Place = place
        """Where they are, with the UIDVALIDITY of the mailbox once the first are there."""
        self._pool = pool
        self._windows = Windows(uids, has_content=has_content)
        self._items = items
        self._in_order = in_order
        self._sink_of = sink_of  # as `Fetch` has it; called once more for what must come once more
        self._flights: deque[_Flight] = deque()
        self._losses = 0  # in a row

    async def next_batch(self) -> list[MessageData]:
        """The next messages, at least one; none at the end."""
        while True:
            await self._look_ahead()
            if not self._flights:
                return []
            batch = await self._receive(self._flights[0])
            if batch:
                return batch

    def abandon(self) -> None:
        """Nobody wants the rest: what is on its way is dropped as it comes."""
        for flight in self._flights:
            flight.begun.session.abandon(flight.begun.pending)
        self._flights.clear()

    async def _look_ahead(self) -> None:
        while len(self._flights) < self._windows.ahead:
            window = self._windows.next()
            if window is None:
                return
            self._flights.append(await self._begin(window))

    async def _begin(self, window: list[int] | UidSet) -> _Flight:
        uids = window if isinstance(window, UidSet) else UidSet(window)
        room = None if self._sink_of is not None else _Room(self._pool.limits, self._held)
        if room is None:
            command = Fetch(uids, self._items, sink_of=self._sink_of)
        else:
            command = Fetch(uids, self._items, sink_of=room.sink_of, keeps_small=True)
        begun = await self._pool.begin(command, self.place)
        self.place = begun.place or self.place
        return _Flight(window, command, begun, room)

    def _held(self) -> int:
        """How much of what has come waits to be taken; other threads may ask."""
        return sum(flight.begun.pending.held for flight in list(self._flights))

    async def _receive(self, flight: _Flight) -> list[MessageData]:
        try:
            return await self._read(flight)
        except ConnectionLost as lost:
            self._losses += 1
            if not await self._pool.pause(lost, flight.command, self._losses):
                raise
            await self._resume()
            return []

    async def _read(self, flight: _Flight) -> list[MessageData]:
        session, pending = flight.begun.session, flight.begun.pending
        if self._in_order:
            # The server answers in its own order; the caller wants another.
            found = {data.uid: data for data in await session.finish(pending)}
            self._arrived(flight)
            return _told(flight.room, [found[uid] for uid in flight.window if uid in found])
        rows = await session.lines(pending, PIECE)
        if rows:
            problems: list[ProtocolViolation] = []
            return _told(flight.room, self._whole(flight, flight.command.read(rows, problems)))
        await session.finish(pending)
        self._arrived(flight)
        return _told(flight.room, [*flight.partial.values()])

    def _arrived(self, flight: _Flight) -> None:
        self._windows.learn(len(flight.window), flight.begun.pending.octets_in)
        self._flights.popleft()
        self._losses = 0

    def _whole(self, flight: _Flight, rows: list[MessageData]) -> list[MessageData]:
        """Those of which all has come that was asked for, each once; what has come of the others is kept."""
        uids = {data.uid for data in rows}
        is_whole = flight.command.is_whole
        if not flight.partial and len(uids) == len(rows) and flight.given.isdisjoint(uids) and all(map(is_whole, rows)):
            flight.given |= uids  # as nearly always
            return rows
        whole: list[MessageData] = []
        for data in rows:
            if data.uid in flight.given:
                continue
            known = flight.partial.pop(data.uid, None)
            merged = data if known is None else known.merged(data)
            if is_whole(merged):
                flight.given.add(data.uid)
                whole.append(merged)
            else:
                flight.partial[data.uid] = merged
        return whole

    async def _resume(self) -> None:
        """Ask again, on a new connection, for what has not come of the windows on their way."""
        lost, self._flights = self._flights, deque()
        for flight in lost:
            left = [uid for uid in flight.window if uid not in flight.given]
            if left:
                self._flights.append(await self._begin(left))


def _told(room: _Room | None, found: list[MessageData]) -> list[MessageData]:
    """What is told of each message."""
    return found if room is None else room.without_what_was_left_out(found)
