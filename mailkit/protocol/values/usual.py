"""FETCH responses in the shape that servers nearly always give them, read by one pattern; the others by the grammar."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.address import Address, GroupMark, read_address_fields
from mailkit.protocol.values.dates import read_internal_date
from mailkit.protocol.values.envelope import AddressList, envelope_of, sorted_out
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.sections import Section, read_section
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

_text = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_string = rb'(?:"%b"|NIL)' % _text
_address = rb"\(%b %b %b %b\)" % (_string, _string, _string, _string)
_addresses = rb"NIL|\((?:%b)++\)" % _address
# INTERNALDATE and ENVELOPE come once only: of two the pattern would forget the first, broken or not.
# The groups have numbers and no names: to look fifteen up by name would cost as much as the match itself.
_envelope = b" ".join(
    (
        rb"ENVELOPE(?(8)(?!))",
        rb'\((?:"(%b)"|NIL) (?:"(%b)"|NIL)' % (_text, _text),  # 6 date, 7 subject
        rb"(%b)" % _addresses,  # 8 from
        # Where a message has no other, sender and reply-to are from again (RFC 9051 §7.5.2).
        rb"(\8|%b) (\8|%b)" % (_addresses, _addresses),  # 9 sender, 10 reply-to
        rb"(%b) (%b) (%b)" % (_addresses, _addresses, _addresses),  # 11 to, 12 cc, 13 bcc
        rb'(?:"(%b)"|NIL) (?:"(%b)"|NIL)\)' % (_text, _text),  # 14 in-reply-to, 15 message-id
    )
)
_USUAL = re.compile(
    rb"\((?:UID ([1-9][0-9]{0,8})|FLAGS (\([^()\"]*\))|INTERNALDATE(?(3)(?!)) \"([^\"\\]*)\"|RFC822\.SIZE ([0-9]{1,18})"
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
    if frame.head.endswith(b"}") and (content := _CONTENT.match(frame.head, start)) is not None:
        return _usual_content(content, frame, number)
    text = frame.flat()
    found = _USUAL.match(text, start) if text is not None else None
    if found is None:
        return None
    uid, flags, received, size, modseq, date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id = (
        found.groups()
    )
    try:
        internal_date = None if received is None else read_internal_date(received)
    except ValueError:
        return None
    envelope = None
    if from_ is not None:
        author = _read_list(from_)
        lists = (
            author,
            author if sender == from_ else _read_list(sender),
            author if reply_to == from_ else _read_list(reply_to),
            _read_list(to),
            _NOBODY if cc == b"NIL" else _read_list(cc),
            _NOBODY if bcc == b"NIL" else _read_list(bcc),
        )
        envelope = envelope_of(_plain(date), _plain(subject), lists, _plain(in_reply_to), _plain(message_id))
    return MessageData(
        number,
        None if uid is None else int(uid),
        None if flags is None else FlagSet.read(flags),
        internal_date,
        None if size is None else int(size),
        envelope,
        None,
        None if modseq is None else int(modseq),
        items=_items(
            uid is not None,
            flags is not None,
            received is not None,
            size is not None,
            modseq is not None,
            from_ is not None,
        ),
    )


_CONTENT = re.compile(rb"\(UID ([1-9][0-9]{0,8}) BODY(\[[0-9A-Z.]{0,32}\]) \{[0-9]+\}\Z")
_UID_AND_CONTENT = frozenset({"UID", "BODY"})


def _usual_content(found: re.Match[bytes], frame: Frame, number: int) -> MessageData | None:
    """`UID` and one section with its literal, as a download is answered."""
    if len(frame.rest) != 2 or frame.rest[1] != b")":
        return None
    section = _section(found[2])
    if section is None:
        return None
    return MessageData(number, int(found[1]), sections={section: frame.rest[0]}, items=_UID_AND_CONTENT)


@lru_cache(maxsize=256)
def _section(text: bytes) -> Section | None:
    reader = Reader(Frame(text))
    try:
        section = read_section(reader)
    except ProtocolViolation:
        return None
    return section if reader.at_end else None


_NAMES = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "MODSEQ", "ENVELOPE")


@lru_cache(maxsize=1 << len(_NAMES))
def _items(*came: bool) -> frozenset[str]:
    return frozenset(compress(_NAMES, came))


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


def _read_list(text: bytes) -> AddressList:
    """`"(" 1*address ")" / nil`"""
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
