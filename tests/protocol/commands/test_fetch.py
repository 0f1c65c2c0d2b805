from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from mailkit.errors import UsageError
from mailkit.protocol.commands.fetch import (
    EMAIL_ID,
    ENVELOPE,
    FLAGS,
    GMAIL_LABELS,
    INTERNAL_DATE,
    MODSEQ,
    SAVE_DATE,
    SIZE,
    STRUCTURE,
    THREAD_ID,
    UID,
    BinarySize,
    Content,
    Fetch,
    FetchItem,
    Preview,
)
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import SAVED
from mailkit.protocol.values.sections import Section
from tests.protocol.answers import Conversation, answered, written

ONE = UidSet.of(7)
ALL = UidSet.parse("1:*")

ITEMS: list[tuple[FetchItem, bytes]] = [
    (FLAGS, b"FLAGS"),
    (INTERNAL_DATE, b"INTERNALDATE"),
    (SIZE, b"RFC822.SIZE"),
    (ENVELOPE, b"ENVELOPE"),
    (STRUCTURE, b"BODYSTRUCTURE"),
    (MODSEQ, b"MODSEQ"),
    (EMAIL_ID, b"EMAILID"),
    (THREAD_ID, b"THREADID"),
    (SAVE_DATE, b"SAVEDATE"),
    (GMAIL_LABELS, b"X-GM-LABELS"),
    (Preview(), b"PREVIEW"),
    (Preview(lazy=True), b"PREVIEW (LAZY)"),
    (Content(), b"BODY.PEEK[]"),
    (Content(Section("1.2")), b"BODY.PEEK[1.2]"),
    (Content(Section("4.2.2", "MIME")), b"BODY.PEEK[4.2.2.MIME]"),
    (Content(Section(text="TEXT"), (0, 2048)), b"BODY.PEEK[TEXT]<0.2048>"),
    (Content(Section(text="HEADER.FIELDS", fields=("Date", "From"))), b"BODY.PEEK[HEADER.FIELDS (DATE FROM)]"),
    (Content(Section("3", "HEADER.FIELDS.NOT", ("Received",))), b"BODY.PEEK[3.HEADER.FIELDS.NOT (RECEIVED)]"),
    (Content(Section("1"), decoded=True), b"BINARY.PEEK[1]"),
    (Content(Section("1"), (10, 20), decoded=True), b"BINARY.PEEK[1]<10.20>"),
    (BinarySize("1.2"), b"BINARY.SIZE[1.2]"),
]


@pytest.mark.parametrize(("item", "octets"), ITEMS)
def test_an_item_is_asked_for_without_setting_seen(item: FetchItem, octets: bytes) -> None:
    assert written(Fetch(ONE, (item,))) == b"UID FETCH 7 (UID " + octets + b")"


def test_modifiers_stand_behind_the_items() -> None:
    assert written(Fetch(ALL, (UID, FLAGS), 12345)) == b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 12345)"
    assert written(Fetch(ALL, (FLAGS,), 1, True)) == b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 1 VANISHED)"
    assert written(Fetch(SAVED, (FLAGS,))) == b"UID FETCH $ (UID FLAGS)"
    window = Fetch(UidSet.parse("25900:26600"), (FLAGS,), partial=(-1, -30))
    assert written(window) == b"UID FETCH 25900:26600 (UID FLAGS) (PARTIAL -1:-30)"
    both = Fetch(ALL, (FLAGS,), 98305, partial=(1, 9))
    assert written(both) == b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 98305 PARTIAL 1:9)"


def test_nonsense_is_refused() -> None:
    for partial in ((-1, 5), (0, 0)):
        with pytest.raises(UsageError):
            Content(partial=partial)
    with pytest.raises(UsageError):
        Content(Section(text="TEXT"), decoded=True)
    with pytest.raises(UsageError):
        written(Fetch(ALL, (FLAGS,), partial=(1, -1)))
    with pytest.raises(UsageError):
        written(Fetch(UidSet(), (FLAGS,)))


