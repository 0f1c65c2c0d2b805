from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.commands.append import Append
from mailkit.protocol.values.append_message import AppendMessage, Form
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.writer import Literals, Stream
from tests.protocol.answers import Conversation, answered, written

MAIL = b"Subject: hi\r\n\r\nhello\r\n"
PACIFIC = timezone(timedelta(hours=-8))

WRITTEN = [
    (AppendMessage(MAIL), b"{22+}\r\n" + MAIL),
    (AppendMessage(MAIL, FlagSet([r"\Seen"])), b"(\\Seen) {22+}\r\n" + MAIL),
    (AppendMessage(MAIL, date=datetime(1994, 2, 7, 21, 52, 25, tzinfo=PACIFIC)),
     b'"07-Feb-1994 21:52:25 -0800" {22+}\r\n' + MAIL),
    (AppendMessage(MAIL, FlagSet([r"\Draft", "$Work"]), datetime(2024, 2, 29, tzinfo=UTC)),
     b'(\\Draft $Work) "29-Feb-2024 00:00:00 +0000" {22+}\r\n' + MAIL),
    (AppendMessage(b"\0", form=Form.BINARY), b"~{1+}\r\n\0"),
    (AppendMessage(MAIL, form=Form.UTF8), b"UTF8 (~{22+}\r\n" + MAIL + b")"),
    (AppendMessage(b""), b"{0+}\r\n"),
    (AppendMessage(Stream(BytesIO(MAIL), 22)), b"{22+}\r\n" + MAIL),
    (AppendMessage(Stream(BytesIO(MAIL), 22), form=Form.UTF8), b"UTF8 (~{22+}\r\n" + MAIL + b")"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "octets"), WRITTEN)
def test_a_message_goes_with_its_flags_and_its_date(message: AppendMessage, octets: bytes) -> None:
    assert written(Append("INBOX", (message,))) == b"APPEND INBOX " + octets
    # RFC 3502 §6.3.11: each message with options of its own
    assert written(Append("a b", (message, AppendMessage(b"x")))) == b'APPEND "a b" ' + octets + b" {1+}\r\nx"


def test_each_literal_waits_for_the_server_where_it_must() -> None:
    talk = Conversation()
    stream = Stream(BytesIO(MAIL), 22)
    pending = talk.engine.submit(Append("x", (AppendMessage(MAIL), AppendMessage(stream, form=Form.UTF8))))
    sent = []
    for _ in range(3):
        while (piece := talk.engine.next_piece()) is not None:
            sent.append(piece.octets)
        talk.receive(b"+ go\r\n") if pending.pieces else None
    assert sent == [b"A1 APPEND x {22}\r\n", MAIL + b" UTF8 (~{22}\r\n", stream, b")\r\n"]


def test_literal_minus_sends_only_small_messages_at_once() -> None:
    small, large = AppendMessage(b"x" * 4096), AppendMessage(b"x" * 4097)
    assert b"{4096+}" in written(Append("x", (small,)), literals=Literals.MINUS)
    assert b"{4097}" in written(Append("x", (large,)), literals=Literals.MINUS)


@pytest.mark.parametrize(
    ("done", "uid"),
    [
        (b"OK [APPENDUID 38505 3955] APPEND completed", AppendUid(38505, UidSet.of(3955))),
        (b"OK [APPENDUID 38505 3955:3957,4000] done", AppendUid(38505, UidSet.parse("3955:3957,4000"))),
        (b"OK [appenduid 1 2]", AppendUid(1, UidSet.of(2))),
        (b"OK APPEND completed", None),
        (b"OK [APPENDUID x] done", None),
        (b"OK [APPENDUID 0 1] done", None),
        (b"OK [APPENDUID 1 0] done", None),
        (b"OK [APPENDUID 1 *] done", None),
        (b"OK [COPYUID 1 2 3] done", None),
    ],
)
def test_the_result_tells_the_uids(done: bytes, uid: AppendUid | None) -> None:
    assert answered(Append("x", (AppendMessage(MAIL),)), b"4 EXISTS", b"1 RECENT", done=done) == uid


def test_nonsense_is_refused_when_it_is_built() -> None:
    with pytest.raises(UsageError):
        Append("INBOX", ())
    with pytest.raises(UsageError, match="Recent"):
        AppendMessage(MAIL, FlagSet([r"\Recent"]))
    with pytest.raises(UsageError, match="NUL"):
        written(Append("INBOX", (AppendMessage(b"a\0b"),)))
    assert "secret words" not in repr(AppendMessage(b"secret words"))
