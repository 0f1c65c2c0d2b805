"""News of the open mailbox that come unasked (RFC 9051 §7.4, §7.5, RFC 7162 §3.2.10)."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from mailkit.protocol.values.codes import read_code
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.uid_sets import read_uid_set
from mailkit.protocol.wire.reader import Reader
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class Exists(Value):
    """How many messages the mailbox has now."""

    count: int


@attrs.frozen(eq=False, repr=False)
class Recent(Value):
    """How many messages are recent; IMAP4rev2 does not tell."""

    count: int


@attrs.frozen(eq=False, repr=False)
class Expunged(Value):
    """The message of that sequence number is gone, and all above it move down by one."""

    number: int


@attrs.frozen(eq=False, repr=False)
class Vanished(Value):
    """Messages that are gone, by UID; `earlier` ones went before, and their numbers were never counted (RFC 7162)."""

    uids: UidSet
    earlier: bool = False


@attrs.frozen(eq=False, repr=False)
class FlagsChanged(Value):
    """A message whose flags, or at least whose modification sequence, are others now.

    `uid` is None where the server names the message by its sequence number alone, as it may (RFC 9051 §7.5.2).
    """

    number: int
    uid: int | None = None
    flags: FlagSet | None = None
    modseq: int | None = None


@attrs.frozen(eq=False, repr=False)
class Alert(Value):
    """Words that people must be shown (RFC 9051 §7.1 ALERT)."""

    text: str


Update: TypeAlias = Exists | Recent | Expunged | Vanished | FlagsChanged | Alert


def read_update(name: bytes, number: int | None, reader: Reader) -> Update | None:
    """The news in an untagged response of that name, None where it has none of these.

    `message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))`; `mailbox-data = … / number SP "EXISTS"`
    """
    match name:
        case b"EXISTS":
            return Exists(number or 0)
        case b"RECENT":
            return Recent(number or 0)
        case b"EXPUNGE":
            return Expunged(number or 0)
        case b"VANISHED":
            return read_vanished(reader)
        case b"FETCH":
            return read_flags_changed(reader, number or 0)
        case b"OK" | b"NO" | b"BAD":
            return _read_alert(reader)
    return None


def read_vanished(reader: Reader) -> Vanished:
    """`expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids` (RFC 7162)"""
    earlier = False
    if reader.at(b"("):
        earlier = any(word.upper() == b"EARLIER" for word in reader.listed(Reader.atom))
        reader.sp()
    return Vanished(read_uid_set(reader), earlier)


def read_flags_changed(reader: Reader, number: int) -> FlagsChanged:
    """`msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"`, of which only
    UID, FLAGS and MODSEQ are kept
    """
    uid, flags, modseq = None, None, None
    reader.open()
    reader.spaces()
    while not reader.take(b")"):
        name = reader.token().upper()
        reader.sp()
        if name == b"UID":
            uid = reader.nz_number()
        elif name == b"FLAGS":
            flags = FlagSet.read(b" ".join(reader.listed(Reader.token)))
        elif name == b"MODSEQ":
            modseq = reader.enclosed(Reader.number64)
        else:
            reader.skip()
        reader.spaces()
    return FlagsChanged(number, uid, flags, modseq)


def _read_alert(reader: Reader) -> Alert | None:
    """`resp-text = ["[" resp-text-code "]" SP] [text]`"""
    if not reader.at(b"[") or read_code(reader).name != "ALERT":
        return None
    return Alert(reader.remainder().decode("utf-8", "replace"))
