"""BODYSTRUCTURE: the tree of MIME parts, without their content (RFC 9051 §7.5.2, §9 body)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from mailkit.protocol.values.envelope import Envelope, read_envelope
from mailkit.protocol.wire.reader import Reader
from mailkit.value import maker

Parameters = tuple[tuple[str, bytes], ...]
"""MIME parameters in their order: names in lower case, values as the octets that the message has."""


@attrs.frozen
class BodyStructure:
    """One MIME part and those inside it.

    `type` and `subtype` are in lower case. `part` is the number by which the part is fetched, such as "1.2"; the whole
    of a multipart message is "". `size` counts octets before transfer decoding. `envelope` is there for
    message/rfc822, whose one child is the body inside.
    """

    part: str
    type: str
    subtype: str
    parameters: Parameters = ()
    content_id: str | None = None
    description: bytes | None = None
    encoding: str = "7bit"
    size: int = 0
    lines: int | None = None
    envelope: Envelope | None = None
    md5: str | None = None
    disposition: str | None = None
    disposition_parameters: Parameters = ()
    languages: tuple[str, ...] = ()
    location: str | None = None
    children: tuple[BodyStructure, ...] = ()

    @property
    def content_type(self) -> str:
        """Such as "text/plain"."""
        return f"{self.type}/{self.subtype}"

    @property
    def is_multipart(self) -> bool:
        """Whether it consists of other parts (RFC 2046 §5.1), its `children`."""
        return self.type == "multipart"

    def parameter(self, name: str) -> str | None:
        """A parameter of the content type, as it stands there."""
        name = name.lower()
        return next((value.decode("utf-8", "replace") for key, value in self.parameters if key == name), None)

    def walk(self) -> Iterator[BodyStructure]:
        """This part and all below it, in the order of the message."""
        yield self
        for child in self.children:
            yield from child.walk()


make_body_structure: Final = maker(BodyStructure)


def read_body(reader: Reader, part: str = "") -> BodyStructure:
    """`body = "(" (body-type-1part / body-type-mpart) ")"`"""
    reader.open()
    found = _read_multipart(reader, part) if reader.at(b"(") else _read_single(reader, part or "1")
    reader.close()
    return found


def _read_multipart(reader: Reader, part: str) -> BodyStructure:
    """`body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]`"""
    children: list[BodyStructure] = []
    while reader.at(b"("):
        children.append(read_body(reader, f"{part}.{len(children) + 1}" if part else str(len(children) + 1)))
        reader.spaces()
    subtype = _lower(reader.string())
    parameters: Parameters = ()
    extension = _Extension()
    if reader.take(b" ") and not reader.at(b")"):
        parameters = _read_parameters(reader)
        extension = _read_extension(reader)
    reader.spaces()
    return BodyStructure(
        part,
        "multipart",
        subtype,
        parameters,
        disposition=extension.disposition,
        disposition_parameters=extension.parameters,
        languages=extension.languages,
        location=extension.location,
        children=tuple(children),
    )


def _read_single(reader: Reader, part: str) -> BodyStructure:
    """`body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]`"""
    type_ = _lower(reader.nstring() or b"text")
    reader.sp()
    subtype = _lower(reader.nstring() or b"")
    reader.sp()
    # `body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets`
    parameters = _read_parameters(reader)
    reader.sp()
    content_id = _text(reader.nstring())
    reader.sp()
    description = reader.nstring()
    reader.sp()
    encoding = _lower(reader.nstring() or b"7bit")
    reader.sp()
    size = 0 if reader.nil() else reader.number64()
    envelope: Envelope | None = None
    children: tuple[BodyStructure, ...] = ()
    lines: int | None = None
    if type_ == "message" and subtype in ("rfc822", "global") and _goes_on(reader, b"("):
        # `body-type-msg = media-message SP body-fields SP envelope SP body SP body-fld-lines`
        envelope = read_envelope(reader)
        reader.sp()
        children = (_read_inside(reader, part),)
        reader.sp()
        lines = _read_lines(reader)
    elif type_ == "text" and _goes_on(reader, None):
        # `body-type-text = media-text SP body-fields SP body-fld-lines`
        lines = _read_lines(reader)
    md5 = None
    extension = _Extension()
    if _goes_on(reader, None):
        # `body-ext-1part = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]`
        md5 = _text(reader.nstring())
        extension = _read_extension(reader)
    reader.spaces()
    if not subtype:
        # A content type that cannot be read means text/plain (RFC 2045 §5.2); Dovecot shows it with NIL.
        type_, subtype = "text", "plain"
    return BodyStructure(
        part,
        type_,
        subtype,
        parameters,
        content_id,
        description,
        encoding,
        size,
        lines,
        envelope,
        md5,
        extension.disposition,
        extension.parameters,
        extension.languages,
        extension.location,
        children,
    )


def _read_inside(reader: Reader, part: str) -> BodyStructure:
    """The body of a message/rfc822 part: a multipart is fetched by the part's own number, another as its part 1."""
    if reader.text.startswith(b"((", reader.pos):
        return read_body(reader, part)
    return read_body(reader, f"{part}.1")


@attrs.frozen
class _Extension:
    disposition: str | None = None
    parameters: Parameters = ()
    languages: tuple[str, ...] = ()
    location: str | None = None


def _read_extension(reader: Reader) -> _Extension:
    """`[SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]`"""
    disposition: str | None = None
    parameters: Parameters = ()
    languages: tuple[str, ...] = ()
    location: str | None = None
    if _goes_on(reader, None) and not reader.nil():
        if reader.at(b"("):
            # `body-fld-dsp = "(" string SP body-fld-param ")" / nil`
            reader.open()
            disposition = _lower(reader.string())
            reader.sp()
            parameters = _read_parameters(reader)
            reader.spaces()
            reader.close()
        else:
            disposition = _lower(reader.string())
    if _goes_on(reader, None) and not reader.nil():
        # `body-fld-lang = nstring / "(" string *(SP string) ")"`
        found = reader.listed(Reader.string) if reader.at(b"(") else [reader.string()]
        languages = tuple(_lower(language) for language in found)
    if _goes_on(reader, None):
        location = _text(reader.nstring())
    while _goes_on(reader, None):
        reader.skip()
    return _Extension(disposition, parameters, languages, location)


def _read_parameters(reader: Reader) -> Parameters:
    """`body-fld-param = "(" string SP string *(SP string SP string) ")" / nil`"""
    if reader.nil():
        return ()
    found = reader.listed(Reader.nstring)
    if len(found) % 2:
        reader.fail("a value for each parameter")
    return tuple((_lower(found[at] or b""), found[at + 1] or b"") for at in range(0, len(found), 2))


def _read_lines(reader: Reader) -> int | None:
    """`body-fld-lines = number64`; some servers say NIL"""
    return None if reader.nil() else reader.number64()


def _goes_on(reader: Reader, with_: bytes | None) -> bool:
    """Take the space before one more field, if there is one (beginning so)."""
    start = reader.pos
    reader.spaces()
    if reader.pos > start and not reader.at(b")") and (with_ is None or reader.at(with_)):
        return True
    reader.pos = start
    return False


def _lower(octets: bytes) -> str:
    return octets.decode("ascii", "replace").lower()


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("utf-8", "replace")
