"""APPEND (RFC 9051 §6.3.12), several messages at once with MULTIAPPEND (RFC 3502)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.append_message import AppendMessage
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Append(Command[AppendUid | None]):
    """Put messages into a mailbox: all of them, or none where it fails.

    More than one needs MULTIAPPEND. The result tells their UIDs in the order of the messages; None where the server
    has no UIDPLUS, or does not say.
    """

    mailbox: str
    messages: tuple[AppendMessage, ...] = attrs.field()
    verb: ClassVar[str] = "APPEND"

    @messages.validator
    def _some(self, _: attrs.Attribute[tuple[AppendMessage, ...]], messages: tuple[AppendMessage, ...]) -> None:
        if not messages:
            raise UsageError("APPEND without a message")

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        for message in self.messages:
            message.write(out)

    @property
    def fills(self) -> str:
        return self.mailbox

    def fold(self, answer: Answer) -> AppendUid | None:
        """`resp-code-apnd = "APPENDUID" SP nz-number SP append-uid` (RFC 4315) in the tagged OK"""
        code = answer.done.code
        return code.value if code is not None and isinstance(code.value, AppendUid) else None
