"""ENVELOPE: the header fields that every client shows (RFC 9051 §7.5.2, §2.3.5)."""

from __future__ import annotations

from datetime import datetime

import attrs

from mailkit.protocol.values.address import Address, Group, GroupMark, fold_groups, read_address_fields
from mailkit.protocol.values.dates import message_date
from mailkit.protocol.values.words import decode_words
from mailkit.protocol.wire.reader import Reader


@attrs.frozen
class Envelope:
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


def read_envelope(reader: Reader) -> Envelope:
    """`envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc
    SP env-in-reply-to SP env-message-id ")"`
    """
    reader.open()
    date = reader.nstring() or b""
    reader.sp()
    subject = reader.nstring() or b""
    reader.sp()
    addresses: list[tuple[Address, ...]] = []
    groups: list[Group] = []
    for _ in range(6):
        addresses.append(_read_address_list(reader, groups))
        reader.sp()
    from_, sender, reply_to, to, cc, bcc = addresses
    in_reply_to = reader.nstring() or b""
    reader.sp()
    message_id = reader.nstring() or b""
    reader.spaces()
    reader.close()
    return Envelope(
        message_date(date) if date else None,
        date.decode("latin-1"),
        decode_words(subject),
        from_,
        sender,
        reply_to,
        to,
        cc,
        bcc,
        in_reply_to.decode("utf-8", "replace").strip(),
        message_id.decode("utf-8", "replace").strip(),
        tuple(groups),
    )


def _read_address_list(reader: Reader, groups: list[Group]) -> tuple[Address, ...]:
    """`"(" 1*address ")" / nil`; members of groups are among the addresses (RFC 9051 §7.5.2)"""
    if reader.nil():
        return ()
    found = reader.listed(_read_address)
    if any(isinstance(one, GroupMark) for one in found):
        groups += (one for one in fold_groups(found) if isinstance(one, Group))
    return tuple(one for one in found if isinstance(one, Address))


def _read_address(reader: Reader) -> Address | GroupMark:
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
    return read_address_fields(name, route, mailbox, host)
