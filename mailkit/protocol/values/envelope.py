"""ENVELOPE: the header fields that every client shows (RFC 9051 §7.5.2, §2.3.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from mailkit.protocol.values.address import NOBODY, Address, Group, GroupMark, fold_groups, read_address_fields
from mailkit.protocol.values.dates import message_date
from mailkit.protocol.values.words import decode_words
from mailkit.protocol.wire.reader import Reader
from mailkit.value import Value, maker


@attrs.frozen(eq=False, repr=False)
class Envelope(Value):
    """The parsed header fields of one message, decoded (RFC 2047), absent ones empty.

    `date` is aware, and None where the message has none or one that cannot be understood; `date_text` is as written.
    Members of groups stand among the addresses; `groups` has the groups themselves, such as
    `undisclosed-recipients:;`, which has no members.
    """

    date: datetime | None = None
    date_text: str = ""
    subject: str = ""
    from_: tuple[Address, ...] = ()
    sender: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    message_id: str = ""
    groups: tuple[Group, ...] = ()

    @property
    def defects(self) -> tuple[str, ...]:
        """What in it could not be understood."""
        return (f"the date cannot be understood: {self.date_text!r}",) if self.date_text and self.date is None else ()


make_envelope: Final = maker(Envelope)

AddressList = tuple[tuple[Address, ...], tuple[Group, ...]]
"""The addresses of one field, members of groups among them, and its groups."""


AddressFields = tuple[bytes | None, bytes | None, bytes | None, bytes | None]
"""Name, source route, mailbox and host of an address as they stand."""


def read_envelope(reader: Reader) -> Envelope:
    """`envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc
    SP env-in-reply-to SP env-message-id ")"`, decoded
    """
    reader.open()
    date = reader.nstring()
    reader.sp()
    subject = reader.nstring()
    reader.sp()
    lists: list[AddressList] = []
    for _ in range(6):
        lists.append(_read_addresses(reader))
        reader.sp()
    in_reply_to = reader.nstring()
    reader.sp()
    message_id = reader.nstring()
    reader.spaces()
    reader.close()
    from_, sender, reply_to, to, cc, bcc = lists
    return make_envelope(
        message_date(date) if date else None,
        date.decode("latin-1") if date else "",
        decode_words(subject) if subject else "",
        from_[0],
        sender[0],
        reply_to[0],
        to[0],
        cc[0],
        bcc[0],
        in_reply_to.decode("utf-8", "replace").strip() if in_reply_to else "",
        message_id.decode("utf-8", "replace").strip() if message_id else "",
        from_[1] + sender[1] + reply_to[1] + to[1] + cc[1] + bcc[1],
    )


def sorted_out(found: list[Address | GroupMark]) -> AddressList:
    """The addresses, those inside groups too, and the groups that their marks make."""
    addresses = tuple([one for one in found if isinstance(one, Address) and one is not NOBODY])
    if len(addresses) == len(found):
        return addresses, ()
    told = [one for one in found if one is not NOBODY]  # the others are commas too many
    return addresses, tuple(one for one in fold_groups(told) if isinstance(one, Group))


def _read_addresses(reader: Reader) -> AddressList:
    """`"(" 1*address ")" / nil`"""
    return sorted_out([] if reader.nil() else [read_address_fields(*one) for one in reader.listed(read_address)])


def read_address(reader: Reader) -> AddressFields:
    """`address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`"""
    reader.open()
    name = reader.nstring()
    reader.sp()
    route = reader.nstring()
    reader.sp()
    mailbox = reader.nstring()
    reader.sp()
    host = reader.nstring()
    reader.spaces()
    reader.close()
    return name, route, mailbox, host
