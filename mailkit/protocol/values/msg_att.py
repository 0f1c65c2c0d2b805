"""FETCH responses by their grammar: any items in any order, each by its production (RFC 9051 §7.5.2, §9 msg-att)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.dates import read_internal_date
from mailkit.protocol.values.envelope import read_envelope
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.names import decode_name
from mailkit.protocol.values.sections import read_section
from mailkit.protocol.wire.reader import Reader

if TYPE_CHECKING:
    from mailkit.protocol.values.structure import BodyStructure


def read_message_data(reader: Reader, number: int) -> MessageData:
    """`msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"`

    An item that breaks the grammar is a defect of its message, if the UID came before it; else the response cannot be
    trusted to be about any message, and `ProtocolViolation` is raised.
    """
    fields: dict[str, object] = {}
    items: list[str] = []
    reader.open()
    reader.spaces()
    while not reader.take(b")"):
        name = _read_name(reader)
        try:
            read = _READERS.get(name)
            if read is None:
                reader.spaces()
                reader.skip()
            else:
                read(reader, fields)
                items.append(name)
            reader.spaces()
        except ProtocolViolation as problem:
            if "uid" not in fields:
                raise
            fields["defects"] = (f"{name}: {problem}",)
            break
    return MessageData(number, items=frozenset(items), **fields)  # type: ignore[arg-type]  # each reader sets its own


_NAME = re.compile(rb"[A-Za-z0-9.\-]+")


def _read_name(reader: Reader) -> str:
    found = reader.match(_NAME)
    if found is None:
        reader.fail("the name of a data item")
    return found[0].decode("ascii").upper()


_Fields = dict[str, object]


def _uid(reader: Reader, fields: _Fields) -> None:
    """`"UID" SP uniqueid`"""
    reader.sp()
    fields["uid"] = reader.nz_number()


def _flags(reader: Reader, fields: _Fields) -> None:
    """`"FLAGS" SP "(" [flag-fetch *(SP flag-fetch)] ")"`"""
    reader.sp()
    end = reader.text.find(b")", reader.pos)
    if end < 0 or not reader.at(b"("):
        reader.fail("flags in parentheses")
    fields["flags"] = FlagSet.read(reader.text[reader.pos : end + 1])
    reader.pos = end + 1


def _internal_date(reader: Reader, fields: _Fields) -> None:
    """`"INTERNALDATE" SP date-time`"""
    reader.sp()
    text = reader.string()
    try:
        fields["internal_date"] = read_internal_date(text)
    except ValueError:
        reader.fail("a date-time")


def _size(reader: Reader, fields: _Fields) -> None:
    """`"RFC822.SIZE" SP number64`"""
    reader.sp()
    fields["size"] = reader.number64()


def _envelope(reader: Reader, fields: _Fields) -> None:
    """`"ENVELOPE" SP envelope`"""
    reader.sp()
    fields["envelope"] = read_envelope(reader)


def _structure(reader: Reader, fields: _Fields) -> None:
    """`"BODY" ["STRUCTURE"] SP body`, or the content of a section:
    `"BODY" section ["<" number ">"] SP nstring`
    """
    if not reader.at(b"["):
        reader.sp()
        fields["structure"] = _reader_of_structures()(reader)
        return
    section = read_section(reader)
    _origin(reader)
    reader.sp()
    _put(fields, "sections", section, reader.nstring())


@cache
def _reader_of_structures() -> Callable[[Reader], BodyStructure]:
    """`read_structure`, loaded for the first of them: it takes long, and many programs ask for none."""
    from mailkit.protocol.values.usual_structure import read_structure  # noqa: PLC0415

    return read_structure


def _binary(reader: Reader, fields: _Fields) -> None:
    """`"BINARY" section-binary SP (nstring / literal8)` (RFC 3516); pymap 0.36 answers as BINARY.PEEK"""
    section = read_section(reader)
    _origin(reader)
    reader.sp()
    _put(fields, "binary", section, reader.nstring())


def _binary_size(reader: Reader, fields: _Fields) -> None:
    """`"BINARY.SIZE" section-binary SP number`"""
    section = read_section(reader)
    reader.sp()
    _put(fields, "binary_sizes", section.part, reader.number64())


def _modseq(reader: Reader, fields: _Fields) -> None:
    """`fetch-mod-resp = "MODSEQ" SP "(" permsg-modsequence ")"` (RFC 7162)"""
    reader.sp()
    fields["modseq"] = reader.enclosed(Reader.number64)


def _object_id(key: str) -> Callable[[Reader, _Fields], None]:
    def read(reader: Reader, fields: _Fields) -> None:
        """`"EMAILID" SP "(" objectid ")"`, `"THREADID" SP ( "(" objectid ")" / nil )` (RFC 8474)"""
        reader.sp()
        fields[key] = None if reader.nil() else reader.enclosed(Reader.token).decode("ascii", "replace")

    return read


def _gmail_id(key: str) -> Callable[[Reader, _Fields], None]:
    def read(reader: Reader, fields: _Fields) -> None:
        """`"X-GM-MSGID" SP number64`, `"X-GM-THRID" SP number64`"""
        reader.sp()
        fields[key] = str(reader.number64())

    return read


def _labels(reader: Reader, fields: _Fields) -> None:
    r"""`"X-GM-LABELS" SP "(" [label *(SP label)] ")"`; `label = astring / "\" atom`"""
    reader.sp()
    fields["labels"] = tuple(reader.listed(_label))


def _label(reader: Reader) -> str:
    octets = reader.token() if reader.at(b"\\") else reader.astring()
    # A label is the name of a mailbox, encoded as one.
    return decode_name(octets, utf8=reader.utf8 or not octets.isascii())


def _save_date(reader: Reader, fields: _Fields) -> None:
    """`"SAVEDATE" SP (date-time / nil)` (RFC 8514)"""
    reader.sp()
    text = reader.nstring()
    try:
        fields["save_date"] = read_internal_date(text) if text is not None else None
    except ValueError:
        reader.fail("a date-time")


def _preview(reader: Reader, fields: _Fields) -> None:
    """`"PREVIEW" SP nstring` (RFC 8970)"""
    reader.sp()
    text = reader.nstring()
    fields["preview"] = text.decode("utf-8", "replace") if text is not None else None


def _origin(reader: Reader) -> None:
    """`"<" number ">"`, the first octet of a partial"""
    if reader.take(b"<"):
        reader.number64()
        reader.expect(b">")


def _put(fields: _Fields, name: str, key: object, value: object) -> None:
    known = fields.setdefault(name, {})
    assert isinstance(known, dict)
    known[key] = value


_READERS: Mapping[str, Callable[[Reader, _Fields], None]] = {
    "BINARY": _binary,
    "BINARY.PEEK": _binary,
    "BINARY.SIZE": _binary_size,
    "BODY": _structure,
    "BODY.PEEK": _structure,
    "BODYSTRUCTURE": _structure,
    "EMAILID": _object_id("email_id"),
    "ENVELOPE": _envelope,
    "FLAGS": _flags,
    "INTERNALDATE": _internal_date,
    "MODSEQ": _modseq,
    "PREVIEW": _preview,
    "RFC822.SIZE": _size,
    "SAVEDATE": _save_date,
    "THREADID": _object_id("thread_id"),
    "UID": _uid,
    "X-GM-LABELS": _labels,
    "X-GM-MSGID": _gmail_id("email_id"),
    "X-GM-THRID": _gmail_id("thread_id"),
}
