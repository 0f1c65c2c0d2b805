from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.commands.copy import Copy, Move
from mailkit.protocol.values.code_values import CopyUid
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import SAVED
from tests.protocol.answers import Conversation, answered, written

UIDS = UidSet.parse("304,319:320")


def test_messages_are_named_by_uid() -> None:
    assert written(Copy(UIDS, "meeting")) == b"UID COPY 304,319:320 meeting"
    assert written(Move(UIDS, "Old Mail")) == b'UID MOVE 304,319:320 "Old Mail"'
    assert written(Move(SAVED, "Entwürfe")) == b"UID MOVE $ Entw&APw-rfe"
    assert written(Copy(UIDS, "Entwürfe"), utf8=True) == 'UID COPY 304,319:320 "Entwürfe"'.encode()


CODE = b"[COPYUID 38505 304,319:320 3956:3958]"
COPIED = {304: 3956, 319: 3957, 320: 3958}


@pytest.mark.parametrize("command", [Copy(UIDS, "meeting"), Move(UIDS, "meeting")])
def test_the_copies_uids_come_tagged_or_untagged(command: Copy | Move) -> None:
    for found in (
        answered(command, done=b"OK " + CODE + b" Done"),
        answered(command, b"OK " + CODE + b" Moved", b"22 EXPUNGE", b"VANISHED 319"),
        answered(command, b"OK " + CODE, b"22 EXPUNGE", done=b"OK " + CODE),
        answered(command, b"OK [copyuid 38505 304 3956]", b"1 EXPUNGE", b"OK [COPYUID 38505 319:320 3957:3958]"),
        answered(command, b"OK [COPYUID 38505 320:319,304 3958:3957,3956]"),
    ):
        assert found is not None
        assert (found.uid_validity, found.mapping()) == (38505, COPIED)


def test_no_uids_are_no_error() -> None:
    assert answered(Copy(UIDS, "x"), done=b"OK No matching messages, so nothing copied") is None
    assert answered(Move(UIDS, "x"), b"OK just words", b"1 EXPUNGE") is None
    assert answered(Copy(UIDS, "x"), done=b"OK [COPYUID 1 2] broken") is None


def test_what_a_move_expunges_is_news() -> None:
    talk = Conversation()
    pending = talk.send(Move(UIDS, "x"))
    talk.receive(b"* 5 EXISTS\r\n* OK [COPYUID 1 304 1] moved\r\n* 3 EXPUNGE\r\n* 1 EXPUNGE\r\nA1 OK done\r\n")
    assert [row.name for row in talk.news] == [b"EXISTS", b"EXPUNGE", b"EXPUNGE"]
    assert talk.engine.exists == 3
    assert talk.result(pending) == CopyUid(1, ((304, 304),), ((1, 1),))


@pytest.mark.parametrize("hostile", [b"1 1:2 1", b"1 1:4294967295 1:4294967295", b"1 1:20000000 20000001:40000000"])
def test_sets_that_do_not_fit_or_fill_memory_are_not_expanded(hostile: bytes) -> None:
    found = answered(Copy(UIDS, "x"), done=b"OK [COPYUID " + hostile + b"]")
    assert found is not None
    with pytest.raises(ProtocolViolation):
        found.mapping()
