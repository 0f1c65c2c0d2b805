"""IDLE, COMPRESS, UNAUTHENTICATE, REPLACE and the rest of what has little to say."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.commands.compress import Compress
from mailkit.protocol.commands.enable import Enable
from mailkit.protocol.commands.idle import Idle
from mailkit.protocol.commands.login import Login, Logout, Noop
from mailkit.protocol.commands.replace import Replace
from mailkit.protocol.commands.starttls import StartTLS
from mailkit.protocol.commands.unauthenticate import Unauthenticate
from mailkit.protocol.compress import Deflate
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.state import State
from mailkit.protocol.values.append_message import AppendMessage, Form
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from tests.protocol.answers import Conversation, answered, written


def test_they_are_written() -> None:
    assert written(Idle()) == b"IDLE"
    assert written(Compress()) == b"COMPRESS DEFLATE"
    assert written(Unauthenticate()) == b"UNAUTHENTICATE"
    assert written(StartTLS()) == b"STARTTLS"
    assert written(Noop()) == b"NOOP"
    assert written(Logout()) == b"LOGOUT"
    assert written(Login("a b", Secret('p"w'))) == b'LOGIN "a b" "p\\"w"'


def test_idle_ends_when_another_command_wants_to_be_sent() -> None:
    talk = Conversation()
    idle = talk.send(Idle())
    noop = talk.engine.submit(Noop())
    assert talk.engine.next_piece() is None
    talk.receive(b"+ idling\r\n* 5 EXISTS\r\n")
    done = talk.engine.next_piece()
    assert done is not None
    assert done.octets == b"DONE\r\n"
    assert talk.engine.next_piece() is None
    talk.receive(b"* 4 EXPUNGE\r\nA1 OK idled\r\n")
    assert idle.done is not None
    piece = talk.engine.next_piece()
    assert piece is not None
    assert piece.octets == b"A2 NOOP\r\n"
    talk.receive(b"A2 OK done\r\n")
    assert noop.done is not None
    assert [row.name for row in talk.news] == [b"EXISTS", b"EXPUNGE"]


def test_what_follows_the_ok_to_compress_is_compressed() -> None:
    server = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    early = server.compress(b"* 7 EXISTS\r\nA2 OK done\r\n") + server.flush(zlib.Z_SYNC_FLUSH)
    talk = Conversation()
    compress = talk.send(Compress())
    noop = talk.engine.submit(Noop())
    talk.receive(b"A1 OK begin\r\n" + early)
    assert compress.done is not None
    assert talk.engine.next_piece() is None, "sent before it can be compressed"
    deflate = Deflate(talk.engine.framer.drain())
    talk.engine.is_recoding = False
    assert talk.engine.next_piece() is not None
    deflate.expand(b"", talk.engine.framer)
    talk.engine.advance()
    assert talk.engine.exists == 7
    assert noop.done is not None


def test_what_follows_the_ok_to_starttls_is_never_read() -> None:
    talk = Conversation(state=State.NOT_AUTHENTICATED)
    talk.send(StartTLS())
    talk.receive(b"A1 OK begin\r\n* 9 EXISTS\r\n* CAPABILITY AUTH=PLAIN\r\nA2 OK logged in\r\n")
    assert talk.engine.exists == 0
    assert talk.engine.capabilities is None
    with pytest.raises(ProtocolViolation, match="before TLS"):
        talk.engine.forget_plaintext()


def test_a_refused_compress_changes_nothing() -> None:
    talk = Conversation()
    talk.send(Compress())
    talk.receive(b"A1 NO [COMPRESSIONACTIVE] DEFLATE active via TLS\r\n* 9 EXISTS\r\n")
    assert talk.engine.exists == 9


def test_after_unauthenticate_nothing_is_known_of_the_session() -> None:
    talk = Conversation()
    talk.send(Enable(("UTF8=ACCEPT",)))
    talk.receive(b"* 3 EXISTS\r\n* ENABLED UTF8=ACCEPT\r\nA1 OK [CAPABILITY IMAP4rev1] done\r\n")
    talk.send(Unauthenticate())
    talk.receive(b"A2 OK Salve\r\n")
    engine = talk.engine
    assert (engine.state, engine.is_utf8, engine.exists, engine.capabilities) == (
        State.NOT_AUTHENTICATED, False, 0, None
    )  # fmt: skip


DRAFT = AppendMessage(b"x: y\r\n", FlagSet([r"\Draft"]), datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_replace_names_the_old_message_and_brings_the_new_one() -> None:
    assert written(Replace(2000, "Drafts", DRAFT)) == (
        b'UID REPLACE 2000 Drafts (\\Draft) "02-Jan-2024 03:04:05 +0000" {6+}\r\nx: y\r\n'
    )
    assert written(Replace(1, "ü", AppendMessage(b"\0", form=Form.BINARY))) == b"UID REPLACE 1 &APw- ~{1+}\r\n\0"
    with pytest.raises(UsageError):
        written(Replace(0, "x", DRAFT))


@pytest.mark.parametrize(
    ("responses", "done", "uid"),
    [
        ([b"OK [APPENDUID 1 2001] Replacement Message ready", b"5 EXISTS", b"4 EXPUNGE"], b"OK done", 2001),
        ([b"5 EXISTS"], b"OK [APPENDUID 1 2001] done", 2001),
        ([b"OK [appenduid 1 2001]"], b"OK [APPENDUID 1 2001] done", 2001),
        ([b"OK still here"], b"OK done", None),
    ],
)
def test_replace_tells_the_new_message_s_uid(responses: list[bytes], done: bytes, uid: int | None) -> None:
    expected = None if uid is None else AppendUid(1, UidSet.of(uid))
    assert answered(Replace(2000, "Drafts", DRAFT), *responses, done=done) == expected
