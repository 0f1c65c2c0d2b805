"""A whole response as it stood on the wire, before any grammar."""

from __future__ import annotations

import attrs


@attrs.frozen
class Frame:
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

    def flat(self, longest: int = 16 * 1024) -> bytes | None:
        """The response as one text, its literals written as quoted strings, for readers by pattern.

        None where the literals are longer than that, or where only the grammar can tell that they stand for strings.
        """
        if not self.rest:
            return self.head
        if self.size > longest:
            return None
        pieces: list[bytes] = []
        texts = (self.head, *self.rest[1::2])
        for text, literal in zip(texts, self.rest[::2], strict=False):
            # Inside a quoted string "{5}" announces nothing: all quotes before it must be in pairs, none escaped.
            if text.count(b'"') % 2 or b'\\"' in text:
                return None
            pieces += (text[: text.rindex(b"{")], b'"', _escaped(literal), b'"')
        pieces.append(texts[-1])
        return b"".join(pieces)

    def __str__(self) -> str:
        """The response for a log: text as it came, each literal as nothing but its announcement."""
        return b"".join((self.head, *self.rest[1::2])).decode("ascii", "backslashreplace")


def _escaped(octets: bytes) -> bytes:
    r"""`QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials`"""
    return octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
