"""Search criteria as classic programs give them: keys and values apart, or whole searches in one string."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailkit.errors import UsageError
from mailkit.protocol.classic.arguments import Argument, Literal, Verbatim, Word, octets_of, word

# RFC 3501 §6.4.4, RFC 5032, RFC 7162, RFC 8474 and Gmail: how many values follow a key. The others have none.
_VALUES = {
    **dict.fromkeys(("BCC", "BODY", "CC", "FROM", "SUBJECT", "TEXT", "TO", "KEYWORD", "UNKEYWORD"), 1),
    **dict.fromkeys(("BEFORE", "ON", "SINCE", "SENTBEFORE", "SENTON", "SENTSINCE", "SAVEDBEFORE", "SAVEDON"), 1),
    **dict.fromkeys(("SAVEDSINCE", "LARGER", "SMALLER", "UID", "OLDER", "YOUNGER", "MODSEQ", "EMAILID"), 1),
    **dict.fromkeys(("THREADID", "X-GM-RAW", "X-GM-LABELS", "X-GM-MSGID", "X-GM-THRID", "CHARSET", "RETURN"), 1),
    "HEADER": 2,
}
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[()]|[^\x00-\x20()"]+')


def criteria(arguments: Sequence[Argument | None], charset: str = "ascii") -> list[Word]:
    """The criteria of a search; None is left out.

    Where a key may stand, a string goes as it is, so that `"UNSEEN FROM bob"` is two keys; where a key has said that
    a value follows, a string with sensitive characters is quoted, or goes as a literal where it is not ASCII.
    """
    words: list[Word] = []
    due = 0
    for argument in arguments:
        if argument is None:
            continue
        octets = octets_of(argument, charset)
        if due:
            due -= 1
            words.append(_value(octets))
        else:
            due = _values_due(octets, due)
            words.append(Verbatim(octets) if octets else word(octets))
    return words


def codec(charset: Argument | None, default: str) -> str:
    """The name by which Python knows a charset; `UsageError` where it does not."""
    if charset is None:
        return default
    label = octets_of(charset).decode("ascii", "replace").strip('"')
    try:
        "".encode(label)
    except LookupError:
        return default  # the criteria are octets then, or ASCII
    except ValueError:
        raise UsageError("a charset is named by an atom") from None
    return label


def _value(octets: bytes) -> Word:
    if not octets.isascii() and not octets.startswith(b'"'):
        return Literal(octets)
    return word(octets)


def _values_due(octets: bytes, due: int) -> int:
    """How many values the last key of a string still wants."""
    for token in _TOKEN.findall(octets):
        if due and token not in (b"(", b")"):
            due -= 1
        else:
            due = _VALUES.get(token.decode("ascii", "replace").upper(), 0)
    return due
