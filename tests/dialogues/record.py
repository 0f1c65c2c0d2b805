"""Records the dialogues anew: `python -m tests.dialogues.record HOST PORT SERVER "NAME VERSION"`.

SERVER is the directory to write to. The server must know alice with the password alicepw, offer UIDPLUS, MOVE,
ESEARCH and IDLE, and be fresh: INBOX empty, no mailbox Archive.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.dialogues.dialogue import Dialogue, Piece, Side

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_DATE = '"17-Jul-1996 02:44:25 -0700"'
_FIRST = (
    b"Date: Wed, 17 Jul 1996 02:23:25 -0700\r\nFrom: Terry Gray <gray@cac.washington.edu>\r\n"
    b"Subject: IMAP4rev2 WG mtg summary and minutes\r\nTo: imap@cac.washington.edu\r\n"
    b"Message-ID: <B27397-0100000@cac.washington.edu>\r\n\r\nHello\r\n"
)
_SECOND = (
    b"From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\nSubject: two parts\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"
    b'--b\r\nContent-Type: application/octet-stream; name="x.bin"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n"
)


class Recorder(imaplib.IMAP4):
    """The standard library's client, keeping every octet of both sides."""

    def __init__(self, host: str, port: int) -> None:
        self.said: list[tuple[Side, bytes]] = []
        self.prelude = 0
        super().__init__(host, port, timeout=10)

    def send(self, data: ReadableBuffer) -> None:
        self._keep("C", bytes(data))
        super().send(data)

    def readline(self) -> bytes:
        line = super().readline()
        self._keep("S", line)
        return line

    def read(self, size: int) -> bytes:
        octets = super().read(size)
        self._keep("S", octets)
        return octets

    def begin(self) -> None:
        """What has been said so far was the prelude."""
        self.prelude = len(self._pieces())

    def dialogue(self, name: str, *comments: str) -> Dialogue:
        return Dialogue(name, tuple(self._pieces()), self.prelude, comments)

    def _keep(self, side: Side, octets: bytes) -> None:
        if self.said and self.said[-1][0] == side:
            octets = self.said.pop()[1] + octets
        self.said.append((side, octets))

    def _pieces(self) -> list[Piece]:
        """Lines, with tags `A0`, `A1` and so on for those of the standard library."""
        prefix = next(octets for side, octets in self.said if side == "C")[:4]  # four letters, in every tag
        own = re.compile(prefix + rb"(?=\d)")
        return [
            Piece(side, own.sub(b"A", line))
            for side, octets in self.said
            for line in re.findall(rb"[^\n]*\r\n|[^\n]*\n|[^\n]+\Z", octets)
        ]


def login(client: Recorder, other: imaplib.IMAP4) -> None:
    """login("alice", "alicepw"), logout()"""
    client.begin()
    client.login("alice", "alicepw")
    # IMAP4.logout() would leave the tagged answer unread.
    client.send(b"A90 LOGOUT\r\n")
    while not client.readline().startswith(b"A90 "):
        pass


def select(client: Recorder, other: imaplib.IMAP4) -> None:
    """login("alice", "alicepw"), select("INBOX")"""
    client.login("alice", "alicepw")
    client.begin()
    client.select("INBOX")


def _selected(client: Recorder) -> None:
    client.login("alice", "alicepw")
    client.select("INBOX")
    client.begin()


def fetch(client: Recorder, other: imaplib.IMAP4) -> None:
    """login, select, uid("FETCH", "1:2", "(FLAGS BODY.PEEK[])"), fetch("1:2", "(UID ENVELOPE BODYSTRUCTURE)")"""
    _selected(client)
    client.uid("FETCH", "1:2", "(FLAGS BODY.PEEK[])")
    client.fetch("1:2", "(UID ENVELOPE BODYSTRUCTURE)")


def store(client: Recorder, other: imaplib.IMAP4) -> None:
    r"""login, select, uid("STORE", "1:2", "+FLAGS", r"(\Flagged $Work)"), store("2", "FLAGS.SILENT", "()")"""
    _selected(client)
    client.uid("STORE", "1:2", "+FLAGS", r"(\Flagged $Work)")
    client.store("2", "FLAGS.SILENT", "()")


def search(client: Recorder, other: imaplib.IMAP4) -> None:
    """login, select, uid("SEARCH", "ALL"), uid("SEARCH", "RETURN (MIN MAX COUNT ALL) SUBJECT", '"two parts"')"""
    _selected(client)
    client.uid("SEARCH", "ALL")
    client.uid("SEARCH", "RETURN (MIN MAX COUNT ALL) SUBJECT", '"two parts"')


def append(client: Recorder, other: imaplib.IMAP4) -> None:
    r"""login, select, append("Archive", r"(\Seen)", '"17-Jul-1996 02:44:25 -0700"', MESSAGE)"""
    _selected(client)
    client.append("Archive", r"(\Seen)", _DATE, _FIRST)


def copy(client: Recorder, other: imaplib.IMAP4) -> None:
    """login, select, uid("COPY", "1:2", "Archive"), copy("1", "Nowhere")"""
    _selected(client)
    client.uid("COPY", "1:2", "Archive")
    client.copy("1", "Nowhere")


def move(client: Recorder, other: imaplib.IMAP4) -> None:
    """login, select, uid("MOVE", "2", "Archive")"""
    _selected(client)
    client.uid("MOVE", "2", "Archive")


def move_fallback(client: Recorder, other: imaplib.IMAP4) -> None:
    r"""login, select, uid("COPY", "1", "Archive"), uid("STORE", "1", "+FLAGS.SILENT", r"(\Deleted)"),
    uid("EXPUNGE", "1")"""
    _selected(client)
    client.uid("COPY", "1", "Archive")
    client.uid("STORE", "1", "+FLAGS.SILENT", r"(\Deleted)")
    client.uid("EXPUNGE", "1")


def idle(client: Recorder, other: imaplib.IMAP4) -> None:
    """login, select, IDLE until one EXISTS of another client's APPEND, DONE"""
    _selected(client)
    client.send(b"A90 IDLE\r\n")
    assert client.readline().startswith(b"+")
    other.append("INBOX", "", _DATE, _FIRST)
    while not client.readline().endswith(b" EXISTS\r\n"):
        pass
    client.send(b"DONE\r\n")
    while not client.readline().startswith(b"A90 "):
        pass


STORIES: tuple[Callable[[Recorder, imaplib.IMAP4], None], ...] = (
    login,
    select,
    fetch,
    store,
    search,
    append,
    copy,
    idle,
    move,
    move_fallback,
)
"""In an order in which none spoils the mailbox for the next."""


def record(host: str, port: int, directory: Path, version: str) -> None:
    """Tell every story to the server and write it down."""
    with imaplib.IMAP4(host, port, timeout=10) as other:
        other.login("alice", "alicepw")
        other.create("Archive")
        for message in (_FIRST, _SECOND):
            other.append("INBOX", "", _DATE, message)
        for story in STORIES:
            client = Recorder(host, port)
            story(client, other)
            comments = (version, "Calls: " + " ".join((story.__doc__ or "").split()))
            dialogue = client.dialogue(f"{directory.name}/{story.__name__}", *comments)
            with contextlib.suppress(imaplib.IMAP4.abort, OSError):
                client.logout()
            (directory / f"{story.__name__}.txt").write_bytes(dialogue.write())


if __name__ == "__main__":
    record(sys.argv[1], int(sys.argv[2]), Path(__file__).parent / sys.argv[3], sys.argv[4])
