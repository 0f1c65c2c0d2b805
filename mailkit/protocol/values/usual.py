"""FETCH responses in the shape that servers nearly always give them, read by one pattern; the others by the grammar."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.dates import read_internal_date
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.sections import Section, read_section
from mailkit.protocol.values.usual_envelope import envelope_pattern, usual_envelope
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

# INTERNALDATE and ENVELOPE come once only: of two the pattern would forget the first, broken or not.
# The alternatives begin with different octets, and the last never matches: words.py says why.
# The groups have numbers and no names: to look fifteen up by name would cost as much as the match itself.
_USUAL = re.compile(
    rb"\((?:UID ([1-9][0-9]{0,8})|FLAGS (\([^()\"]*\))|INTERNALDATE(?(3)(?!)) \"([^\"\\]*)\"|RFC822\.SIZE ([0-9]{1,18})"
    rb"|MODSEQ \(([0-9]{1,18})\)|ENVELOPE(?(8)(?!)) %b| |(?!))++\)\Z" % envelope_pattern(6),
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
    uid, flags, received, size, modseq, *fields = found.groups()
    try:
        internal_date = None if received is None else read_internal_date(received)
    except ValueError:
        return None
    has_envelope = fields[2] is not None  # "from" is an empty list where there is none
    return MessageData(
        number,
        None if uid is None else int(uid),
        None if flags is None else FlagSet.read(flags),
        internal_date,
        None if size is None else int(size),
        usual_envelope(fields) if has_envelope else None,
        None,
        None if modseq is None else int(modseq),
        items=_items(
            uid is not None,
            flags is not None,
            received is not None,
            size is not None,
            modseq is not None,
            has_envelope,
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
