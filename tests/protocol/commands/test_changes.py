from __future__ import annotations

from mailkit.protocol.commands.changes import Changes, FetchChanges
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.updates import FlagsChanged
from tests.protocol.answers import answered, written

EVERYTHING = UidSet.parse("1:*")


def test_changes_are_asked_for() -> None:
    assert written(FetchChanges(EVERYTHING, 12345)) == b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 12345 VANISHED)"
    without = FetchChanges(UidSet.parse("300:500"), 12345, vanished=False)
    assert written(without) == b"UID FETCH 300:500 (UID FLAGS) (CHANGEDSINCE 12345)"


def test_changes_and_what_vanished_are_told() -> None:
    """RFC 7162 §3.2.6"""
    found = answered(
        FetchChanges(UidSet.parse("300:500"), 12345),
        b"VANISHED (EARLIER) 300:310,405,411",
        b"1 FETCH (UID 404 MODSEQ (65402) FLAGS (\\Seen))",
        b"2 FETCH (UID 406 MODSEQ (75403) FLAGS (\\Deleted))",
        b"2 FETCH (MODSEQ (75404) FLAGS () UID 406)",
        b"3 FETCH (UID 9 FLAGS ())",
        b"4 FETCH (FLAGS ())",
    )
    assert found == Changes(
        (FlagsChanged(1, 404, FlagSet([r"\Seen"]), 65402), FlagsChanged(2, 406, FlagSet(), 75404)),
        UidSet.parse("300:310,405,411"),
    )
