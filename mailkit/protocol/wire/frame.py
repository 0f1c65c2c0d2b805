"""A whole response as it stood on the wire, before any grammar."""

from __future__ import annotations

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

    def __str__(self) -> str:
        """The response for a log: text as it came, each literal as nothing but its announcement."""
        return b"".join((self.head, *self.rest[1::2])).decode("ascii", "backslashreplace")
