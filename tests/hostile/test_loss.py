"""Loss: the connection is cut at every octet of recorded dialogues, in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from mailkit.errors import ConnectionLost
from mailkit.protocol.complete import complete
from mailkit.protocol.network import Address
from mailkit.protocol.session import Session
from mailkit.protocol.transport import ThreadNetwork
from tests.dialogues import Dialogue, load, play
from tests.hostile.recorded import Row, Server, speak
from tests.scripted import ClientGone, Cut, Peer, ScriptedServer
from tests.worlds import World

NAMES = ("login", "select", "fetch", "append", "copy", "move", "move_fallback", "store", "idle", "search")


@cache
def recorded(name: str) -> Dialogue:
    return load(f"dovecot/{name}")


@cache
def untouched(name: str) -> tuple[tuple[tuple[Row, ...], ...], int, int]:
    """The results of the dialogue when nothing happens to it, and how many octets the server said and heard."""
    server = Server(recorded(name))
    results, problem = complete(speak(Session(server, ThreadNetwork(), tag_prefix="A"), recorded(name)))
    assert problem is None
    return tuple(results), server.said, server.heard


def whole(name: str) -> tuple[tuple[Row, ...], ...]:
    """The results of the dialogue when nothing happens to it."""
    return untouched(name)[0]


def lost(name: str, server: Server) -> bool:
    """Whether a cut was felt, which must then be told as it is."""
    session = Session(server, ThreadNetwork(), tag_prefix="A")
    results, problem = complete(speak(session, recorded(name)))
    assert tuple(results) == whole(name)[: len(results)], "wrong data was handed out"
    if len(results) == len(whole(name)):
        return False
    assert isinstance(problem, ConnectionLost), repr(problem)
    assert not session.is_usable
    if server.commands > len(results):
        assert problem.may_have_run, "the server has the whole command"
    if not problem.may_have_run:
        assert server.commands <= len(results)
    return True


@pytest.mark.parametrize("name", NAMES)
def test_cut_at_every_octet_of_the_servers(name: str) -> None:
    dialogue = recorded(name)
    begin = 0 if name == "login" else dialogue.server_start
    _, said, _ = untouched(name)
    for octets in range(begin, said):
        assert lost(name, Server(dialogue, sent=octets))
    assert not lost(name, Server(dialogue, sent=said))


@pytest.mark.parametrize("name", NAMES)
def test_cut_at_every_octet_of_the_clients(name: str) -> None:
    dialogue = recorded(name)
    begin = 0 if name == "login" else dialogue.client_start
    _, _, heard = untouched(name)
    for octets in range(begin, heard + 1):
        assert lost(name, Server(dialogue, received=octets))


def _data(results: Iterable[tuple[Row, ...]]) -> list[tuple[Row, ...]]:
    """Results but for the tags in them, and capabilities."""
    return [tuple(row for row in rows if row[0] not in (b"ESEARCH", b"CAPABILITY")) for rows in results]


@pytest.mark.parametrize("name", ["fetch", "append", "store"])
@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_cut_sockets_end_the_same_way(world: World, name: str, reset: bool) -> None:
    """The same over TCP, at a sample of the octets."""
    dialogue = recorded(name)
    cuts = [
        *(Cut(sent=octets, reset=reset) for octets in range(dialogue.server_start, len(dialogue.server_octets), 97)),
        *(
            Cut(received=octets, reset=reset)
            for octets in range(dialogue.client_start, len(dialogue.client_octets), 41)
        ),
    ]

    def script(peer: Peer) -> None:
        try:
            play(dialogue, exact=False)(peer)
        except AssertionError as unexpected:
            raise ClientGone("half a command") from unexpected

    async def story(server: ScriptedServer) -> None:
        for _ in cuts:
            transport = await world.network.connect(Address(*server.address), None, 5)
            session = Session(transport, world.network, timeout=5)
            results, problem = await speak(session, dialogue)
            await session.close()
            assert _data(results) == _data(whole(name))[: len(results)]
            if len(results) < len(whole(name)):
                assert isinstance(problem, ConnectionLost), repr(problem)

    with ScriptedServer(script, cuts=tuple(cuts)) as server:
        world.tell(story(server))
