"""SETACL, DELETEACL, GETACL, LISTRIGHTS and MYRIGHTS (RFC 4314; RFC 2086 before it)."""

from __future__ import annotations

import enum
from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.mailbox_data import is_of
from mailkit.protocol.values.names import decode_name, encode_name
from mailkit.protocol.values.rights import (
    ACL,
    Rights,
    RightsOffered,
    read_acl_data,
    read_listrights_data,
    read_myrights_data,
)
from mailkit.protocol.wire.writer import Writer


class RightsAction(enum.Enum):
    """What happens to the rights that were there (`mod-rights`, RFC 4314 §3.1)."""

    SET = ""
    ADD = "+"
    REMOVE = "-"


@attrs.frozen(eq=False, repr=False)
class SetAcl(Simple):
    """Give an identifier rights to a mailbox, or take some away.

    `rfc2086` writes them as a server wants that has no `RIGHTS=` among its capabilities.
    """

    mailbox: str
    identifier: str
    rights: Rights
    action: RightsAction = RightsAction.SET
    rfc2086: bool = attrs.field(default=False, kw_only=True)
    verb: ClassVar[str] = "SETACL"
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        letters = self.rights.rfc2086() if self.rfc2086 else str(self.rights)
        out.text(encode_name(self.mailbox, utf8=out.utf8)).text(self.identifier).text(self.action.value + letters)


@attrs.frozen(eq=False, repr=False)
class DeleteAcl(Simple):
    """Take an identifier, with all its rights, off a mailbox's list."""

    mailbox: str
    identifier: str
    verb: ClassVar[str] = "DELETEACL"
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8)).text(self.identifier)


@attrs.frozen(eq=False, repr=False)
class GetAcl(Command[ACL]):
    """Ask who has which rights to a mailbox."""

    mailbox: str
    verb: ClassVar[str] = "GETACL"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"ACL"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))

    def claims(self, row: Untagged) -> bool:
        return row.name == b"ACL" and is_of(row.reader(), decode_name(encode_name(self.mailbox)))

    def fold(self, answer: Answer) -> ACL:
        found = [acl for _, acl in answer.read(read_acl_data)]
        return found[-1] if found else ACL()


@attrs.frozen(eq=False, repr=False)
class ListRights(Command[RightsOffered]):
    """Ask which rights an identifier can be given on a mailbox."""

    mailbox: str
    identifier: str
    verb: ClassVar[str] = "LISTRIGHTS"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"LISTRIGHTS"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8)).text(self.identifier)

    def claims(self, row: Untagged) -> bool:
        return row.name == b"LISTRIGHTS" and is_of(row.reader(), decode_name(encode_name(self.mailbox)))

    def fold(self, answer: Answer) -> RightsOffered:
        found = [offered for _, _, offered in answer.read(read_listrights_data)]
        return found[-1] if found else RightsOffered(Rights())


@attrs.frozen(eq=False, repr=False)
class MyRights(Command[Rights]):
    """Ask which rights one has oneself to a mailbox."""

    mailbox: str
    verb: ClassVar[str] = "MYRIGHTS"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"MYRIGHTS"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))

    def claims(self, row: Untagged) -> bool:
        return row.name == b"MYRIGHTS" and is_of(row.reader(), decode_name(encode_name(self.mailbox)))

    def fold(self, answer: Answer) -> Rights:
        found = [rights for _, rights in answer.read(read_myrights_data)]
        return found[-1] if found else Rights()
