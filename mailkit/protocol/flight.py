"""The commands that are under way: which may join them, whose an answer is, and where its literals go."""

from __future__ import annotations

from mailkit.errors import ProtocolViolation
from mailkit.protocol.command import Command
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Untagged


class Flight(list[Pending[object]]):
    """Commands that have begun and are not answered, oldest first."""

    @property
    def octets_in(self) -> int:
        """How many octets of their answers have come."""
        return sum(pending.octets_in for pending in self)

    @property
    def takes_runs(self) -> bool:
        """Whether all that can come now may be cut before it is looked at: no octet changes what the next ones mean."""
        for pending in self:  # asked for every frame: a generator takes twice as long
            if not pending.command.reads_runs:
                return False
        return bool(self)

    @property
    def has_sink_for_small(self) -> bool:
        """Whether even a small literal may have to go somewhere else than into memory."""
        for pending in self:  # asked for every literal
            if pending.is_abandoned or (pending.command.streams and not pending.command.keeps_small):
                return True
        return False

    def runs(self, verbs: frozenset[str]) -> bool:
        """Whether a command of one of these verbs is among them."""
        return any(pending.command.verb in verbs for pending in self)

    def admits(self, pending: Pending[object]) -> bool:
        """Whether this one may be sent now: RFC 9051 §5.5 has it wait where answers could not be told apart."""
        if self and pending.command.alone:
            return False
        if any(other.command.alone and other is not pending.behind for other in self):
            return False
        return not any(_conflict(pending.command, other.command) for other in self)

    def owner(self, row: Untagged) -> Pending[object] | None:
        """Whose answer it is: the oldest's that claims it; `ProtocolViolation` where a claimant cannot read it."""
        tag = row.correlator if row.name == b"ESEARCH" else None
        for pending in self:
            if (tag is None or tag == pending.tag) and pending.command.claims(row):
                return pending
        return None

    def answered(self, tag: bytes | None) -> Pending[object]:
        """The one that a tagged response answers; `ProtocolViolation` where there is none."""
        for pending in self:
            if pending.tag == tag:
                return pending
        raise ProtocolViolation(f"an answer to a command that is not under way: {tag!r}")


def _conflict(one: Command[object], other: Command[object]) -> bool:
    return one.conflicts(other) or other.conflicts(one)
