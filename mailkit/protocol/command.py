"""What every command is: a value that can be written, that knows its answers, and that folds them into a result."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol.response import Status, Untagged
from mailkit.protocol.wire.framer import Sink
from mailkit.protocol.wire.reader import Reader
from mailkit.protocol.wire.run import Run
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")


class Hider(Protocol):
    """A secret, as far as it can keep itself out of a text."""

    def hide(self, text: str) -> str: ...


@attrs.frozen(eq=False, repr=False)
class Answer(Value):
    """What the server said to one command: the rows that belong to it, and the tagged response."""

    rows: Sequence[Untagged]
    done: Status
    problems: list[ProtocolViolation] = attrs.field(factory=list)
    """Rows that broke the grammar; each cost only itself."""
    utf8: bool = attrs.field(default=False, kw_only=True)
    """Whether names in it are UTF-8 (RFC 6855, RFC 9051 §5.1)."""

    def read(self, read: Callable[[Reader], R], *names: bytes) -> Iterator[R]:
        """The rows of these names (all, where none is given), read one by one."""
        return self.read_numbered(lambda reader, _: read(reader), *names)

    def read_numbered(self, read: Callable[[Reader, int], R], *names: bytes) -> Iterator[R]:
        """The same for rows that have a message number before their name."""
        for row in self.rows:
            if names and row.name not in names:
                continue
            try:
                yield read(row.reader(utf8=self.utf8), row.number or 0)
            except ProtocolViolation as problem:
                self.problems.append(problem)


class Command(Value, ABC, Generic[T_co]):
    """One command of the protocol with its arguments.

    A subclass is a frozen value: it names its `verb`, the untagged responses that answer it, and how they become a
    result. It holds no state of a connection, so it can be sent again.
    """

    __slots__ = ()

    verb: ClassVar[str]
    """The command's name, such as "UID FETCH"."""
    answers: ClassVar[frozenset[bytes]] = frozenset()
    """Names of the untagged responses that belong to it."""
    alone: ClassVar[bool] = False
    """Whether nothing else may be under way with it: it changes the state, or the meaning of what follows (§5.5)."""
    repeatable: ClassVar[bool] = False
    """Whether sending it once more, when its fate is unknown, does no harm."""
    is_challenged: ClassVar[bool] = False
    """Whether the server's `+` is for the command itself, and not for a literal of it."""
    farewell: ClassVar[bytes | None] = None
    """The line that ends the command early; whoever wants to send another command makes the engine send it."""
    is_news: ClassVar[bool] = False
    """Whether its answers concern everybody: an EXPUNGE, asked for or not, moves the numbers of other messages."""
    recodes: ClassVar[bool] = False
    """Whether all octets behind its OK are in another coding, TLS or DEFLATE, and not for the engine to read."""
    keeps_rows: ClassVar[bool] = False
    """Whether rows count against the limits until the tagged response, though they have been taken."""
    is_eager: ClassVar[bool] = False
    """Whether it may be sent before its mailbox is known to be open: it only reads, and nothing goes to a file."""
    is_unguarded: ClassVar[bool] = False
    """Whether its caller, and not the engine, sees to it that it is legal in the state of the connection."""
    streams: ClassVar[bool] = False
    """Whether `sink_for` has something to say."""
    keeps_small: ClassVar[bool] = False
    """Whether it has nothing to say of literals of up to 64 KiB, which then need no look at whose they are."""

    reads_runs: ClassVar[bool] = False
    """Whether `claimed` has something to say, and rows may be octets (`Row`) where they are taken as they come."""

    @property
    def most_rows(self) -> int:
        """How many responses can belong to it at all; more are `ProtocolViolation` before any other limit is met."""
        return sys.maxsize

    @property
    def expects(self) -> int:
        """How many octets of contents its answer may bring beyond `Limits`, such as the size of a message."""
        return 0

    def cost(self, row: Untagged) -> int:
        """Octets that a row costs beside its own, until it has become a value (measured on CPython 3.11)."""
        return 900

    def contents(self, row: Untagged) -> int:
        """How many octets of a row are of those that it `expects`: its literals."""
        rest = row.frame.rest
        return sum(map(len, rest[::2])) if rest else 0

    @property
    def fills(self) -> str | None:
        """The mailbox that it puts messages into, if it does."""
        return None

    @property
    def secrets(self) -> tuple[Hider, ...]:
        """What a server must not be able to bring into a log or an error by repeating it."""
        return ()

    def write(self, out: Writer) -> None:
        """Write the arguments."""

    def claims(self, row: Untagged) -> bool:
        """Whether this untagged response is an answer to this command, and not news that came meanwhile."""
        return row.name in self.answers

    def claimed(self, run: Run, at: int) -> int:
        """How many of these responses, from there on, are answers to this command that it need not have classified."""
        return 0

    def conflicts(self, other: Command[object]) -> bool:
        """Whether the answers of the two could not be told apart if both were under way (RFC 9051 §5.5).

        Servers do answer two commands at once: Dovecot goes on with the next while it waits to send.
        """
        return bool(self.answers & other.answers)

    def sink_for(self, row: Untagged, size: int) -> Sink | None:
        """Where a literal of this answer shall go while it arrives; None keeps it with the row."""
        return None

    def answer(self, challenge: bytes) -> bytes | None:
        """The line to send after the server's `+ challenge`, without CRLF; None sends nothing."""
        return None

    @abstractmethod
    def fold(self, answer: Answer) -> T_co:
        """The result, once the tagged OK is there."""


class Simple(Command[None]):
    """A command that has no result but its success."""

    __slots__ = ()

    def fold(self, answer: Answer) -> None:
        return None
