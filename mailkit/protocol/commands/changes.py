"""What has changed in the open mailbox: UID FETCH with CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4.1, §3.2.6)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import Uids
from mailkit.protocol.values.updates import FlagsChanged, read_flags_changed, read_vanished
from mailkit.protocol.wire.writer import Writer


@attrs.frozen
class Changes:
    """Messages that are new or have other flags, and those that are gone."""

    changed: tuple[FlagsChanged, ...] = ()
    vanished: UidSet = UidSet()


@attrs.frozen(eq=False, repr=False)
class FetchChanges(Command[Changes]):
    """Ask what has changed among these messages since a modification sequence.

    Needs CONDSTORE, and `vanished` QRESYNC, enabled: without it the result does not tell which are gone.
    """

    uids: Uids
    since: int
    vanished: bool = attrs.field(default=True, kw_only=True)
    verb: ClassVar[str] = "UID FETCH"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"FETCH", b"VANISHED"})
    alone: ClassVar[bool] = True
    is_news: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        """`fetch-modifier =/ "CHANGEDSINCE" SP mod-sequence-value`; `rexpunges-fetch-mod = "VANISHED"`"""
        out.wire(self.uids)
        with out.group():
            out.atom("UID").atom("FLAGS")
        with out.group():
            out.atom("CHANGEDSINCE").number(self.since)
            if self.vanished:
                out.atom("VANISHED")

    def fold(self, answer: Answer) -> Changes:
        gone = UidSet()
        for vanished in answer.read(read_vanished, b"VANISHED"):
            gone |= vanished.uids
        changed: dict[int, FlagsChanged] = {}
        for told in answer.read_numbered(read_flags_changed, b"FETCH"):
            if told.uid is not None and told.uid in self.uids:
                known = changed.get(told.uid)
                # What comes unasked meanwhile may be a new MODSEQ alone (RFC 7162 §3.2).
                changed[told.uid] = attrs.evolve(told, flags=known.flags) if known and told.flags is None else told
        return Changes(tuple(changed.values()), gone)
