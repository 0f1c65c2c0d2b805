"""A command and what a server answers, octet for octet, without a connection: for tables of known answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TypeVar

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.engine import Engine
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Untagged
from mailkit.protocol.state import State
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.reader import Reader
from mailkit.protocol.wire.writer import Literals, Piece, Writer

T = TypeVar("T")

_FREELY = 600  # up to this size an answer is cut at every octet; a longer one is cut at some
_NEWS = b"* OK another response follows\r\n* 77 EXISTS\r\n"


@attrs.define
class Conversation:
    """An engine past its greeting, with a mailbox open; commands get the tags A1, A2 …"""

    engine: Engine = attrs.field(init=False)
    news: list[Untagged] = attrs.field(init=False, factory=list)
    """What belonged to no command."""
    utf8: bool = False
    state: State = State.SELECTED

    def __attrs_post_init__(self) -> None:
        self.engine = Engine(on_update=self.news.append)
        self.engine.framer.feed(b"* PREAUTH hello\r\n")
        self.engine.advance()
        self.engine.state = self.state
        self.engine.is_utf8 = self.utf8

    def send(self, command: Command[T]) -> Pending[T]:
        """Send all of a command; the server says `+` where it must."""
        pending = self.engine.submit(command)
        while pending.pieces:
            if self.engine.next_piece() is None:
                assert pending.has_begun, f"{command.verb} waits for another command to end"
                self.receive(b"+ go ahead\r\n")
        return pending

    def receive(self, *cuts: bytes) -> None:
        """What the server sends, in these cuts."""
        for octets in cuts:
            self.engine.framer.feed(octets)
            self.engine.advance()

    def result(self, pending: Pending[T]) -> T:
        """The result of a command whose tagged OK is there; a row that breaks the grammar is an error."""
        found, problems = self.lenient(pending)
        if problems:
            raise problems[0]
        return found

    def lenient(self, pending: Pending[T]) -> tuple[T, list[ProtocolViolation]]:
        """The same with rows that break the grammar skipped, as a session does it."""
        assert pending.done is not None, f"{pending.command.verb} is not answered"
        assert pending.done.is_ok, pending.done
        answer = Answer(pending.take_rows(), pending.done, utf8=pending.is_utf8)
        return pending.command.fold(answer), answer.problems


def answered(command: Command[T], *responses: bytes, done: bytes = b"OK done", utf8: bool = False) -> T:
    """What the command makes of these untagged responses (without CRLF) and of its tagged one.

    It is read whole, octet by octet, cut in two at every octet, and with more responses behind it: the result must be
    the same each time.
    """
    octets = b"".join(b"* %b\r\n" % response for response in responses) + b"A1 %b\r\n" % done
    found = _once(command, (octets,), utf8=utf8)
    for cuts in _cuts(octets):
        again = _once(command, cuts, utf8=utf8)
        assert again == found, f"cut as {cuts}"
    return found


def _once(command: Command[T], cuts: Iterable[bytes], *, utf8: bool) -> T:
    talk = Conversation(utf8=utf8)
    pending = talk.send(command)
    talk.receive(*cuts)
    return talk.result(pending)


def _cuts(octets: bytes) -> Iterator[tuple[bytes, ...]]:
    yield tuple(octets[at : at + 1] for at in range(len(octets)))
    yield (octets + _NEWS,)
    yield (octets, _NEWS)
    step = 1 + len(octets) // _FREELY
    for at in range(1, len(octets), step):
        yield octets[:at], octets[at:] + _NEWS


def written(
    command: Command[object], *, utf8: bool = False, literals: Literals = Literals.PLUS, tag: bytes = b"A1"
) -> bytes:
    """The octets of a command, without its tag and the last CRLF."""
    out = Writer(tag, literals=literals, utf8=utf8)
    for word in command.verb.split(" "):
        out.atom(word)
    command.write(out)
    octets = b"".join(map(_octets, out.pieces()))
    assert octets.startswith(tag + b" ")
    assert octets.endswith(b"\r\n")
    return octets[len(tag) + 1 : -2]


def reader_of(octets: bytes, *, utf8: bool = False) -> Reader:
    """A cursor over octets as they stand on the wire, literals among them, without the last CRLF."""
    frame = frame_of(b"* " + octets)
    return Reader(Frame(frame.head[2:], frame.rest), utf8=utf8)


def frame_of(octets: bytes) -> Frame:
    """The response that these octets are, without its last CRLF: the same however it is cut and whatever follows."""
    octets += b"\r\n"
    found, *others = _frames((octets,))
    assert not others, "more than one response"
    for cuts in _cuts(octets):
        assert _frames(cuts)[0] == found, f"cut as {cuts}"
    return found


def _frames(cuts: Iterable[bytes]) -> list[Frame]:
    framer = Framer()
    found = []
    for octets in cuts:
        framer.feed(octets)
        while (frame := framer.next_frame()) is not None:
            found.append(frame)
    assert framer.is_empty
    return found


def _octets(piece: Piece) -> bytes:
    if isinstance(piece.octets, bytes):
        return piece.octets
    octets = piece.octets.source.read()
    assert len(octets) == piece.octets.size
    assert isinstance(piece.octets.source, BytesIO)
    piece.octets.source.seek(0)
    return octets
