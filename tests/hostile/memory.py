"""A friendly server in memory that can be cut off at any octet: a thousand cuts take no longer than a few sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from mailkit.errors import ConnectionLost, TimedOut
from mailkit.protocol import IMAP4
from mailkit.protocol.aio import AioNetwork
from mailkit.protocol.network import TLS, Address, Transport
from mailkit.protocol.transport import ThreadNetwork
from mailkit.protocol.wire.framer import Framer
from tests.scripted import Command
from tests.scripted.command import announced

Answer: TypeAlias = Callable[[Command], bytes]
"""What the server says to a whole command; `TAG` stands for its tag."""


@attrs.define(eq=False)
class Line:
    """The server's end of one connection: `said` and `heard` count octets, each of which can be the last."""

    answer: Answer
    greeting: bytes
    sent: int | None = None
    received: int | None = None
    said: int = 0
    heard: int = 0
    commands: list[Command] = attrs.Factory(list)
    """Those that have come to their ends."""
    answered: int = 0
    """How many of them have been answered, and the client has the whole answer."""
    _taken: bytearray = attrs.Factory(bytearray)
    _out: bytearray = attrs.Factory(bytearray)
    _ends: list[int] = attrs.Factory(list)

    def __attrs_post_init__(self) -> None:
        self._out += self.greeting

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes any more."""
        return self.said == self.sent or self.heard == self.received

    def hear(self, octets: bytes) -> None:
        """Take what the client says, as far as it gets."""
        if self.is_cut:
            raise BrokenPipeError("broken pipe")
        taken = octets if self.received is None else octets[: self.received - self.heard]
        self.heard += len(taken)
        self._taken += taken
        while (command := self._whole()) is not None:
            self.commands.append(command)
            self._out += self.answer(command).replace(b"TAG", command.tag)
            self._ends.append(self.said + len(self._out))

    def say(self, most: int) -> bytes:
        """The next octets, of which there are none after a cut, and none while nothing has been asked."""
        if self.is_cut:
            return b""
        taken = bytes(self._out[: most if self.sent is None else min(most, self.sent - self.said)])
        del self._out[: len(taken)]
        self.said += len(taken)
        self.answered = sum(end <= self.said for end in self._ends)
        return taken

    def line_to_come(self) -> int:
        """How many octets there are until the next line end."""
        return self._out.find(b"\n") + 1 or len(self._out)

    def _whole(self) -> Command | None:
        """The first whole command of what has been heard; DONE is one, without a tag of its own."""
        end, literals = 0, list[bytes]()
        while True:
            begin, end = end, self._taken.find(b"\r\n", end) + 2
            if end == 1:
                return None
            literal = announced(bytes(self._taken[begin:end]))
            if literal is None:
                break
            if len(self._taken) < end + literal.size:
                return None
            literals.append(bytes(self._taken[end : end + literal.size]))
            end += literal.size
        octets = bytes(self._taken[:end])
        del self._taken[:end]
        if octets == b"DONE\r\n":
            return Command(self.commands[-1].tag, "DONE", b"", (), octets)
        return Command.read(octets, tuple(literals))


class Wire:
    """A `Line` as a transport."""

    is_secure = True

    def __init__(self, line: Line) -> None:
        self.line = line

    async def send(self, octets: bytes | memoryview, timeout: float | None) -> int:
        try:
            self.line.hear(bytes(octets))
        except BrokenPipeError as problem:
            raise ConnectionLost("broken pipe", may_have_run=True) from problem
        return len(octets)

    async def receive(self, framer: Framer, timeout: float | None) -> bool:
        octets = self.line.say(1 << 20)
        framer.feed(octets)
        if not octets and not self.line.is_cut:
            raise TimedOut("nothing more comes of itself")
        return bool(octets)

    async def start_tls(self, tls: TLS, timeout: float | None) -> None:
        raise AssertionError("it is private already")

    def start_compression(self, early: bytes) -> None:
        raise AssertionError("not offered")

    def channel_binding(self, kind: str) -> bytes | None:
        return None

    async def close(self) -> None:
        self.line.sent = self.line.said


@attrs.define(eq=False)
class Lines:
    """Makes the first connection with the cut, and others without."""

    answer: Answer
    greeting: bytes
    sent: int | None = None
    received: int | None = None
    made: list[Line] = attrs.field(init=False, factory=list)
    is_open: bool = attrs.field(init=False, default=False)
    """For a test to say that the login is behind it."""

    def next(self) -> Line:
        first = not self.made
        line = Line(self.answer, self.greeting, self.sent if first else None, self.received if first else None)
        self.made.append(line)
        return line

    def count(self, verb: str) -> int:
        """How many whole commands of this verb have come, on all connections."""
        return sum(command.verb == verb for line in self.made for command in line.commands)


class ThreadMemory(ThreadNetwork):
    """The network for threads, in memory and in no time."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        return Wire(self.lines.next())

    async def sleep(self, seconds: float) -> None:
        """Time passes."""


class AioMemory(AioNetwork):
    """The same for asyncio."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        return Wire(self.lines.next())

    async def sleep(self, seconds: float) -> None:
        """Time passes."""


class MemoryIMAP4(IMAP4):
    """A classic object on a `Line`."""

    def __init__(self, line: Line) -> None:
        self.line = line
        super().__init__("server.example", 143)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Nothing is opened."""
        self.host, self.port = host, port

    def read(self, size: int) -> bytes:
        return self.line.say(size)

    def readline(self) -> bytes:
        return self.line.say(self.line.line_to_come())

    def send(self, data: bytes) -> None:
        self.line.hear(data)

    def shutdown(self) -> None:
        """Nothing is closed."""