def _data(**fields: object) -> MessageData:
    make: Callable[..., MessageData] = MessageData
    return make(12, uid=7, **fields)


PACIFIC = timezone(timedelta(hours=-7))

ANSWERS: list[tuple[bytes, MessageData]] = [
    (b"FLAGS (\\Seen $Work)", _data(flags=FlagSet.parse(r"\Seen $Work"))),
    (b"FLAGS ()", _data(flags=FlagSet())),
    (b"FLAGS (\\Seen]x caf\xc3\xa9)", _data(flags=FlagSet.read(b"\\Seen]x caf\xc3\xa9"))),
    (b'INTERNALDATE "17-Jul-1996 02:44:25 -0700"',
     _data(internal_date=datetime(1996, 7, 17, 2, 44, 25, tzinfo=PACIFIC))),
    (b'INTERNALDATE " 1-Jan-2024 00:00:00 +0000"', _data(internal_date=datetime(2024, 1, 1, tzinfo=UTC))),
    (b"RFC822.SIZE 44827", _data(size=44827)),
    (b"RFC822.SIZE 9223372036854775807", _data(size=(1 << 63) - 1)),
    (b"MODSEQ (624140003)", _data(modseq=624140003)),
    (b"EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9)",
     _data(email_id="M6d99ac3275bb4e", thread_id="T64b478a75b7ea9")),
    (b"THREADID NIL", _data()),
    (b'SAVEDATE "01-Jan-2015 00:00:00 +0000"', _data(save_date=datetime(2015, 1, 1, tzinfo=UTC))),
    (b"SAVEDATE NIL", _data()),
    (b'PREVIEW "Preview text!"', _data(preview="Preview text!")),
    (b"PREVIEW {6}\r\n\xf0\x9f\x98\x80)\"", _data(preview='😀)"')),
    (b"PREVIEW NIL", _data()),
    (b'PREVIEW ""', _data(preview="")),
    (b'X-GM-LABELS (\\Inbox \\Sent Important "Muy Importante" &APw- "\\"")',
     _data(labels=("\\Inbox", "\\Sent", "Important", "Muy Importante", "ü", '"'))),
    (b"X-GM-LABELS ()", _data(labels=())),
    (b"X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888",
     _data(email_id="1278455344230334865", thread_id="1266894439832287888")),
    (b"BODY[] {5}\r\n)\r\n* ", _data(sections={Section(): b")\r\n* "})),
    (b"BODY[] NIL", _data(sections={Section(): None})),
    (b'BODY[] ""', _data(sections={Section(): b""})),
    (b"BODY[] {0}\r\n", _data(sections={Section(): b""})),
    (b'BODY[TEXT]<0> "abc"', _data(sections={Section(text="TEXT"): b"abc"})),
    (b'BODY[1]<100> "x" BODY[1.2.MIME] ~{1}\r\n\0',
     _data(sections={Section("1"): b"x", Section("1.2", "MIME"): b"\0"})),
    (b'BODY[HEADER.FIELDS ("Date" FROM {2}\r\nTo)] {2}\r\n\r\n',
     _data(sections={Section(text="HEADER.FIELDS", fields=("Date", "From", "To")): b"\r\n"})),
    (b'BODY.PEEK[] "x"', _data(sections={Section(): b"x"})),
    (b"BINARY[1] ~{3}\r\na\0b", _data(binary={Section("1"): b"a\0b"})),
    (b'BINARY.PEEK[2]<4> "x"', _data(binary={Section("2"): b"x"})),
    (b"BINARY[1] NIL", _data(binary={Section("1"): None})),
    (b"BINARY.SIZE[1.2] 5", _data(binary_sizes={"1.2": 5})),
    (b"X-NEW (a (\"b)\" {2}\r\n)) (c))) X-NEWER 5 FLAGS ()", _data(flags=FlagSet())),
    (b"  RFC822.SIZE   5 ", _data(size=5)),
]  # fmt: skip


