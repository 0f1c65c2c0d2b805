"""One message on its way into a mailbox, as APPEND and REPLACE send it (RFC 9051 §6.3.12, RFC 3502, RFC 6855)."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.values.dates import internal_date
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.wire.writer import Stream, Writer
from mailkit.value import Value


class Form(enum.Enum):
    """How a message's octets are sent."""

    LITERAL = "literal"
    """As text without NUL, which every server takes."""
    BINARY = "literal8"
    """With octets of any value; needs BINARY (RFC 3516 §4.4) or IMAP4rev2."""
    UTF8 = "utf8-literal"
    """With UTF-8 in its header; needs UTF8=ACCEPT, enabled (RFC 6855 §4)."""


def _settable(_: object, __: object, flags: FlagSet) -> None:
    if flags.recent or Flag.WILDCARD in flags:
        raise UsageError(f"{flags} cannot be given to a message: the server alone sets \\Recent")


@attrs.frozen(eq=False, repr=False)
class AppendMessage(Value):
    """A message with its flags and its internal date; without a date the server takes the time it arrives.

    A `Stream` is read while it is sent.
    """

    content: bytes | Stream = attrs.field(repr=False)
    flags: FlagSet = attrs.field(default=FlagSet(), validator=_settable)
    date: datetime | None = None
    form: Form = Form.LITERAL

    @property
    def size(self) -> int:
        """How many octets it has."""
        return self.content.size if isinstance(self.content, Stream) else len(self.content)

    def write(self, out: Writer) -> None:
        """`append-message = append-opts SP append-data`; `append-opts = [SP flag-list] [SP date-time]`"""
        if self.flags:
            out.wire(self.flags)
        if self.date is not None:
            # `date-day-fixed = (SP DIGIT) / 2DIGIT`: two digits are right whatever the day.
            out.string(internal_date(self.date))
        match self.form:
            case Form.LITERAL:
                out.literal(self.content)
            case Form.BINARY:
                out.literal(self.content, binary=True)
            case Form.UTF8:
                # `utf8-literal = "UTF8" SP "(" literal8 ")"`
                out.atom("UTF8")
                with out.group():
                    out.literal(self.content, binary=True)
