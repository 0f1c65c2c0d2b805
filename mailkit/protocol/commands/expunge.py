r"""UID EXPUNGE (RFC 4315 §2.1) and EXPUNGE (RFC 9051 §6.4.3)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import Uids
from mailkit.protocol.values.updates import read_vanished
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class Expunged(Value):
    """What was removed: `numbers` as they were told one after the other, each moving those above it down by one.

    Once QRESYNC is enabled a server tells `uids` in their place (RFC 7162 §3.2.10).
    """

    numbers: tuple[int, ...] = ()
    uids: UidSet = UidSet()


class _Expunging(Command[Expunged]):
    __slots__ = ()
    answers: ClassVar[frozenset[bytes]] = frozenset({b"EXPUNGE", b"VANISHED"})
    is_news: ClassVar[bool] = True

    def claims(self, row: Untagged) -> bool:
        earlier = row.frame.head.startswith(b"(", row.start)  # `VANISHED (EARLIER)` answers a FETCH or SELECT
        return row.name == b"EXPUNGE" or (row.name == b"VANISHED" and not earlier)

    def fold(self, answer: Answer) -> Expunged:
        """`message-data = nz-number SP "EXPUNGE"`, `expunged-resp = "VANISHED" SP known-uids`"""
        uids = UidSet()
        for vanished in answer.read(read_vanished, b"VANISHED"):
            uids |= vanished.uids
        return Expunged(tuple(row.number or 0 for row in answer.rows if row.name == b"EXPUNGE"), uids)


@attrs.frozen(eq=False, repr=False)
class UidExpunge(_Expunging):
    r"""Remove for good what is marked `\Deleted` among these messages; needs UIDPLUS."""

    uids: Uids
    verb: ClassVar[str] = "UID EXPUNGE"

    def write(self, out: Writer) -> None:
        out.wire(self.uids)


class Expunge(_Expunging):
    r"""Remove for good all that is marked `\Deleted`, by whomever: for the classic interface only."""

    __slots__ = ()

    verb: ClassVar[str] = "EXPUNGE"
