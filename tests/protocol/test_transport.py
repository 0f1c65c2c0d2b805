"""Connections to a real server, in every way there is one, and their ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mailkit.credentials import Password
from mailkit.errors import CannotConnect, ConnectionLost, TimedOut
from mailkit.protocol.aio import AioNetwork
from mailkit.protocol.authentication import log_in
from mailkit.protocol.commands.login import Logout, Noop
from mailkit.protocol.commands.status import Status
from mailkit.protocol.complete import complete
from mailkit.protocol.network import TLS, Address, Transport
from mailkit.protocol.session import Session
from mailkit.protocol.transport import SocketTransport
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer
from tests.certificates import Certificates
from tests.scripted import Peer, ScriptedServer
from tests.servers.dovecot import Dovecot
from tests.servers.server import User
from tests.worlds import Asyncio, World


@pytest.mark.parametrize("way", ["tls", "starttls", "child"])
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "deflate"])
def test_dovecot_is_reached_and_shared(
    world: World, dovecot: Dovecot, fresh_user: User, way: str, compressed: bool
) -> None:
    tls = TLS("localhost", dovecot.ssl_context())

    async def opened() -> Session:
        if way == "child":
            transport = await world.network.spawn(dovecot.preauth_argv("alice"))
        else:
            port = dovecot.tls_port if way == "tls" else dovecot.port
            transport = await world.network.connect(Address(dovecot.host, port), tls if way == "tls" else None, 10)
        session = Session(transport, world.network, timeout=10)
        await session.greet()
        if way == "starttls":
            await session.start_tls(tls)
        await log_in(session, Password(fresh_user.name, fresh_user.password), host="localhost", port=0)
        assert session.transport.is_secure
        if compressed:
            await session.compress()
        return session

    async def work(session: Session) -> None:
        for _ in range(5):
            assert (await session.run(Status("INBOX", ("MESSAGES",)))).messages is not None

    async def story() -> None:
        session = await opened()
        workers = 40 if isinstance(world, Asyncio) else 8
        assert await world.together([work(session) for _ in range(workers)]) == [None] * workers
        await session.run(Logout())
        await session.close()

    world.tell(story())


def test_a_unix_socket_is_local_and_may_carry_a_password(world: World, tmp_path: Path) -> None:
    path = str(tmp_path / "imap")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()

        def serve() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n")
                tag = peer.recv(1000).split()[0]
                peer.sendall(tag + b" OK in\r\n")
                peer.recv(1000)

        serving = threading.Thread(target=serve)
        serving.start()

        async def story() -> None:
            transport = await world.network.connect(Address("", 0, path), None, 5)
            session = Session(transport, world.network)
            await session.greet()
            await log_in(session, Password("alice", "pw"), host="localhost", port=0)
            await session.close()

        world.tell(story())
        serving.join(5)


def test_a_child_that_cannot_be_started_or_says_nothing(world: World) -> None:
    async def story() -> None:
        with pytest.raises(CannotConnect, match="cannot start"):
            await world.network.spawn(["/nonexistent/imapd"])
        transport = await world.network.spawn([sys.executable, "-c", "pass"])
        session = Session(transport, world.network, timeout=5)
        with pytest.raises(ConnectionLost):
            await session.greet()

    world.tell(story())


@pytest.mark.parametrize(("host", "words"), [("host.invalid", "unknown host"), ("127.0.0.1", "refused")])
def test_who_cannot_be_reached_is_told_apart(world: World, host: str, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def story() -> None:
        with pytest.raises(CannotConnect, match=words):
            await world.network.connect(Address(host, port), None, 5)

    world.tell(story())


def test_closing_never_lets_another_thread_write_in_the_clear(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSLSocket.shutdown() drops its TLS state first: what is sent just then must not go out as it is."""
    shutdown = socket.socket.shutdown

    def slow(sock: socket.socket, how: int) -> None:
        time.sleep(0.05)
        shutdown(sock, how)

    with ScriptedServer(Peer.wait_closed, tls=certificates.server.server_context(), implicit_tls=True) as server:
        transport = SocketTransport(socket.create_connection(server.address))
        complete(transport.start_tls(TLS("localhost", certificates.client_context()), 5))
        stop = threading.Event()

        def send() -> None:
            with contextlib.suppress(ConnectionLost):
                while not stop.is_set():
                    complete(transport.send(b"PASSWORD IN THE CLEAR", 1))

        sender = threading.Thread(target=send)
        sender.start()
        monkeypatch.setattr(socket.socket, "shutdown", slow)
        complete(transport.close())
        monkeypatch.undo()
        stop.set()
        sender.join(5)
        assert not sender.is_alive()
        server.finish()
    assert server.connections[0].tls_error is None


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_what_is_due_of_a_literal_is_received_in_one_turn(
    world: World, secure: bool, certificates: Certificates
) -> None:
    literal = b"0123456789abcdef" * 25_000

    def script(peer: Peer) -> None:
        peer.send(b"* 1 FETCH (UID 1 BODY[] {400000}\r\n0")
        for at in range(1, len(literal), 50_000):
            time.sleep(0.002)
            peer.send(literal[at : at + 50_000])
        peer.send(b")\r\n")
        peer.wait_closed()

    async def story(server: ScriptedServer) -> tuple[Frame, int]:
        private = TLS("localhost", certificates.client_context()) if secure else None
        transport = await world.network.connect(Address(*server.address), private, 5)
        framer = Framer()
        turns = 0
        frame = None
        while frame is None:
            assert await transport.receive(framer, 5)
            turns += 1
            frame = framer.next_frame()
        await transport.close()
        return frame, turns

    tls = certificates.server.server_context() if secure else None
    with ScriptedServer(script, tls=tls, implicit_tls=secure) as server:
        frame, turns = world.tell(story(server))
        server.finish()
    assert frame.rest == (literal, b")")
    assert turns <= 5


