"""A raw message as a tree of its parts, in one pass.

`message.email()` gives the stdlib's `email.message.EmailMessage`, which is the right thing to change, build or inspect
in depth. It costs 3 to 4 ms a message under `policy.default`, because it copies every line and models every field. To
learn the texts and the attachments of thousands of messages takes less: the four fields that decide the structure, and
where each part begins and ends. That is what is here, at a tenth of a millisecond, for the cases where a BODYSTRUCTURE
is missing or the whole message is in hand anyway. No body is decoded before it is asked for, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import attrs

from mailkit.mime.fields import split_fields
from mailkit.mime.header import read_part_header
from mailkit.mime.parameters import Parameters, decode_parameters, filename
from mailkit.mime.text import read_text
from mailkit.mime.transfer import decode_transfer

MAX_DEPTH: Final = 100
"""Levels of parts inside parts, the message itself being the first: into those of the last nobody looks."""
MAX_PARTS: Final = 10_000
"""Parts of one message: what follows them is not looked at."""

_LINE = re.compile(rb"\n(\r?\n|--)")
"""Where a line begins that is empty, or may be a delimiter."""
_DASHES = re.compile(rb"\n--")
"""Where a delimiter may stand; a pattern finds that sooner than `bytes.find` does."""
_TRANSPARENT = frozenset({"7bit", "8bit", "binary"})
_MESSAGES = frozenset({("message", "rfc822"), ("message", "global")})


@attrs.frozen(eq=False, slots=False)  # to fill a frozen slot takes twice as long
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
        return decode_transfer(bytes(self.body), self.encoding)

    def text(self) -> tuple[str, list[str]]:
        """The body as text (charset, format=flowed; lines end in LF), and the defects met."""
        return read_text(bytes(self.body), self.encoding, self.parameters)


def parse(raw: bytes) -> Part:
    """The parts of a whole message; whatever the octets are, there is a tree, and `defects` where they are wrong.

    The time is linear in the size of the message. At most `MAX_PARTS` parts are told apart, `MAX_DEPTH` levels deep; a
    multipart that lies too deep is one part of type application/octet-stream.
    """
    return _Parser(raw).entity(0, "text/plain")


class _Delimiter(NamedTuple):
    """A line that ends a part: which of the open multiparts it belongs to, -1 for the end of the message."""

    start: int
    after: int
    owner: int
    is_last: bool = True


class _Parser:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.boundaries: list[bytes] = []  # of the open multiparts, outermost first
        self.depth = 0
        self.count = 0
        self.reached = _Delimiter(len(raw), len(raw), -1)  # what ended the part that was read last

    def entity(self, start: int, default: str) -> Part:
        """`[header CRLF] body`, up to the next delimiter of an open multipart; that delimiter is in `reached`."""
        self.count += 1
        header_end, body_start, cut = self._header(start)
        header = read_part_header(self.raw[start:header_end], default)
        type_, subtype = header.type, header.subtype
        defects = list(header.defects)
        is_multipart = type_ == "multipart"
        opens = is_multipart or ((type_, subtype) in _MESSAGES and header.encoding in _TRANSPARENT)
        if opens and self.depth + 1 >= MAX_DEPTH:
            defects.append("parts nested too deeply")
            opens = False
            if is_multipart:
                type_, subtype = "application", "octet-stream"
        children: tuple[Part, ...] = ()
        if cut is not None or not opens:
            self.reached = cut or self._delimiter(body_start)
        else:
            self.depth += 1
            if is_multipart:
                children = self._multipart(body_start, header.parameters, subtype, defects)
            else:
                children = (self.entity(body_start, "text/plain"),)
            self.depth -= 1
        return Part(
            type_,
            subtype,
            header.parameters,
            header.encoding,
            header.disposition,
            header.disposition_parameters,
            header.content_id,
            children,
            tuple(defects),
            self.raw,
            start,
            header_end,
            body_start,
            max(self._before(self.reached), body_start),
        )

    def _multipart(self, start: int, parameters: Parameters, subtype: str, defects: list[str]) -> tuple[Part, ...]:
        """`[preamble CRLF] delimiter CRLF body-part *(delimiter CRLF body-part) close-delimiter [CRLF epilogue]`"""
        boundary = next((octets for name, octets in parameters if name == "boundary"), b"")
        if not boundary:
            defects.append("multipart without a boundary")
            self.reached = self._delimiter(start)
            return (self._nothing(start),)
        mine = len(self.boundaries)
        self.boundaries.append(boundary)
        children: list[Part] = []
        default = "message/rfc822" if subtype == "digest" else "text/plain"
        self.reached = self._delimiter(start)
        while self.reached.owner == mine and not self.reached.is_last:
            if self.count >= MAX_PARTS:
                defects.append("too many parts")
                break
            children.append(self.entity(self.reached.after, default))
        closed = self.reached.owner == mine
        self.boundaries.pop()
        if not children:
            defects.append("multipart without parts")
            children.append(self._nothing(start))
        elif not closed:
            defects.append("multipart without its end")
        if closed:
            self.reached = self._delimiter(self.reached.after)
        return tuple(children)

    def _nothing(self, at: int) -> Part:
        """The one part of a multipart that has none: there is always one (RFC 2046 §5.1.1), so it is an empty text."""
        return Part("text", "plain", (), "7bit", None, (), None, (), (), self.raw, at, at, at, at)

    def _header(self, start: int) -> tuple[int, int, _Delimiter | None]:
        """Where the header ends, where the body begins, and the delimiter that came before there was a body."""
        if not start and (empty := re.match(rb"\r?\n", self.raw)):
            return 0, empty.end(), None
        for found in _LINE.finditer(self.raw, max(start - 1, 0)):
            if found[1] != b"--":
                return max(found.start() + 1, start), found.end(), None
            if delimiter := self._delimiter_at(found.start() + 1):
                return max(self._before(delimiter), start), delimiter.start, delimiter
        return len(self.raw), len(self.raw), None

    def _delimiter(self, at: int) -> _Delimiter:
        """The first line at or after `at` that ends a part."""
        if self.boundaries:
            for found in _DASHES.finditer(self.raw, max(at - 1, 0)):
                if delimiter := self._delimiter_at(found.start() + 1):
                    return delimiter
        return _Delimiter(len(self.raw), len(self.raw), -1)

    def _delimiter_at(self, start: int) -> _Delimiter | None:
        """`delimiter := CRLF "--" boundary`: the boundary has to begin the line (RFC 2046 §5.1.1); the longest wins."""
        text = start + 2
        owner, length = -1, 0
        for index, boundary in enumerate(self.boundaries):
            if len(boundary) >= length and self.raw.startswith(boundary, text):
                owner, length = index, len(boundary)
        if owner < 0:
            return None
        after = self.raw.find(b"\n", text + length) + 1 or len(self.raw)
        return _Delimiter(start, after, owner, self.raw.startswith(b"--", text + length))

    def _before(self, delimiter: _Delimiter) -> int:
        """Where the part ends: the line end before a delimiter belongs to the delimiter."""
        if delimiter.owner < 0:
            return delimiter.start
        return delimiter.start - (2 if self.raw.startswith(b"\r", delimiter.start - 2) else 1)
