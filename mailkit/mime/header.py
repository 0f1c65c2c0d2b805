"""What the header of a part says of its content: the four fields that decide the structure."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mailkit.mime.fields import content_fields, read_structured
from mailkit.mime.parameters import Parameters

_LONGEST_CACHED = 160
"""The header of most texts. They repeat from message to message; longer ones do not, for they have names of files."""


class PartHeader(NamedTuple):
    """The fields as `Part` has them, with the defaults where they are missing, and what was wrong with them."""

    type: str
    subtype: str
    parameters: Parameters
    encoding: str
    disposition: str | None
    disposition_parameters: Parameters
    content_id: str | None
    defects: tuple[str, ...]


def read_part_header(block: bytes, default: str) -> PartHeader:
    """What a header says, where `default` is the content type of a part that names none (RFC 2046 §5.1.5)."""
    return _read_short(block, default) if len(block) <= _LONGEST_CACHED else _read(block, default)


def _read(block: bytes, default: str) -> PartHeader:
    fields = content_fields(block)
    type_, subtype, parameters, defects = _content_type(fields.get(b"content-type"), default)
    encoding = content_id = disposition = None
    disposition_parameters: Parameters = ()
    if (field := fields.get(b"content-transfer-encoding")) is not None:
        encoding = field.partition(b";")[0].strip().decode("latin-1").lower()
    if (field := fields.get(b"content-disposition")) is not None:
        disposition, disposition_parameters = read_structured(field)
    if (field := fields.get(b"content-id")) is not None:
        content_id = field.strip(b"<> \t").decode("utf-8", "replace")
    return PartHeader(
        type_,
        subtype,
        parameters,
        encoding or "7bit",
        disposition or None,
        disposition_parameters,
        content_id or None,
        defects,
    )


_read_short = lru_cache(maxsize=1024)(_read)


def _content_type(field: bytes | None, default: str) -> tuple[str, str, Parameters, tuple[str, ...]]:
    defects: tuple[str, ...] = ()
    if field is not None:
        value, parameters = read_structured(field)
        type_, _, subtype = value.partition("/")
        type_, subtype = type_.strip(), subtype.strip()
        if type_ and subtype:
            return type_, subtype, parameters, defects
        defects = ("unreadable content type",)  # means text/plain (RFC 2045 §5.2)
    type_, _, subtype = default.partition("/")
    return type_, subtype, (), defects
