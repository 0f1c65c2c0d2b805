"""The i;unicode-casemap collation (RFC 5051), which SORT and THREAD use."""

from __future__ import annotations

import unicodedata


def casemap(text: str) -> str:
    """The text as i;unicode-casemap compares it: titlecased, then decomposed by compatibility.

    The collation compares octets of UTF-8; the order of code points is the same.
    """
    if text.isascii():
        return text.upper()
    return unicodedata.normalize("NFKD", "".join(map(_titlecase, text)))


def _titlecase(char: str) -> str:
    # RFC 5051 uses the simple mapping of UnicodeData.txt: one character gives one ("ß" stays).
    titled = char.title()
    return titled if len(titled) == 1 else char