@pytest.mark.parametrize(("items", "data"), ANSWERS)
def test_items_are_read(items: bytes, data: MessageData) -> None:
    for response in (b"12 FETCH (UID 7 " + items + b")", b"12 fetch (" + items + b" uid 7)"):
        (found,) = answered(Fetch(ONE, (FLAGS,)), response)
        assert attrs.evolve(found, items=frozenset()) == data


def test_what_came_is_told_from_what_did_not() -> None:
    (found,) = answered(Fetch(ONE, (SAVE_DATE,)), b"1 FETCH (UID 7 SAVEDATE NIL THREADID NIL)")
    assert found.items == {"UID", "SAVEDATE", "THREADID"}


def test_several_responses_of_one_message_are_one() -> None:
    fetch = Fetch(UidSet.of(7, 8), (FLAGS, SIZE, Content()))
    found = answered(
        fetch,
        b"1 FETCH (UID 7 FLAGS () RFC822.SIZE 3)",
        b"2 FETCH (UID 8 RFC822.SIZE 9)",
        b"1 FETCH (BODY[] {3}\r\nabc UID 7)",
        b"1 FETCH (FLAGS (\\Seen) UID 7)",
    )
    assert [data.uid for data in found] == [7, 8]
    assert found[0].flags == {r"\Seen"}
    assert found[0].size == 3
    assert found[0].sections == {Section(): b"abc"}
    assert [fetch.is_whole(data) for data in found] == [True, False]


def test_other_messages_are_news_or_nothing() -> None:
    talk = Conversation()
    pending = talk.send(Fetch(ONE, (SIZE,)))
    talk.receive(
        b"* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (MODSEQ (5) FLAGS ())\r\n* 3 FETCH (UID 9 FLAGS ())\r\n"
        b"* 4 FETCH (RFC822.SIZE 1 UID 9)\r\n* 5 FETCH (UID 7 RFC822.SIZE 2)\r\nA1 OK done\r\n"
    )
    (data,) = talk.result(pending)
    assert (data.number, data.size) == (5, 2)
    assert [row.number for row in talk.news] == [1, 2, 3]


BROKEN = [
    b"FLAGS", b"FLAGS \\Seen", b"FLAGS (", b"INTERNALDATE NIL", b'INTERNALDATE "yesterday"', b"RFC822.SIZE",
    b"RFC822.SIZE -1", b"RFC822.SIZE 99999999999999999999", b"ENVELOPE NIL", b"ENVELOPE (", b"BODYSTRUCTURE NIL",
    b"BODYSTRUCTURE (", b"BODY[", b"BODY[] x", b"BODY[1.MIME.MIME] NIL", b"BODY[MIME] NIL", b"BODY[]<x> NIL",
    b"BODY[HEADER.FIELDS ()] NIL", b"MODSEQ 5", b"MODSEQ ()", b"MODSEQ (1 2)", b"EMAILID ()", b"EMAILID NIL x",
    b"THREADID (", b"SAVEDATE x", b"PREVIEW x", b"X-GM-LABELS NIL x", b"X-GM-MSGID x", b"BINARY.SIZE[1] NIL",
    b"X-NEW " + b"(" * 5000, b"X-NEW", b"()", b"BODYSTRUCTURE " + b"(" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_item_costs_only_itself(broken: bytes) -> None:
    octets = b"* 1 FETCH (UID 7 RFC822.SIZE 5 " + broken + b")\r\n* 2 FETCH (UID 8 RFC822.SIZE 6)\r\nA1 OK done\r\n"
    talk = Conversation()
    pending = talk.send(Fetch(UidSet.of(7, 8), (SIZE,)))
    talk.receive(octets)
    found, problems = talk.lenient(pending)
    assert found[-1].size == 6
    assert len(found) + len(problems) == 2
    if len(found) == 2:
        assert found[0].size == 5
        assert found[0].defects
