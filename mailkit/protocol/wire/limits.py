"""How much of anything a server may send before the connection is given up."""

from __future__ import annotations

import attrs

_KIB = 1024
_MIB = 1024 * 1024


@attrs.frozen
class Limits:
    """Bounds on what a server may make the client hold; sizes in octets.

    Every bound is checked before the memory is taken. A literal that is streamed to a sink is not held, so only
    `streamed` bounds it.
    """

    line: int = 1 * _MIB
    """The longest run of text without a line end."""
    literal: int = 48 * _MIB
    """The largest literal that is kept in memory."""
    response: int = 52 * _MIB
    """All text and literals of one response together."""
    literals: int = 10_000
    """How many literals one response may hold."""
    streamed: int = 1 << 40
    """The largest literal that is handed to a sink as it arrives."""
    answers: int = 1 << 30
    """All responses kept for one command until it is complete."""
    unasked: int = 100_000
    """How many untagged responses may come between two that belong to a command."""
    challenges: int = 64
    """How many times a server may ask back in one command."""
