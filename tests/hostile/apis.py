"""The interfaces that programs use: scenarios are played to them as they are to the session."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Coroutine
from typing import cast

from mailkit import Account, AsyncAccount, MailkitError, Security
from mailkit.account import Connecting
from mailkit.connecting.connections import Place
from mailkit.errors import AuthenticationFailed
from mailkit.pool import Pool
from mailkit.protocol import IMAP4, IMAP4_SSL
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.complete import complete
from tests.domain.as_async import AsAsync
from tests.hostile.interface import PASSWORD, Interface, SessionInterface, end_of
from tests.hostile.scenario import Act, End, Scenario
from tests.scripted import ScriptedServer
from tests.worlds import Asyncio, Threads

MESSAGE = b"Subject: x\r\n\r\nhello\r\n"


class ClassicInterface(Interface):
    """`IMAP4` and `IMAP4_SSL`: nothing but `IMAP4.error` and `OSError` comes out of them."""

    def play(self, scenario: Scenario, server: ScriptedServer, context: ssl.SSLContext) -> End:
        client: IMAP4 | None = None
        try:
            client = classic(server, scenario.timeout, context if scenario.tls else None)
            typ = CLASSIC_ACTS[scenario.act](client, context)
        except (IMAP4.error, OSError) as problem:
            self.said = str(problem)
            end = classic_end(problem)
            if client is not None and end in (End.VIOLATION, End.LOST, End.LATE):
                _assert_dead(client)
            return end
        else:
            return End.REFUSED if typ == "NO" else End.FINE
        finally:
            if client is not None:
                client.shutdown()


def classic(server: ScriptedServer, timeout: float, context: ssl.SSLContext | None = None) -> IMAP4:
    """A classic object, over TLS where there is a context."""
    if context is None:
        return IMAP4("localhost", server.port, timeout)
    return IMAP4_SSL("localhost", server.port, ssl_context=context, timeout=timeout)


def _assert_dead(client: IMAP4) -> None:
    try:
        client.noop()
    except (IMAP4.error, OSError):
        return
    raise AssertionError("the connection is not closed")


def classic_end(problem: MailkitError | OSError) -> End:
    """What an error of the classic interface says."""
    if isinstance(problem, IMAP4.error):
        cause = problem.__cause__
        if isinstance(cause, MailkitError):
            return end_of(cause)
        if "BAD" in str(problem):
            return End.REFUSED
        return End.UNSENT if "not support" in str(problem) or "illegal" in str(problem) else End.DENIED
    return End.LATE if isinstance(problem, TimeoutError) else End.LOST


def _starttls(client: IMAP4, context: ssl.SSLContext) -> str:
    client.starttls(context)
    return client.noop()[0]


def _in_inbox(act: Callable[[IMAP4], tuple[str, object]]) -> Callable[[IMAP4, ssl.SSLContext], str]:
    def run(client: IMAP4, _: ssl.SSLContext) -> str:
        client.select("INBOX")
        return act(client)[0]

    return run


def _idle(client: IMAP4, _: ssl.SSLContext) -> str:
    client.select("INBOX")
    client.capabilities += ("IDLE",)
    with client.idle() as idler:
        for name, _rows in idler:
            assert name.isascii()
    return "OK"


CLASSIC_ACTS: dict[Act, Callable[[IMAP4, ssl.SSLContext], str]] = {
    Act.NOTHING: lambda client, _: "OK",
    Act.NOOP: lambda client, _: client.noop()[0],
    Act.LOGIN: lambda client, _: client.login_plain("alice", PASSWORD)[0],
    Act.STARTTLS: _starttls,
    Act.LIST: lambda client, _: client.list()[0],
    Act.SELECT: lambda client, _: client.select("INBOX")[0],
    Act.SEARCH: _in_inbox(lambda client: client.search(None, "ALL", uid=True)),
    Act.FETCH: _in_inbox(lambda client: client.uid("FETCH", "1:3", "(FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])")),
    Act.STORE: _in_inbox(lambda client: client.store("1:3", "+FLAGS", r"(\Seen)", uid=True)),
    Act.APPEND: lambda client, _: client.append("INBOX", None, None, MESSAGE)[0],
    Act.WATCH: _idle,
    Act.COPY: _in_inbox(lambda client: client.copy("1:3", "Archive", uid=True)),
}


class AccountInterface(Interface):
    """`Account` or `AsyncAccount`: nothing but `MailkitError` comes out of them."""

    def __init__(self, *, blocking: bool) -> None:
        self._blocking = blocking

    def play(self, scenario: Scenario, server: ScriptedServer, context: ssl.SSLContext) -> End:
        return tell(self._story(scenario, server, context), blocking=self._blocking)

    async def _story(self, scenario: Scenario, server: ScriptedServer, context: ssl.SSLContext) -> End:
        security = Security.TLS if scenario.tls else Security.PLAINTEXT
        options: dict[str, object] = {
            "security": Security.STARTTLS if scenario.act is Act.STARTTLS else security,
            "compress": scenario.act is Act.COMPRESS,
            "timeout": scenario.timeout,
            "ssl_context": context,
            "reconnect": False,
        }
        account: AsyncAccount | None = None
        try:
            account = await connected(server, blocking=self._blocking, **options)
            await ACCOUNT_ACTS[scenario.act](account)
        except AuthenticationFailed as problem:
            self.said = str(problem)
            return End.DENIED
        except MailkitError as problem:
            self.said = str(problem)
            return end_of(problem)
        else:
            return End.FINE
        finally:
            if account is not None:
                with contextlib.suppress(MailkitError):
                    await account.__aexit__(None, None, None)


async def connected(server: ScriptedServer, *, blocking: bool, **options: object) -> AsyncAccount:
    """An account of either kind behind the same face."""
    given = {"host": "localhost", "port": server.port, "user": "alice", "credentials": PASSWORD, **options}
    if not blocking:
        opening: Connecting = AsyncAccount.connect(**given)  # type: ignore[arg-type]  # passed on
        return await opening
    account = Account.connect(**given)  # type: ignore[arg-type]  # passed on
    # The adapter has the names of the asyncio API and gives the results of the blocking one.
    return cast("AsyncAccount", AsAsync(account))


def tell(story: Coroutine[object, object, End], *, blocking: bool) -> End:
    """Run a story without an event loop, or on one."""
    return complete(story) if blocking else asyncio.run(story)


async def _nothing(account: AsyncAccount) -> None:
    pass


async def _noop(account: AsyncAccount) -> None:
    await pool_of(account).run(Noop())


async def _select(account: AsyncAccount) -> None:
    await pool_of(account).opened(Place("INBOX", writable=True))


async def _fetch(account: AsyncAccount) -> None:
    messages = account.inbox.messages.only("flags", "envelope", "structure").prefetch("raw")
    async for message in messages:
        assert message.uid in range(1, 1 << 32)


def pool_of(account: AsyncAccount) -> Pool:
    """The connections themselves, which both kinds share."""
    inner = account.inner if isinstance(account, AsAsync) else account
    return (inner.core if isinstance(inner, Account) else account).pool


async def _watch(account: AsyncAccount) -> None:
    async for event in account.inbox.watch():
        assert event.uid in range(1, 1 << 32)


ACCOUNT_ACTS: dict[Act, Callable[[AsyncAccount], Coroutine[object, object, object]]] = {
    Act.NOTHING: _nothing,
    Act.NOOP: _noop,
    Act.LOGIN: _nothing,
    Act.STARTTLS: _noop,
    Act.COMPRESS: _noop,
    Act.LIST: lambda account: account.mailboxes(),
    Act.SELECT: _select,
    Act.SEARCH: lambda account: account.inbox.messages.where(subject="x").uids(),
    Act.FETCH: _fetch,
    Act.STORE: lambda account: account.inbox.messages.where(uid=(1, 2, 3)).add_flags("\\Seen"),
    Act.APPEND: lambda account: account.inbox.append(MESSAGE),
    Act.WATCH: _watch,
    Act.COPY: lambda account: account.inbox.messages.where(uid=(1, 2, 3)).copy_to("Archive"),
}

INTERFACES: dict[str, Callable[[], Interface]] = {
    "threads": lambda: SessionInterface(Threads()),
    "asyncio": lambda: SessionInterface(Asyncio()),
    "IMAP4": ClassicInterface,
    "Account": lambda: AccountInterface(blocking=True),
    "AsyncAccount": lambda: AccountInterface(blocking=False),
}
"""All of them by name: the session on threads and on asyncio, and what programs use."""
