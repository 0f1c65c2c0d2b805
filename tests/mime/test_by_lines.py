"""Parts end where a comparison of each line with each boundary ends them; the parser gets there by a shorter way."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.mime.parse import parse

Found = tuple[str, bytes, bytes]
"""Content type, header and body of a part."""


class ByLines:
    """The parts of a message in its order, with each line looked at by itself."""

    def __init__(self, raw: bytes) -> None:
        self.lines = re.findall(rb"[^\n]*\n|[^\n]+", raw)
        self.boundaries: list[bytes] = []
        self.parts: list[Found] = []
        self.at, self.owner = self.entity(0)

    def delimiter(self, at: int) -> tuple[int, int]:
        """The first line that begins with a delimiter, and with which: the longest, of equal ones the innermost."""
        for number in range(at, len(self.lines)):
            line = self.lines[number]
            fits = [(len(b), level) for level, b in enumerate(self.boundaries) if line.startswith(b"--" + b)]
            if fits and number:
                return number, max(fits)[1]
        return len(self.lines), -1

    def octets(self, first: int, end: int, owner: int) -> bytes:
        found = b"".join(self.lines[first:end])
        return re.sub(rb"\r?\n\Z", b"", found) if owner >= 0 else found

    def entity(self, first: int) -> tuple[int, int]:
        end, owner = self.delimiter(first)
        empty = next((at for at in range(first, end) if self.lines[at] in (b"\n", b"\r\n")), None)
        header = b"".join(self.lines[first:empty]) if empty is not None else self.octets(first, end, owner)
        body = end if empty is None else empty + 1
        kind = parse(header + b"\n\n")
        mine = len(self.parts)
        self.parts.append((kind.content_type, header, b""))
        if empty is not None or owner < 0:
            boundary = dict(reversed(kind.parameters)).get("boundary", b"")
            if kind.type == "multipart" and not boundary:
                self.parts.append(("text/plain", b"", b""))
            elif kind.type == "multipart":
                end, owner = self.multipart(body, boundary)
            elif kind.type == "message":
                end, owner = self.entity(body)
        self.parts[mine] = (kind.content_type, header, self.octets(body, end, owner))
        return end, owner

    def multipart(self, first: int, boundary: bytes) -> tuple[int, int]:
        mine, before = len(self.boundaries), len(self.parts)
        self.boundaries.append(boundary)
        end, owner = self.delimiter(first)
        while owner == mine and not self.lines[end].startswith(b"--" + boundary + b"--"):
            end, owner = self.entity(end + 1)
        self.boundaries.pop()
        if len(self.parts) == before:
            self.parts.append(("text/plain", b"", b""))
        return self.delimiter(end + 1) if owner == mine else (end, owner)


PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r", b"\n\n", b"--", b"x", b"A: b\r\n"),
        *(b"\n--b", b"\r\n--b", b"\r\n--b--", b"--b\n", b"\n--bb", b"\r\n--bb--\r\n", b"\n--ab\n\n", b"\n--ab--"),
        *(
            b"Content-Type: multipart/mixed; boundary=" + rest
            for rest in (b"b\n\n", b"bb\r\n\r\n", b"ab\n\n", b"b", b"\n\n")
        ),
        *(b"Content-Type: message/rfc822" + rest for rest in (b"\r\n\r\n", b"\n", b"\n\n")),
    ]
)


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=60))
def test_every_part_has_the_octets_that_its_lines_have(pieces: list[bytes]) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"".join(pieces)
    found = [(part.content_type, part.header, bytes(part.body)) for part in parse(raw).walk()]
    assert found == ByLines(raw).parts
