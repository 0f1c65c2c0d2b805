"""Who waits for a connection is called when there is one, and nobody else is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from mailkit.connecting.connections import Connection, Connections, Place
from mailkit.errors import UsageError
from mailkit.protocol.network import Bell
from mailkit.protocol.session import Session
from tests.scripted import Peer, ScriptedServer
from tests.worlds import Asyncio, World

PLACES = [Place(f"box{number}") for number in range(6)]


def greets(peer: Peer) -> None:
    """Says hello, and goodbye to whoever says it."""
    peer.send(b"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n")
    peer.ok(peer.command().tag)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(greets) as found:
        yield found


def made(world: World, server: ScriptedServer, most: int) -> Connections:
    async def dial() -> Session:
        return await world.connect(server.address)

    return Connections(world.network, dial, most)


def test_sixty_take_turns_and_few_are_woken_in_vain(world: World, server: ScriptedServer, waits: list[Bell]) -> None:
    async def work(connections: Connections, place: Place) -> None:
        for _ in range(5):
            connection = await connections.take(place)
            connection.mailbox = place.mailbox
            await world.network.sleep(0.0002)
            connections.give_back(connection)

    async def story() -> None:
        connections = made(world, server, 2)
        outcomes = await world.together([work(connections, PLACES[number % 6]) for number in range(60)])
        assert outcomes == [None] * 60
        await connections.close()

    world.tell(story())
    assert len(waits) < 3 * 60 * 5


def test_a_connection_that_has_died_makes_room_for_another(world: World, server: ScriptedServer) -> None:
    async def story() -> None:
        connections = made(world, server, 1)
        first = await connections.take(None)
        waiting = world.start(connections.take(None))
        await world.until(lambda: bool(connections._waiting))
        await first.session.close()
        connections.give_back(first)
        second = await waiting.result()
        assert isinstance(second, Connection)
        assert second.session.is_usable
        await connections.close()

    world.tell(story())


def test_who_waits_while_the_account_is_closed_is_told(world: World, server: ScriptedServer) -> None:
    async def story() -> None:
        connections = made(world, server, 1)
        await connections.take(None)
        waiting = world.start(connections.take(PLACES[0]))
        await world.until(lambda: bool(connections._waiting))
        await connections.close()
        assert isinstance(await waiting.result(), UsageError)

    world.tell(story())


@pytest.mark.parametrize("is_called", [False, True])
def test_who_gives_up_waiting_takes_nothing_from_the_next(server: ScriptedServer, is_called: bool) -> None:
    world = Asyncio()

    async def story() -> None:
        connections = made(world, server, 1)
        first = await connections.take(None)
        waiting = [asyncio.ensure_future(connections.take(PLACES[0])) for _ in range(3)]
        await asyncio.sleep(0.01)
        if is_called:
            connections.give_back(first)
        waiting[0].cancel()
        if not is_called:
            await asyncio.sleep(0.01)
            connections.give_back(first)
        assert await asyncio.wait_for(waiting[1], 5) is first
        assert waiting[0].cancelled()
        connections.give_back(first)
        assert await asyncio.wait_for(waiting[2], 5) is first
        assert not connections._waiting
        await connections.close()

    world.tell(story())


def test_who_waits_for_something_else_has_a_turn(world: World, server: ScriptedServer) -> None:
    """However many want one mailbox, and however soon they come again, another one is not left behind."""

    async def story() -> None:
        connections = made(world, server, 1)
        turns: list[str] = []

        async def work(place: Place, count: int) -> None:
            for _ in range(count):
                connection = await connections.take(place)
                turns.append(place.mailbox)
                await world.network.sleep(0.002)
                connections.give_back(connection)
                await world.network.sleep(0.0005)

        first = await connections.take(None)
        many = [world.start(work(PLACES[0], 10)) for _ in range(10)]
        await world.until(lambda: len(connections._waiting.get(PLACES[0], ())) == 10)
        one = world.start(work(PLACES[1], 1))
        await world.until(lambda: len(connections._waiting) == 2)
        connections.give_back(first)
        assert [await running.result() for running in [one, *many]] == [None] * 11
        assert turns.index("box1") < len(turns) // 2
        await connections.close()

    world.tell(story())
