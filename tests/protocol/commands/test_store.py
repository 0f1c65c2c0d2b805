from __future__ import annotations

import attrs
import pytest

from mailkit.protocol.command import Command
from mailkit.protocol.commands.fetch import FLAGS, Fetch
from mailkit.protocol.commands.store import FlagsStored, Store, StoreAction, StoreLabels
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
    (Store(UIDS, StoreAction.ADD, SEEN, silent=False), rb"UID STORE 2:4,9 +FLAGS (\Seen)"),
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
    assert answered(store, done=b"OK [MODIFIED 7,9] Conditional STORE failed") == FlagsStored(UidSet.of(7, 9))
    assert answered(store, done=b"OK done") == FlagsStored()
    assert answered(store, done=b"OK [MODIFIED x] done") == FlagsStored()
    assert answered(store, done=b"OK [APPENDUID 1 2] odd") == FlagsStored()
    assert not store.repeatable
    assert Store(UIDS, StoreAction.ADD, SEEN).repeatable


def test_flags_that_others_set_meanwhile_are_news() -> None:
    talk = Conversation()
    pending = talk.send(Store(UIDS, StoreAction.ADD, SEEN))
    talk.receive(b"* 1 FETCH (FLAGS (\\Seen))\r\nA1 OK done\r\n")
    assert talk.result(pending) == FlagsStored()
    assert [row.name for row in talk.news] == [b"FETCH"]


def test_a_store_that_is_not_silent_tells_the_flags_to_its_caller_and_to_who_watches() -> None:
    talk = Conversation()
    pending = talk.send(Store(UIDS, StoreAction.ADD, SEEN, silent=False))
    talk.receive(
        b"* 1 FETCH (UID 2 FLAGS (\\Seen))\r\n"
        b"* 2 FETCH (FLAGS (\\Seen $Work) UID 3)\r\n"
        b"* 3 FETCH (FLAGS (\\Seen))\r\n"  # whose?
        b"* 4 FETCH (UID 4 MODSEQ (7))\r\n"
        b"* 5 FETCH (UID 5 FLAGS (\\Answered))\r\n"  # news of another message
        b"A1 OK done\r\n"
    )
    assert talk.result(pending) == FlagsStored(flags={2: SEEN, 3: SEEN | {"$Work"}})
    assert [row.number for row in talk.news] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "other", [Fetch(UIDS, (FLAGS,)), Store(UIDS, StoreAction.ADD, SEEN), Store(UIDS, StoreAction.SET, SEEN)], ids=str
)
def test_a_store_that_is_not_silent_waits_for_what_is_told_of_flags(other: Command[object]) -> None:
    loud = Store(UIDS, StoreAction.ADD, SEEN, silent=False)
    assert loud.conflicts(other)
    assert not attrs.evolve(loud, silent=True).conflicts(other)
