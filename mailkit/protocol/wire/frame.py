"""A whole response as it stood on the wire, before any grammar."""

from __future__ import annotations

import re

import attrs

from mailkit.value import Value


@attrs.define(eq=False, repr=False)  # to fill frozen slots takes twice as long, and each response is one
class Frame(Value):
    """Text and literals of one response, in their order, without the final CRLF.

    `rest` alternates literal, text, literal, text …; each text before a literal still ends in its announcement `{n}`.
    A literal that was streamed to a sink stands as `b""`.
    """

    head: bytes
    rest: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Octets held by this frame."""
        return len(self.head) + sum(map(len, self.rest)) if self.rest else len(self.head)

    def cut(self, start: int) -> list[bytes] | None:
        """The response from there on, cut at its strings: text, string, text, string … text.

        Strings are without quotes and escapes, literals stand among them. None where a quoted string does not end.
        """
        if not self.rest:
            return _cut(self.head[start:])
        pieces: list[bytes] = []
        texts = (self.head[start:], *self.rest[1::2])
        for text, literal in zip(texts, self.rest[::2], strict=False):
            before = _cut(text[: text.rindex(b"{")])
            if before is None:
                return None  # inside a quoted string "{5}" announces nothing
            pieces += before
            pieces.append(literal)
        last = _cut(texts[-1])
        return None if last is None else pieces + last

    def __str__(self) -> str:
        """The response for a log: text as it came, each literal as nothing but its announcement."""
        return b"".join((self.head, *self.rest[1::2])).decode("ascii", "backslashreplace")


# Few strings have escapes: these are compiled when they are first matched.
_ESCAPED = rb"(?s)\\(.)"
# A string without an end ends here with the text: to look for one from each quote in it would take its square.
_QUOTED = rb'(?s)"((?:[^"\\]|\\.)*)("|\Z)'


def _cut(text: bytes) -> list[bytes] | None:
    if b"\\" not in text:
        pieces = text.split(b'"')
        return pieces if len(pieces) % 2 else None
    pieces = []
    end = 0
    for found in re.finditer(_QUOTED, text):
        if not found[2]:
            return None
        pieces += (text[end : found.start()], re.sub(_ESCAPED, rb"\1", found[1]))
        end = found.end()
    pieces.append(text[end:])
    return pieces
