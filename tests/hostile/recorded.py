"""Recorded dialogues, spoken again by a session, with a server in memory that can be cut off at any octet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import attrs

from mailkit.errors import ConnectionLost
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.network import TLS
from mailkit.protocol.response import Untagged
from mailkit.protocol.session import Session
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.writer import Writer
from tests.dialogues import Dialogue

_COMMAND = re.compile(rb"A\d+ ((?:UID )?[A-Z]+) ?(.*)\r\n", re.DOTALL)
_LITERAL = re.compile(rb"(.*) \{(\d+)\}", re.DOTALL)
_TAG = re.compile(rb"\A(A\d+) |\(TAG \"(A\d+)\"\)")

Row = tuple[bytes, int | None, bytes, tuple[bytes, ...]]


@attrs.frozen
class Raw(Command[tuple[Row, ...]]):
    """A command as it was recorded; all that comes meanwhile is its answer."""

    name: str
    arguments: bytes
    octets: bytes | None = None
    is_unguarded: ClassVar[bool] = True
    alone: ClassVar[bool] = True
    is_challenged: ClassVar[bool] = True

    @property
    def verb(self) -> str:  # type: ignore[override]  # it is the recorded one
        return self.name

    def write(self, out: Writer) -> None:
        if self.arguments:
            out.verbatim(self.arguments)
        if self.octets is not None:
            out.literal(self.octets)

    def claims(self, row: Untagged) -> bool:
        return True

    def answer(self, challenge: bytes) -> bytes | None:
        return b"DONE" if self.name == "IDLE" else None

    def fold(self, answer: Answer) -> tuple[Row, ...]:
        rows = tuple((row.name, row.number, row.frame.head[row.start :], row.frame.rest) for row in answer.rows)
        return *rows, (b"DONE", None, answer.done.text.encode(), ())


def commands(dialogue: Dialogue) -> Iterator[Raw]:
    """What the client said, as commands."""
    said = [piece.octets for piece in dialogue.pieces if piece.side == "C"]
    while said:
        found = _COMMAND.fullmatch(said.pop(0))
        if found is None:
            continue  # DONE
        verb, arguments = found[1].decode(), found[2]
        announced = _LITERAL.fullmatch(arguments)
        if announced is None:
            yield Raw(verb, arguments)
            continue
        octets = b""
        while len(octets) < int(announced[2]):
            octets += said.pop(0)
        yield Raw(verb, announced[1], octets[: int(announced[2])])


class Server:
    """The server's part, as a transport: it is gone after so many octets sent, or received."""

    is_secure = True

    def __init__(self, dialogue: Dialogue, *, sent: int | None = None, received: int | None = None) -> None:
        # DONE is sent as soon as the server agrees to IDLE: what it said in between comes before, as on a fast line.
        self._pieces = [(piece.side, piece.octets.replace(b"LITERAL+", b"X-LITRAL")) for piece in dialogue.pieces]
        self._sent = sent
        self._received = received
        self._heard = bytearray()
        self._tags: dict[bytes, bytes] = {}
        self.said = 0
        self.heard = 0
        self.commands = 0
        """How many whole commands have been received."""

    @property
    def is_gone(self) -> bool:
        return self.said == self._sent or self.heard == self._received

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        if self.is_gone:
            raise ConnectionLost("broken pipe", may_have_run=True)
        taken = bytes(octets) if self._received is None else bytes(octets[: self._received - self.heard])
        self.heard += len(taken)
        self._heard += taken
        return len(octets)

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        while self._pieces and self._pieces[0][0] == "C":
            if not self._hear(self._pieces[0][1]):
                return False
            self._pieces.pop(0)
        if self.is_gone or not self._pieces:
            return False
        octets = _TAG.sub(self._own_tag, self._pieces.pop(0)[1])
        if self._sent is not None:
            octets = octets[: self._sent - self.said]
        self.said += len(octets)
        framer.feed(octets)
        return bool(octets)

    def _hear(self, expected: bytes) -> bool:
        """Whether this piece of the client's has come."""
        if _COMMAND.fullmatch(expected) is None:
            size = len(expected)
            if len(self._heard) < size:
                return False
            assert self._heard[:size] == expected
        else:
            size = self._heard.find(b"\r\n") + 2
            if size == 1:
                return False
            recorded, _, words = expected.partition(b" ")
            self._tags[recorded], _, heard = bytes(self._heard[:size]).partition(b" ")
            assert heard == words
        del self._heard[:size]
        following = [octets for side, octets in self._pieces[1:] if side == "C"]
        if expected != b"DONE\r\n" and (
            not following or _COMMAND.fullmatch(following[0]) or following[0] == b"DONE\r\n"
        ):
            self.commands += 1
        return True

    def _own_tag(self, found: re.Match[bytes]) -> bytes:
        recorded = found[1] or found[2]
        return found[0].replace(recorded, self._tags.get(recorded, recorded))

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        raise AssertionError("not in these dialogues")

    def start_compression(self, early: bytes) -> None:
        raise AssertionError("not in these dialogues")

    def channel_binding(self, kind: str) -> bytes | None:
        return None

    async def close(self) -> None:
        pass


async def speak(session: Session, dialogue: Dialogue) -> tuple[list[tuple[Row, ...]], Exception | None]:
    """Say what was recorded; the results, and what ended it."""
    results: list[tuple[Row, ...]] = []
    try:
        await session.greet()
        for command in commands(dialogue):
            pending = await session.begin(command)
            done = await session.complete(pending)
            results.append(command.fold(Answer(pending.take_rows(), done)))
    except Exception as problem:  # noqa: BLE001  # which one it is, is what is tested
        return results, problem
    return results, None
