"""Time: whoever keeps us waiting is left, and whoever is merely slow is not."""

from __future__ import annotations

import socket
import time

import pytest

from mailkit.errors import CannotConnect, ConnectionLost, TimedOut
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.network import TLS, Address
from mailkit.protocol.wire.limits import Limits
from tests.certificates import Certificates
from tests.hostile.interface import Interface, SessionInterface, judge
from tests.hostile.scenario import PREAUTH, Act, End, Scenario, answering, greeting_with
from tests.protocol.commands_for_tests import Get, Idling, Put
from tests.scripted import Command, Peer, ScriptedServer
from tests.worlds import World

LATE = (End.LATE,)
FAST = 3.0


def dripping(octets: bytes, interval: float, *, first: bytes = b"") -> Scenario:
    """An answer that comes octet by octet, for ever."""

    def reply(peer: Peer, command: Command) -> None:
        peer.send(first)
        while True:
            peer.send_slowly(octets, interval)

    return Scenario(answering("NOOP", reply), Act.NOOP, LATE, timeout=0.4, within=FAST)


def silent(verb: str, first: bytes = b"") -> Scenario:
    """Part of an answer, and then nothing."""

    def reply(peer: Peer, command: Command) -> None:
        peer.send(first)
        peer.sleep(20)

    return Scenario(answering(verb, reply), Act.FETCH, LATE, timeout=0.4, within=FAST)


WAITS = {
    "no greeting": Scenario(
        greeting_with(b"", lambda peer: peer.sleep(20)), Act.NOTHING, LATE, timeout=0.4, within=FAST
    ),
    "half a greeting": Scenario(
        greeting_with(b"* OK hel", lambda peer: peer.sleep(20)), Act.NOTHING, LATE, timeout=0.4, within=FAST
    ),
    "a greeting that drips": Scenario(
        greeting_with(b"* OK ", lambda peer: peer.send_slowly(b"x" * 1000, 0.05)),
        Act.NOTHING,
        LATE,
        timeout=0.4,
        within=FAST,
    ),
    "no answer": silent("SELECT"),
    "half an answer": silent("UID FETCH", b"* 1 FETCH (UID 1 FL"),
    "a stall in a literal": silent("UID FETCH", b"* 1 FETCH (UID 1 BODY[] {1000}\r\nabc"),
    "a line that drips": dripping(b"x", 0.05, first=b"* X "),
    "a literal that drips": dripping(b"x", 0.05, first=b"* X {100000}\r\n"),
}


@pytest.mark.parametrize("scenario", WAITS.values(), ids=WAITS)
def test_no_step_takes_longer_than_the_timeout(
    interface: Interface, scenario: Scenario, certificates: Certificates
) -> None:
    judge(interface, scenario, certificates)
    assert "closed" in interface.said
    assert "0.4 s" in interface.said


@pytest.mark.parametrize("row", [b"* OK still here\r\n", b'* LIST () "/" box\r\n'], ids=["still here", "rows"])
def test_an_answer_that_never_ends_is_bounded_by_a_deadline(
    world: World, row: bytes, certificates: Certificates
) -> None:
    def reply(peer: Peer, command: Command) -> None:
        while True:
            peer.send(row)
            peer.sleep(0.15)  # fewer octets a second than `rate` asks for

    interface = SessionInterface(world, Limits(answering=0.5))
    judge(interface, Scenario(answering("LIST", reply), Act.LIST, LATE, within=FAST), certificates)
    assert "no answer within 0.5 s" in interface.said


def test_slow_but_honest_downloads_and_answers_go_through(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        command = peer.command()
        peer.send(b"* GOT {20000}\r\n")
        for _ in range(20):
            peer.send(b"x" * 1000)
            peer.sleep(0.1)
        peer.send(b"\r\n")
        peer.ok(command.tag)

    async def story(server: ScriptedServer) -> None:
        # Far longer than either clock allows without what the answer brings.
        session = await world.connect(server.address, timeout=0.5, limits=Limits(answering=1.0, rate=1000))
        rows = await session.run(Get())
        assert rows[0].frame.rest[0] == b"x" * 20_000
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_a_peer_that_never_reads_what_we_send_is_left(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.sleep(20)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, timeout=0.4)
        began = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            await session.run(Put(b"x" * 30_000_000))
        assert time.monotonic() - began < FAST
        assert caught.value.may_have_run in (True, False)
        assert not session.is_usable

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_idle_on_a_dead_peer_ends_with_the_timeout_once_something_is_wanted(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.command()
        peer.send(b"+ idling\r\n")
        peer.sleep(20)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, timeout=0.4)
        idling = await session.begin(Idling())
        await session.wait_for(lambda: idling.is_over, 0.6)
        assert session.is_usable  # to say nothing is what IDLE is for
        await session.interrupt(idling)
        with pytest.raises(TimedOut):
            await session.finish(idling)

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_half_a_line_during_idle_must_be_whole_within_the_timeout(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.command()
        peer.send(b"+ idling\r\n")
        peer.sleep(0.5)
        peer.send(b"* 4 EX")
        peer.sleep(0.2)
        peer.send(b"ISTS\r\n* 5 EX")
        peer.sleep(20)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, timeout=0.4)
        idling = await session.begin(Idling())
        await session.wait_for(lambda: idling.is_over, 5)
        with pytest.raises(TimedOut):
            await session.finish(idling)
        assert session.engine.exists == 4

    with ScriptedServer(script) as server:
        world.tell(story(server))


@pytest.mark.parametrize("octets", [b"", b"\x16\x03"], ids=["silent", "dripping"])
def test_the_tls_handshake_is_bounded(world: World, certificates: Certificates, octets: bytes) -> None:
    def script(peer: Peer) -> None:
        while octets:
            peer.send_slowly(octets, 0.1)
        peer.sleep(20)

    async def story(server: ScriptedServer) -> None:
        tls = TLS("localhost", certificates.client_context())
        began = time.monotonic()
        with pytest.raises(CannotConnect):
            await world.network.connect(Address(*server.address), tls, 0.4)
        assert time.monotonic() - began < FAST

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_connecting_is_bounded(world: World) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        queued = [socket.socket() for _ in range(4)]
        try:
            for one in queued:  # nobody accepts: the queue is full, and further ones are not answered
                one.setblocking(False)
                one.connect_ex(full.getsockname())

            async def story() -> None:
                began = time.monotonic()
                with pytest.raises(CannotConnect):
                    await world.network.connect(Address(*full.getsockname()), None, 0.4)
                assert time.monotonic() - began < FAST

            world.tell(story())
        finally:
            for one in queued:
                one.close()


def test_a_second_timeout_changes_nothing(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.sleep(20)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, timeout=0.3)
        both = await world.together([session.run(Noop()), session.run(Noop())])
        assert [type(one) for one in both] == [TimedOut, TimedOut]
        with pytest.raises(ConnectionLost):
            await session.run(Noop())

    with ScriptedServer(script) as server:
        world.tell(story(server))
