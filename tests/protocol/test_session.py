"""One session for many threads or tasks: nobody misses an answer, and nobody's end is another's."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from mailkit.errors import CannotConnect, CommandRefused, ConnectionLost, TimedOut, UsageError
from mailkit.protocol.command_event import CommandEvent
from mailkit.protocol.commands.login import Logout, Noop
from mailkit.protocol.network import TLS, Bell
from mailkit.protocol.session import Session
from tests.certificates import Certificates
from tests.protocol.commands_for_tests import Alone, Echo, Get, Idling, Put
from tests.scripted import Command, Peer, Script, ScriptedServer
from tests.worlds import Asyncio, Task, World

PREAUTH = b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ COMPRESS=DEFLATE] hello\r\n"
SYNCHRONISING = b"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"


def answer(peer: Peer, command: Command) -> None:
    """What a friendly server says to the commands of these tests."""
    if command.verb == "ECHO":
        (word,) = command.arguments
        assert isinstance(word, bytes)
        peer.send(b"* ECHO {%d}\r\n%b\r\n* %d EXISTS\r\n" % (len(word), word, len(word)))
    if command.verb == "IDLE":
        peer.send(b"+ idling\r\n")
        assert peer.line() == b"DONE"
    if command.verb == "COMPRESS":
        peer.ok(command.tag)
        peer.start_deflate()
        return
    peer.ok(command.tag)


def friendly(greeting: bytes = PREAUTH) -> Script:
    def script(peer: Peer) -> None:
        peer.send(greeting)
        while True:
            answer(peer, peer.command())

    return script


@pytest.fixture(params=["plain", "tls", "deflate", "deflate in tls"])
def shape(request: pytest.FixtureRequest) -> str:
    """How the octets travel."""
    found: str = request.param
    return found


@pytest.fixture
def server_of(shape: str, certificates: Certificates) -> Callable[[Script], ScriptedServer]:
    context = certificates.server.server_context()
    return lambda script: ScriptedServer(script, tls=context, implicit_tls="tls" in shape, timeout=30)


async def opened(world: World, server: ScriptedServer, shape: str, certificates: Certificates) -> Session:
    tls = TLS("localhost", certificates.client_context()) if "tls" in shape else None
    session = await world.connect(server.address, tls=tls)
    if "deflate" in shape:
        await session.compress()
    return session


def test_many_share_one_connection(
    world: World, shape: str, server_of: Callable[[Script], ScriptedServer], certificates: Certificates
) -> None:
    workers, each = (400, 3) if isinstance(world, Asyncio) else (8, 100)

    async def work(session: Session, number: int) -> None:
        for turn in range(each):
            word = b"%d-%d-" % (number, turn) + b"x" * (turn % 7 * 300)
            assert await session.run(Echo(word)) == word
            if number % 50 == turn:
                await session.run(Alone())

    async def story(server: ScriptedServer) -> None:
        session = await opened(world, server, shape, certificates)
        outcomes = await world.together([work(session, number) for number in range(workers)])
        assert outcomes == [None] * workers
        assert session.is_usable
        await session.close()

    with server_of(friendly()) as server:
        world.tell(story(server))


def test_nobody_is_woken_who_can_do_nothing(world: World, waits: list[Bell]) -> None:
    """With each command that is alone, all that stand behind it wait; they are not asked whether they may be sent."""

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        outcomes = await world.together([session.run(Alone()) for _ in range(60)])
        assert outcomes == [None] * 60
        await session.close()

    with ScriptedServer(friendly()) as server:
        world.tell(story(server))
    assert len(waits) < 5 * 60


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("greeting", [PREAUTH, SYNCHRONISING])
def test_large_writes_and_a_flooding_peer_do_not_wait_for_each_other(
    world: World,
    shape: str,
    server_of: Callable[[Script], ScriptedServer],
    certificates: Certificates,
    greeting: bytes,
    streamed: bool,
) -> None:
    payload = random.Random(5).randbytes(3_000_000).replace(b"\0", b"0")
    flood = (b"* OK " + b"x" * 990 + b"\r\n") * 24

    def script(peer: Peer) -> None:
        peer.send(greeting)
        if "deflate" in shape:
            answer(peer, peer.command())
        line = peer.line()
        if not line.endswith(b"+}"):
            peer.send(b"+ go\r\n")
        for _ in range(200):  # far more than any buffer takes, before the first octet is read
            peer.send(flood)
        assert peer.octets(len(payload) + 2) == payload + b"\r\n"
        peer.ok(line.split()[0])
        answer(peer, peer.command())

    async def story(server: ScriptedServer) -> None:
        session = await opened(world, server, shape, certificates)
        await session.run(Put(payload, streamed))
        await session.run(Noop())
        await session.close()

    with server_of(script) as server:
        world.tell(story(server))


def test_all_upload_at_once(world: World) -> None:
    workers = 40 if isinstance(world, Asyncio) else 8

    async def work(session: Session, number: int) -> None:
        await session.run(Put(b"%d" % number * 40_000))
        assert await session.run(Echo(b"%d" % number)) == b"%d" % number
        await session.run(Put(b"small %d" % number, streamed=True))

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        outcomes = await world.together([work(session, number) for number in range(workers)])
        assert outcomes == [None] * workers
        await session.close()

    for greeting in (PREAUTH, SYNCHRONISING):
        with ScriptedServer(friendly(greeting)) as server:
            world.tell(story(server))


def test_cancelled_tasks_leave_the_connection_as_good_as_it_was() -> None:
    world = Asyncio()
    chance = random.Random(7)

    async def work(session: Session, number: int) -> bytes:
        word = b"%d" % number
        if number % 3 == 0:
            await session.run(Put(word * 1000))
        if number % 5 == 0:
            await session.run(Idling())
        return await session.run(Echo(word * (1 + number % 40)))

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        for round_ in range(8):
            running = [Task(work(session, number)) for number in range(60)]
            victims = set(chance.sample(range(60), 20)) | set(range(0, 60, 5))
            for number in sorted(victims, key=lambda _: chance.random()):
                if chance.random() < 0.5:
                    await asyncio.sleep(chance.random() / 500)
                running[number].task.cancel()
            for number, one in enumerate(running):
                outcome = await one.result()
                if number not in victims:
                    assert outcome == b"%d" % number * (1 + number % 40), (round_, number)
        assert await session.run(Echo(b"still here")) == b"still here"
        assert session.is_usable
        assert not session.engine.is_busy
        await session.close()

    for greeting in (PREAUTH, SYNCHRONISING):
        with ScriptedServer(friendly(greeting)) as server:
            world.tell(story(server))


def test_who_receives_for_all_may_be_cancelled() -> None:
    world = Asyncio()
    go = threading.Event()

    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        first, second = peer.command(), peer.command()
        go.wait(5)
        answer(peer, second)
        answer(peer, first)
        answer(peer, peer.command())

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        reader = Task(session.run(Echo(b"first")))
        await asyncio.sleep(0.02)
        follower = Task(session.run(Echo(b"second")))
        await asyncio.sleep(0.02)
        reader.task.cancel()
        assert isinstance(await reader.result(), asyncio.CancelledError)
        go.set()
        assert await follower.result() == b"second"
        assert await session.run(Echo(b"third")) == b"third"
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_a_task_cancelled_while_it_sends_a_large_literal_ends_the_connection_and_says_so() -> None:
    world = Asyncio()

    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.line()
        peer.sleep(5)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        sender = Task(session.run(Put(b"x" * 30_000_000)))
        other = Task(session.run(Echo(b"behind it")))
        await asyncio.sleep(0.1)
        sender.task.cancel()
        assert isinstance(await sender.result(), asyncio.CancelledError)
        outcome = await other.result()
        assert isinstance(outcome, ConnectionLost)
        assert outcome.may_have_run is False
        assert not session.is_usable

    with ScriptedServer(script) as server:
        world.tell(story(server))


@pytest.mark.parametrize("greeting", [PREAUTH, SYNCHRONISING])
def test_a_literal_refused_halfway_leaves_the_connection_in_step(world: World, greeting: bytes) -> None:
    payload = b"y" * 300_000

    def script(peer: Peer) -> None:
        peer.send(greeting)
        for _ in range(2):
            line = peer.line()
            peer.send(line.split()[0] + b" NO [TOOBIG] not so much\r\n")
            if line.endswith(b"+}"):  # RFC 7888: what was announced comes, and is thrown away
                assert peer.octets(len(payload) + 2) == payload + b"\r\n"
            answer(peer, peer.command())

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        for streamed in (False, True):
            with pytest.raises(CommandRefused, match="not so much"):
                await session.run(Put(payload, streamed))
            assert await session.run(Echo(b"next")) == b"next"
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_a_file_that_is_too_short_ends_the_connection_rather_than_send_something_else(world: World) -> None:
    class TooShort(Put):
        def __len__(self) -> int:
            return 0

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        command = Put(b"abc", streamed=True)
        with session._pump.lock:
            pending = session.engine.submit(command)
        stream = next(piece.octets for piece in pending.pieces if not isinstance(piece.octets, bytes))
        stream.source.read(2)
        with pytest.raises(UsageError, match="ended"):
            await session.finish(pending)
        assert not session.is_usable

    with ScriptedServer(friendly()) as server:
        world.tell(story(server))


def idle_until_done(peer: Peer) -> None:
    peer.send(PREAUTH)
    command = peer.command()
    assert command.verb == "IDLE"
    peer.send(b"+ idling\r\n")
    peer.send(b"* 3 EXISTS\r\n")
    assert peer.line() == b"DONE"
    peer.ok(command.tag)
    while True:
        answer(peer, peer.command())


def test_another_command_ends_idle(world: World) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        idling = await session.begin(Idling())
        waiting = world.start(session.wait_for(lambda: idling.is_over, None))
        await world.until(lambda: idling.is_continued)
        assert await session.run(Echo(b"now")) == b"now"
        assert await waiting.result() is True
        assert (await session.complete(idling)).is_ok
        await session.close()

    with ScriptedServer(idle_until_done) as server:
        world.tell(story(server))


def test_idle_interrupted_before_the_server_has_agreed_ends_once_it_has(world: World) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        idling = await session.begin(Idling())
        await session.interrupt(idling)
        await session.finish(idling)
        await session.run(Noop())
        await session.close()

    with ScriptedServer(idle_until_done) as server:
        world.tell(story(server))


def test_waiting_for_news_has_no_limit_but_the_command_behind_it_has(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.command()
        peer.send(b"+ idling\r\n")
        peer.sleep(10)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, timeout=0.3)
        idling = await session.begin(Idling())
        watching = world.start(session.wait_for(lambda: idling.is_over, None))
        await world.network.sleep(0.5)  # longer than the timeout: nothing is owed while we idle
        assert session.is_usable
        with pytest.raises(TimedOut) as caught:
            await session.run(Echo(b"anybody?"))
        assert caught.value.may_have_run is False
        assert await watching.result() is True  # over, by failure
        assert not session.is_usable

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_news_may_be_waited_for_without_harm(world: World) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        news: list[bytes] = []
        session.listeners.append(lambda row: news.append(row.name))
        assert await session.wait_for(lambda: bool(news), 0.05) is False
        await session.run(Echo(b"x"))
        assert await session.wait_for(lambda: bool(news), 0.05) is True
        assert news == [b"EXISTS"]
        await session.close()

    with ScriptedServer(friendly()) as server:
        world.tell(story(server))


def test_rows_come_one_after_the_other_and_each_command_is_told_once(world: World) -> None:
    events: list[CommandEvent] = []
    taken = threading.Semaphore(0)

    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        command = peer.command()
        for number in range(3):
            peer.send(b"* GOT %d\r\n" % number)
            assert taken.acquire(timeout=5)
        peer.ok(command.tag)
        peer.send(b"%b NO not now\r\n" % peer.command().tag)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, on_command=events.append)
        pending = await session.begin(Get())
        found: list[bytes] = []
        while rows := await session.rows(pending):
            found += [row.reader().remainder() for row in rows]
            taken.release()
        assert list(await session.finish(pending)) == []
        assert found == [b"0", b"1", b"2"]
        with pytest.raises(CommandRefused, match="not now"):
            await session.run(Noop())
        with pytest.raises(ConnectionLost):
            await session.run(Logout())
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))
    assert [(event.verb, event.status) for event in events] == [("GET", "OK"), ("NOOP", "NO"), ("LOGOUT", "LOST")]


def test_an_abandoned_answer_is_not_kept_and_spoils_nothing(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        command = peer.command()
        for _ in range(3):
            peer.send(b"* GOT {1000000}\r\n" + b"x" * 1_000_000 + b"\r\n")
        peer.ok(command.tag)
        answer(peer, peer.command())

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        pending = await session.begin(Get())
        session.abandon(pending)
        assert await session.run(Echo(b"after")) == b"after"
        assert (pending.held, list(pending.rows)) == (0, [])
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_a_streamed_literal_arrives_in_pieces_and_a_failing_file_is_the_callers_affair(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        for _ in range(2):
            command = peer.command()
            peer.send(b"* GOT {3000000}\r\n" + b"z" * 3_000_000 + b"\r\n")
            peer.ok(command.tag)

    class Full(list[bytes]):
        def append(self, octets: bytes) -> None:
            raise OSError("no space left on device")

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        chunks: list[bytes] = []
        await session.run(Get(chunks))
        assert b"".join(chunks) == b"z" * 3_000_000
        assert len(chunks) > 3
        with pytest.raises(OSError, match="no space"):
            await session.run(Get(Full()))
        assert session.is_usable
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_what_was_sent_is_known_when_the_connection_ends(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(SYNCHRONISING)
        peer.command()
        peer.line()  # the literal behind it is never asked for

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        sent = await session.begin(Noop())
        half = world.start(session.run(Put(b"x" * 20_000)))
        await world.until(lambda: session.engine._serial == 2)
        queued = world.start(session.run(Echo(b"queued")))
        with pytest.raises(ConnectionLost) as caught:
            await session.finish(sent)
        assert caught.value.may_have_run is True
        for outcome in (await half.result(), await queued.result()):
            assert isinstance(outcome, ConnectionLost)
            assert outcome.may_have_run is False
        with pytest.raises(ConnectionLost) as caught:
            await session.run(Noop())
        assert caught.value.may_have_run is False

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_bye_does_not_hide_the_answer_behind_it(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.send(b"* BYE enough\r\n%b NO [OVERQUOTA] full\r\n" % peer.command().tag)
        peer.sleep(5)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(CommandRefused, match="full"):
            await session.run(Noop())
        with pytest.raises(ConnectionLost, match="goodbye: enough"):
            await session.run(Noop())
        assert not session.is_usable

    with ScriptedServer(script) as server:
        world.tell(story(server))


@pytest.mark.parametrize("greeting", [b"* BYE too busy\r\n", b""])
def test_a_refused_greeting_closes_the_connection(world: World, greeting: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.send(greeting)

    async def story(server: ScriptedServer) -> None:
        with pytest.raises(CannotConnect if greeting else ConnectionLost):
            await world.connect(server.address)

    with ScriptedServer(script) as server:
        world.tell(story(server))
        server.finish()


def test_closing_wakes_everybody(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        waiting = [world.start(session.run(Echo(b"%d" % number))) for number in range(4)]
        await world.until(lambda: session.engine._serial == 4)
        await session.close()
        for one in waiting:
            assert isinstance(await one.result(), ConnectionLost)
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_commands_that_wait_for_others_are_sent_by_whoever_hears_the_answer(world: World) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        pendings = [await session.begin(command) for command in _mixture()]
        for pending in reversed(pendings):
            await session.finish(pending)
        await session.close()

    with ScriptedServer(friendly()) as server:
        world.tell(story(server))


def _mixture() -> Iterator[Echo | Alone | Put]:
    yield Echo(b"one")
    yield Alone()
    yield Put(b"q" * 50_000)
    yield Echo(b"two")
    yield Alone()
    yield Alone()
    yield Put(b"q" * 50_000, streamed=True)
