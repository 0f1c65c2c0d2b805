"""A small IMAP server that is made to cost next to nothing, so that clients are what is measured.

Its answers are written once, from a fixed seed. It counts what a client makes it do: commands, round trips (times that
it had answered all and had to wait) and octets each way.
"""

from __future__ import annotations

import random
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs

_WORDS = (
    "report",
    "meeting",
    "budget",
    "review",
    "ticket",
    "server",
    "update",
    "invoice",
    "question",
    "answer",
    "draft",
)
_PEOPLE = ["Anna Abel", "Boris Dupont", "=?utf-8?Q?Zo=C3=AB_M=C3=BCller?=", "Farid Haddad", "Greta Kovacs", "Wei Xu"]
_MULTIPART = (
    b'(("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 812 15 NIL NIL NIL NIL)'
    b'("application" "pdf" ("name" "%b.pdf") NIL NIL "base64" 18242 NIL ("attachment" ("filename" "%b.pdf")) NIL NIL) '
    b'"mixed" ("boundary" "----=_Part_%d") NIL NIL NIL)'
)
_COMMAND = re.compile(rb"([^ ]+) (?:(UID) )?([A-Z]+) ?(.*)\r\n", re.IGNORECASE)


@attrs.define
class Counts:
    """What one client made the server do."""

    commands: int = 0
    round_trips: int = 0
    octets_in: int = 0
    octets_out: int = 0


class Server:
    """Serves one mailbox of `size` messages, under any name, on a port of its own, to one client after another."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size = size
        self.counts = Counts()
        self._scan, self._structures, self._contents = _answers(size, random.Random(seed))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more clients."""
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.counts = Counts()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client, suppress(ConnectionError):  # who has said LOGOUT need not wait for the answer
                self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        client.sendall(b"* OK [CAPABILITY IMAP4rev1 ESEARCH LITERAL+ UIDPLUS] ready\r\n")
        buffer = b""
        while octets := client.recv(65536):
            self.counts.octets_in += len(octets)
            self.counts.round_trips += 1
            buffer += octets
            while (end := buffer.find(b"\n") + 1) > 0:
                line, buffer = buffer[:end], buffer[end:]
                for piece in self._answer(line):
                    self.counts.octets_out += len(piece)
                    client.sendall(piece)

    def _answer(self, line: bytes) -> Iterator[bytes]:
        found = _COMMAND.fullmatch(line)
        if found is None:
            yield b"* BAD what?\r\n"
            return
        self.counts.commands += 1
        tag, verb, arguments = found[1], found[3].upper(), found[4].upper()
        if verb in {b"SELECT", b"EXAMINE"}:
            yield b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* OK [UIDVALIDITY 1] .\r\n* OK [UIDNEXT %d] .\r\n" % (
                self.size,
                self.size + 1,
            )
        elif verb == b"SEARCH" and arguments.startswith(b"RETURN"):
            yield b'* ESEARCH (TAG "%b") UID ALL 1:%d\r\n' % (tag, self.size)
        elif verb == b"SEARCH":
            yield b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1, self.size + 1)) + b"\r\n"
        elif verb == b"FETCH":
            yield from self._fetched(arguments)
        elif verb == b"CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1 ESEARCH LITERAL+ UIDPLUS\r\n"
        elif verb == b"LOGOUT":
            yield b"* BYE see you\r\n"
        yield tag + b" OK done\r\n"

    def _fetched(self, arguments: bytes) -> Iterator[bytes]:
        numbers, _, items = arguments.partition(b" ")
        answers = self._structures if b"BODYSTRUCTURE" in items else self._contents if b"BODY" in items else self._scan
        for part in numbers.split(b","):
            first, _, last = part.partition(b":")
            end = self.size if last == b"*" else int(last or first)
            yield b"".join(answers[int(first) - 1 : end])


def _answers(size: int, chance: random.Random) -> tuple[list[bytes], list[bytes], list[bytes]]:
    scan: list[bytes] = []
    structures: list[bytes] = []
    contents: list[bytes] = []
    moment = datetime(2023, 1, 1, tzinfo=UTC)
    for uid in range(1, size + 1):
        moment += timedelta(minutes=chance.randrange(1, 20))
        person = chance.choice(_PEOPLE).encode()
        author = b'(("%b" NIL "user%d" "example.org"))' % (person, chance.randrange(2000))
        to = b'(("%b" NIL "user%d" "example.com"))' % (chance.choice(_PEOPLE).encode(), chance.randrange(2000))
        subject = " ".join(chance.choices(_WORDS, k=chance.randrange(2, 8))).encode()
        scan.append(
            b'* %d FETCH (UID %d FLAGS (%b) INTERNALDATE "%b" RFC822.SIZE %d ENVELOPE ("%b" "%b" %b %b %b %b NIL NIL '
            b'NIL "<%d.%d@example.org>"))\r\n'
            % (
                uid, uid, chance.choice((b"", b"\\Seen", b"\\Seen $X")), f"{moment:%d-%b-%Y %H:%M:%S +0000}".encode(),
                chance.randrange(200, 5000), f"{moment:%a, %d %b %Y %H:%M:%S +0000}".encode(), subject,
                author, author, author, to, uid, chance.randrange(1 << 30),
            )
        )  # fmt: skip
        name = chance.choice(_WORDS).encode()
        structures.append(
            b"* %d FETCH (UID %d BODYSTRUCTURE %b)\r\n"
            % (uid, uid, _MULTIPART % (name, name, chance.randrange(1 << 30)))
        )
        body = b"Subject: %b\r\n\r\n%b" % (subject, b"0123456789abcdef\r\n" * chance.randrange(20, 600))
        contents.append(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, len(body), body))
    return scan, structures, contents
