"""ENVELOPE by its shape: what is left of it without its strings is nearly always what was left of an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.address import read_address_fields
from mailkit.protocol.values.envelope import (
    AddressList,
    Envelope,
    envelope_of,
    read_envelope_fields,
    sorted_out,
)
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

_NOBODY: AddressList = ((), ())
_LONGEST_REMEMBERED = 1024
"""Octets of a response whose shape and addresses are remembered: longer ones hardly come again, and no cache grows as a
sender likes."""


def envelope_of_pieces(pieces: list[bytes], size: int) -> Envelope | None:
    """The envelope in the last `pieces` of a response of that `size` (`Frame.cut`); None if they hold more, or none."""
    is_short = size <= _LONGEST_REMEMBERED
    shape = (_remembered_shape if is_short else _shape)(b'"'.join(pieces[::2]))
    if shape is None:
        return None
    strings: list[bytes | None] = [*pieces[1::2], None]
    read_one = _remembered_one if is_short else _read_one
    lists = [
        _NOBODY if count == 0 else (read_one if count == 1 else _read_more)(*its_strings(strings))
        for count, its_strings in shape.lists
    ]
    date, subject, in_reply_to, message_id = shape.texts(strings)
    return envelope_of(date, subject, lists, in_reply_to, message_id)


Choice = Callable[[Sequence[bytes | None]], Sequence[bytes | None]]
"""Takes some out of all strings of a response, of which the last is NIL."""


@attrs.frozen
class _Shape:
    """Which string stands for which field."""

    texts: Choice
    """Date, subject, in-reply-to and message-id."""
    lists: tuple[tuple[int, Choice], ...]
    """Of each of the six lists the number of addresses, and their names, mailboxes and hosts."""


def _shape(texts: bytes) -> _Shape | None:
    """The shape in the texts between the strings, where a quote stands for each string."""
    between = texts.split(b'"')
    numbered = b"".join([b'%b"%d"' % (text, at) for at, text in enumerate(between[:-1])])
    reader = Reader(Frame(numbered + between[-1]))
    try:
        date, subject, lists, in_reply_to, message_id = read_envelope_fields(reader)
        reader.expect(b")")  # of the FETCH response
    except ProtocolViolation:
        return None
    if not reader.at_end:
        return None
    return _Shape(
        _choice([date, subject, in_reply_to, message_id]),
        tuple(
            [
                (
                    len(addresses),
                    _choice([one for name, _, mailbox, host in addresses for one in (name, mailbox, host)]),
                )
                for addresses in lists
            ]
        ),
    )


def _choice(numbers: Sequence[bytes | None]) -> Choice:
    return itemgetter(*[-1 if number is None else int(number) for number in numbers] or [-1])


def _read_one(name: bytes | None, mailbox: bytes | None, host: bytes | None) -> AddressList:
    return sorted_out([read_address_fields(name, None, mailbox, host)])


def _read_more(*strings: bytes | None) -> AddressList:
    threes = zip(strings[::3], strings[1::3], strings[2::3], strict=True)
    return sorted_out([read_address_fields(name, None, mailbox, host) for name, mailbox, host in threes])


_remembered_shape = lru_cache(maxsize=1024)(_shape)
_remembered_one = lru_cache(maxsize=4096)(_read_one)
