"""FETCH responses that look as servers nearly always write them: many are read at once, and by a short way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import compress, repeat
from typing import TYPE_CHECKING, Final, TypeVar

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.dates import internal_dates
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import NO_CONTENT, MessageData, make_message_data
from mailkit.protocol.values.sections import Section, read_section
from mailkit.protocol.values.usual_envelope import ENVELOPE, PLAIN_ENVELOPE, usual_envelopes
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

if TYPE_CHECKING:
    from mailkit.protocol.values.structure import BodyStructure

S = TypeVar("S")
T = TypeVar("T")

_BEGINNING: Final = r"\* ([0-9]{1,10}) FETCH \("
_UID: Final = r"UID ([1-9][0-9]{0,8})"
_FLAGS: Final = r"FLAGS (\([^()\"]*\))"
_DATE: Final = r"\"(.{11}) (..:..:..) (.{5})\""
_SIZE: Final = r"RFC822\.SIZE ([0-9]{1,18})"
_MODSEQ: Final = r"MODSEQ \(([0-9]{1,18})\)"
_STRUCTURE: Final = r"BODYSTRUCTURE (\(.*\))"


@cache
def _in_order() -> re.Pattern[str]:
    """What an iteration asks for, in the order in which most servers answer it: it takes a third less time."""
    return re.compile(
        rf"{_BEGINNING}{_UID}(?: {_FLAGS} INTERNALDATE {_DATE} {_SIZE}(?: {_MODSEQ})?)? {PLAIN_ENVELOPE}"
        rf"(?: {_STRUCTURE})?\)\r?"
    )


@cache
def _in_any_order() -> re.Pattern[str]:
    # INTERNALDATE comes once only: of two the pattern would forget the first, broken or not.
    return re.compile(
        rf"{_BEGINNING}(?:{_UID}|{_FLAGS}|INTERNALDATE(?(4)(?!)) {_DATE}|{_SIZE}|{_MODSEQ}| )*"
        rf"(?:{ENVELOPE})?(?: ?{_STRUCTURE})?\)\r?"
    )


def read_rows(rows: Sequence[bytes | Frame]) -> list[MessageData | None]:
    """What FETCH responses tell, each from its asterisk on; None for one that has not the usual shape.

    What is told is what `read_message_data` reads; what is None, only that can read or refuse.
    """
    told: list[MessageData | None] = [None] * len(rows)
    places: list[int] = []
    matches: list[re.Match[str]] = []
    contents: list[_Content | None] = []
    first = rows[0] if rows else b""
    are_structures = isinstance(first, bytes) and _STRUCTURE_ALONE.fullmatch(first) is not None  # then the others are
    for place, row in enumerate(rows):
        content = None
        if isinstance(row, bytes):
            if are_structures and (alone := _structure_alone(row)) is not None:
                told[place] = alone
                continue
            text: str | None = row.decode("latin-1")
        elif (alone := _content_alone(row)) is not None:
            told[place] = alone
            continue
        else:
            text, content = _text_and_content(row)
        match = None if text is None else _in_order().fullmatch(text) or _in_any_order().fullmatch(text)
        if match is not None:
            places.append(place)
            matches.append(match)
            contents.append(content)
    if matches:
        for place, data in zip(places, _read(matches, contents), strict=True):
            told[place] = data
    return told


_Content = Mapping[Section, bytes]


def _read(matches: list[re.Match[str]], contents: list[_Content | None]) -> list[MessageData | None]:
    """What was found in each of one or more responses; None where it cannot be what it looks like.

    It is read column by column, one item of all messages after the other, so that hardly any loop is one of Python's.
    """
    # fmt: off
    (
        number, uid, flags, day, clock, zone, size, modseq, *envelope, structure,
    ) = zip(*[match.groups() for match in matches], strict=True)
    # fmt: on
    columns = (uid, flags, day, size, modseq, envelope[2], structure, contents)
    missing = [column.count(None) for column in columns]
    if any(0 < count < len(matches) for count in missing):
        return _read_each(matches, contents)
    try:
        told = map(
            make_message_data,
            map(int, number),
            _each(int, uid),
            _each(_flag_set, flags),
            repeat(None) if day[0] is None else internal_dates(day, clock, zone),
            _each(int, size),
            repeat(None) if envelope[2][0] is None else usual_envelopes(*envelope),
            _each(_structure, structure),
            _each(int, modseq),
            repeat(_items(*[not count for count in missing])),
            repeat(NO_CONTENT) if contents[0] is None else contents,
        )
        return [*told] if structure[0] is None else [data if data.structure is not None else None for data in told]
    except (ValueError, ProtocolViolation):
        return [None] if len(matches) == 1 else _read_each(matches, contents)


def _read_each(matches: list[re.Match[str]], contents: list[_Content | None]) -> list[MessageData | None]:
    """The same where not all have the same items, or one has something that cannot be read."""
    return [data for match, content in zip(matches, contents, strict=True) for data in _read([match], [content])]


def _each(read: Callable[[S], T], column: Sequence[S]) -> Iterable[T | None]:
    """What is read of each, where all of them came; else none did."""
    return repeat(None) if column[0] is None else map(read, column)


def _structure_alone(row: bytes) -> MessageData | None:
    """What a response tells that has a UID and a structure, and no more."""
    alone = _STRUCTURE_ALONE.fullmatch(row)
    structure = None if alone is None else _reader_of_structures()(alone[3])
    if alone is None or structure is None:
        return None
    return make_message_data(int(alone[1]), int(alone[2]), items=_UID_AND_STRUCTURE, structure=structure)


def _content_alone(frame: Frame) -> MessageData | None:
    """What a response tells that has a UID and the content of one section, and no more."""
    if len(frame.rest) != 2 or frame.rest[1] != b")":
        return None
    alone = _CONTENT_ALONE.fullmatch(frame.head)
    section = None if alone is None else _section(alone[3])
    if alone is None or section is None:
        return None
    return make_message_data(int(alone[1]), int(alone[2]), items=_UID_AND_CONTENT, sections={section: frame.rest[0]})


def _text_and_content(frame: Frame) -> tuple[str | None, _Content | None]:
    """The response without the literal of a section, if it ends in one, and that section.

    There is no text where the other literals cannot be spelled in it.
    """
    found = _content(frame)
    if found is None:
        return _spelled(frame.head, frame.rest), None
    section, at = found
    content = {section: frame.rest[-2]}
    if len(frame.rest) == 2:
        return _spelled(frame.head[:at] + b")", ()), content
    return _spelled(frame.head, (*frame.rest[:-3], frame.rest[-3][:at] + b")")), content


def _structure(text: str) -> BodyStructure | None:
    return _reader_of_structures()(text.encode("latin-1"))


@cache
def _reader_of_structures() -> Callable[[bytes], BodyStructure | None]:
    """`usual_structure`, loaded for the first of them: it takes long, and many programs ask for none."""
    from mailkit.protocol.values.usual_structure import usual_structure  # noqa: PLC0415

    return usual_structure


def _spelled(head: bytes, rest: tuple[bytes, ...]) -> str | None:
    """The response with its literals as quoted strings; None where that is not as easy as nearly always."""
    if not rest:
        return head.decode("latin-1")
    if sum(map(len, rest)) > _LONGEST_SPELLED:
        return None
    spelled: list[bytes] = []
    for text, literal in zip((head, *rest[1::2]), rest[::2], strict=False):
        before = text[: text.rindex(b"{")]
        if (before.count(b'"') - before.count(b'\\"')) % 2 or b"\\\\" in before:
            return None  # inside a quoted string "{5}" announces nothing
        spelled += (before, literal.replace(b"\\", b"\\\\").replace(b'"', b'\\"'))
    return b'"'.join((*spelled, rest[-1])).decode("latin-1")


_LONGEST_SPELLED: Final = 64 * 1024
_LONGEST_REMEMBERED: Final = 256
_CONTENT: Final = re.compile(rb" BODY(\[[0-9A-Z.]{0,32}\]) \{[0-9]+\}\Z")
_CONTENT_ALONE: Final = re.compile(
    rb"\* ([0-9]{1,10}) FETCH \(UID ([1-9][0-9]{0,8}) BODY(\[[0-9A-Z.]{0,32}\]) \{[0-9]+\}"
)
_UID_AND_CONTENT: Final = frozenset({"UID", "BODY"})
_STRUCTURE_ALONE: Final = re.compile(rb"\* ([0-9]{1,10}) FETCH \(UID ([1-9][0-9]{0,8}) BODYSTRUCTURE (\(.*\))\)\r?")
_UID_AND_STRUCTURE: Final = frozenset({"UID", "BODYSTRUCTURE"})


def _content(frame: Frame) -> tuple[Section, int] | None:
    """The section whose literal stands last, as servers write it, and where it begins in the text before that."""
    if not frame.rest or frame.rest[-1] != b")":
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


def _flag_set(text: str) -> FlagSet:
    return (_remembered_flags if len(text) <= _LONGEST_REMEMBERED else _flags)(text)


def _flags(text: str) -> FlagSet:
    return FlagSet.read(text.encode("latin-1"))


_remembered_flags: Final = lru_cache(maxsize=4096)(_flags)


_NAMES = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "MODSEQ", "ENVELOPE", "BODYSTRUCTURE", "BODY")


@lru_cache(maxsize=1 << len(_NAMES))
def _items(*came: bool) -> frozenset[str]:
    return frozenset(compress(_NAMES, came))
