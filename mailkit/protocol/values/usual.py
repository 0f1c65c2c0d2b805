"""FETCH responses that look as servers nearly always write them, read by a short way; the others by the grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import compress

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.dates import read_internal_date
from mailkit.protocol.values.envelope_shape import envelope_of_pieces
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.sections import Section, read_section
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

# INTERNALDATE comes once only: of two the pattern would forget the first, broken or not.
# The alternatives begin with different octets, and the last never matches: words.py says why.
_USUAL = re.compile(
    rb"\((?:UID ([1-9][0-9]{0,8})|FLAGS (\([^()\"]*\))|INTERNALDATE(?(3)(?!)) \"([^\"\\]*)\"|RFC822\.SIZE ([0-9]{1,18})"
    rb"|MODSEQ \(([0-9]{1,18})\)| |(?!))*+(ENVELOPE |\)\Z)"
)


def read_fetch(frame: Frame, start: int, number: int) -> MessageData:
    """What a FETCH response tells of message `number`; its items begin at `start` in the frame's first text.

    Whichever way it is read, the result is what `read_message_data` gives, or its `ProtocolViolation`.
    """
    return read_usual(frame, start, number) or read_message_data(Reader(frame, start), number)


def read_usual(frame: Frame, start: int, number: int) -> MessageData | None:
    """The same for the usual shape, or None where the response has another."""
    content = _content(frame) if frame.rest else None
    if content is None:
        return _read_items(frame, start, number, {})
    section, at = content
    sections = {section: frame.rest[-2]}
    if len(frame.rest) > 2:
        before = Frame(frame.head, (*frame.rest[:-3], frame.rest[-3][:at] + b")"))
    elif (alone := _UID_ALONE.fullmatch(frame.head, start, at)) is not None:
        return MessageData(number, int(alone[1]), sections=sections, items=_UID_AND_CONTENT)
    else:
        before = Frame(frame.head[:at] + b")")
    return _read_items(before, start, number, sections)


def _read_items(frame: Frame, start: int, number: int, sections: Mapping[Section, bytes]) -> MessageData | None:
    """All items but the `sections`."""
    found = _USUAL.match(frame.head, start)
    if found is None:
        return None
    uid, flags, received, size, modseq, last = found.groups()
    try:
        internal_date = None if received is None else read_internal_date(received)
    except ValueError:
        return None
    envelope = None
    if last != b")":
        pieces = frame.cut(found.end())
        envelope = None if pieces is None else envelope_of_pieces(pieces, frame.size)
        if envelope is None:
            return None
    return MessageData(
        number,
        None if uid is None else int(uid),
        None if flags is None else FlagSet.read(flags),
        internal_date,
        None if size is None else int(size),
        envelope,
        None,
        None if modseq is None else int(modseq),
        sections=sections,
        items=_items(
            uid is not None,
            flags is not None,
            received is not None,
            size is not None,
            modseq is not None,
            envelope is not None,
            bool(sections),
        ),
    )


_CONTENT = re.compile(rb" BODY(\[[0-9A-Z.]{0,32}\]) \{[0-9]+\}\Z")
_UID_ALONE = re.compile(rb"\(UID ([1-9][0-9]{0,8})")
_UID_AND_CONTENT = frozenset({"UID", "BODY"})


def _content(frame: Frame) -> tuple[Section, int] | None:
    """The section whose literal stands last, as servers write it, and where it begins in the text before that."""
    if frame.rest[-1] != b")":
        return None
    text = frame.head if len(frame.rest) == 2 else frame.rest[-3]
    at = text.rfind(b" BODY[")
    found = _CONTENT.match(text, at) if at >= 0 else None
    section = _section(found[1]) if found is not None else None
    return None if section is None else (section, at)


@lru_cache(maxsize=256)
def _section(text: bytes) -> Section | None:
    reader = Reader(Frame(text))
    try:
        section = read_section(reader)
    except ProtocolViolation:
        return None
    return section if reader.at_end else None


_NAMES = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "MODSEQ", "ENVELOPE", "BODY")


@lru_cache(maxsize=1 << len(_NAMES))
def _items(*came: bool) -> frozenset[str]:
    return frozenset(compress(_NAMES, came))
