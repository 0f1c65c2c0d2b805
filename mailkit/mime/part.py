"""One part of a raw message: what its header says, and where its octets are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from mailkit.mime.fields import split_fields
from mailkit.mime.parameters import Parameters, decode_parameters, filename
from mailkit.mime.text import read_text
from mailkit.mime.transfer import decode_transfer
from mailkit.value import maker


@attrs.frozen(eq=False)
class Part:
    """One part of a message, or the message itself: what its header says, and where its octets are."""

    type: str
    """The media type in lower case; `text` where the header says none."""
    subtype: str
    """The media subtype in lower case; `plain` where the header says none."""
    parameters: Parameters
    """The parameters of the content type as they are."""
    encoding: str
    """The transfer encoding in lower case; `7bit` where the header says none."""
    disposition: str | None
    """`attachment` or `inline`, or another word in lower case; None where the header says none."""
    disposition_parameters: Parameters
    """The parameters of the disposition as they are."""
    content_id: str | None
    """The Content-ID without its angle brackets."""
    children: tuple[Part, ...]
    """The parts of a multipart, at least one; or the one message inside a message/rfc822."""
    defects: tuple[str, ...]
    """What was wrong with the structure of this part, its children not included."""
    _raw: bytes = attrs.field(repr=False)
    _start: int
    _header_end: int
    _body_start: int
    _end: int

    @property
    def content_type(self) -> str:
        """Type and subtype, such as `text/plain`."""
        return f"{self.type}/{self.subtype}"

    @property
    def params(self) -> Mapping[str, str]:
        """The parameters of the content type, decoded."""
        return decode_parameters(self.parameters)

    @property
    def charset(self) -> str | None:
        """The charset that the part says it has."""
        return self.params.get("charset")

    @property
    def filename(self) -> str | None:
        """The name that the sender gave the part; see `safe_name`."""
        return filename(self.disposition_parameters, self.parameters)

    @property
    def header(self) -> bytes:
        """The header as it is, every field with its line end, without the empty line."""
        return self._raw[self._start : self._header_end]

    @property
    def fields(self) -> tuple[tuple[bytes, bytes], ...]:
        """The header's fields, (name, unfolded value), in their order; split at each access."""
        return split_fields(self.header)

    @property
    def body(self) -> memoryview:
        """The body as it is, still encoded, not copied."""
        return memoryview(self._raw)[self._body_start : self._end]

    @property
    def size(self) -> int:
        """The octets of the encoded body."""
        return self._end - self._body_start

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the message's order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def decode(self) -> tuple[bytes, list[str]]:
        """The octets of the body with the transfer encoding undone, and the defects met."""
        return decode_transfer(self._raw[self._body_start : self._end], self.encoding)

    def text(self) -> tuple[str, list[str]]:
        """The body as text (charset, format=flowed; lines end in LF), and the defects met."""
        return read_text(self._raw[self._body_start : self._end], self.encoding, self.parameters)


make_part: Final = maker(Part)
