"""Which connection serves whom: bounded, one selected mailbox each, shared by threads or tasks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Generic, TypeVar

import attrs

from mailkit.errors import (
    CommandRefused,
    ConnectionLost,
    MailboxChanged,
    MailboxNotFound,
    MailkitError,
    UsageError,
)
from mailkit.protocol.command import Command
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Logout
from mailkit.protocol.commands.select import Examine, Select, Selected
from mailkit.protocol.network import Network
from mailkit.protocol.pending import Pending
from mailkit.protocol.session import Session
from mailkit.protocol.values.capability import Capabilities

T = TypeVar("T")

_ATTEMPTS = 4
_FIRST_PAUSE = 0.2
_PATIENCE_AT_THE_END = 2.0


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
    is_taken: bool = False
    is_watching: bool = False
    turn: int = 0

    def serves(self, place: Place) -> bool:
        """Whether nothing has to be selected first."""
        return self.mailbox == place.mailbox and (self.is_writable or not place.writable)


@attrs.frozen(eq=False)
class Begun(Generic[T]):
    """A command that has been sent, and on which session."""

    session: Session
    pending: Pending[T]

    async def result(self) -> T:
        """Wait for its answer."""
        return await self.session.finish(self.pending)


class Pool:
    """At most `most` connections.

    A connection is taken only for as long as it takes to select a mailbox and send a command: the answer is waited for
    without it, so that no one holds two, and a connection can select another mailbox as soon as its commands are
    answered (the engine sees to that order). What is under way when a connection is lost is repeated on a new one where
    that does no harm (`Command.repeatable`), unless `reconnect` is off.
    """

    def __init__(
        self, network: Network, dial: Callable[[], Awaitable[Session]], *, most: int, reconnect: bool = True
    ) -> None:
        if most < 1:
            raise UsageError("max_connections must be at least 1")
        self.network = network
        self._dial = dial
        self._most = most
        self._reconnect = reconnect
        self._changed = network.monitor()
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
        attempt = 0
        while True:
            try:
                begun = await self.begin(command, place)
                return await begun.result()
            except CommandRefused as refused:
                if about is not None:
                    await self._raise_if_missing(about, refused)
                raise
            except ConnectionLost as lost:
                attempt += 1
                if not self._may_repeat(command, lost, attempt):
                    raise
            await self.network.sleep(_FIRST_PAUSE * 4 ** (attempt - 1))

    async def capabilities(self) -> Capabilities:
        """What the server offers to us, once we are logged in."""
        for known in self._connections:
            if known.session.is_usable and known.session.engine.capabilities is not None:
                return known.session.engine.capabilities
        async with self.lease() as connection:
            return await connection.session.capabilities()

    async def begin(self, command: Command[T], place: Place | None = None) -> Begun[T]:
        """Send a command and do not wait."""
        async with self.lease(place) as connection:
            return Begun(connection.session, await connection.session.begin(command))

    def _may_repeat(self, command: Command[T], lost: ConnectionLost, attempt: int) -> bool:
        if not self._reconnect or self._is_closed or attempt >= _ATTEMPTS:
            return False
        return command.repeatable or not lost.may_have_run

    # -- connections

    def lease(self, place: Place | None = None) -> AbstractAsyncContextManager[Connection]:
        """A connection for oneself for a moment, with the mailbox selected if a place is given.

        `MailboxChanged` if the mailbox is not the one of that UIDVALIDITY any more.
        """
        return self._lease(place)

    @asynccontextmanager
    async def _lease(self, place: Place | None) -> AsyncIterator[Connection]:
        connection = await self._take(place)
        try:
            if place is not None:
                await self._select(connection, place)
            yield connection
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
        for connection in connections:
            await _say_goodbye(connection.session)

    async def _take(self, place: Place | None) -> Connection:
        with self._changed:
            while True:
                if self._is_closed:
                    raise UsageError("the account is closed")
                self._connections = [known for known in self._connections if known.is_taken or known.session.is_usable]
                found = self._free(place)
                if found is not None:
                    self._turn += 1
                    found.turn = self._turn
                    found.is_taken = True
                    return found
                if len(self._connections) + self._dialing < self._most:
                    self._dialing += 1
                    break
                await self._changed.wait(None)
        return await self._connect()

    def _free(self, place: Place | None) -> Connection | None:
        """The best connection that nobody has taken; None where a new one, or waiting, is better."""
        if place is not None:
            serving = [known for known in self._connections if known.serves(place)]
            if serving:
                return next((known for known in serving if not known.is_taken), None)
        free = [known for known in self._connections if not known.is_taken]
        may_grow = len(self._connections) + self._dialing < self._most
        if place is not None:
            same = next((known for known in free if known.mailbox == place.mailbox), None)
            unused = same or next((known for known in free if known.mailbox is None), None)
            if unused is not None or may_grow:
                return unused
        quiet = [known for known in free if not known.is_watching]
        if not quiet and may_grow:
            return None
        return min(quiet or free, key=lambda known: known.turn, default=None)

    async def _connect(self) -> Connection:
        connection: Connection | None = None
        try:
            connection = Connection(await self._dial(), is_taken=True)
        finally:
            with self._changed:
                self._dialing -= 1
                self._turn += 1
                if connection is not None:
                    connection.turn = self._turn
                    self._connections.append(connection)
                self._changed.notify_all()
        if self._is_closed:
            await connection.session.close()
            raise UsageError("the account is closed")
        return connection

    async def _select(self, connection: Connection, place: Place) -> None:
        if not connection.serves(place):
            connection.mailbox = None
            opening = Select if place.writable else Examine
            try:
                connection.selected = await connection.session.run(opening(place.mailbox))
            except CommandRefused as refused:
                await self._raise_if_missing(place.mailbox, refused, connection.session)
                raise
            connection.mailbox = place.mailbox
            connection.is_writable = place.writable
        found = connection.selected.uid_validity
        known = self._validities.get(place.mailbox)
        if found is not None:
            self._validities[place.mailbox] = found
        wanted = known if place.uid_validity is None else place.uid_validity
        if wanted is not None and found is not None and wanted != found:
            raise MailboxChanged(
                f"{place.mailbox!r} is another mailbox than before: its UIDVALIDITY was {wanted} and is {found}, "
                "so UIDs known before mean nothing now; nothing was done"
            )

    async def _raise_if_missing(self, mailbox: str, refused: CommandRefused, session: Session | None = None) -> None:
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


async def _say_goodbye(session: Session) -> None:
    if session.is_usable:
        try:
            pending = await session.begin(Logout())
            await session.wait_for(lambda: pending.is_over, _PATIENCE_AT_THE_END)
        except MailkitError:
            pass  # a goodbye that cannot be said is no loss
    await session.close()
