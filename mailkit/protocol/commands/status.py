"""STATUS (RFC 9051 §6.3.11, RFC 8438, RFC 7889, RFC 7162, RFC 8474)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.mailbox_data import is_of, read_status_data
from mailkit.protocol.values.names import decode_name, encode_name
from mailkit.protocol.values.status import MailboxStatus
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Status(Command[MailboxStatus]):
    """Count what is in a mailbox without opening it."""

    mailbox: str
    items: tuple[str, ...]
    verb: ClassVar[str] = "STATUS"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"STATUS"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        with out.group():
            for item in self.items:
                out.atom(item)

    def conflicts(self, other: Command[object]) -> bool:
        """Rows are told apart by name."""
        return isinstance(other, Status) and self.mailbox == other.mailbox

    def claims(self, row: Untagged) -> bool:
        """By name, since many may be under way at once; the spelling of the name is the server's."""
        return row.name == b"STATUS" and is_of(row.reader(), decode_name(encode_name(self.mailbox)))

    def fold(self, answer: Answer) -> MailboxStatus:
        found = [status for _, status in answer.read(read_status_data)]
        return found[-1] if found else MailboxStatus()
