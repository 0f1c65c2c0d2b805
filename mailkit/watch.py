"""Watching a mailbox: by IDLE or by asking now and then, and going on when a connection is lost."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from time import monotonic

from mailkit.connecting.connections import Connection, Place
from mailkit.errors import CommandRefused, ConnectionLost, MailkitError, ProtocolViolation
from mailkit.events import Event, Mirror
from mailkit.pool import Pool
from mailkit.protocol.commands.changes import FetchChanges
from mailkit.protocol.commands.idle import Idle
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.search import Search
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Untagged
from mailkit.protocol.session import Session
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import ALL, Key, SearchKey
from mailkit.protocol.values.updates import Expunged, Update, Vanished, read_update

log: logging.Logger = logging.getLogger("mailkit.watch")

_RENEWAL = 10 * 60.0
"""RFC 2177 wants IDLE begun again every 29 minutes; the sooner it is, the sooner a silent death is noticed."""

_PATIENCE_AT_THE_END = 2.0
_TRIES = 5  # to see a mailbox while nobody expunges from it

_MOST_NEWS = 10_000
"""What is beyond this is not kept, and found out by comparing the mailbox as a whole."""

_ATTEMPTS = 8  # with the pauses between them, a minute and a half
_LONGEST_PAUSE = 30.0


class Watching:
    """One watch over one mailbox: `next_events` again and again, `close` at the end.

    It waits on a connection of the pool without keeping it from others. Who sends a command on it ends the IDLE, which
    begins again once the connection is quiet; who needs it for another mailbox takes it, and it is taken back, or
    another one, after `poll_every` seconds.
    """

    def __init__(self, pool: Pool, mailbox: str, timeout: float | None, poll_every: float) -> None:
        self._pool = pool
        self._place = Place(mailbox)
        self._timeout = timeout
        self._poll_every = poll_every
        self._connection: Connection | None = None
        self._selected: object = None
        self._modseq: int | None = None
        self._mirror = Mirror()
        self._has_begun = False
        self._rows: deque[Untagged] = deque()
        self._has_missed = False  # more has come than is kept
        self._idle: Pending[None] | None = None
        self._idle_until = 0.0
        self._can_idle = True

    async def next_events(self) -> list[Event]:
        """What has happened, at least one thing; nothing when `timeout` is over."""
        deadline = None if self._timeout is None else monotonic() + self._timeout
        attempt = 0
        while True:
            try:
                events = await self._look()
                attempt = 0
                if events or (deadline is not None and monotonic() >= deadline):
                    return events
                await self._wait(deadline)
            except ConnectionLost as lost:
                attempt += 1
                self._detach()
                if not await may_go_on(self._pool, repr(self._place.mailbox), lost, attempt):
                    raise

    async def close(self) -> None:
        """Let go of the connection."""
        idle, connection = self._idle, self._connection
        self._detach()
        if idle is not None and connection is not None and not idle.is_over:
            with contextlib.suppress(MailkitError):  # nobody wants to know any more
                await connection.session.interrupt(idle)
                await connection.session.wait_for(lambda: idle.is_over, _PATIENCE_AT_THE_END)

    # -- looking

    async def _look(self) -> list[Event]:
        """Take in what has been told, and begin to listen again."""
        events = self._take()
        if events and self._is_true:
            return events  # IDLE goes on
        await self._end_idle()
        async with self._pool.lease(self._place) as connection:
            session = connection.session
            if connection.selected is not self._selected:
                events += await self._attach(connection)
            elif not self._listens:
                await session.run(Noop())
            events += await self._news(session)
            if not events and self._listens and not session.engine.is_busy:
                self._idle = await session.begin(Idle())
                self._idle_until = monotonic() + _RENEWAL
            return events

    async def _attach(self, connection: Connection) -> list[Event]:
        """Another connection, or the mailbox has been selected anew: find out what was missed."""
        self._detach()
        self._connection = connection
        self._selected = selected = connection.selected
        self._place = Place(self._place.mailbox, uid_validity=selected.uid_validity)
        connection.watchers += 1
        connection.session.listeners.append(self._hear)
        if not self._has_begun:
            await connection.session.run(Noop())  # what has come before now is not news
        events = await self._compare(connection.session)
        if self._has_begun:
            events += await self._changed_meanwhile(connection.session)
        else:
            events = []  # what was there before has not happened
        self._has_begun = True
        self._modseq = selected.highest_modseq
        return events

    async def _news(self, session: Session) -> list[Event]:
        """What the news mean that have been heard."""
        events = self._take()
        if self._mirror.is_behind:
            last = self._mirror.last
            found = await self._search(session, Key("UID", (UidSet.parse(f"{last + 1}:*"),)))
            if self._is_disturbed():
                return events + await self._compare(session)
            # `*` is the last message, be its UID ever so small.
            events += self._mirror.learn(found - UidSet(range(1, last + 1)))
            events += self._take()
        return events if self._is_true else events + await self._compare(session)

    @property
    def _is_true(self) -> bool:
        return not (self._mirror.is_behind or self._mirror.is_astray or self._has_missed)

    async def _compare(self, session: Session) -> list[Event]:
        """Ask for all messages: what differs from what was known has happened meanwhile."""
        found = UidSet()
        for _ in range(_TRIES):
            self._rows.clear()
            self._has_missed = False
            found = await self._search(session, ALL)
            if not self._is_disturbed():
                break
        return self._mirror.compare(found)

    async def _changed_meanwhile(self, session: Session) -> list[Event]:
        """Flags that changed while nobody listened: only CONDSTORE can tell."""
        if self._modseq is None or "CONDSTORE" not in self._pool.offered or not self._mirror.last:
            return []
        since = FetchChanges(UidSet(range(1, self._mirror.last + 1)), self._modseq, vanished=False)
        changes = await session.run(since)
        return [event for changed in changes.changed for event in self._mirror.take(changed)]

    async def _search(self, session: Session, key: SearchKey) -> UidSet:
        return (await session.run(Search(key, ("ALL",) if "ESEARCH" in self._pool.offered else ()))).uids

    # -- listening

    def _hear(self, row: Untagged) -> None:
        connection = self._connection
        # Between the command that selects another mailbox and its end, nobody knows whose the news are.
        if connection is not None and connection.mailbox and connection.selected is self._selected:
            if len(self._rows) < _MOST_NEWS:
                self._rows.append(row)
            else:
                self._has_missed = True

    def _take(self) -> list[Event]:
        events: list[Event] = []
        while self._rows:
            update = _read(self._rows.popleft())
            if update is not None:
                events.extend(self._mirror.take(update))
        return events

    def _is_disturbed(self) -> bool:
        """Whether numbers have shifted during a search, so that nobody can tell which of both came first."""
        return self._has_missed or any(isinstance(_read(row), Expunged | Vanished) for row in list(self._rows))

    # -- waiting

    @property
    def _listens(self) -> bool:
        return self._can_idle and "IDLE" in self._pool.offered

    async def _wait(self, deadline: float | None) -> None:
        """Sleep until there is news, or the connection is quiet again, or time is up."""
        assert self._connection is not None
        session = self._connection.session
        if self._listens:
            until = self._idle_until
            await session.wait_for(lambda: bool(self._rows) or not session.engine.is_busy, _left(until, deadline))
        else:
            until = monotonic() + self._poll_every
            await session.wait_for(lambda: bool(self._rows), _left(until, deadline))
        if not session.is_usable:
            raise session.engine.failure()
        if self._connection.mailbox != self._place.mailbox:
            await self._pool.network.sleep(_left(monotonic() + self._poll_every, deadline))

    async def _end_idle(self) -> None:
        idle, self._idle = self._idle, None
        if idle is None or self._connection is None:
            return
        session = self._connection.session
        if not idle.is_over:
            if not self._rows and monotonic() < self._idle_until:
                self._idle = idle  # nothing has happened
                return
            await session.interrupt(idle)
        try:
            await session.finish(idle)
        except CommandRefused as refused:
            log.warning("IDLE was refused, so the server is asked every %g s: %s", self._poll_every, refused)
            self._can_idle = False
        else:
            # A server that ends IDLE by itself would be asked again at once, and again.
            self._can_idle = idle.is_interrupted

    def _detach(self) -> None:
        connection, self._connection = self._connection, None
        self._selected = self._idle = None
        self._rows.clear()
        if connection is not None:
            connection.watchers -= 1
            connection.session.listeners.remove(self._hear)


async def may_go_on(pool: Pool, what: str, lost: ConnectionLost, attempt: int) -> bool:
    """Wait before the next attempt to watch; False where it is the last one, or nothing is to be tried again."""
    if attempt >= _ATTEMPTS or not await pool.pause(lost, Noop(), 1):
        return False
    log.warning("watching %s goes on after: %s", what, lost)
    await pool.network.sleep(min(3.0 ** (attempt - 1) / 4, _LONGEST_PAUSE) if attempt > 1 else 0.0)
    return True


def _read(row: Untagged) -> Update | None:
    try:
        return read_update(row.name, row.number, row.reader())
    except ProtocolViolation:
        return None  # it costs only itself; what it said comes out when the mailbox is compared


def _left(until: float, deadline: float | None) -> float:
    return max(0.0, (until if deadline is None else min(until, deadline)) - monotonic())
