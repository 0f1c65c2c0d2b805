"""The connections of an account: made when they are needed, at most so many, each taken by one at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator

import attrs

from mailkit.errors import AuthenticationFailed, CannotConnect, CommandRefused, MailkitError, UsageError
from mailkit.protocol.commands.login import Logout
from mailkit.protocol.commands.select import Selected
from mailkit.protocol.network import Bell, Network
from mailkit.protocol.pending import Pending
from mailkit.protocol.session import Session
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.numbers import UidSet
from mailkit.value import Value

_PATIENCE_AT_THE_END = 2.0
_MOST_RANGES = 10_000
"""Ranges of UIDs that are kept of a search: about a megabyte."""


@attrs.frozen(eq=False, repr=False)
class Place(Value):
    """A mailbox to be selected: by name, for writing or not, and known by this UIDVALIDITY (None: any)."""

    mailbox: str
    writable: bool = False
    uid_validity: int | None = None


class Connection:
    """A session of the pool, taken by who made it, and what is selected on it."""

    def __init__(self, session: Session) -> None:
        self.session: Session = session
        self.mailbox: str | None = None
        self.selected: Selected = Selected()
        self.is_writable: bool = False
        self.looked_at: float = 0.0
        """When the server was last asked what is new in the mailbox, by the monotonic clock."""
        self.is_taken: bool = True
        self.is_lent: bool = False
        self.watchers: int = 0
        """How many wait for news on it: others are asked first to leave their mailbox."""
        self.turn: int = 0
        self._found = (UidSet(), 0)  # one value, since threads read it while others set it

    @property
    def is_dead(self) -> bool:
        """Whether nobody has it and nobody can use it any more."""
        return not self.is_taken and not self.session.is_usable

    def serves(self, place: Place) -> bool:
        """Whether nothing has to be selected first."""
        return self.mailbox == place.mailbox and (self.is_writable or not place.writable)

    def note_found(self, uids: UidSet, departures: int) -> None:
        """A search has found these; it was sent when so many departures (`Engine.departures`) had been heard of."""
        if len(uids.ranges) <= _MOST_RANGES:
            self._found = (uids, departures)

    def has_found(self, uids: UidSet) -> bool:
        """Whether a search of what is selected has found all of these, and none has been heard to go since."""
        found, departures = self._found
        return departures == self.session.engine.departures and uids <= found


class Connections:
    """At most `most` connections; each is taken by one thread or task for a while, and others wait.

    A server that allows fewer than `most` is not asked again.
    """

    def __init__(self, network: Network, dial: Callable[[], Awaitable[Session]], most: int) -> None:
        if most < 1:
            raise UsageError("max_connections must be at least 1")
        self.offered: Capabilities = Capabilities()
        """What the server offered at the end of the last login."""
        self._network = network
        self._dial = dial
        self._most = most
        self._lock = network.lock()  # guards all below
        self._waiting: dict[Place | None, deque[Bell]] = {}  # who waits for a connection, by what for
        self._known: list[Connection] = []
        self._dialing = 0
        self._turn = 0
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether there will be no more."""
        return self._is_closed

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._known)

    async def take(self, place: Place | None) -> Connection:
        """The best connection for this place, for oneself until it is given back; a new one if that is better."""
        while True:
            await self._bury()
            bell: Bell | None = None
            with self._lock:
                self._raise_if_closed()
                found = self._free(place)
                if found is not None:
                    self._turn += 1
                    found.turn = self._turn
                    found.is_taken = True
                elif self._may_grow:
                    self._dialing += 1
                else:
                    bell = self._network.bell()
                    self._waiting.setdefault(place, deque()).append(bell)
                self._call()
            if bell is not None:
                await self._wait(place, bell)
            elif (taken := found or await self._connect()) is not None:
                return taken

    def give_back(self, connection: Connection) -> None:
        """Let others have it."""
        with self._lock:
            connection.is_taken = False
            self._call()

    def take_free(self, is_wanted: Callable[[str], bool]) -> list[Connection]:
        """Those that nobody has taken and on which a wanted mailbox is selected, by its name; without waiting."""
        with self._lock:
            found = [
                known
                for known in self._known
                if known.mailbox is not None and is_wanted(known.mailbox) and not known.is_taken
            ]
            for connection in found:
                connection.is_taken = True
        return found

    async def close(self) -> None:
        """Say goodbye on every connection and close it; what is under way ends with `ConnectionLost`."""
        with self._lock:
            self._is_closed = True
            connections, self._known = self._known, []
            for bells in self._waiting.values():
                for bell in bells:
                    bell.ring()
            self._waiting.clear()
        farewells = [(connection.session, await _say_goodbye(connection.session)) for connection in connections]
        for session, farewell in farewells:
            await _part(session, farewell)

    def _free(self, place: Place | None) -> Connection | None:
        """The best connection that nobody has taken; None where a new one, or waiting, is better."""
        usable = [known for known in self._known if known.session.is_usable and not known.is_lent]
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
        return sum(not known.is_dead for known in self._known) + self._dialing < self._most

    def _call(self) -> None:
        """Wake one who can have a connection now; when that one comes, it calls the next. The lock is held."""
        may_grow = self._may_grow
        if not may_grow and all(known.is_taken for known in self._known):
            return
        for place, bells in self._waiting.items():
            if may_grow or self._free(place) is not None:
                bells.popleft().ring()
                del self._waiting[place]
                if bells:
                    self._waiting[place] = bells  # behind those who wait for something else
                return

    async def _wait(self, place: Place | None, bell: Bell) -> None:
        """Wait to be called."""
        try:
            await bell.wait(None)
        except BaseException:
            with self._lock:
                bells = self._waiting.get(place, deque())
                if bell not in bells:
                    self._call()  # it has been called, and does not come
                elif len(bells) == 1:
                    del self._waiting[place]
                else:
                    bells.remove(bell)
            raise

    def _raise_if_closed(self) -> None:
        if self._is_closed:
            raise UsageError("the account is closed")

    async def _bury(self) -> None:
        """Give up the connections that are of no more use."""
        with self._lock:
            dead = [known for known in self._known if known.is_dead]
            self._known = [known for known in self._known if known not in dead]
        for connection in dead:
            await connection.session.close()

    async def _connect(self) -> Connection | None:
        """A new connection, taken; None if the server does not want another beside those that there are."""
        connection: Connection | None = None
        try:
            connection = Connection(await self._dial())
        except (CannotConnect, CommandRefused) as refused:
            if isinstance(refused, AuthenticationFailed) or not self._make_do():
                raise
            return None
        finally:
            with self._lock:
                self._dialing -= 1
                if connection is not None:
                    self.offered = connection.session.engine.capabilities or self.offered
                    self._turn += 1
                    connection.turn = self._turn
                    self._known.append(connection)
                self._call()
        if self._is_closed:
            await connection.session.close()
            self._raise_if_closed()
        return connection

    def _make_do(self) -> bool:
        """Be content with the connections that there are, if there are any."""
        with self._lock:
            usable = sum(known.session.is_usable for known in self._known)
            if usable:
                self._most = usable
            return usable > 0


async def _say_goodbye(session: Session) -> Pending[None] | None:
    """LOGOUT on its way; None where it cannot be said any more, which is no loss."""
    if not session.is_usable:
        return None
    try:
        return await session.begin(Logout())
    except MailkitError:
        return None


async def _part(session: Session, farewell: Pending[None] | None) -> None:
    # What came before it is answered, so there is nothing to learn from the answer: nobody waits for that one.
    if farewell is not None:
        await session.wait_for(lambda: farewell.is_sent, _PATIENCE_AT_THE_END)
    await session.close()
