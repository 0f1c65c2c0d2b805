"""IDLE on a dead peer, which is connected, never answers and never closes: every wait for an answer is bounded."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest

import mailkit.watch
from mailkit import AsyncAccount, ConnectionLost, Event, NewMessage, Security, TimedOut
from mailkit.protocol import IMAP4
from tests.hostile.apis import connected, tell
from tests.hostile.scenario import PREAUTH, End, greeting_with
from tests.scripted import Command, MiniServer, Peer, ScriptedServer
from tests.scripted.session import Session

FAST = 3.0

DYING: dict[str, bytes] = {
    "before it agrees": b"",
    "once it has agreed": b"+ idling\r\n",
    "in the middle of news": b"+ idling\r\n* 4 EX",
}
"""What a peer still says to IDLE before it is dead."""


@contextmanager
def soon() -> Iterator[None]:
    """It takes a moment, not for ever."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < FAST


def dying(words: bytes) -> Callable[[Session, Command], None]:
    def hook(session: Session, command: Command) -> None:
        session.peer.send(words)
        session.peer.sleep(20)

    return hook


async def _watched(account: AsyncAccount, timeout: float | None = None) -> list[Event]:
    """What a watch tells, as far as the first event."""
    watch: AsyncIterator[Event] = account.inbox.watch(timeout=timeout)
    async for event in watch:
        return [event]
    return []


def play(server: MiniServer, *, blocking: bool, reconnect: bool, timeout: float | None) -> object:
    """What a watch over INBOX comes to: its first event, or what it ended in."""
    outcome: list[object] = []

    async def story() -> End:
        account = await connected(
            server,
            blocking=blocking,
            security=Security.PLAINTEXT,
            timeout=0.4,
            credentials="alicepw",
            reconnect=reconnect,
        )
        try:
            outcome.append(await _watched(account, timeout))
        except ConnectionLost as lost:
            outcome.append(lost)
        finally:
            with soon():
                await account.__aexit__(None, None, None)
        return End.FINE

    with soon():
        tell(story(), blocking=blocking)
    (what,) = outcome
    return what


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """IDLE is begun again five times a second, in the place of every ten minutes."""
    monkeypatch.setattr(mailkit.watch, "_RENEWAL", 0.2)


@pytest.mark.parametrize("words", DYING.values(), ids=DYING)
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_a_watch_over_a_dead_peer_ends_when_idle_is_to_be_renewed(blocking: bool, words: bytes) -> None:
    with MiniServer({"INBOX": [b"x"] * 3}) as server:
        server.instead("IDLE", dying(words))
        lost = play(server, blocking=blocking, reconnect=False, timeout=None)
        assert isinstance(lost, TimedOut)
        assert "closed" in str(lost)
        assert server.count("IDLE") == 1


@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_a_watch_goes_on_elsewhere_when_its_peer_has_died(blocking: bool) -> None:
    with MiniServer({"INBOX": [b"x"] * 3}) as server:

        def deliver(session: Session, command: Command) -> None:
            server.deliver("INBOX", b"y")

        server.instead("IDLE", dying(b"+ idling\r\n"), times=1)
        server.before("IDLE", deliver, times=1)
        assert play(server, blocking=blocking, reconnect=True, timeout=None) == [NewMessage(4)]
        assert len(server.connections) == 2


@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_a_watch_that_ends_in_time_does_not_wait_for_the_dead(blocking: bool) -> None:
    with MiniServer({"INBOX": [b"x"] * 3}) as server:
        server.instead("IDLE", dying(b"+ idling\r\n"))
        assert play(server, blocking=blocking, reconnect=False, timeout=0.05) == []


# -- the classic interface


def peer_dying(words: bytes) -> Callable[[Peer], None]:
    def then(peer: Peer) -> None:
        while True:
            command = peer.command()
            if command.verb == "IDLE":
                peer.send(words)
                peer.sleep(20)
            peer.send(b"* CAPABILITY IMAP4rev1 IDLE\r\n%b OK\r\n" % command.tag)

    return greeting_with(PREAUTH, then)


@pytest.mark.parametrize("words", DYING.values(), ids=DYING)
def test_a_classic_idle_on_a_dead_peer_ends_within_the_timeout_once_it_is_left(words: bytes) -> None:
    with ScriptedServer(peer_dying(words)) as server:
        imap = IMAP4("localhost", server.port, 0.4)
        with soon(), pytest.raises(TimeoutError, match="closed"), imap.idle(duration=0.2) as idler:
            assert list(idler) == []
        with pytest.raises((IMAP4.error, OSError)):
            imap.noop()
        imap.shutdown()


def test_a_classic_idle_without_a_duration_does_not_wait_for_the_rest_of_a_line() -> None:
    with ScriptedServer(peer_dying(b"+ idling\r\n* 4 EX")) as server:
        imap = IMAP4("localhost", server.port, 0.4)
        with soon(), pytest.raises(TimeoutError), imap.idle() as idler:
            next(idler)
        imap.shutdown()


def test_the_system_asks_whether_a_silent_peer_is_there_at_all() -> None:
    """A network that has gone away says nothing, and IDLE waits for nothing else."""
    with ScriptedServer(peer_dying(b"")) as server:
        imap = IMAP4("localhost", server.port, 0.4)
        assert imap.socket().getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert imap.socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 300
        imap.shutdown()
