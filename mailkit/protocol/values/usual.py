"""FETCH responses that look as servers nearly always write them, read by a short way; the others by the grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import compress
from typing import TYPE_CHECKING, Final

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.dates import internal_date_of
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData, make_message_data
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.sections import Section, read_section
from mailkit.protocol.values.usual_envelope import ENVELOPE, usual_envelope
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

if TYPE_CHECKING:
    from mailkit.protocol.values.structure import BodyStructure

_BEGINNING: Final = r"\* ([0-9]{1,10}) FETCH \("
_UID: Final = r"UID ([1-9][0-9]{0,8})"
_FLAGS: Final = r"FLAGS (\([^()\"]*\))"
_DATE: Final = r"\"(.{11}) (.{8}) (.{5})\""
_SIZE: Final = r"RFC822\.SIZE ([0-9]{1,18})"
_MODSEQ: Final = r"MODSEQ \(([0-9]{1,18})\)"
_STRUCTURE: Final = r"BODYSTRUCTURE (\(.*\))"

# What an iteration asks for is asked for in this order, and answered in it by most servers: it takes a fifth less time.
_IN_ORDER: Final = re.compile(
    rf"{_BEGINNING}{_UID} {_FLAGS} INTERNALDATE {_DATE} {_SIZE} (?:{_MODSEQ} )?{ENVELOPE}(?: {_STRUCTURE})?\)\r?"
)
# INTERNALDATE comes once only: of two the pattern would forget the first, broken or not.
_IN_ANY_ORDER: Final = re.compile(
    rf"{_BEGINNING}(?:{_UID}|{_FLAGS}|INTERNALDATE(?(4)(?!)) {_DATE}|{_SIZE}|{_MODSEQ}| )*"
    rf"(?:{ENVELOPE})?(?: ?{_STRUCTURE})?\)\r?"
)


def read_line(line: bytes) -> MessageData | None:
    """What a FETCH response of one line tells, from its asterisk on, or None where it has not the usual shape."""
    return _read_text(line.decode("latin-1"), {})


def read_fetch(frame: Frame, start: int, number: int) -> MessageData:
    """What a FETCH response tells of message `number`; its items begin at `start` in the frame's first text.

    Whichever way it is read, the result is what `read_message_data` gives, or its `ProtocolViolation`.
    """
    return read_usual(frame) or read_message_data(Reader(frame, start), number)


def read_usual(frame: Frame) -> MessageData | None:
    """The same for the usual shape, or None where the response has another."""
    if not frame.rest:
        return read_line(frame.head)
    if len(frame.rest) == 2 and frame.rest[1] == b")" and (alone := _CONTENT_ALONE.fullmatch(frame.head)) is not None:
        section = _section(alone[3])
        if section is not None:
            sections = {section: frame.rest[0]}
            return make_message_data(int(alone[1]), int(alone[2]), sections=sections, items=_UID_AND_CONTENT)
    content = _content(frame)
    if content is None:
        text = _spelled(frame)
        return None if text is None else _read_text(text, {})
    section, at = content
    before = Frame(frame.head[:at] + b")")
    if len(frame.rest) > 2:
        before = Frame(frame.head, (*frame.rest[:-3], frame.rest[-3][:at] + b")"))
    text = _spelled(before)
    return None if text is None else _read_text(text, {section: frame.rest[-2]})


def _read_text(text: str, sections: Mapping[Section, bytes]) -> MessageData | None:
    """All of a response that has no literals, but for the `sections` that were cut out of it."""
    found = _IN_ORDER.fullmatch(text) or _IN_ANY_ORDER.fullmatch(text)
    if found is None:
        return None
    # fmt: off
    (
        number, uid, flags, day, clock, zone, size, modseq,
        date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id, body,
    ) = found.groups()
    # fmt: on
    try:
        internal_date = None if day is None else internal_date_of(day, clock, zone)
    except ValueError:
        return None
    envelope = None
    if from_ is not None:
        envelope = usual_envelope(date, subject, from_, sender, reply_to, to, cc, bcc, in_reply_to, message_id)
        if envelope is None:
            return None
    structure = None
    if body is not None:
        structure = _reader_of_structures()(body.encode("latin-1"))
        if structure is None:
            return None
    return make_message_data(
        int(number),
        None if uid is None else int(uid),
        None if flags is None else (_flags if len(flags) < _LONGEST_REMEMBERED else _flags.__wrapped__)(flags),
        internal_date,
        None if size is None else int(size),
        envelope,
        structure,
        None if modseq is None else int(modseq),
        sections=sections,
        items=_items(
            uid is not None,
            flags is not None,
            day is not None,
            size is not None,
            modseq is not None,
            envelope is not None,
            structure is not None,
            bool(sections),
        ),
    )


@cache
def _reader_of_structures() -> Callable[[bytes], BodyStructure | None]:
    """`usual_structure`, loaded for the first of them: it takes long, and many programs ask for none."""
    from mailkit.protocol.values.usual_structure import usual_structure  # noqa: PLC0415

    return usual_structure


def _spelled(frame: Frame) -> str | None:
    """The response with its literals as quoted strings; None where that is not as easy as nearly always."""
    if not frame.rest:
        return frame.head.decode("latin-1")
    texts = (frame.head, *frame.rest[1::2])
    if frame.size > _LONGEST_SPELLED:
        return None
    spelled: list[bytes] = []
    for text, literal in zip(texts, frame.rest[::2], strict=False):
        before = text[: text.rindex(b"{")]
        if (before.count(b'"') - before.count(b'\\"')) % 2 or b"\\\\" in before:
            return None  # inside a quoted string "{5}" announces nothing
        spelled += (before, b'"', literal.replace(b"\\", b"\\\\").replace(b'"', b'\\"'), b'"')
    spelled.append(texts[-1])
    return b"".join(spelled).decode("latin-1")


_LONGEST_SPELLED: Final = 64 * 1024
_LONGEST_REMEMBERED: Final = 256
_CONTENT: Final = re.compile(rb" BODY(\[[0-9A-Z.]{0,32}\]) \{[0-9]+\}\Z")
_CONTENT_ALONE: Final = re.compile(
    rb"\* ([0-9]{1,10}) FETCH \(UID ([1-9][0-9]{0,8}) BODY(\[[0-9A-Z.]{0,32}\]) \{[0-9]+\}"
)
_UID_AND_CONTENT: Final = frozenset({"UID", "BODY"})


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


@lru_cache(maxsize=4096)
def _flags(text: str) -> FlagSet:
    return FlagSet.read(text.encode("latin-1"))


_NAMES = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "MODSEQ", "ENVELOPE", "BODYSTRUCTURE", "BODY")


@lru_cache(maxsize=1 << len(_NAMES))
def _items(*came: bool) -> frozenset[str]:
    return frozenset(compress(_NAMES, came))
