"""Header fields of a raw message, and the structured ones that MIME adds."""

from __future__ import annotations

import re

_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_CONTENT_FIELD = re.compile(rb"(content-[a-z-]+)[ \t]*:")
_PARAMETER = re.compile(rb"[ \t]*([^\s=;\"]+)[ \t]*=[ \t]*")
_QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"?', re.DOTALL)
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
    lower = b"\n" + block.lower()  # one octet ahead of `block`
    at = lower.find(b"\ncontent-")
    while at >= 0:
        end = _FIELD_END.search(block, at)
        stop = end.start() if end else len(block)
        if found := _CONTENT_FIELD.match(lower, at + 1):
            fields.setdefault(found[1], unfold(block[found.end() - 1 : stop]))
        at = lower.find(b"\ncontent-", stop)
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
    head, semicolon, _ = value.partition(b";")
    parameters: list[tuple[str, bytes]] = []
    at = len(head) + len(semicolon)
    while semicolon and at < len(value):
        found = _PARAMETER.match(value, at)
        if found is None:
            at = value.find(b";", at) + 1 or len(value)
            continue
        if quoted := _QUOTED.match(value, found.end()):
            content = _ESCAPED.sub(rb"\1", quoted[1]) if b"\\" in quoted[1] else quoted[1]
            at = quoted.end()
        else:
            at = value.find(b";", found.end())
            at = len(value) if at < 0 else at
            content = _without_comment(value[found.end() : at])
        parameters.append((found[1].decode("latin-1").lower(), content))
        at = value.find(b";", at) + 1 or len(value)
    return _without_comment(head).decode("latin-1").lower(), tuple(parameters)


def _without_comment(token: bytes) -> bytes:
    return token.partition(b"(")[0].strip()
