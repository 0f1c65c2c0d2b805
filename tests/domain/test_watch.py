"""Watching: what happens in a mailbox is told once, by IDLE or without it, whatever else the account does meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import pytest

import mailkit.watch
from mailkit import (
    Account,
    AsyncAccount,
    ConnectionLost,
    Event,
    Expunged,
    Flag,
    FlagsChanged,
    MailboxChanged,
    MailboxNotFound,
    NewMessage,
    Security,
)
from mailkit.account import Connecting
from tests.domain.conftest import Connect, Open
from tests.scripted import ClientGone, Message, MiniServer
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

LETTER = b"Subject: hello\r\n\r\nbody\r\n"


@pytest.fixture
def server() -> Iterator[MiniServer]:
    """Three messages in the INBOX, none in Work."""
    with MiniServer({"INBOX": [LETTER] * 3, "Work": []}, users={"ldj": "pw"}) as server:
        yield server


@pytest.fixture
def open_mini(connect: Connect, server: MiniServer) -> Open:
    """Connects to `server`."""

    def open_(**options: object) -> Connecting:
        url = f"imap://ldj@localhost:{server.port}"
        return connect(url, **{"credentials": "pw", "security": Security.PLAINTEXT, **options})

    return open_


def meanwhile(server: MiniServer, *deeds: Callable[[], object], verb: str = "IDLE", pause: float = 0.05) -> None:
    """Do these things, one after the other, once the client idles for the first time."""

    def act() -> None:
        for deed in deeds:
            time.sleep(pause)
            with contextlib.suppress(ClientGone):  # it may be quicker than the server's last words
                deed()

    server.before(verb, lambda *_: threading.Thread(target=act).start(), times=1)


async def take(events: AsyncIterator[Event], number: int) -> list[Event]:
    """The next so many events."""
    found: list[Event] = []
    async for event in events:
        found.append(event)
        if len(found) == number:
            break
    return found


async def test_what_others_do_is_told(open_mini: Open, server: MiniServer) -> None:
    meanwhile(
        server,
        lambda: server.deliver("INBOX", LETTER),
        lambda: server.set_flags("INBOX", 2, "\\Seen"),
        lambda: server.expunge("INBOX", 1, 3),
    )
    async with open_mini() as account:
        events = await take(account.inbox.watch(timeout=10), 4)
        assert events[:2] == [NewMessage(4), FlagsChanged(2, frozenset({"\\Seen"}))]  # type: ignore[arg-type]  # equal
        assert set(events[2:]) == {Expunged(1), Expunged(3)}


async def test_a_watch_ends_when_nothing_happens(open_mini: Open, server: MiniServer) -> None:
    async with open_mini() as account:
        began = time.monotonic()
        assert [event async for event in account.inbox.watch(timeout=0.2)] == []
        assert 0.1 < time.monotonic() - began < 2
        assert await account.inbox.messages.count() == 3
        with pytest.raises(MailboxNotFound):
            await take(account.mailbox("nowhere").watch(timeout=0.2), 1)


async def test_the_account_does_other_things_meanwhile(open_mini: Open, server: MiniServer) -> None:
    deeds = [lambda: server.deliver("INBOX", LETTER)] * 3
    meanwhile(server, *deeds, pause=0.1)
    async with open_mini(max_connections=1) as account:
        told = []
        async for event in account.inbox.watch(timeout=10):
            told.append(event)
            assert await account.inbox.messages.get(event.uid) is not None
            assert await account.mailbox("Work").messages.count() == 0
            if len(told) == 3:
                break
        assert told == [NewMessage(4), NewMessage(5), NewMessage(6)]
        assert await account.inbox.messages.count() == 6


async def test_an_expunge_before_the_news_are_looked_at_hits_no_wrong_message(
    open_mini: Open, server: MiniServer
) -> None:
    meanwhile(server, lambda: server.deliver("INBOX", LETTER), lambda: server.expunge("INBOX", 2), pause=0.0)
    # While the client asks which message is new, another one goes.
    server.before("UID SEARCH", lambda *_: server.expunge("INBOX", 1) if server.count("IDLE") else None)
    async with open_mini() as account:
        events = await take(account.inbox.watch(timeout=2), 3)
        assert sorted(map(repr, events)) == sorted(map(repr, [NewMessage(4), Expunged(1), Expunged(2)]))


async def test_a_server_without_idle_is_asked_now_and_then(open_mini: Open, server: MiniServer) -> None:
    server.capabilities.remove(b"IDLE")
    meanwhile(server, lambda: server.deliver("INBOX", LETTER), verb="NOOP")
    async with open_mini() as account:
        assert await take(account.inbox.watch(timeout=5, poll_every=0.05), 1) == [NewMessage(4)]
    assert server.count("IDLE") == 0
    assert server.count("NOOP") >= 1


async def test_a_server_that_refuses_idle_is_asked_now_and_then(open_mini: Open, server: MiniServer) -> None:
    server.refuse("IDLE")
    meanwhile(server, lambda: server.deliver("INBOX", LETTER), verb="NOOP")
    async with open_mini() as account:
        assert await take(account.inbox.watch(timeout=5, poll_every=0.05), 1) == [NewMessage(4)]
    assert server.count("IDLE") == 1


async def test_idle_is_renewed(open_mini: Open, server: MiniServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailkit.watch, "_RENEWAL", 0.1)
    async with open_mini() as account:
        assert await take(account.inbox.watch(timeout=0.5), 1) == []
    assert 3 <= server.count("IDLE") <= 7


def hang_up(server: MiniServer) -> None:
    """Say BYE to every client."""
    for session in list(server.sessions):
        session.bye()


async def test_a_lost_connection_is_made_again_and_what_was_missed_is_told(open_mini: Open, server: MiniServer) -> None:
    def deeds() -> None:
        with server.lock:
            inbox = server.mailboxes[b"INBOX"]
            inbox.remove([message for message in inbox.messages if message.uid == 2])
            inbox.add(Message(LETTER))
            hang_up(server)

    meanwhile(server, lambda: server.deliver("INBOX", LETTER), deeds, pause=0.1)
    async with open_mini() as account:
        events = await take(account.inbox.watch(timeout=10), 3)
        assert events == [NewMessage(4), Expunged(2), NewMessage(5)]
    assert len(server.connections) == 2


async def test_without_reconnecting_a_loss_is_raised(open_mini: Open, server: MiniServer) -> None:
    meanwhile(server, lambda: hang_up(server))
    async with open_mini(reconnect=False) as account:
        with pytest.raises(ConnectionLost, match="going down"):
            await take(account.inbox.watch(timeout=10), 1)


async def test_another_mailbox_of_the_name_is_not_taken_for_the_same(open_mini: Open, server: MiniServer) -> None:
    def replace() -> None:
        server.mailboxes[b"INBOX"].uid_validity += 1
        hang_up(server)

    meanwhile(server, replace)
    async with open_mini() as account:
        with pytest.raises(MailboxChanged):
            await take(account.inbox.watch(timeout=10), 1)


async def test_a_server_that_has_died_without_a_word_is_noticed(
    open_mini: Open, server: MiniServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailkit.watch, "_RENEWAL", 0.2)

    def mute(session: object, command: object) -> None:
        session.peer.send(b"+ idling\r\n")  # type: ignore[attr-defined]  # a Session
        server.deliver("INBOX", LETTER)
        session.peer.sleep(60)  # type: ignore[attr-defined]  # a Session

    server.instead("IDLE", mute, times=1)
    async with open_mini(timeout=0.3) as account:
        assert await take(account.inbox.watch(timeout=10), 1) == [NewMessage(4)]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_several_mailboxes_are_watched_at_once(server: MiniServer, most: int) -> None:
    url = f"imap://ldj@localhost:{server.port}"
    told: dict[str, list[Event]] = {}
    with Account.connect(url, credentials="pw", security=Security.PLAINTEXT, max_connections=most) as account:

        def watch(key: str, name: str) -> None:
            told[key] = []
            for event in account.mailbox(name).watch(timeout=10, poll_every=0.1):
                told[key].append(event)
                if len(told[key]) == 2:
                    return

        threads = [
            threading.Thread(target=watch, args=args) for args in (("a", "INBOX"), ("b", "INBOX"), ("c", "Work"))
        ]
        for thread in threads:
            thread.start()
        for name in ("INBOX", "Work") * 2:
            time.sleep(0.3)
            server.deliver(name, LETTER)
        for thread in threads:
            thread.join()
    assert told == {
        "a": [NewMessage(4), NewMessage(5)],
        "b": [NewMessage(4), NewMessage(5)],
        "c": [NewMessage(1), NewMessage(2)],
    }


def test_waiting_costs_nothing_on_an_event_loop(server: MiniServer) -> None:
    turns = count()
    idles = threading.Event()
    server.before("IDLE", lambda *_: idles.set())

    async def watch() -> None:
        url = f"imap://ldj@localhost:{server.port}"
        async with AsyncAccount.connect(url, credentials="pw", security=Security.PLAINTEXT) as account:
            task = asyncio.create_task(take(account.inbox.watch(), 1))
            await asyncio.to_thread(idles.wait, 10)
            await asyncio.sleep(0.1)
            selector = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]  # a test may look inside
            select = selector.select
            selector.select = lambda timeout=None: (next(turns), select(timeout))[1]
            await asyncio.sleep(0.5)
            selector.select = select
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await account.inbox.messages.count() == 3

    asyncio.run(watch())
    assert next(turns) <= 3


async def test_watching_on_dovecot(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    maildir = dovecot.maildir(fresh_user.name)
    maildir.add_all([LETTER] * 3)
    began = threading.Event()

    def act() -> None:
        began.wait(10)
        url = f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}"
        with Account.connect(url, credentials=fresh_user.password, ssl_context=dovecot.ssl_context()) as other:
            other.inbox.append(LETTER)
            other.inbox.messages.where(uid=2).add_flags(Flag.FLAGGED)
            other.inbox.messages.where(uid=1).delete(permanently=True)

    actor = threading.Thread(target=act)
    actor.start()
    async with open_dovecot(
        max_connections=1, on_command=lambda event: began.set() if event.verb == "UID SEARCH" else None
    ) as account:
        told: dict[type[Event], Event] = {}
        async for event in account.inbox.watch(timeout=20):
            told[type(event)] = event
            assert (await account.inbox.status("messages")).messages
            if len(told) == 3:
                break
        assert told[NewMessage] == NewMessage(4)
        assert told[Expunged] == Expunged(1)
        changed = told[FlagsChanged]
        assert isinstance(changed, FlagsChanged)
        assert changed.uid == 2
        assert Flag.FLAGGED in changed.flags
    actor.join()


async def test_watching_on_pymap(open_pymap: Open) -> None:
    async with open_pymap() as account, open_pymap() as other:
        watch = account.inbox.watch(timeout=0.2)
        assert await take(watch, 1) == []
        await other.inbox.append(LETTER)
        # What came before is not news.
        assert await take(account.inbox.watch(timeout=0.2), 1) == []
        assert await account.inbox.messages.where(subject="hello").count() == 1


async def test_a_silent_peer_is_asked_whether_it_lives(connect: Connect, server: MiniServer) -> None:
    socks: list[socket.socket] = []

    def open_socket(host: str, port: int) -> socket.socket:
        socks.append(socket.create_connection((host, port)))
        return socks[0]

    url = f"imap://ldj@localhost:{server.port}"
    async with connect(url, credentials="pw", security=Security.PLAINTEXT, open_socket=open_socket):
        assert socks[0].getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert socks[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 300
