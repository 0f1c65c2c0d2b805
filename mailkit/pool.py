"""Which connection serves whom: bounded, one selected mailbox each, shared by threads or tasks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Generic, TypeVar

import attrs

from mailkit.connecting.healing import Healing
from mailkit.connecting.memory import Memory
from mailkit.errors import (
    AuthenticationFailed,
    CannotConnect,
    CommandRefused,
    ConnectionLost,
    MailboxChanged,
    MailboxNotFound,
    MailkitError,
    Throttled,
    UsageError,
)
from mailkit.protocol.command import Command
from mailkit.protocol.commands.append import Append
from mailkit.protocol.commands.capability import Capability
from mailkit.protocol.commands.copy import Copy, Move
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Logout, Noop
from mailkit.protocol.commands.replace import Replace
from mailkit.protocol.commands.select import Examine, Select, Selected, Unselect
from mailkit.protocol.network import Network
from mailkit.protocol.pending import Pending
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.values.capability import Capabilities

T = TypeVar("T")

_PATIENCE_AT_THE_END = 2.0
_NEWS_SECONDS = 1.0


@attrs.frozen
class Place:
    """A mailbox to be selected: by name, for writing or not, and known by this UIDVALIDITY (None: any)."""

    mailbox: str
    writable: bool = False
    uid_validity: int | None = None


@attrs.define(eq=False)
class Connection:
    """A session of the pool and what is selected on it."""

    session: Session
    mailbox: str | None = None
    selected: Selected = Selected()
    is_writable: bool = False
    looked_at: float = 0.0
    """When the server was last asked what is new in the mailbox, by the monotonic clock."""
    is_taken: bool = False
    is_lent: bool = False
    watchers: int = 0
    """How many wait for news on it: others are asked first to leave their mailbox."""
    turn: int = 0

    def serves(self, place: Place) -> bool:
        """Whether nothing has to be selected first."""
        return self.mailbox == place.mailbox and (self.is_writable or not place.writable)


class Begun(Generic[T]):
    """A command that has been sent; its answer can be waited for later."""

    def __init__(self, pool: Pool, session: Session, pending: Pending[T], place: Place | None) -> None:
        self.session = session
        self.pending = pending
        self._pool = pool
        self._place = place

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
    """At most `most` connections, shared by all who use the account.

    A connection is taken only for as long as it takes to select a mailbox and send a command: the answer is waited for
    without it, so that no one holds two, and a connection can select another mailbox as soon as its commands are
    answered (the engine sees to that order). A server that allows fewer connections than `most` is not asked again.
    """

    def __init__(
        self, network: Network, dial: Callable[[], Awaitable[Session]], *, most: int, healing: Healing = Healing()
    ) -> None:
        if most < 1:
            raise UsageError("max_connections must be at least 1")
        self.network = network
        self.memory: Memory = Memory()
        self.offered: Capabilities = Capabilities()
        """What the server offered at the end of the last login."""
        self._dial = dial
        self._most = most
        self._healing = healing
        self._changed = network.monitor()  # guards all below, and tells who waits for a connection
        self._connections: list[Connection] = []
        self._dialing = 0
        self._turn = 0
        self._is_closed = False
        self._validities: dict[str, int] = {}

    # -- commands

    async def run(self, command: Command[T], place: Place | None = None, *, about: str | None = None) -> T:
        """Send a command (with a mailbox selected, if a place is given) and wait for its result.

        `about` names the mailbox that the command is about, if that is not the place: it may not exist.
        """

        async def once() -> T:
            session, pending = await self._send(command, place)
            try:
                result = await session.finish(pending)
            except CommandRefused as refused:
                if about is not None:
                    await self.raise_if_missing(about, refused)
                raise
            self.note(command, place, result)
            return result

        return await self.healed(command, once)

    async def begin(self, command: Command[T], place: Place | None = None) -> Begun[T]:
        """Send a command and do not wait."""

        async def once() -> Begun[T]:
            return Begun(self, *await self._send(command, place), place)

        return await self.healed(command, once)

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
        if isinstance(command, Append | Copy | Move | Replace):
            self.expect_news(command.mailbox)

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

    async def pause(self, problem: MailkitError, command: Command[object], attempt: int) -> bool:
        """Wait as long as healing wants; False if the command must not be sent again."""
        seconds = None if self._is_closed else self._healing.pause(problem, command, attempt)
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

    async def _send(self, command: Command[T], place: Place | None) -> tuple[Session, Pending[T]]:
        async with self.lease(place) as connection:
            return connection.session, await connection.session.begin(command)

    # -- connections

    @asynccontextmanager
    async def lease(self, place: Place | None = None, *, for_long: bool = False) -> AsyncIterator[Connection]:
        """A connection for oneself, with the mailbox selected if a place is given.

        `MailboxChanged` if the mailbox is not the one of that UIDVALIDITY any more. With `for_long` others do not wait
        for this connection but take or make another, and what is selected on it is not trusted afterwards.
        """
        connection = await self._take(place)
        connection.is_lent = for_long
        try:
            if place is not None:
                await self._select(connection, place)
            yield connection
        finally:
            if for_long:
                connection.is_lent = False
                connection.mailbox = None
            self._give_back(connection)

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
        with self._changed:
            self._validities = {name: known for name, known in self._validities.items() if not is_within(name, mailbox)}
            holding = [
                known
                for known in self._connections
                if known.mailbox is not None and is_within(known.mailbox, mailbox) and not known.is_taken
            ]
            for connection in holding:
                connection.is_taken = True
        for connection in holding:
            try:
                connection.mailbox = None
                if "UNSELECT" in self.offered and connection.session.is_usable:
                    await connection.session.run(Unselect())
            finally:
                self._give_back(connection)

    async def open(self) -> None:
        """Make the first connection, so that whoever connects hears at once if that fails."""
        async with self.lease():
            pass

    async def close(self) -> None:
        """Say goodbye on every connection and close it; what is under way ends with `ConnectionLost`."""
        with self._changed:
            self._is_closed = True
            connections, self._connections = self._connections, []
            self._changed.notify_all()
        farewells = [(connection.session, await _say_goodbye(connection.session)) for connection in connections]
        for session, farewell in farewells:
            await _part(session, farewell)

    async def _take(self, place: Place | None) -> Connection:
        while True:
            await self._bury()
            with self._changed:
                while (found := self._free(place)) is None and not self._may_grow:
                    self._raise_if_closed()
                    await self._changed.wait(None)
                self._raise_if_closed()
                if found is not None:
                    self._turn += 1
                    found.turn = self._turn
                    found.is_taken = True
                    return found
                self._dialing += 1
            made = await self._connect()
            if made is not None:
                return made

    def _free(self, place: Place | None) -> Connection | None:
        """The best connection that nobody has taken; None where a new one, or waiting, is better."""
        usable = [known for known in self._connections if known.session.is_usable and not known.is_lent]
        free = [known for known in usable if not known.is_taken]
        if place is not None:
            serving = [known for known in usable if known.serves(place)]
            if serving:
                return next((known for known in serving if not known.is_taken), None)
            same = next((known for known in free if known.mailbox == place.mailbox), None)
            unused = same or next((known for known in free if known.mailbox is None), None)
            if unused is not None or self._may_grow:
                return unused
        quiet = [known for known in free if not known.watchers]
        if not quiet and self._may_grow:
            return None
        return min(quiet or free, key=lambda known: known.turn, default=None)

    @property
    def _may_grow(self) -> bool:
        return len(self._connections) + self._dialing < self._most

    def _raise_if_closed(self) -> None:
        if self._is_closed:
            raise UsageError("the account is closed")

    async def _bury(self) -> None:
        """Give up the connections that are of no more use."""
        with self._changed:
            dead = [known for known in self._connections if not known.is_taken and not known.session.is_usable]
            self._connections = [known for known in self._connections if known not in dead]
        for connection in dead:
            await connection.session.close()

    async def _connect(self) -> Connection | None:
        """A new connection, taken; None if the server does not want another beside those that there are."""
        connection: Connection | None = None
        try:
            connection = Connection(await self._dial(), is_taken=True)
        except (CannotConnect, CommandRefused) as refused:
            if isinstance(refused, AuthenticationFailed) or not self._make_do():
                raise
            return None
        finally:
            with self._changed:
                self._dialing -= 1
                if connection is not None:
                    self.offered = connection.session.engine.capabilities or self.offered
                    self._turn += 1
                    connection.turn = self._turn
                    self._connections.append(connection)
                self._changed.notify_all()
        if self._is_closed:
            await connection.session.close()
            self._raise_if_closed()
        return connection

    def _make_do(self) -> bool:
        """Be content with the connections that there are, if there are any."""
        with self._changed:
            usable = sum(known.session.is_usable for known in self._connections)
            if usable:
                self._most = usable
            return usable > 0

    async def _select(self, connection: Connection, place: Place) -> None:
        if not connection.serves(place):
            connection.mailbox = None
            opening = Select if place.writable else Examine
            try:
                connection.selected = await connection.session.run(opening(place.mailbox))
            except CommandRefused as refused:
                await self.raise_if_missing(place.mailbox, refused, connection.session)
                raise
            connection.mailbox = place.mailbox
            connection.is_writable = place.writable
            connection.looked_at = monotonic()
        self.recognise(place.mailbox, connection.selected.uid_validity, place.uid_validity)

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
        look = List((mailbox,))
        listed = await (session.run(look) if session is not None else self.run(look))
        if not any(listing.name == mailbox for listing in listed):
            raise MailboxNotFound(refused.command, refused.status, None, refused.text) from None

    def _give_back(self, connection: Connection) -> None:
        with self._changed:
            connection.is_taken = False
            self._changed.notify_all()


async def _say_goodbye(session: Session) -> Pending[None] | None:
    """LOGOUT on its way; None where it cannot be said any more, which is no loss."""
    if not session.is_usable:
        return None
    try:
        return await session.begin(Logout())
    except MailkitError:
        return None


async def _part(session: Session, farewell: Pending[None] | None) -> None:
    if farewell is not None:
        await session.wait_for(lambda: farewell.is_over, _PATIENCE_AT_THE_END)
    await session.close()
