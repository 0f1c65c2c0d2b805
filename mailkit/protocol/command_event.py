"""What is told of a command that is over, to who wants to know."""

from __future__ import annotations

import attrs

from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class CommandEvent(Value):
    """What one command was, from outside: for metrics; it holds no argument."""

    verb: str
    tag: str
    status: str
    """"OK", "NO", "BAD", "LOST" where the connection ended first, "ABANDONED" where nobody waited for the answer."""
    milliseconds: float
    octets_in: int
    octets_out: int
