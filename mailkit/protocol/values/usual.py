"""FETCH responses in the shape that servers nearly always give them, read by one pattern; the others by the grammar."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress

from mailkit.protocol.values.address import Address, GroupMark, read_address_fields
from mailkit.protocol.values.dates import read_internal_date
from mailkit.protocol.values.envelope import AddressList, Envelope, envelope_of, sorted_out
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

# The names of groups are not used: to look thirteen of them up by name would cost as much as the match itself.
_nstring = rb'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|NIL)'
_address = rb"\(%b %b %b %b\)" % (_nstring, _nstring, _nstring, _nstring)
_address_list = rb"\((?:%b)++\)|NIL" % _address
_envelope = rb" ".join((
    rb"ENVELOPE \((%b) (%b)" % (_nstring, _nstring),  # 6 date, 7 subject
    rb"(%b)" % _address_list,  # 8 from
    # Where no other was given, sender and reply-to are from again (RFC 9051 §7.5.2).
    rb"(\8|%b) (\8|%b)" % (_address_list, _address_list),  # 9 sender, 10 reply-to
    rb"(%b) (%b) (%b)" % (_address_list, _address_list, _address_list),  # 11 to, 12 cc, 13 bcc
    rb"(%b) (%b)\)" % (_nstring, _nstring),  # 14 in-reply-to, 15 message-id
))  # fmt: skip
_USUAL = re.compile(
    rb"\((?:UID ([1-9][0-9]{0,8})|FLAGS (\([^()\"]*\))|INTERNALDATE \"([^\"\\]*)\"|RFC822\.SIZE ([0-9]{1,18})"
    rb"|MODSEQ \(([0-9]{1,18})\)|%b| )++\)\Z" % _envelope,
    re.DOTALL,
)


def read_fetch(frame: Frame, start: int, number: int) -> MessageData:
    """What a FETCH response tells of message `number`; its items begin at `start` in the frame's first text.

    Whichever way it is read, the result is what `read_message_data` gives, or its `ProtocolViolation`.
    """
    return read_usual(frame, start, number) or read_message_data(Reader(frame, start), number)


def read_usual(frame: Frame, start: int, number: int) -> MessageData | None:
    """The same for the usual shape, or None where the response has another."""
    text = frame.flat()
    found = _USUAL.match(text, start) if text is not None else None
    if found is None:
        return None
    uid, flags, received, size, modseq, *fields = found.groups()
    try:
        internal_date = None if received is None else read_internal_date(received)
    except ValueError:
        return None
    return MessageData(
        number,
        None if uid is None else int(uid),
        None if flags is None else FlagSet.read(flags),
        internal_date,
        None if size is None else int(size),
        None if fields[0] is None else _read_envelope(*fields),
        None,
        None if modseq is None else int(modseq),
        items=_items(
            uid is not None,
            flags is not None,
            received is not None,
            size is not None,
            modseq is not None,
            fields[0] is not None,
        ),
    )


_NAMES = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "MODSEQ", "ENVELOPE")


@lru_cache(maxsize=1 << len(_NAMES))
def _items(*came: bool) -> frozenset[str]:
    return frozenset(compress(_NAMES, came))


def _read_envelope(date: bytes, subject: bytes, first: bytes, *rest: bytes) -> Envelope:
    """The ten fields of `envelope`"""
    second, third, to, cc, bcc, in_reply_to, message_id = rest
    from_ = _addresses(first)
    lists = (
        from_,
        from_ if second == first else _addresses(second),
        from_ if third == first else _addresses(third),
        _addresses(to),
        _NOBODY if cc == b"NIL" else _addresses(cc),
        _NOBODY if bcc == b"NIL" else _addresses(bcc),
    )
    return envelope_of(_string(date), _string(subject), lists, _string(in_reply_to), _string(message_id))


_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def _string(text: bytes) -> bytes | None:
    """`nstring` as the pattern has it: a quoted string with its quotes, or NIL"""
    if text == b"NIL":
        return None
    inner = text[1:-1]
    return _ESCAPED.sub(rb"\1", inner) if b"\\" in inner else inner


_LONGEST_CACHED = 256
"""Longer texts are not kept: they do not repeat, and a cache must not grow with what a sender writes."""

_NOBODY: AddressList = ((), ())
_ADDRESS = re.compile(_address, re.DOTALL)
_FIELDS = re.compile(rb"\((%b) %b (%b) (%b)\)" % (_nstring, _nstring, _nstring, _nstring), re.DOTALL)


def _addresses(text: bytes) -> AddressList:
    """`"(" 1*address ")" / nil`"""
    if text == b"NIL":
        return _NOBODY
    return _read_list_cached(text) if len(text) <= _LONGEST_CACHED else _read_list(text)


def _read_list(text: bytes) -> AddressList:
    return sorted_out(
        [
            _read_address_cached(one) if len(one) <= _LONGEST_CACHED else _read_address(one)
            for one in _ADDRESS.findall(text)
        ]
    )


def _read_address(text: bytes) -> Address | GroupMark:
    """`address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`"""
    found = _FIELDS.match(text)
    assert found is not None
    name, mailbox, host = found.groups()
    return read_address_fields(_string(name), None, _string(mailbox), _string(host))


_read_list_cached = lru_cache(maxsize=2048)(_read_list)
_read_address_cached = lru_cache(maxsize=4096)(_read_address)
