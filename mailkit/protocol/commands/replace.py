"""UID REPLACE (RFC 8508)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged, untagged_status
from mailkit.protocol.values.append_message import AppendMessage
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Replace(Command[AppendUid | None]):
    """Put a message into a mailbox, often the same one, and remove another in one step, as drafts need it.

    The result tells the new message's UID; None where the server has no UIDPLUS.
    """

    uid: int
    mailbox: str
    message: AppendMessage
    verb: ClassVar[str] = "UID REPLACE"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"OK"})

    def write(self, out: Writer) -> None:
        """`uid =/ "UID" SP replace`; `replace = "REPLACE" SP seq-number SP mailbox append-message`"""
        out.wire(UidSet.of(self.uid)).text(encode_name(self.mailbox, utf8=out.utf8))
        self.message.write(out)

    @property
    def fills(self) -> str:
        return self.mailbox

    def claims(self, row: Untagged) -> bool:
        """APPENDUID alone; the EXPUNGE of the old message is news."""
        return row.name == b"OK" and b"[APPENDUID " in row.frame.head[:40].upper()

    def fold(self, answer: Answer) -> AppendUid | None:
        """`resp-code-apnd` in an untagged OK before the EXPUNGE (RFC 8508 §3.3), or in the tagged one"""
        for status in (*map(untagged_status, answer.rows), answer.done):
            if status.code is not None and isinstance(status.code.value, AppendUid):
                return status.code.value
        return None
