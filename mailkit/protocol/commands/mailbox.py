"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 9051 §6.3.4 to §6.3.8), with CREATE-SPECIAL-USE (RFC 6154)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.special_use import SpecialUse
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Create(Command[str | None]):
    """Make a mailbox; the result is its MAILBOXID where the server has OBJECTID (RFC 8474 §4.1).

    `special_use` says what it is for and needs CREATE-SPECIAL-USE.
    """

    mailbox: str
    special_use: tuple[SpecialUse, ...] = ()
    verb: ClassVar[str] = "CREATE"

    def write(self, out: Writer) -> None:
        r"""`create-param =/ "USE" SP "(" [use-attr *(SP use-attr)] ")"` (RFC 6154)"""
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        if self.special_use:
            with out.group():
                out.atom("USE")
                with out.group():
                    for use in self.special_use:
                        out.verbatim(use.encode("ascii"))

    def fold(self, answer: Answer) -> str | None:
        code = answer.done.code
        return code.value if code is not None and code.name == "MAILBOXID" and isinstance(code.value, str) else None


@attrs.frozen(eq=False, repr=False)
class _OfMailbox(Simple):
    mailbox: str

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))


class Delete(_OfMailbox):
    """Remove a mailbox and all messages in it."""

    __slots__ = ()

    verb: ClassVar[str] = "DELETE"


@attrs.frozen(eq=False, repr=False)
class Rename(Simple):
    """Give a mailbox, and what is below it, another name; INBOX gives its messages away and stays."""

    mailbox: str
    to: str
    verb: ClassVar[str] = "RENAME"

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8)).text(encode_name(self.to, utf8=out.utf8))


class Subscribe(_OfMailbox):
    """Put a name on the list of subscribed mailboxes."""

    __slots__ = ()

    verb: ClassVar[str] = "SUBSCRIBE"
    repeatable: ClassVar[bool] = True


class Unsubscribe(_OfMailbox):
    """Take a name off the list of subscribed mailboxes."""

    __slots__ = ()

    verb: ClassVar[str] = "UNSUBSCRIBE"
    repeatable: ClassVar[bool] = True
