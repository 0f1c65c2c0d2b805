"""Sections: which octets of a message FETCH is asked for (RFC 9051 §6.4.5 BODY[<section>]<<partial>>)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.wire.reader import Reader
from mailkit.value import Value

_TEXTS = frozenset({"", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"})
_PART = re.compile(r"(?:[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*)?")
_FIELD = re.compile(r"[!-9;-~]+")
_SECTION = re.compile(rb"([0-9.]*)((?:HEADER|TEXT|MIME)[A-Z.]*)?", re.IGNORECASE)


def _upper(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.upper() for name in names)


@attrs.frozen(repr=False, cache_hash=True)  # it is the key of every content that is fetched
class Section(Value):
    """A part of a message: `Section()` is all of it, `Section("1.2")` one part's content, `Section("2", "MIME")` its
    header, `Section(text="HEADER.FIELDS", fields=("Subject",))` some fields of the message's own header.
    """

    part: str = attrs.field(default="")
    text: str = attrs.field(default="")
    fields: tuple[str, ...] = attrs.field(default=(), converter=_upper)

    def __attrs_post_init__(self) -> None:
        if not _PART.fullmatch(self.part):
            raise UsageError(f"not a part number: {self.part!r}")
        if self.text not in _TEXTS or (self.text == "MIME" and not self.part):
            raise UsageError(f"not a section of {self.part or 'a message'}: {self.text!r}")
        if self.text.startswith("HEADER.FIELDS") != bool(self.fields):
            raise UsageError("HEADER.FIELDS goes with the names of fields, and they with it")
        for name in self.fields:
            if not _FIELD.fullmatch(name) or any(special in name for special in '(){%*"\\]'):
                raise UsageError(f"not the name of a header field: {name!r}")

    def __str__(self) -> str:
        """`section-spec`, as it stands between the brackets"""
        fields = f" ({' '.join(self.fields)})" if self.fields else ""
        return f"{self.part}{'.' if self.part and self.text else ''}{self.text}{fields}"


WHOLE: Final = Section()
"""All of a message; whoever reads or asks for it uses this very object, which a dictionary finds without comparing."""


def read_section(reader: Reader) -> Section:
    """`section = "[" [section-spec] "]"`"""
    reader.expect(b"[")
    found = reader.match(_SECTION)
    part = found[1].decode("ascii").rstrip(".") if found is not None else ""
    text = (found[2] or b"").decode("ascii").upper() if found is not None else ""
    fields: tuple[str, ...] = ()
    if text.startswith("HEADER.FIELDS"):
        # `section-msgtext = "HEADER.FIELDS" [".NOT"] SP header-list`; `header-fld-name = astring`
        reader.sp()
        fields = tuple(name.decode("latin-1") for name in reader.listed(Reader.astring))
    reader.expect(b"]")
    if not (part or text):
        return WHOLE
    try:
        return Section(part, text, fields)
    except UsageError as problem:
        reader.fail(f"a section ({problem})")
