"""Whether and when a command that failed is sent again; what decides is whether that can do harm."""

from __future__ import annotations

import re

import attrs

from mailkit.errors import CertificateRejected, ConnectionLost, MailkitError, Throttled, TimedOut
from mailkit.protocol.command import Command
from mailkit.value import Value

# Exchange and Office 365 say so in the text of a NO or BYE.
_SUGGESTED = r"Suggested Backoff Time: ([0-9]{1,9}) milliseconds"


@attrs.frozen(eq=False, repr=False)
class Healing(Value):
    """How lost connections are made up for; times in seconds.

    Only a command that may be repeated without harm (`Command.repeatable`), or of which nothing was sent, is sent again
    on a new connection. A command that was refused for sending too much was not carried out, so any may be repeated.
    """

    attempts: int = 4
    """How often a command is sent at most; after silence until the time-out, only twice."""
    first_pause: float = 0.25
    growth: float = 3.0
    longest_pause: float = 30.0
    """A server that wants more is not waited for: the caller hears it."""

    def pause(self, problem: MailkitError, command: Command[object], attempt: int) -> float | None:
        """How long to wait before the attempt after this one; None if there must be none."""
        if attempt >= (min(2, self.attempts) if isinstance(problem, TimedOut) else self.attempts):
            return None
        if isinstance(problem, CertificateRejected):
            return None
        if isinstance(problem, ConnectionLost):
            if problem.may_have_run and not command.repeatable:
                return None
        elif not isinstance(problem, Throttled):
            return None
        suggested = re.search(_SUGGESTED, str(problem), re.IGNORECASE)
        seconds = int(suggested[1]) / 1000 if suggested else self.first_pause * self.growth ** (attempt - 1)
        return seconds if seconds <= self.longest_pause else None


NO_HEALING = Healing(attempts=1)
"""Every loss is the caller's to hear of."""
