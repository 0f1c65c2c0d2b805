"""Recorded dialogues are read, written and played exactly."""

from __future__ import annotations

import imaplib
import socket
from collections.abc import Callable

import pytest

from tests.dialogues import Dialogue, Piece, load, load_all, play
from tests.dialogues.record import STORIES, Recorder
from tests.scripted import Cut, MiniServer, ScriptedServer

DIALOGUES = load_all()
SMALL = Dialogue.read("small", b'S: * OK\nC: A1 LOGIN a "b c"\nS: A1 OK\nC: A2 APPEND x {1}\nS: + go\nC: z\nS: A2 OK\n')


def talk(server: ScriptedServer, *octets: bytes) -> bytes:
    """Say all this at once and hear everything."""
    heard = b""
    with socket.create_connection(server.address, timeout=5) as sock:
        sock.sendall(b"".join(octets))
        sock.shutdown(socket.SHUT_WR)
        while piece := sock.recv(4096):
            heard += piece
    return heard


@pytest.mark.parametrize(
    ("line", "octets"),
    [
        (b"S: * OK", b"* OK\r\n"),
        (b"S: \xc3\xa4 100%", b"\xc3\xa4 100%\r\n"),
        (b"S:", b"\r\n"),
        (b"S% a%0A", b"a\n"),
        (b"S% %C3%25 %0D", b"\xc3% \r"),
    ],
)
def test_a_line_stands_for_its_octets(line: bytes, octets: bytes) -> None:
    assert Piece.read(line) == Piece("S", octets)
    assert Piece("S", octets).write() == line


def test_another_line_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        Piece.read(b"X: a")


def test_the_issue_s_dialogues_are_there() -> None:
    names = {dialogue.name.partition("/")[2] for dialogue in DIALOGUES}
    assert names >= {"login", "select", "fetch", "append", "copy", "move_fallback", "store", "idle"}


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_a_file_is_written_as_it_was_read(dialogue: Dialogue) -> None:
    assert Dialogue.read(dialogue.name, dialogue.write()) == dialogue
    assert 0 < dialogue.server_start < len(dialogue.server_octets)
    assert 0 < dialogue.client_start < len(dialogue.client_octets)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "by value"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_recorded_calls_play_again(story: Callable[[Recorder, imaplib.IMAP4], None], exact: bool) -> None:
    dialogue = load(f"dovecot/{story.__name__}")
    with (
        MiniServer(preauth=True) as elsewhere,
        imaplib.IMAP4(*elsewhere.address, timeout=5) as other,
        ScriptedServer(play(dialogue, exact=exact)) as server,
    ):
        client = Recorder(*server.address)
        story(client, other)
        again = client.dialogue(dialogue.name, *dialogue.comments)
        client.shutdown()
    if exact:
        assert again == dialogue
    else:
        assert len(again.client_octets) == len(dialogue.client_octets)


def test_the_client_s_tags_are_answered() -> None:
    with ScriptedServer(play(SMALL)) as server:
        assert talk(server, b'x7 LOGIN a "b c"\r\n', b"x8 APPEND x {1}\r\nz\r\n") == (
            b"* OK\r\nx7 OK\r\n+ go\r\nx8 OK\r\n"
        )


def test_the_form_of_a_string_counts_only_when_exact() -> None:
    said = (b'x LOGIN {1+}\r\na "b c"\r\n', b"y APPEND x {1+}\r\nz\r\n", b"z LOGOUT\r\n")
    with ScriptedServer(play(SMALL, exact=False)) as server:
        assert talk(server, *said) == b"* OK\r\nx OK\r\ny OK\r\n* BYE\r\nz OK done\r\n"
    with pytest.raises(AssertionError, match="expected"), ScriptedServer(play(SMALL)) as server:
        talk(server, *said)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    "said",
    [
        (b'x LOGIN a "b d"\r\n',),
        (b'x NOOP a "b c"\r\n',),
        (b'x LOGIN a "b c"\r\n', b"y APPEND x {1}\r\ny\r\n"),
        (b'x LOGIN a "b c"\r\n', b"y APPEND x {1}\r\nz\r\n", b"z NOOP\r\n"),
    ],
    ids=["value", "verb", "literal", "too much"],
)
def test_a_client_that_says_something_else_fails(said: tuple[bytes, ...], exact: bool) -> None:
    with pytest.raises(AssertionError, match="expected"), ScriptedServer(play(SMALL, exact=exact)) as server:
        talk(server, *said)


def test_a_dialogue_can_be_cut_at_any_octet() -> None:
    dialogue = load("dovecot/login")
    sizes = range(dialogue.server_start, len(dialogue.server_octets), 29)
    with ScriptedServer(play(dialogue), cuts=tuple(Cut(sent=size) for size in sizes)) as server:
        for size in sizes:
            assert talk(server, dialogue.client_octets) == dialogue.server_octets[:size]
