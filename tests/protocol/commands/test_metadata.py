from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.command import Command
from mailkit.protocol.commands.metadata import GetMetadata, SetMetadata
from mailkit.protocol.values.depth import Depth
from mailkit.protocol.values.metadata import Metadata
from tests.protocol.answers import Conversation, answered, written

COMMENT = "/private/comment"

WRITTEN: list[tuple[Command[object], bytes]] = [
    (GetMetadata("", ("/shared/comment",)), b'GETMETADATA "" (/shared/comment)'),
    (GetMetadata("INBOX", ("/shared/comment", COMMENT)), b"GETMETADATA INBOX (/shared/comment /private/comment)"),
    (GetMetadata("INBOX", (COMMENT,), 1024), b"GETMETADATA (MAXSIZE 1024) INBOX (/private/comment)"),
    (GetMetadata("ü", (COMMENT,), 0, Depth.ALL),
     b"GETMETADATA (MAXSIZE 0 DEPTH infinity) &APw- (/private/comment)"),
    (GetMetadata("INBOX", ("/private/filters",), depth=Depth.CHILDREN),
     b"GETMETADATA (DEPTH 1) INBOX (/private/filters)"),
    (SetMetadata("INBOX", {COMMENT: b"My comment"}), b'SETMETADATA INBOX (/private/comment "My comment")'),
    (SetMetadata("", {COMMENT: None, "/shared/a b": b""}), b'SETMETADATA "" (/private/comment NIL "/shared/a b" "")'),
    (SetMetadata("INBOX", {COMMENT: b"My new comment across\r\ntwo lines."}),
     b"SETMETADATA INBOX (/private/comment {33+}\r\nMy new comment across\r\ntwo lines.)"),
    (SetMetadata("INBOX", {COMMENT: b"a\0\xff"}), b"SETMETADATA INBOX (/private/comment ~{3+}\r\na\0\xff)"),
    (SetMetadata("INBOX", {COMMENT: b"NIL"}), b'SETMETADATA INBOX (/private/comment "NIL")'),
]  # fmt: skip


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_metadata_commands_are_written(command: Command[object], octets: bytes) -> None:
    assert written(command) == octets


@pytest.mark.parametrize(
    ("responses", "done", "metadata"),
    [
        ([b'METADATA "INBOX" (/private/comment "My own comment")'], b"OK", Metadata({COMMENT: b"My own comment"})),
        ([b"METADATA INBOX (/private/comment {5}\r\na\0\xff)\" /shared/x NIL)"], b"OK",
         Metadata({COMMENT: b'a\0\xff)"', "/shared/x": None})),
        ([b"METADATA inbox (/private/comment ~{2}\r\n\0\0)"], b"OK", Metadata({COMMENT: b"\0\0"})),
        ([b'METADATA INBOX (/a "1")', b'METADATA INBOX (/b "2" "/c d" "3")'], b"OK",
         Metadata({"/a": b"1", "/b": b"2", "/c d": b"3"})),
        ([b'METADATA INBOX (/a "1")'], b"OK [METADATA LONGENTRIES 2199] done", Metadata({"/a": b"1"}, 2199)),
        ([], b"OK done", Metadata()),
        ([b"METADATA INBOX ()"], b"OK [METADATA TOOMANY] odd", Metadata()),
    ],
)  # fmt: skip
def test_values_are_read(responses: list[bytes], done: bytes, metadata: Metadata) -> None:
    found = answered(GetMetadata("INBOX", (COMMENT,)), *responses, done=done)
    assert found == metadata
    assert hash(found) == hash(metadata)
    assert dict(found) == dict(metadata.entries)


def test_what_others_change_is_news() -> None:
    talk = Conversation()
    first = talk.send(GetMetadata("", ("/shared/comment",)))
    second = talk.send(GetMetadata("INBOX", ("/shared/comment",)))
    talk.receive(
        b'* METADATA INBOX /shared/comment /private/x\r\n* METADATA INBOX (/shared/comment "2")\r\n'
        b'* METADATA "" (/shared/comment "1")\r\n* METADATA other (/shared/comment "3")\r\n* METADATA\r\n'
        b"A1 OK done\r\nA2 OK done\r\n"
    )
    assert (talk.result(first)["/shared/comment"], talk.result(second)["/shared/comment"]) == (b"1", b"2")
    assert len(talk.news) == 3


@pytest.mark.parametrize("entry", ["", "x", "/a*", "/%", "/a/", "/a//b"])
def test_a_name_outside_the_grammar_is_refused(entry: str) -> None:
    with pytest.raises(UsageError):
        GetMetadata("INBOX", (entry,))
    with pytest.raises(UsageError):
        SetMetadata("INBOX", {entry: b""})


def test_nothing_to_ask_for_is_refused() -> None:
    with pytest.raises(UsageError):
        GetMetadata("INBOX", ())
    with pytest.raises(UsageError):
        SetMetadata("INBOX", {})


@pytest.mark.parametrize(
    "hostile", [b"METADATA INBOX (/a)", b"METADATA INBOX (/a b)", b'METADATA INBOX (/a "', b"METADATA INBOX (("]
)
def test_broken_metadata_are_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(GetMetadata("INBOX", (COMMENT,)), hostile)
