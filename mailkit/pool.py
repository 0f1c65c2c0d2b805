"""Commands run for an account: with their mailbox selected, on few connections, again where that does no harm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Generic, TypeVar

import attrs

from mailkit.connecting.connections import Connection, Connections, Place
from mailkit.connecting.healing import Healing
from mailkit.connecting.memory import Memory
from mailkit.errors import (
    CommandRefused,
    ConnectionLost,
    MailboxChanged,
    MailboxNotFound,
    MailkitError,
    Throttled,
)
from mailkit.protocol import commands
from mailkit.protocol.command import Command
from mailkit.protocol.commands.capability import Capability
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.select import Examine, Select, Selected, Unselect
from mailkit.protocol.network import Network
from mailkit.protocol.pending import Pending
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_result import SearchResult
from mailkit.protocol.wire.limits import Limits

T = TypeVar("T")

_NEWS_SECONDS = 1.0


class Begun(Generic[T]):
    """A command that has been sent; its answer can be waited for later."""

    def __init__(
        self, pool: Pool, session: Session, pending: Pending[T], place: Place | None, departures: int = 0
    ) -> None:
        self.session = session
        self.pending = pending
        self.departures = departures
        """Those that had been heard of before it was sent (`Engine.departures`)."""
        self._pool = pool
        self._place = place

    @property
    def place(self) -> Place | None:
        """Where it is carried out, with the UIDVALIDITY that the mailbox has."""
        return self._place

    async def result(self) -> T:
        """Wait for the answer; if the connection is lost first, the command is repeated where that does no harm."""
        try:
            result = await self.session.finish(self.pending)
        except ConnectionLost as lost:
            if await self._pool.pause(lost, self.pending.command, 1):
                return await self._pool.run(self.pending.command, self._place)
            raise
        self._pool.note(self.pending.command, self._place, result)
        return result


class Pool:
    """At most `most` connections with one selected mailbox each, shared by all who use the account.

    A connection is taken only for as long as it takes to select a mailbox and send a command: the answer is waited for
    without it, so that no one holds two, and a connection can select another mailbox as soon as its commands are
    answered (the engine sees to that order).
    """

    def __init__(
        self,
        network: Network,
        dial: Callable[[], Awaitable[Session]],
        *,
        most: int,
        healing: Healing = Healing(),
        limits: Limits = Limits(),
        name: str = "",
    ) -> None:
        self.network = network
        self.name = name
        """Whose mail it is and where, for people to read."""
        self.memory: Memory = Memory()
        self._connections = Connections(network, dial, most)
        self.limits: Limits = limits
        """What each connection may be made to hold."""
        self._healing = healing
        self._validities: dict[str, int] = {}

    @property
    def offered(self) -> Capabilities:
        """What the server offered at the end of the last login."""
        return self._connections.offered

    # -- commands

    async def run(self, command: Command[T], place: Place | None = None, *, about: str | None = None) -> T:
        """Send a command (with a mailbox selected, if a place is given) and wait for its result.

        `about` names the mailbox that the command is about, if that is not the place: it may not exist.
        """
        result, _ = await self._ran(command, place, about)
        return result

    async def run_at(self, place: Place, command: Command[T]) -> tuple[T, Place]:
        """The result, and the place with the UIDVALIDITY that the mailbox had for it."""
        result, found = await self._ran(command, place)
        return result, found or place

    async def _ran(self, command: Command[T], place: Place | None, about: str | None = None) -> tuple[T, Place | None]:
        async def once() -> tuple[T, Place | None]:
            begun = await self._send(command, place)
            try:
                result = await begun.session.finish(begun.pending)
            except CommandRefused as refused:
                if about is not None:
                    await self.raise_if_missing(about, refused)
                raise
            self.note(command, place, result)
            if isinstance(result, SearchResult) and result.uids:
                self._note_found(begun, result.uids)
            return result, begun.place

        return await self.healed(command, once)

    async def begin(self, command: Command[T], place: Place | None = None) -> Begun[T]:
        """Send a command and do not wait."""
        return await self.healed(command, lambda: self._send(command, place))

    async def caught_up(self, place: Place) -> Place:
        """The place with its UIDVALIDITY where its mailbox is open, and then as `opened` with `anew`.

        Where it is not, the first command there opens it, in the same round trip if it can (`run_at`, `begin`).
        """
        if not any(known.serves(place) for known in self._connections):
            return place
        selected = await self.opened(place, anew=True)
        return attrs.evolve(place, uid_validity=selected.uid_validity)

    async def opened(self, place: Place, *, anew: bool = False) -> Selected:
        """What the server told of the mailbox when it was opened, which it is now.

        With `anew` a command that follows knows of what has come since, by ourselves or, but for the last second, by
        others: a server need not look before it searches (RFC 9051 §5.2), and Dovecot does not.
        """

        async def once() -> Selected:
            async with self.lease(place) as connection:
                if anew and monotonic() - connection.looked_at > _NEWS_SECONDS:
                    await connection.session.run(Noop())
                    connection.looked_at = monotonic()
                return connection.selected

        return await self.healed(Examine(place.mailbox), once)

    def note(self, command: Command[object], place: Place | None, result: object) -> None:
        """A command has been carried out: remember what later verbs need to know of it."""
        if place is not None:
            self.memory.note(command, place.mailbox, self._validities.get(place.mailbox), result)
        if command.fills is not None:
            self.expect_news(command.fills)

    def has_found(self, place: Place, uids: UidSet) -> bool:
        """Whether all of these are known to be there: to search for them would tell the same (see `caught_up`)."""
        return any(
            known.selected.uid_validity == place.uid_validity and known.has_found(uids)
            for known in self._serving(place)
        )

    def exists(self, place: Place) -> int | None:
        """How many messages there are, as the server has told last; None where the mailbox is not open."""
        serving = self._serving(place)
        return max(serving, key=lambda known: known.looked_at).session.engine.exists if serving else None

    def expect_news(self, mailbox: str) -> None:
        """There are messages in it of which not all connections know: the next to look at it asks the server first."""
        for known in self._connections:
            known.looked_at = 0.0 if known.mailbox == mailbox else known.looked_at

    async def capabilities(self) -> Capabilities:
        """What the server offers to us, once we are logged in."""
        for known in self._connections:
            if known.session.is_usable and known.session.engine.capabilities is not None:
                return known.session.engine.capabilities
        return await self.run(Capability())

    def _serving(self, place: Place) -> list[Connection]:
        """The connections that have this mailbox open."""
        return [known for known in self._connections if known.serves(place) and known.session.is_usable]

    def _note_found(self, begun: Begun[T], uids: UidSet) -> None:
        for known in self._connections:
            if known.session is begun.session:
                known.note_found(uids, begun.departures)

    async def pause(self, problem: MailkitError, command: Command[object], attempt: int) -> bool:
        """Wait as long as healing wants; False if the command must not be sent again."""
        seconds = None if self._connections.is_closed else self._healing.pause(problem, command, attempt)
        if seconds is None:
            return False
        await self.network.sleep(seconds)
        return True

    async def healed(self, command: Command[object], once: Callable[[], Awaitable[T]]) -> T:
        """What `once` gives, which is done again where it fails and sending this command again does no harm."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await once()
            except (ConnectionLost, Throttled) as problem:
                if not await self.pause(problem, command, attempt):
                    raise

    async def _send(self, command: Command[T], place: Place | None) -> Begun[T]:
        async with self._taken(place) as connection:
            session = connection.session
            departures = session.engine.departures
            if place is None:
                return Begun(self, session, await session.begin(command), None)
            if connection.serves(place) or not command.is_eager:
                await self._select(connection, place)
                pending = await session.begin(command)
            else:
                pending = await self._select_with(connection, place, command)
            validity = connection.selected.uid_validity
            return Begun(self, session, pending, attrs.evolve(place, uid_validity=validity), departures)

    # -- connections

    @asynccontextmanager
    async def lease(self, place: Place | None = None, *, for_long: bool = False) -> AsyncIterator[Connection]:
        """A connection for oneself, with the mailbox selected if a place is given.

        `MailboxChanged` if the mailbox is not the one of that UIDVALIDITY any more. With `for_long` others do not wait
        for this connection but take or make another, and what is selected on it is not trusted afterwards.
        """
        async with self._taken(place, for_long=for_long) as connection:
            if place is not None:
                await self._select(connection, place)
            yield connection

    @asynccontextmanager
    async def _taken(self, place: Place | None, *, for_long: bool = False) -> AsyncIterator[Connection]:
        connection = await self._connections.take(place)
        connection.is_lent = for_long
        try:
            yield connection
        finally:
            if for_long:
                connection.is_lent = False
                connection.mailbox = None
            self._connections.give_back(connection)

    @asynccontextmanager
    async def borrow(self, mailbox: str | None = None) -> AsyncIterator[Session]:
        """A session for oneself, with the mailbox open for writing if one is named, to do with as one likes.

        It serves others again afterwards, unless it has been left in a state in which it cannot.
        """
        place = None if mailbox is None else Place(mailbox, writable=True)
        while True:
            async with self.lease(place, for_long=True) as connection:
                session = connection.session
                if "QRESYNC" in session.engine.enabled:
                    # It says VANISHED where everybody expects EXPUNGE (RFC 7162 §3.2.10), and never stops.
                    await session.close()
                    continue
                try:
                    yield session
                finally:
                    if session.engine.is_busy or session.state not in (State.AUTHENTICATED, State.SELECTED):
                        await session.close()
                return

    async def forget(self, mailbox: str) -> None:
        """The mailbox is to be deleted or renamed: leave it and what is below; later ones of these names are others."""
        is_within = self.memory.is_within
        self.memory.forget(mailbox)
        self._validities = {
            name: known for name, known in self._validities.copy().items() if not is_within(name, mailbox)
        }
        holding = self._connections.take_free(lambda name: is_within(name, mailbox))
        for connection in holding:
            try:
                connection.mailbox = None
                if "UNSELECT" in self.offered and connection.session.is_usable:
                    await connection.session.run(Unselect())
            finally:
                self._connections.give_back(connection)

    async def open(self) -> None:
        """Make the first connection, so that whoever connects hears at once if that fails."""
        async with self.lease():
            pass

    async def close(self) -> None:
        """Say goodbye on every connection and close it; what is under way ends with `ConnectionLost`."""
        await self._connections.close()

    async def _select(self, connection: Connection, place: Place) -> None:
        if not connection.serves(place):
            connection.mailbox = None
            await self._selected(connection, place, await connection.session.begin(_opening(place)))
        self.recognise(place.mailbox, connection.selected.uid_validity, place.uid_validity)

    async def _select_with(self, connection: Connection, place: Place, command: Command[T]) -> Pending[T]:
        """Select the mailbox and send the command, in one round trip.

        Nobody sees what the command finds where there is no such mailbox, or another one of that name.
        """
        session = connection.session
        connection.mailbox = None
        opening, pending = await session.begin_both(_opening(place), command)
        try:
            await self._selected(connection, place, opening)
            self.recognise(place.mailbox, connection.selected.uid_validity, place.uid_validity)
        except BaseException:
            session.abandon(pending)
            raise
        return pending

    async def _selected(self, connection: Connection, place: Place, opening: Pending[Selected]) -> None:
        try:
            connection.selected = await connection.session.finish(opening)
        except CommandRefused as refused:
            await self.raise_if_missing(place.mailbox, refused, connection.session)
            raise
        connection.mailbox = place.mailbox
        connection.is_writable = place.writable
        connection.looked_at = monotonic()

    def recognise(self, mailbox: str, found: int | None, wanted: int | None) -> None:
        """A mailbox has been opened: `MailboxChanged` where it has not the UIDVALIDITY wanted, or else known before."""
        known = self._validities.get(mailbox) if wanted is None else wanted
        if found is None:
            return
        self._validities[mailbox] = found
        if known is not None and known != found:
            raise MailboxChanged(
                f"{mailbox!r} is another mailbox than before: its UIDVALIDITY was {known} and is {found}, "
                "so UIDs known before mean nothing now; nothing was done"
            )

    async def raise_if_missing(self, mailbox: str, refused: CommandRefused, session: Session | None = None) -> None:
        """`MailboxNotFound`, if that is what a server without response codes means (Dovecot 2.3 sends none here)."""
        if refused.code is not None or refused.status != "NO":
            return
        look = commands.list.List((mailbox,))
        listed = await (session.run(look) if session is not None else self.run(look))
        if not any(listing.name == mailbox for listing in listed):
            raise MailboxNotFound(refused.command, refused.status, None, refused.text) from None


def _opening(place: Place) -> Command[Selected]:
    return Select(place.mailbox) if place.writable else Examine(place.mailbox)
