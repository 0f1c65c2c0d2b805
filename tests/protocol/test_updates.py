from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.response import Untagged, classify
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.updates import (
    Alert,
    Exists,
    Expunged,
    FlagsChanged,
    Recent,
    Update,
    Vanished,
    read_update,
)
from tests.protocol.answers import frame_of


def _read(octets: bytes) -> Update | None:
    row = classify(frame_of(b"* " + octets))
    assert isinstance(row, Untagged)
    return read_update(row.name, row.number, row.reader())


@pytest.mark.parametrize(
    ("octets", "update"),
    [
        (b"23 EXISTS", Exists(23)),
        (b"0 exists", Exists(0)),
        (b"5 RECENT", Recent(5)),
        (b"44 EXPUNGE", Expunged(44)),
        (b"VANISHED 405,407,410,425", Vanished(UidSet.parse("405,407,410,425"))),
        (b"VANISHED (EARLIER) 300:310", Vanished(UidSet.parse("300:310"), earlier=True)),
        (b"14 FETCH (FLAGS (\\Seen \\Deleted))", FlagsChanged(14, None, FlagSet.parse(r"\Seen \Deleted"))),
        (b"1 FETCH (UID 4 MODSEQ (65402) FLAGS ($Work))", FlagsChanged(1, 4, FlagSet(["$Work"]), 65402)),
        (b"1 FETCH (FLAGS () UID 4)", FlagsChanged(1, 4, FlagSet())),
        (b"1 FETCH (MODSEQ (65402))", FlagsChanged(1, modseq=65402)),
        (b'1 FETCH (X-NEW (a "b" {3}\r\n)() (c)) UID 2)', FlagsChanged(1, 2)),
        (b"OK [ALERT] System shutdown in 10 minutes", Alert("System shutdown in 10 minutes")),
        (b"NO [alert] disk \xc3\xbc full", Alert("disk ü full")),
        (b"OK just words", None),
        (b"OK [PARSE] hm", None),
        (b'LIST () "/" x', None),
        (b"X-NEW 5", None),
    ],
)
def test_news_are_read(octets: bytes, update: Update | None) -> None:
    assert _read(octets) == update


@pytest.mark.parametrize(
    "hostile",
    [b"VANISHED", b"VANISHED (EARLIER)", b"VANISHED *", b"VANISHED 1:*", b"VANISHED 0", b"1 FETCH", b"1 FETCH (",
     b"1 FETCH (UID)", b"1 FETCH (UID 0)", b"1 FETCH (FLAGS \\Seen)", b"1 FETCH (FLAGS ((((", b"1 FETCH (MODSEQ ())",
     b"1 FETCH (UID 4294967296)", b"VANISHED (" + b"(" * 5000],
)  # fmt: skip
def test_broken_news_are_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        _read(hostile)
