"""What no server at hand has: IMAP4rev2, UTF8=ACCEPT, REPLACE, UNAUTHENTICATE, CLOSED and the like."""

from __future__ import annotations

from mailkit.protocol.commands.append import Append
from mailkit.protocol.commands.enable import Enable
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Login
from mailkit.protocol.commands.mailbox import Create
from mailkit.protocol.commands.replace import Replace
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Select
from mailkit.protocol.commands.status import Status
from mailkit.protocol.commands.unauthenticate import Unauthenticate
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.values.append_message import AppendMessage, Form
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import ALL
from tests.protocol.commands.conftest import World
from tests.scripted import Command as Received
from tests.scripted import MiniServer
from tests.scripted import Session as Served
from tests.servers.server import User

ALICE = User("alice", "alicepw")
MAIL = b"Subject: hi\r\n\r\nhello\r\n"


def test_imap4rev2_has_names_in_utf8_and_extended_results(world: World) -> None:
    async def story(session: Session) -> None:
        enabled = await session.run(Enable(("IMAP4rev2",)))
        assert "IMAP4REV2" in enabled
        await session.run(Create("Entwürfe"))
        assert "Entwürfe" in [mailbox.name for mailbox in await session.run(List())]
        assert (await session.run(Status("Entwürfe", ("MESSAGES",)))).messages == 0
        await session.run(Append("Entwürfe", (AppendMessage(MAIL),)))
        await session.run(Select("Entwürfe"))
        assert (await session.run(Search(ALL))).uids == {1}

    with MiniServer(capabilities=("IMAP4rev1", "IMAP4rev2", "ENABLE", "UIDPLUS")) as server:
        world.tell(server, ALICE, story)
    assert 'CREATE "Entwürfe"\r\n'.encode() in server.received[0]


def test_a_message_in_utf8_goes_as_such(world: World) -> None:
    async def story(session: Session) -> None:
        await session.run(Enable(("UTF8=ACCEPT",)))
        message = AppendMessage("Subject: grün\r\n\r\n".encode(), form=Form.UTF8)
        found = await session.run(Append("Entwürfe", (message,)))
        assert found == AppendUid(7, UidSet.of(9))

    def append(served: Served, command: Received) -> None:
        served.tagged(command, b"OK [APPENDUID 7 9] done")

    with MiniServer(capabilities=("IMAP4rev1", "ENABLE", "UTF8=ACCEPT")) as server:
        server.instead("APPEND", append)
        world.tell(server, ALICE, story)
    assert 'APPEND "Entwürfe" UTF8 (~{18}\r\nSubject: grün\r\n\r\n)\r\n'.encode() in server.received[0]


def test_a_draft_is_replaced(world: World) -> None:
    async def story(session: Session) -> None:
        await session.run(Select("INBOX"))
        found = await session.run(Replace(1, "INBOX", AppendMessage(MAIL)))
        assert found == AppendUid(7, UidSet.of(2))
        assert session.engine.exists == 1

    def replace(served: Served, command: Received) -> None:
        served.untagged(b"OK [APPENDUID 7 2] Replacement Message ready")
        served.untagged(b"2 EXISTS")
        served.untagged(b"1 EXPUNGE")
        served.tagged(command, b"OK Replace completed")

    with MiniServer({"INBOX": [MAIL]}, capabilities=("IMAP4rev1", "REPLACE", "UIDPLUS")) as server:
        server.instead("UID REPLACE", replace)
        world.tell(server, ALICE, story)
    assert b"UID REPLACE 1 INBOX {22}\r\n" + MAIL + b"\r\n" in server.received[0]


def test_another_user_may_log_in_after_unauthenticate(world: World) -> None:
    async def story(session: Session) -> None:
        await session.run(Select("INBOX"))
        await session.run(Unauthenticate())
        assert session.state is State.NOT_AUTHENTICATED
        await session.run(Login("bob", Secret("bobpw")))
        await session.run(Select("INBOX"))
        assert session.engine.exists == 0

    def unauthenticate(served: Served, command: Received) -> None:
        served.authenticated, served.selected = False, None
        served.tagged(command, b"OK Salve")

    users = {"alice": "alicepw", "bob": "bobpw"}
    with MiniServer(users=users, capabilities=("IMAP4rev1", "UNAUTHENTICATE")) as server:
        server.instead("UNAUTHENTICATE", unauthenticate)
        world.tell(server, ALICE, story)
    assert server.verbs == ["LOGIN", "SELECT", "UNAUTHENTICATE", "LOGIN", "SELECT"]
