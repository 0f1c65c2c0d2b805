"""How much of anything a server may send, and how long it may take, before the connection is given up."""

from __future__ import annotations

import attrs

from mailkit.errors import UsageError
from mailkit.value import Value

_KIB = 1024
_MIB = 1024 * 1024


@attrs.frozen(eq=False, repr=False)
class Limits(Value):
    """Bounds on what a server may make the client hold or wait for; sizes in octets, times in seconds.

    With the defaults a hostile server cannot make a connection hold more than 64 MiB. Every bound is checked before the
    memory is taken; crossing one raises `ProtocolViolation`, being too slow `TimedOut`, and both close the connection.
    A literal that is streamed to a sink is not held, so only `streamed` bounds it. A command that knows how much it
    asks for (`Command.expects`) raises `literal`, `response` and `answers` by as much while it is under way.
    """

    line: int = 2 * _MIB
    """The longest run of text without a line end: enough for a SEARCH that finds 300,000 messages."""
    literal: int = 48 * _MIB
    """The largest literal that is kept in memory."""
    response: int = 50 * _MIB
    """All text and literals of one response together."""
    literals: int = 10_000
    """How many literals one response may hold."""
    streamed: int = 1 << 40
    """The largest literal that is handed to a sink as it arrives."""
    answers: int = 50 * _MIB
    """All responses kept for the commands under way until somebody takes them, each with 900 octets for its value.

    The classic interface keeps octets, and counts 64 for a row that comes once for a message.
    """
    rows: int = 1_000_000
    """How many untagged responses may come between two tagged ones."""
    unasked: int = 64 * _MIB
    """Untagged responses that belong to no command, between two tagged ones; they are not kept."""
    bare_line_feeds: bool = True
    """Whether a line may end in LF alone: GNU mailutils 3.15 so ends its answer to AUTHENTICATE."""
    challenges: int = 64
    """How many times a server may ask back in one command."""
    rate: int = 256
    """Octets a second that a literal must bring, measured over each `timeout`: GPRS brings ten times as many."""
    answering: float | None = 1800.0
    """How long a command may go without its tagged answer, beyond the time that its answer needs at `rate`."""

    def __attrs_post_init__(self) -> None:
        if self.rate < 1:
            raise UsageError("Limits.rate must be at least 1 octet a second")
