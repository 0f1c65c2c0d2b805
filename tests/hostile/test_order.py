"""Order: answers that come too early, twice, under the wrong name, or not at all."""

from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.commands.fetch import FLAGS, Fetch
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Select
from mailkit.protocol.engine import Engine
from mailkit.protocol.state import State
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import ALL
from tests.certificates import Certificates
from tests.hostile.interface import Interface, judge
from tests.hostile.scenario import PREAUTH, READY, Act, End, Scenario, answering, greeting_with, last, tag_of_another
from tests.scripted import Command, Peer, ScriptedServer
from tests.worlds import World

SYNCHRONISING = b"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"


def early(peer: Peer, command: Command) -> None:
    """Answers a command, whose tag can be guessed, before it is sent: not the next, which may stand right behind."""
    prefix, number = command.tag.rstrip(b"0123456789"), int(command.tag.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    peer.send(b"%b OK done\r\n%b%d OK so it is\r\n" % (command.tag, prefix, number + 2))


def no_plus(peer: Peer) -> None:
    tag_of_another(peer)
    peer.sleep(20)


ORDERS = {
    "an unknown tag": Scenario(answering("NOOP", b"XYZ1 OK done\r\n")),
    "a tag in other letters": Scenario(
        answering("NOOP", lambda peer, command: peer.send(command.tag.lower() + b" OK done\r\n"))
    ),
    "a duplicate answer": Scenario(answering("SELECT", b"TAG OK done\r\nTAG OK done\r\n"), Act.FETCH),
    "an answer to a command not yet sent": Scenario(answering("SELECT", early), Act.FETCH),
    "a status that is none": Scenario(answering("NOOP", b"TAG FINE done\r\n")),
    "a tagged BYE": Scenario(answering("NOOP", b"TAG BYE done\r\n")),
    "a plus that nobody waits for": Scenario(answering("NOOP", b"+ go on\r\nTAG OK done\r\n")),
    "no plus at all": Scenario(
        greeting_with(SYNCHRONISING, no_plus),
        Act.APPEND,
        (End.LATE,),
        timeout=0.5,
    ),
    "an OK in the plus's place": Scenario(
        greeting_with(SYNCHRONISING, lambda peer: peer.ok(tag_of_another(peer))), Act.APPEND
    ),
    "a NO in the plus's place": Scenario(
        greeting_with(SYNCHRONISING, lambda peer: peer.send(tag_of_another(peer) + b" NO too large\r\n")),
        Act.APPEND,
        (End.REFUSED,),
    ),
    "BYE in the middle": Scenario(answering("SELECT", b"* 1 EXISTS\r\n* BYE bored\r\n"), Act.SELECT, (End.LOST,)),
    "BYE and the connection left open": Scenario(answering("NOOP", b"* BYE bored\r\n"), ends=(End.LOST,)),
    "BYE before the answer": Scenario(answering("NOOP", b"* BYE bored\r\nTAG NO no\r\n"), ends=(End.REFUSED,)),
    "BYE for a greeting": Scenario(greeting_with(b"* BYE full\r\n"), Act.NOTHING, (End.UNREACHED,)),
    "PREAUTH in the middle": Scenario(answering("NOOP", b"* PREAUTH you are somebody else\r\nTAG OK\r\n")),
    "PREAUTH after the login has begun": Scenario(
        answering("AUTHENTICATE", b"* PREAUTH never mind\r\nTAG OK\r\n", greeting=READY), Act.LOGIN
    ),
    "a tagged answer for a greeting": Scenario(greeting_with(b"A1 OK hello\r\n"), Act.NOTHING),
    "news for a greeting": Scenario(greeting_with(b"* 5 EXISTS\r\n"), Act.NOTHING),
    "another protocol": Scenario(greeting_with(b"220 mail.example.org ESMTP\r\n"), Act.NOTHING),
    "a web server": Scenario(greeting_with(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Act.NOTHING),
    "silence": Scenario(greeting_with(b""), Act.NOTHING, (End.LATE,), timeout=0.3),
    "the end at once": Scenario(greeting_with(b"", lambda peer: None), Act.NOTHING, (End.LOST,)),
    "the end in the middle of a line": Scenario(answering("NOOP", last(b"TAG OK do")), ends=(End.LOST,)),
    "the end in the place of the answer": Scenario(answering("NOOP", last(b"* 1 EXISTS\r\n")), ends=(End.LOST,)),
    "a malformed code": Scenario(answering("NOOP", b"TAG OK [CAPABILITY\r\n"), ends=(End.FINE,)),
    "capabilities of nothing": Scenario(
        answering("AUTHENTICATE", b"* CAPABILITY\r\nTAG OK [CAPABILITY ] in\r\n", greeting=READY),
        Act.LOGIN,
        (End.FINE,),
    ),
}


@pytest.mark.parametrize("scenario", ORDERS.values(), ids=ORDERS)
def test_no_order_of_responses_fools_or_hangs_the_client(
    interface: Interface, scenario: Scenario, certificates: Certificates
) -> None:
    judge(interface, scenario, certificates)


BETWEEN = (
    b"* 9 EXISTS\r\n* 1 RECENT\r\n* 9 EXPUNGE\r\n* 8 FETCH (UID 80 FLAGS (\\Deleted))\r\n* OK still here\r\n"
    b"* FLAGS (x)\r\n* CAPABILITY IMAP4rev1\r\n* OK [ALERT] mind the gap\r\n* X-UNKNOWN (a (b) {3}\r\nabc)\r\n"
)


def test_news_between_any_two_lines_changes_no_result(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH + BETWEEN)
        while True:
            command = peer.command()
            rows = {
                "SELECT": [b"* 3 EXISTS\r\n", b"* OK [UIDVALIDITY 7] ok\r\n"],
                "UID SEARCH": [b"* SEARCH 1 2\r\n"],
                "UID FETCH": [b"* 1 FETCH (UID 1 FLAGS (a))\r\n", b"* 2 FETCH (UID 2 FLAGS (b))\r\n"],
            }.get(command.verb, [])
            peer.send(BETWEEN + b"".join(row + BETWEEN for row in rows) + command.tag + b" OK done\r\n")

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        assert (await session.run(Select("INBOX"))).uid_validity == 7
        assert (await session.run(Search(ALL))).uids == UidSet.parse("1:2")
        found = await session.run(Fetch(UidSet.parse("1:2"), (FLAGS,)))
        assert {data.uid: str(data.flags) for data in found if data.uid in (1, 2)} == {1: "(a)", 2: "(b)"}
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_capabilities_that_change_are_believed_from_then_on(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(b"* PREAUTH [CAPABILITY IMAP4rev1 MOVE] hello\r\n")
        peer.send(b"* CAPABILITY IMAP4rev1 IDLE\r\n%b OK done\r\n" % peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        before = await session.capabilities()
        await session.run(Noop())
        after = await session.capabilities()
        assert ("MOVE" in before, "MOVE" in after, "IDLE" in after) == (True, False, True)
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_a_failed_select_leaves_nothing_selected(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.send(b"* 3 EXISTS\r\n%b OK done\r\n" % peer.command().tag)
        peer.send(b"%b NO no such mailbox\r\n" % peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        await session.run(Select("INBOX"))
        states = [session.state]
        try:
            await session.run(Select("Nowhere"))
        finally:
            states.append(session.state)
            assert states == [State.SELECTED, State.AUTHENTICATED]
            assert session.engine.exists == 0
            await session.close()

    with ScriptedServer(script) as server, pytest.raises(Exception, match="no such mailbox"):
        world.tell(story(server))


def test_more_rows_than_a_fetch_can_have_end_it_at_once() -> None:
    fetch = Fetch(UidSet([1, 2]), (FLAGS,))
    engine = Engine()
    engine.framer.feed(b"* PREAUTH hello\r\n")
    engine.advance()
    engine.state = State.SELECTED
    engine.submit(fetch)
    assert engine.next_piece() is not None
    row = b"* 1 FETCH (UID 1 FLAGS ())\r\n"
    engine.framer.feed(row * fetch.most_rows)
    engine.advance()
    engine.framer.feed(row)
    with pytest.raises(ProtocolViolation, match="responses to one UID FETCH"):
        engine.advance()
