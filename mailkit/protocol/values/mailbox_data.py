"""Readers of LIST and STATUS data: both come alone, and together with LIST-STATUS (RFC 5819)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailkit.errors import ProtocolViolation
from mailkit.protocol import values
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.names import decode_name
from mailkit.protocol.wire.reader import Reader

if TYPE_CHECKING:
    from mailkit.protocol.values.status import MailboxStatus


def read_list_data(reader: Reader) -> Listing:
    """`mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
    [SP mbox-list-extended]`
    """
    attributes = frozenset(flag.decode("ascii", "replace").lower() for flag in reader.listed(Reader.token))
    reader.sp()
    delimiter = reader.nstring()
    reader.sp()
    name = decode_name(reader.astring(), utf8=reader.utf8)
    old_name = None
    child_info: frozenset[str] = frozenset()
    reader.spaces()
    if reader.at(b"("):
        # `mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"`
        reader.open()
        reader.spaces()
        while not reader.take(b")"):
            tag = reader.astring().upper()
            reader.sp()
            if tag == b"OLDNAME":
                reader.open()
                old_name = decode_name(reader.astring(), utf8=reader.utf8)
                reader.close()
            elif tag == b"CHILDINFO":
                # `"CHILDINFO" SP "(" list-select-base-opt-quoted *(SP list-select-base-opt-quoted) ")"`
                child_info = frozenset(
                    word.decode("ascii", "replace").upper() for word in reader.listed(Reader.astring)
                )
            else:
                reader.skip()
            reader.spaces()
    shown = delimiter.decode("utf-8", "replace") if delimiter else None
    return Listing(name, attributes, shown, old_name, child_info=child_info)


def read_status_data(reader: Reader) -> tuple[str, MailboxStatus]:
    """`"STATUS" SP mailbox SP "(" [status-att-list] ")"`;
    `status-att-list = status-att-val *(SP status-att-val)`
    """
    name = decode_name(reader.astring(), utf8=reader.utf8)
    reader.sp()
    fields: dict[str, object] = {}
    reader.open()
    reader.spaces()
    while not reader.take(b")"):
        item = reader.token().upper().decode("ascii", "replace")
        reader.sp()
        known = _ITEMS.get(item)
        if known is None:
            reader.skip()
        else:
            field, read = known
            fields[field] = read(reader)
        reader.spaces()
    return name, values.status.MailboxStatus(**fields)  # type: ignore[arg-type]  # each reader gives its own field's type


def is_of(reader: Reader, mailbox: str) -> bool:
    """Whether the `mailbox` that comes next is this one; a server may spell it in either encoding."""
    try:
        octets = reader.astring()
    except ProtocolViolation:
        return False
    return mailbox in (decode_name(octets), decode_name(octets, utf8=True))


def _number(reader: Reader) -> int | None:
    return None if reader.nil() else reader.number64()


def _object_id(reader: Reader) -> str:
    """`"MAILBOXID" SP "(" objectid ")"` (RFC 8474)"""
    return reader.enclosed(Reader.token).decode("ascii", "replace")


_ITEMS: dict[str, tuple[str, Callable[[Reader], int | str | None]]] = {
    "MESSAGES": ("messages", _number),
    "RECENT": ("recent", _number),
    "UNSEEN": ("unseen", _number),
    "UIDNEXT": ("uid_next", _number),
    "UIDVALIDITY": ("uid_validity", _number),
    "HIGHESTMODSEQ": ("highest_modseq", _number),
    "SIZE": ("size", _number),
    "DELETED": ("deleted", _number),
    "DELETED-STORAGE": ("deleted_storage", _number),
    "APPENDLIMIT": ("append_limit", _number),
    "MAILBOXID": ("mailbox_id", _object_id),
}
