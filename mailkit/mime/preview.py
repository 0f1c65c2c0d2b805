"""The first words of a text, as a list of messages shows them (RFC 8970), where no server has made them."""

from __future__ import annotations

import re

LENGTH = 200
"""Characters that a preview has at most (RFC 8970 §4.1)."""

_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(style|script|title)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|abbr|b|code|em|font|i|s|small|span|strong|sub|sup|tt|u)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*(?:>|\Z)")
# Newsletters put some between spaces, so that nothing else of the text is shown.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\ufeff]")


def preview_of_plain(text: str) -> str:
    """The first words of a plain text; what it quotes counts only where it says nothing else."""
    own = "\n".join(line for line in text.split("\n") if not line.startswith(">"))
    return _first_words(own) or _first_words(text)


def preview_of_html(html: str) -> str:
    """The first words that a reader of this HTML sees; it may end anywhere."""
    # Here and not above: its table of entities is large, and few who read mail need it.
    from html import unescape  # noqa: PLC0415

    seen = _TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub(" ", html)))
    return _first_words(unescape(seen))


def _first_words(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())[:LENGTH].rstrip()
