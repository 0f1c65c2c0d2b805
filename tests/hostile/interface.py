"""The interfaces that scenarios are played to. Another one is a class with `play`."""

from __future__ import annotations

import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

from mailkit.credentials import Password
from mailkit.errors import (
    AuthenticationFailed,
    CannotConnect,
    CommandRefused,
    ConnectionLost,
    MailkitError,
    ProtocolViolation,
    TimedOut,
    UsageError,
)
from mailkit.protocol.authentication import log_in
from mailkit.protocol.commands.append import Append
from mailkit.protocol.commands.copy import Copy
from mailkit.protocol.commands.fetch import ENVELOPE, FLAGS, STRUCTURE, Content, Fetch
from mailkit.protocol.commands.idle import Idle
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Select
from mailkit.protocol.commands.store import Store, StoreAction
from mailkit.protocol.network import TLS
from mailkit.protocol.session import Session
from mailkit.protocol.values.append_message import AppendMessage
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import ALL
from mailkit.protocol.wire.limits import Limits
from tests.certificates import Certificates
from tests.hostile.scenario import Act, End, Scenario
from tests.scripted import ScriptedServer
from tests.worlds import World

PASSWORD = "open-sesame-4711"
UIDS = UidSet.parse("1:3")


class Interface(ABC):
    """One way to use mailkit. `said` is all that it showed: the text of the error, at least."""

    said: str = ""

    @abstractmethod
    def play(self, scenario: Scenario, server: ScriptedServer, context: ssl.SSLContext) -> End:
        """Connect, try it, and tell how it ended; the connection is closed afterwards."""


class SessionInterface(Interface):
    """The session itself, on threads or on asyncio."""

    def __init__(self, world: World, limits: Limits = Limits()) -> None:
        self._world = world
        self._limits = limits

    def play(self, scenario: Scenario, server: ScriptedServer, context: ssl.SSLContext) -> End:
        return self._world.tell(self._story(scenario, server, context))

    async def _story(self, scenario: Scenario, server: ScriptedServer, context: ssl.SSLContext) -> End:
        tls = TLS("localhost", context)
        session: Session | None = None
        try:
            session = await self._world.connect(
                server.address, tls=tls if scenario.tls else None, timeout=scenario.timeout, limits=self._limits
            )
            if scenario.act is Act.STARTTLS:
                await session.start_tls(tls)
                await session.run(Noop())
            else:
                await ACTS[scenario.act](session)
        except MailkitError as problem:
            self.said = str(problem)
            end = end_of(problem)
            if session is not None and end in (End.VIOLATION, End.LOST, End.LATE):
                assert not session.is_usable, "the connection is not closed"
            return end
        else:
            return End.FINE
        finally:
            if session is not None:
                await session.close()


def end_of(problem: MailkitError) -> End:
    """What an error of mailkit says."""
    kinds: tuple[tuple[type[MailkitError], End], ...] = (
        (AuthenticationFailed, End.DENIED),
        (CommandRefused, End.REFUSED),
        (UsageError, End.UNSENT),
        (ProtocolViolation, End.VIOLATION),
        (TimedOut, End.LATE),
        (CannotConnect, End.UNREACHED),
        (ConnectionLost, End.LOST),
    )
    return next(end for kind, end in kinds if isinstance(problem, kind))


async def _nothing(session: Session) -> None:
    pass


async def _login(session: Session) -> None:
    await log_in(session, Password("alice", PASSWORD), host="localhost", port=143, plaintext_allowed=True)


async def _compress(session: Session) -> None:
    await session.compress()
    await session.run(Noop())


async def _fetch(session: Session) -> None:
    await session.run(Select("INBOX"))
    await session.run(Fetch(UIDS, (FLAGS, ENVELOPE, STRUCTURE, Content())))


async def _search(session: Session) -> None:
    await session.run(Select("INBOX"))
    await session.run(Search(ALL))


async def _store(session: Session) -> None:
    await session.run(Select("INBOX"))
    await session.run(Store(UIDS, StoreAction.ADD, FlagSet([Flag.SEEN])))


async def _copy(session: Session) -> None:
    await session.run(Select("INBOX"))
    await session.run(Copy(UIDS, "Archive"))


async def _watch(session: Session) -> None:
    await session.run(Select("INBOX"))
    await session.run(Idle())


ACTS: dict[Act, Callable[[Session], Awaitable[object]]] = {
    Act.NOTHING: _nothing,
    Act.NOOP: lambda session: session.run(Noop()),
    Act.LOGIN: _login,
    Act.LIST: lambda session: session.run(List()),
    Act.SELECT: lambda session: session.run(Select("INBOX")),
    Act.SEARCH: _search,
    Act.FETCH: _fetch,
    Act.STORE: _store,
    Act.APPEND: lambda session: session.run(Append("INBOX", (AppendMessage(b"Subject: x\r\n\r\nhello\r\n"),))),
    Act.COPY: _copy,
    Act.COMPRESS: _compress,
    Act.WATCH: _watch,
}


def judge(interface: Interface, scenario: Scenario, certificates: Certificates, **server_options: object) -> End:
    """Play a scenario and check its end and its time; the end is given back."""
    began = time.monotonic()
    # Options are those of ScriptedServer; a test that misspells one fails.
    with ScriptedServer(
        scenario.script,
        tls=certificates.server.server_context(),
        implicit_tls=scenario.tls,
        **server_options,  # type: ignore[arg-type]
    ) as server:
        end = interface.play(scenario, server, certificates.client_context())
    took = time.monotonic() - began
    assert end in scenario.ends, f"{end}: {interface.said}"
    assert took < scenario.within, f"{took:.1f} s"
    return end
