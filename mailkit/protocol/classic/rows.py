"""Responses in their classic shape: names, and octets with literals apart, folded purely from frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from mailkit.protocol.response import Status, Untagged

Row: TypeAlias = bytes | tuple[bytes, bytes]
"""What one response held: its octets, or before a literal `(octets, literal)`; what follows is the next row."""
Rows: TypeAlias = list[Row | None]
"""Rows in the order received; None alone where the command mandates data and the server sent none."""
Numbers: TypeAlias = list[bytes | None]
"""Rows of a response that can hold no literal, such as SEARCH or EXPUNGE."""
Text: TypeAlias = list[bytes]
"""What the server said in its tagged response."""
Lists: TypeAlias = list[Rows]
"""Two lists of rows: QUOTAROOT's and QUOTA's."""
Untaken: TypeAlias = dict[str, list[Row]]
"""Untagged responses that nobody has taken yet, by their name in upper case."""

# `resp-text-code = … / atom [SP 1*<any TEXT-CHAR except "]">]`, but servers send flags with a "]" in them, so what a
# code carries ends at the last one of the line.
_CODE = re.compile(rb"\[([^\x00-\x20\[\](){]+)([ \]])")
_WITH_CODE = frozenset({b"OK", b"NO", b"BAD"})


def rows_of(response: Untagged) -> Iterator[tuple[str, Row]]:
    """One untagged response: name and row, a pair for each literal; the response code of a status follows it.

    A message number goes before the rest: `* 2 FETCH (UID 7)` is `("FETCH", b"2 (UID 7)")`.
    """
    name = response.name.decode("ascii", "replace")
    text = response.frame.head[response.start :]
    if response.number is not None:
        text = b"%d %s" % (response.number, text) if text else b"%d" % response.number
    for literal, behind in zip(response.frame.rest[::2], response.frame.rest[1::2], strict=True):
        yield name, (text, literal)
        text = behind
    yield name, text
    if response.is_status and response.name in _WITH_CODE:
        yield from code_of(text)


def rows_of_done(done: Status) -> Iterator[tuple[str, Row]]:
    """What a tagged response leaves behind: its code, such as READ-ONLY."""
    return code_of(done.octets)


def code_of(text: bytes) -> Iterator[tuple[str, Row]]:
    """`"[" resp-text-code "]"` at the beginning of a text, as name and row; nothing where there is none."""
    found = _CODE.match(text)
    if found is None:
        return
    name = found[1].decode("ascii", "replace").upper()
    end = text.rfind(b"]")
    if found[2] == b"]":
        yield name, b""
    elif end >= found.end():
        yield name, text[found.end() : end]


def plain(rows: Rows) -> Numbers:
    """Rows of a response that can hold no literal; one that does all the same is put together again."""
    return [row[0] + row[1] if isinstance(row, tuple) else row for row in rows]