def test_what_has_come_of_a_literal_when_time_is_up_is_not_lost(world: World) -> None:
    ours, theirs = socket.socketpair()

    async def story() -> None:
        transport = await world.network.adopt(ours, None, 5)
        framer = Framer()
        with theirs:
            theirs.sendall(b"* 1 FETCH (UID 1 BODY[] {100000}\r\n")
            assert await transport.receive(framer, 5)
            assert framer.next_frame() is None
            theirs.sendall(b"x" * 1000)
            assert await transport.receive(framer, 0.05)
            assert framer.wanted == 99_000
            with pytest.raises(TimedOut):
                await transport.receive(framer, 0.05)
            theirs.sendall(b"x" * 1000)
        assert await transport.receive(framer, 5)
        assert framer.wanted == 98_000
        assert not await transport.receive(framer, 5)
        await transport.close()

    world.tell(story())


@asynccontextmanager
async def _with_peer() -> AsyncIterator[tuple[Transport, socket.socket]]:
    """An asyncio transport and the other end of its socket."""
    ours, theirs = socket.socketpair()
    transport = await AioNetwork().adopt(ours, None, 5)
    with theirs:
        yield transport, theirs
    await transport.close()


def test_what_comes_while_nobody_waits_is_kept_in_its_order() -> None:
    async def story() -> None:
        framer = Framer()
        async with _with_peer() as (transport, peer):
            await _cancelled_as_it_comes(transport, framer, peer, b"* 1 ")
            peer.sendall(b"EXISTS\r\n* 2")
            await asyncio.sleep(0.05)
            peer.sendall(b" RECENT\r\n")
            await asyncio.sleep(0.05)
            while framer.rest() < 23:
                assert await transport.receive(framer, 5)
        assert [framer.next_frame(), framer.next_frame()] == [Frame(b"* 1 EXISTS"), Frame(b"* 2 RECENT")]

    Asyncio().tell(story())


def test_who_was_cancelled_as_something_came_leaves_the_next_to_hear_of_it() -> None:
    async def story() -> None:
        framer = Framer()
        async with _with_peer() as (transport, peer):
            await _cancelled_as_it_comes(transport, framer, peer, b"* BYE\r\n")
            assert await transport.receive(framer, 0.05)
            with pytest.raises(TimedOut):
                await transport.receive(framer, 0.05)
        assert framer.next_frame() == Frame(b"* BYE")

    Asyncio().tell(story())


def test_a_peer_that_talks_while_it_is_sent_to_is_alive() -> None:
    """What it says goes to the one who receives; who sends must not take it for dead before the time is up."""

    async def story() -> None:
        async with _with_peer() as (transport, peer):
            receiving = asyncio.ensure_future(transport.receive(Framer(), 5))
            sending = asyncio.ensure_future(_all_that_fits(transport, b"x" * 65536))
            await asyncio.sleep(0.05)
            assert not sending.done()
            peer.sendall(b"* OK go on\r\n")
            assert await receiving
            await sending

    Asyncio().tell(story())


async def _cancelled_as_it_comes(transport: Transport, framer: Framer, peer: socket.socket, octets: bytes) -> None:
    """Give up waiting when something is there already, before that has been heard."""
    waits = asyncio.ensure_future(transport.receive(framer, 5))
    await asyncio.sleep(0)
    peer.sendall(octets)
    for _ in range(100):
        if framer.rest():
            break
        await asyncio.sleep(0)
    assert waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits


async def _all_that_fits(transport: Transport, octets: bytes) -> None:
    """Send until no more is taken."""
    while await transport.send(octets, 5):
        pass


def test_what_passes_can_be_followed_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mailkit.protocol")

    def script(peer: Peer) -> None:
        peer.send(b"* PREAUTH hello\r\n")
        peer.ok(peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, tag_prefix="T")
        await session.run(Noop())
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))
    assert [record.getMessage() for record in caplog.records if record.name == "mailkit.protocol"] == [
        "< * PREAUTH hello",
        "> T1 NOOP",
        "< T1 OK done",
    ]
