from __future__ import annotations

import pytest

from mailkit.protocol.command import Command
from mailkit.protocol.commands.store import Store, StoreAction, StoreLabels
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import SAVED
from tests.protocol.answers import Conversation, answered, written

UIDS = UidSet.parse("2:4,9")
SEEN = FlagSet([r"\Seen"])

WRITTEN: list[tuple[Command[object], bytes]] = [
    (Store(UIDS, StoreAction.ADD, SEEN), rb"UID STORE 2:4,9 +FLAGS.SILENT (\Seen)"),
    (Store(UIDS, StoreAction.REMOVE, FlagSet(["$Work", r"\Deleted"])),
     rb"UID STORE 2:4,9 -FLAGS.SILENT ($Work \Deleted)"),
    (Store(UIDS, StoreAction.SET, FlagSet()), b"UID STORE 2:4,9 FLAGS.SILENT ()"),
    (Store(UIDS, StoreAction.ADD, SEEN, 12121230045),
     rb"UID STORE 2:4,9 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\Seen)"),
    (Store(SAVED, StoreAction.ADD, SEEN), rb"UID STORE $ +FLAGS.SILENT (\Seen)"),
    (StoreLabels(UIDS, StoreAction.ADD, ("foo", "a b", r"\Inbox", "ü")),
     rb'UID STORE 2:4,9 +X-GM-LABELS.SILENT (foo "a b" \Inbox &APw-)'),
    (StoreLabels(SAVED, StoreAction.SET, ()), b"UID STORE $ X-GM-LABELS.SILENT ()"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_flags_are_stored_silently(command: Command[object], octets: bytes) -> None:
    assert written(command) == octets


def test_what_had_changed_is_told() -> None:
    store = Store(UIDS, StoreAction.ADD, SEEN, 1)
    assert answered(store, done=b"OK [MODIFIED 7,9] Conditional STORE failed") == UidSet.of(7, 9)
    assert answered(store, done=b"OK done") == UidSet()
    assert answered(store, done=b"OK [MODIFIED x] done") == UidSet()
    assert answered(store, done=b"OK [APPENDUID 1 2] odd") == UidSet()
    assert not store.repeatable
    assert Store(UIDS, StoreAction.ADD, SEEN).repeatable


def test_flags_that_others_set_meanwhile_are_news() -> None:
    talk = Conversation()
    pending = talk.send(Store(UIDS, StoreAction.ADD, SEEN))
    talk.receive(b"* 1 FETCH (FLAGS (\\Seen))\r\nA1 OK done\r\n")
    assert talk.result(pending) == UidSet()
    assert [row.name for row in talk.news] == [b"FETCH"]
