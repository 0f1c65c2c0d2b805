"""UID COPY (RFC 9051 §6.4.7) and UID MOVE (RFC 6851), with the UIDs of the copies (RFC 4315)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged, untagged_status
from mailkit.protocol.values.code_values import CopyUid
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.saved import Uids
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class _To(Command[CopyUid | None]):
    uids: Uids
    mailbox: str
    answers: ClassVar[frozenset[bytes]] = frozenset({b"OK"})

    def write(self, out: Writer) -> None:
        out.wire(self.uids).text(encode_name(self.mailbox, utf8=out.utf8))

    @property
    def fills(self) -> str:
        return self.mailbox

    def claims(self, row: Untagged) -> bool:
        """COPYUID alone: a MOVE's EXPUNGE or VANISHED is news like any other."""
        return row.name == b"OK" and b"[COPYUID " in row.frame.head[:40].upper()

    def fold(self, answer: Answer) -> CopyUid | None:
        """`resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set`

        It comes with the tagged OK of COPY, and with an untagged OK of MOVE, before the EXPUNGEs (RFC 6851 §4.3); both
        are read for both. Several of them, as for a MOVE in steps, are joined.
        """
        found: CopyUid | None = None
        for status in (*map(untagged_status, answer.rows), answer.done):
            if status.code is not None and isinstance(status.code.value, CopyUid):
                told = status.code.value
                found = told if found is None else _joined(found, told)
        return found


class Copy(_To):
    """Copy messages to a mailbox: all of them, or none where it fails.

    The result tells the UIDs of the copies; None where the server has no UIDPLUS, or nothing was copied.
    """

    __slots__ = ()

    verb: ClassVar[str] = "UID COPY"


class Move(_To):
    """Move messages to a mailbox; the result is as with `Copy`.

    Each message is in one of the two mailboxes at any time; after a failure some may have been moved.
    """

    __slots__ = ()

    verb: ClassVar[str] = "UID MOVE"


def _joined(first: CopyUid, second: CopyUid) -> CopyUid:
    if first == second or first.uid_validity != second.uid_validity:
        return second
    return CopyUid(first.uid_validity, first.source + second.source, first.target + second.target)
