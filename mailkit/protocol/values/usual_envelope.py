"""ENVELOPE as servers nearly always write it, by one pattern; the grammar reads each address when it is first seen."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.address import Address, GroupMark, read_address_fields
from mailkit.protocol.values.dates import message_date
from mailkit.protocol.values.envelope import AddressList, Envelope, make_envelope, read_address, sorted_out
from mailkit.protocol.values.words import decode_words
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

_STRING: Final = r'(?:NIL|"([^"\\]*(?:\\.[^"\\]*)*)")'
_LIST: Final = r"NIL|\(\([^)]*(?:\)\([^)]*)*\)\)"
_LIKE_FROM: Final = rf"(?:(?P=from)|({_LIST}))"

ENVELOPE: Final = (
    rf"ENVELOPE \({_STRING} {_STRING} (?P<from>{_LIST}) {_LIKE_FROM} {_LIKE_FROM} ({_LIST}) ({_LIST}) ({_LIST}) "
    rf"{_STRING} {_STRING}\)"
)
"""What `usual_envelope` takes the groups of. What stands for a list only begins and ends as one."""


_ADDRESS: Final = re.compile(" ".join([_STRING] * 4))


def usual_envelope(  # noqa: PLR0917  # the groups of a pattern have no names
    date: str | None,
    subject: str | None,
    from_: str,
    sender: str | None,
    reply_to: str | None,
    to: str,
    cc: str,
    bcc: str,
    in_reply_to: str | None,
    message_id: str | None,
) -> Envelope | None:
    """The envelope of these octets, as Latin-1; None where only the grammar knows what they mean.

    Of strings it is what stands between the quotes; of lists what is between the spaces, `sender` and `reply_to` are
    None where they are as `from_`.
    """
    authors, recipients = _list(from_), _list(to)
    senders = authors if sender is None else _list(sender)
    answered = authors if reply_to is None else _list(reply_to)
    copied = _NOBODY if cc == "NIL" else _list(cc)
    blind = _NOBODY if bcc == "NIL" else _list(bcc)
    if not (authors and recipients and copied and blind and senders and answered):
        return None
    if date is not None and "\\" in date:
        date = _octets(date).decode("latin-1")
    return make_envelope(
        message_date(date) if date else None,
        date or "",
        _words(subject) if subject else "",
        authors[0],
        senders[0],
        answered[0],
        recipients[0],
        copied[0],
        blind[0],
        _id(in_reply_to) if in_reply_to else "",
        _id(message_id) if message_id else "",
        authors[1] + senders[1] + answered[1] + recipients[1] + copied[1] + blind[1],
    )


_NOBODY: Final[AddressList] = ((), ())
_LONGEST_REMEMBERED: Final = 512
"""Octets of an address that is remembered: a longer one hardly comes again, and no cache grows as a sender likes."""


def _list(text: str) -> AddressList | None:
    if text == "NIL":
        return _NOBODY
    if ")(" not in text and len(text) <= _LONGEST_REMEMBERED:
        return _remembered_list(text)
    return _read_list(text)


def _read_list(text: str) -> AddressList | None:
    """`"(" 1*address ")"`"""
    found: list[Address | GroupMark] = []
    for one in text[2:-2].split(")("):
        address = (_remembered_address if len(one) <= _LONGEST_REMEMBERED else _read_address)(one)
        if address is None:
            return None
        found.append(address)
    return sorted_out(found)


def _read_address(text: str) -> Address | GroupMark | None:
    """`addr-name SP addr-adl SP addr-mailbox SP addr-host`"""
    usual = _ADDRESS.fullmatch(text)
    if usual is not None:
        name, route, mailbox, host = [None if one is None else _octets(one) for one in usual.groups()]
        return read_address_fields(name, route, mailbox, host)
    reader = Reader(Frame(b"(%b)" % text.encode("latin-1")))
    try:
        fields = read_address(reader)
    except ProtocolViolation:
        return None
    return read_address_fields(*fields) if reader.at_end else None


_remembered_list: Final = lru_cache(maxsize=4096)(_read_list)
_remembered_address: Final = lru_cache(maxsize=4096)(_read_address)


def _words(text: str) -> str:
    if text.isascii() and text.isprintable() and "=?" not in text and "\\" not in text:
        return text
    return decode_words(_octets(text))


def _id(text: str) -> str:
    if text.isascii() and "\\" not in text:
        return text.strip()
    return _octets(text).decode("utf-8", "replace").strip()


_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def _octets(text: str) -> bytes:
    return (_ESCAPED.sub(r"\1", text) if "\\" in text else text).encode("latin-1")
