"""BODYSTRUCTURE as servers nearly always write it: no literal, no escape, nothing behind the disposition."""

from __future__ import annotations

import re
from functools import lru_cache

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.envelope import Envelope
from mailkit.protocol.values.structure import BodyStructure, Parameters, make_body_structure, read_body
from mailkit.protocol.values.usual_envelope import ENVELOPE, usual_envelopes
from mailkit.protocol.wire.reader import Reader

_word = rb'"([^"\\]{1,64})"'
_text_or_nil = rb'(?:"([^"\\]*+)"|NIL)'
_list = rb'(?:\(("[^"\\]*+" "[^"\\]*+"(?: "[^"\\]*+" "[^"\\]*+")*+)\)|NIL)'
_disposition = rb"(?:\(%b %b\)|NIL)" % (_word, _list)
_FIELDS = re.compile(rb"\(%b %b %b %b %b %b " % (_word, _word, _list, _text_or_nil, _text_or_nil, _word))
_NUMBERS = re.compile(rb'" ([0-9]{1,18})(?: ([0-9]{1,18}))?(?=[ )])')
_ENVELOPE = re.compile(ENVELOPE.removeprefix("ENVELOPE ") + " ")
_LINES = re.compile(rb" ([0-9]{1,18})(?=[ )])")
_REST = re.compile(rb"(?: %b(?: %b(?: NIL){0,2})?)?\)" % (_text_or_nil, _disposition))
_MULTIPART_END = re.compile(rb" ?%b(?: %b(?: %b(?: NIL){0,2})?)?\)" % (_word, _list, _disposition))
_NOTHING_MORE = b" NIL NIL NIL NIL)"

_DEEPEST = 16
"""What nests deeper is the grammar's, which knows how deep is too deep."""
_LONGEST_ENVELOPE = 4096
_LONGEST_REMEMBERED = 128
"""Longer texts are not kept: they do not repeat, and no cache grows as a sender likes."""


def usual_structure(text: bytes) -> BodyStructure | None:
    """The `body` that this is from its first octet to its last, or None where only the grammar can tell."""
    usual = _body(text, 0, "", 0)
    return usual[0] if usual is not None and usual[1] == len(text) else None


def read_structure(reader: Reader) -> BodyStructure:
    """`body`, by the short way where it is usual; the result is that of `read_body`, or its `ProtocolViolation`."""
    usual = _body(reader.text, reader.pos, "", 0)
    if usual is None:
        return read_body(reader)
    found, reader.pos = usual
    return found


_Found = tuple[BodyStructure, int]
"""What was read, and where it ends."""


def _body(text: bytes, at: int, part: str, depth: int) -> _Found | None:
    """`body = "(" (body-type-1part / body-type-mpart) ")"`, None where it is not the usual"""
    if text.startswith(b"((", at):
        return _multipart(text, at, part, depth)
    return _single(text, at, part or "1", depth)


def _multipart(text: bytes, at: int, part: str, depth: int) -> _Found | None:
    """`body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]`"""
    if depth == _DEEPEST:
        return None
    children: list[BodyStructure] = []
    inside = part and f"{part}."
    at += 1
    while text.startswith(b"(", at):
        read = _multipart if text.startswith(b"((", at) else _single
        found = read(text, at, f"{inside}{len(children) + 1}", depth + 1)
        if found is None:
            return None
        child, at = found
        children.append(child)
    end = _MULTIPART_END.match(text, at)
    if end is None:
        return None
    subtype, parameters, disposition, its_parameters = end.groups()
    return make_body_structure(
        part,
        "multipart",
        _lower_short(subtype),
        _parameters(parameters) if parameters else (),
        None,
        None,
        "7bit",
        0,
        None,
        None,
        None,
        _lower_short(disposition) if disposition else None,
        _parameters(its_parameters) if its_parameters else (),
        (),
        None,
        tuple(children),
    ), end.end()


def _single(text: bytes, at: int, part: str, depth: int) -> _Found | None:
    """`body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]`"""
    numbers = _NUMBERS.search(text, at)  # once in vain at most: then all is left to the grammar
    if numbers is None:
        return None
    size, lines = numbers.groups()
    before = text[at : numbers.start(1)]
    fields = (_remembered_fields if len(before) <= _LONGEST_REMEMBERED else _fields)(before)
    if fields is None or (fields[0] == "text") != (lines is not None):
        return None
    at = numbers.end()
    if text.startswith(_NOTHING_MORE, at):
        return make_body_structure(part, *fields, int(size), int(lines) if lines else None), at + len(_NOTHING_MORE)
    envelope: Envelope | None = None
    children: tuple[BodyStructure, ...] = ()
    if fields[0] == "message" and fields[1] in ("rfc822", "global") and text.startswith(b" (", at):
        message = _message(text, at + 1, part, depth)
        if message is None:
            return None
        envelope, child, lines, at = message
        children = (child,)
    rest = _REST.match(text, at)
    if rest is None:
        return None
    md5, disposition, its_parameters = rest.groups()
    return make_body_structure(
        part,
        *fields,
        int(size),
        int(lines) if lines else None,
        envelope,
        _text(md5),
        _lower_short(disposition) if disposition else None,
        _parameters(its_parameters) if its_parameters else (),
        children=children,
    ), rest.end()


def _message(text: bytes, at: int, part: str, depth: int) -> tuple[Envelope, BodyStructure, bytes, int] | None:
    """`envelope SP body SP body-fld-lines`, and where they end"""
    described = _ENVELOPE.match(text[at : at + _LONGEST_ENVELOPE].decode("latin-1")) if depth < _DEEPEST else None
    if described is None:
        return None
    try:
        (envelope,) = usual_envelopes(*[(one,) for one in described.groups()])
    except ProtocolViolation:
        return None
    at += described.end()
    found = _body(text, at, part if text.startswith(b"((", at) else f"{part}.1", depth + 1)
    if found is None:
        return None
    child, at = found
    lines = _LINES.match(text, at)
    return None if lines is None else (envelope, child, lines[1], lines.end())


_Fields = tuple[str, str, Parameters, str | None, bytes | None, str]
"""Type and subtype, and of `body-fields` all but the size."""


def _fields(text: bytes) -> _Fields | None:
    found = _FIELDS.fullmatch(text)
    if found is None:
        return None
    type_, subtype, parameters, content_id, description, encoding = found.groups()
    return (
        _lower_short(type_),
        _lower_short(subtype),
        _parameters(parameters) if parameters else (),
        _text(content_id),
        description,
        _lower_short(encoding),
    )


_remembered_fields = lru_cache(maxsize=1024)(_fields)


def _parameters(text: bytes) -> Parameters:
    """`string SP string *(SP string SP string)`"""
    strings = text.split(b'"')
    if len(strings) == 5:  # as nearly always
        return ((_lower(strings[1]), strings[3]),)
    return tuple(zip(map(_lower, strings[1::4]), strings[3::4], strict=True))


def _lower(octets: bytes) -> str:
    return _lower_short(octets) if len(octets) <= _LONGEST_REMEMBERED else octets.decode("ascii", "replace").lower()


@lru_cache(maxsize=1024)
def _lower_short(octets: bytes) -> str:
    return octets.decode("ascii", "replace").lower()


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("utf-8", "replace")
