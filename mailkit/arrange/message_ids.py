"""Message identifiers out of the header fields that carry them."""

from __future__ import annotations

import re
from collections import deque

_MSG_ID = re.compile(
    r"""
    <\s*+
    (?: "(?P<quoted>(?:[^"\\]|\\.)*+)" | (?P<left>[^<>@"\s]++) )
    @
    (?P<right>\[[^\[\]<>]*+\] | [^<>@"\s\[\]]++)
    \s*+>
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_DOT_ATOM = re.compile(r"[^\s<>@\"\\(),:;\[\].]+(?:\.[^\s<>@\"\\(),:;\[\].]+)*")


def message_ids(header: str, *, limit: int = 1000) -> tuple[str, ...]:
    """The valid msg-ids of a Message-ID, In-Reply-To or References field, in order, each in one spelling.

    `<"a"@b>` and `<a@b>` are the same and give `<a@b>` (RFC 5256 §3); case is kept, everything between the
    identifiers is skipped. Of more than `limit` (at least 2) the first and the last are kept: the root of the thread
    and the nearest ancestors. Linear in the header's length.
    """
    found = _MSG_ID.finditer(header)
    first = next(found, None)
    if first is None:
        return ()
    nearest = deque(found, maxlen=limit - 1)
    return (_normal(first), *map(_normal, nearest))


def _normal(found: re.Match[str]) -> str:
    """`msg-id = "<" id-left "@" id-right ">"` with the quotes of `no-fold-quote` only where they are needed"""
    left = found["left"]
    if left is None:
        left = _QUOTED_PAIR.sub(r"\1", found["quoted"])
        if not _DOT_ATOM.fullmatch(left):
            escaped = left.replace("\\", r"\\").replace('"', r"\"")
            left = f'"{escaped}"'
    return f"<{left}@{found['right']}>"
