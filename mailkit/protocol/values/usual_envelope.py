"""ENVELOPE in the shape that servers nearly always give it, read by one pattern; the others by the grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mailkit.protocol.values.address import Address, GroupMark, read_address_fields
from mailkit.protocol.values.envelope import AddressList, Envelope, envelope_of, sorted_out
from mailkit.protocol.wire.reader import Reader

_text = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_string = rb'(?:"%b"|NIL)' % _text
_field = rb'(?:"(%b)"|NIL)' % _text
_address = rb"\(%b %b %b %b\)" % (_string, _string, _string, _string)
_list = rb"NIL|\((?:%b)++\)" % _address


def envelope_pattern(first: int) -> bytes:
    """`envelope`, its ten fields as groups from number `first` on: strings without quotes, lists as they stand."""
    # Where a message has no other, sender and reply-to are from again (RFC 9051 §7.5.2).
    again = rb"(\%d|%b)" % (first + 2, _list)
    other = rb"(%b)" % _list
    return rb"\(" + b" ".join((_field, _field, other, again, again, other, other, other, _field, _field)) + rb"\)"


_ENVELOPE = re.compile(envelope_pattern(1), re.DOTALL)


def read_usual_envelope(reader: Reader) -> Envelope | None:
    """`envelope` of the usual shape; None, and nothing taken, where it has another."""
    found = reader.match(_ENVELOPE)
    return usual_envelope(found.groups()) if found is not None else None


def usual_envelope(fields: Sequence[bytes | None]) -> Envelope:
    """The envelope of the ten groups of `envelope_pattern`."""
    date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id = fields
    author = _read_list(from_)
    lists = (
        author,
        author if sender == from_ else _read_list(sender),
        author if reply_to == from_ else _read_list(reply_to),
        _read_list(to),
        _NOBODY if cc == b"NIL" else _read_list(cc),
        _NOBODY if bcc == b"NIL" else _read_list(bcc),
    )
    return envelope_of(_plain(date), _plain(subject), lists, _plain(in_reply_to), _plain(message_id))


_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ADDRESS = re.compile(_address, re.DOTALL)
_FIELDS = re.compile(
    rb'\((?:"(%b)"|NIL) %b (?:"(%b)"|NIL) (?:"(%b)"|NIL)\)' % (_text, _string, _text, _text), re.DOTALL
)
_NOBODY: AddressList = ((), ())
_LONGEST_CACHED = 128
"""One address, as a rule. Longer ones are not kept: they do not repeat, and no cache grows as a sender likes."""


def _plain(text: bytes | None) -> bytes | None:
    """What stands between quotes, without its escapes."""
    return _ESCAPED.sub(rb"\1", text) if text is not None and b"\\" in text else text


def _read_list(text: bytes | None) -> AddressList:
    """`"(" 1*address ")" / nil`"""
    if text is None:
        return _NOBODY
    if len(text) <= _LONGEST_CACHED:
        return _read_short_list(text)
    return sorted_out([_read_address(one) for one in _ADDRESS.findall(text)])


@lru_cache(maxsize=4096)
def _read_short_list(text: bytes) -> AddressList:
    return sorted_out([_read_address(one) for one in _ADDRESS.findall(text)])


def _read_address(text: bytes) -> Address | GroupMark:
    """`address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`"""
    return _read_short_address(text) if len(text) <= _LONGEST_CACHED else _read_fields(text)


def _read_fields(text: bytes) -> Address | GroupMark:
    found = _FIELDS.match(text)
    assert found is not None
    name, mailbox, host = found.groups()
    return read_address_fields(_plain(name), None, _plain(mailbox), _plain(host))


_read_short_address = lru_cache(maxsize=4096)(_read_fields)
