"""MIME parameters: the several ways in which mailers put text into them, read as one dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mailkit.mime.charset import decode_text
from mailkit.protocol.values.words import decode_words

Parameters = Sequence[tuple[str, bytes]]
"""MIME parameters in their order, as a BODYSTRUCTURE has them: names in lower case, values as octets."""

_PERCENT = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_SECTION = re.compile(r"\*(0|[1-9][0-9]{0,3})(\*?)\Z")
"""`initial-section / other-sections` with a mark for `extended` (RFC 2231 §7)."""


def decode_parameters(parameters: Parameters) -> dict[str, str]:
    """The text of each parameter by its name.

    Understood are continuations, charsets and percent-encoding (RFC 2231), encoded words (RFC 2047 §5 forbids them
    here, mailers write them) and raw 8-bit text. The first of two parameters with one name counts, and of a plain and
    an extended one the extended. Never raises.
    """
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for name, value in parameters:
        if "*" not in name:
            if name not in plain:
                plain[name] = _text(value)
        elif found := _SECTION.search(name):
            sections.setdefault(name[: found.start()], {}).setdefault(int(found[1]), (value, bool(found[2])))
        else:
            extended.setdefault(name.rstrip("*"), _extended(value))
    if sections:
        joined = {name: _joined(parts) for name, parts in sections.items() if 0 in parts}
        extended = joined | extended
    return plain | extended if extended else plain


def filename(disposition_parameters: Parameters, parameters: Parameters) -> str | None:
    """The name that the sender gave the part: `filename` of its disposition, else `name` of its type, else None.

    It is what a stranger wrote; `safe_name` makes a name for a file of it.
    """
    if disposition_parameters and (name := decode_parameters(disposition_parameters).get("filename")):
        return name
    return decode_parameters(parameters).get("name") or None if parameters else None


def is_named(disposition_parameters: Parameters, parameters: Parameters) -> bool:
    """Whether there is a `filename`, told without decoding it."""
    return _has("filename", disposition_parameters) or _has("name", parameters)


def _has(name: str, parameters: Parameters) -> bool:
    for key, value in parameters:  # noqa: SIM110  # asked for nearly every part: `any` takes twice as long
        if value and key.startswith(name) and key.partition("*")[0] == name:
            return True
    return False


def _text(value: bytes) -> str:
    if b"=?" in value:
        return decode_words(value)
    if value.isascii():
        return value.decode("ascii")
    return decode_text(value, None)[0]


def _extended(value: bytes) -> str:
    """`charset ' language ' percent-encoded octets` (RFC 2231 §4)"""
    charset, text = _charset(value)
    return decode_text(_octets(text), charset)[0]


def _joined(parts: Mapping[int, tuple[bytes, bool]]) -> str:
    """The sections from 0 to the first that is missing; a charset may stand in section 0 (RFC 2231 §4.1)."""
    value, is_extended = parts[0]
    charset: str | None = None
    if is_extended:
        charset, value = _charset(value)
        value = _octets(value)
    out = [value]
    while more := parts.get(len(out)):
        value, is_extended = more
        out.append(_octets(value) if is_extended else value)
    octets = b"".join(out)
    return decode_text(octets, charset)[0] if charset else _text(octets)


def _charset(value: bytes) -> tuple[str | None, bytes]:
    match value.split(b"'", 2):
        case [charset, _, text]:
            return charset.decode("latin-1") or None, text
        case _:
            return None, value


def _octets(text: bytes) -> bytes:
    if b"%" not in text:
        return text
    return _PERCENT.sub(lambda found: bytes.fromhex(found[0].decode().replace("%", "")), text)
