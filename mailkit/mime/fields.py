"""Header fields of a raw message, and the structured ones that MIME adds."""

from __future__ import annotations

import re

_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_CONTENT_FIELD = re.compile(rb"\n(content-[a-z-]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE)
_PARAMETER = re.compile(
    rb";[ \t]*([^\s=;\"]+)[ \t]*=[ \t]*(?:\"([^\"\\]*(?:\\.[^\"\\]*)*)\"?|([^;]*))",
    re.DOTALL,
)
_ESCAPED = re.compile(rb'\\(["\\])')


def split_fields(block: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """The fields of a header in their order, as (name, unfolded value); lines that are no fields are left out."""
    fields = []
    for line in _FIELD_END.split(block):
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and name and b" " not in name:
            fields.append((name, unfold(value)))
    return tuple(fields)


def content_fields(block: bytes) -> dict[bytes, bytes]:
    """The fields whose names begin with `content-`, by name in lower case; the first of each counts.

    The other fields are not looked at: of a header only these decide the structure.
    """
    fields: dict[bytes, bytes] = {}
    for name, value in _CONTENT_FIELD.findall(b"\n" + block):
        fields.setdefault(name.lower(), unfold(value))
    return fields


def unfold(value: bytes) -> bytes:
    """A field's value on one line (RFC 5322 §2.2.3)."""
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    return value.strip(b" \t\r")


def read_structured(value: bytes) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """`value *(";" parameter)` (RFC 2045 §5.1, RFC 2183 §2): the value and its parameters.

    The value and the names are in lower case. Comments, missing quotes or values, stray semicolons are forgiven.
    """
    head = value.partition(b";")[0]
    parameters: list[tuple[str, bytes]] = []
    for name, quoted, bare in _PARAMETER.findall(value, len(head)):
        content = _ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted or _without_comment(bare)
        parameters.append((name.decode("latin-1").lower(), content))
    return _without_comment(head).decode("latin-1").lower(), tuple(parameters)


def _without_comment(token: bytes) -> bytes:
    return (token.partition(b"(")[0] if b"(" in token else token).strip()
