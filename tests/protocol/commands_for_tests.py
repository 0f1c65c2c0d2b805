"""Commands that a test can shape as it likes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.response import Untagged
from mailkit.protocol.wire.framer import Sink
from mailkit.protocol.wire.writer import Stream, Writer


@attrs.frozen
class Echo(Command[bytes]):
    """A command with one argument, which a server repeats in an untagged ECHO; any number may be under way."""

    word: bytes
    verb: ClassVar[str] = "ECHO"

    def write(self, out: Writer) -> None:
        out.string(self.word)

    def claims(self, row: Untagged) -> bool:
        return row.name == b"ECHO" and row.reader().string() == self.word

    def fold(self, answer: Answer) -> bytes:
        (row,) = answer.rows
        return row.reader().string()


@attrs.frozen
class Put(Simple):
    """A command that ends in a literal, in memory or streamed."""

    octets: bytes
    streamed: bool = False
    verb: ClassVar[str] = "PUT"

    def write(self, out: Writer) -> None:
        out.literal(Stream(BytesIO(self.octets), len(self.octets)) if self.streamed else self.octets)


@attrs.frozen
class Get(Command[Sequence[Untagged]]):
    """A command that claims every GOT, and whose literals go to a list where there is one."""

    chunks: list[bytes] | None = None
    known_size: int = 0
    verb: ClassVar[str] = "GET"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"GOT"})
    streams: ClassVar[bool] = True

    @property
    def expects(self) -> int:
        return self.known_size

    def sink_for(self, row: Untagged, size: int) -> Sink | None:
        chunks = self.chunks
        return None if chunks is None else lambda octets: chunks.append(bytes(octets))

    def fold(self, answer: Answer) -> Sequence[Untagged]:
        return answer.rows


@attrs.frozen
class Idling(Simple):
    """IDLE."""

    verb: ClassVar[str] = "IDLE"
    alone: ClassVar[bool] = True
    is_challenged: ClassVar[bool] = True
    farewell: ClassVar[bytes | None] = b"DONE"


@attrs.frozen
class Alone(Simple):
    """A command that nothing may be under way with."""

    verb: ClassVar[str] = "ALONE"
    alone: ClassVar[bool] = True
