from __future__ import annotations

from mailkit.protocol.commands.expunge import Expunge, Expunged, UidExpunge
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import SAVED
from tests.protocol.answers import Conversation, answered, written


def test_expunge_commands_are_written() -> None:
    assert written(UidExpunge(UidSet.parse("3000:3002"))) == b"UID EXPUNGE 3000:3002"
    assert written(UidExpunge(SAVED)) == b"UID EXPUNGE $"
    assert written(Expunge()) == b"EXPUNGE"


def test_what_was_removed_is_told_by_number_or_by_uid() -> None:
    for command in (Expunge(), UidExpunge(UidSet.of(1))):
        assert answered(command, b"3 EXPUNGE", b"3 EXPUNGE", b"5 EXPUNGE", b"8 EXPUNGE") == Expunged((3, 3, 5, 8))
        assert answered(command, b"VANISHED 405,407", b"VANISHED 410:411") == (
            Expunged(uids=UidSet.parse("405,407,410:411"))
        )
        assert answered(command) == Expunged()


def test_what_was_removed_is_news_for_everybody() -> None:
    talk = Conversation()
    pending = talk.send(Expunge())
    talk.receive(b"* 9 EXISTS\r\n* 3 EXPUNGE\r\n* VANISHED (EARLIER) 1:5\r\n* VANISHED 7,8\r\nA1 OK done\r\n")
    assert talk.result(pending) == Expunged((3,), UidSet.of(7, 8))
    assert [row.name for row in talk.news] == [b"EXISTS", b"EXPUNGE", b"VANISHED", b"VANISHED"]
    assert talk.engine.exists == 6
