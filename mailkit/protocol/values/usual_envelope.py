"""ENVELOPE as servers nearly always write it, by one pattern; the grammar reads each address when it is first seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
"""What `usual_envelopes` takes the groups of. What stands for a list only begins and ends as one."""

PLAIN_ENVELOPE: Final = ENVELOPE.replace(_STRING, r'(?:"([^"]*)(?<!\\)"|NIL)')
"""The same without a quote or a backslash at the end of a string, which is found in three quarters of the time."""

_ADDRESS: Final = re.compile(" ".join([_STRING] * 4))


def usual_envelopes(  # noqa: PLR0917  # the groups of a pattern have no names
    date: Sequence[str | None],
    subject: Sequence[str | None],
    from_: Sequence[str],
    sender: Sequence[str | None],
    reply_to: Sequence[str | None],
    to: Sequence[str],
    cc: Sequence[str],
    bcc: Sequence[str],
    in_reply_to: Sequence[str | None],
    message_id: Sequence[str | None],
) -> Iterator[Envelope]:
    """The envelopes of these octets, as Latin-1, a field of all of them after the other.

    Of strings it is what stands between the quotes; of lists what is between the spaces, `sender` and `reply_to` are
    None where they are as `from_`. Raises `ProtocolViolation` where one is no list of addresses after all.
    """
    authors = _lists(from_)
    lists = (authors, _lists_like(authors, sender), _lists_like(authors, reply_to), *map(_lists, (to, cc, bcc)))
    dates = ["" if one is None else _octets(one).decode("latin-1") if "\\" in one else one for one in date]
    return map(
        make_envelope,
        [message_date(one) if one else None for one in dates],
        dates,
        [_words(one) if one else "" for one in subject],
        *[[one[0] for one in column] for column in lists],
        [_id(one) if one else "" for one in in_reply_to],
        [_id(one) if one else "" for one in message_id],
        [a[1] + b[1] + c[1] + d[1] + e[1] + f[1] for a, b, c, d, e, f in zip(*lists, strict=True)],
    )


_NOBODY: Final[AddressList] = ((), ())
_LONGEST_REMEMBERED: Final = 512
"""Octets of an address that is remembered: a longer one hardly comes again, and no cache grows as a sender likes."""


def _lists(column: Sequence[str]) -> list[AddressList]:
    return [
        _NOBODY
        if one == "NIL"
        else _remembered_list(one)
        if ")(" not in one and len(one) <= _LONGEST_REMEMBERED
        else _read_list(one)
        for one in column
    ]


def _lists_like(authors: list[AddressList], column: Sequence[str | None]) -> list[AddressList]:
    return [same if one is None else _lists((one,))[0] for same, one in zip(authors, column, strict=True)]


def _read_list(text: str) -> AddressList:
    """`"(" 1*address ")"`"""
    return sorted_out(
        [
            (_remembered_address if len(one) <= _LONGEST_REMEMBERED else _read_address)(one)
            for one in text[2:-2].split(")(")
        ]
    )


def _read_address(text: str) -> Address | GroupMark:
    """`addr-name SP addr-adl SP addr-mailbox SP addr-host`"""
    usual = _ADDRESS.fullmatch(text)
    if usual is not None:
        name, route, mailbox, host = [None if one is None else _octets(one) for one in usual.groups()]
        return read_address_fields(name, route, mailbox, host)
    reader = Reader(Frame(b"(%b)" % text.encode("latin-1")))
    fields = read_address(reader)
    if not reader.at_end:
        raise ProtocolViolation(f"not an address: {text[:40]!r}")
    return read_address_fields(*fields)


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
