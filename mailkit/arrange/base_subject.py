"""The base subject of RFC 5256 §2.1: a subject without the marks of replies, forwards and mailing lists.

Everything moves two indices over one string, so that a megabyte of `re:re:re:` costs linear time.
"""

from __future__ import annotations

import re

import attrs

_FOLDED = re.compile(r"[ \t\r\n]+")
# "|(?!)" is for Python before 3.11.5: mailkit/protocol/values/words.py says why.
_BLOBS = re.compile(r"(?:\[[^\[\]\0]*+\] *+|(?!))++")
_REFWD = re.compile(r"(?:re|fwd?) *+(?:\[[^\[\]\0]*+\] *+)?:", re.IGNORECASE)
_TRAILER = "(fwd)"
_HEADER = "[fwd:"


@attrs.frozen
class BaseSubject:
    """A base subject, and whether finding it removed a mark of a reply or forward (RFC 5256 §2.1 and §3)."""

    text: str
    is_reply_or_forward: bool

    @classmethod
    def of(cls, subject: str) -> BaseSubject:
        """Run the algorithm on a subject whose encoded words (RFC 2047) are decoded already."""
        text = _FOLDED.sub(" ", subject)
        start, end, marked = 0, len(text), False
        while True:
            end, trimmed = _without_trailers(text, start, end)
            start, led = _without_leaders(text, start, end)
            wrapped = _is_wrapped(text, start, end)
            marked = marked or trimmed or led or wrapped
            if not wrapped:
                return cls(text[start:end], marked)
            start, end = start + len(_HEADER), end - 1


def base_subject(subject: str) -> str:
    """The subject without `Re:`, `Fwd:`, `(fwd)`, `[list]` and the like (RFC 5256 §2.1).

    >>> base_subject("Re: [list] Fwd: lunch (fwd)")
    'lunch'
    """
    return BaseSubject.of(subject).text


def _without_trailers(text: str, start: int, end: int) -> tuple[int, bool]:
    """`subj-trailer = "(fwd)" / WSP`, repeated: step 2"""
    forwarded = False
    while end > start:
        if text[end - 1] == " ":
            end -= 1
        elif end - start >= len(_TRAILER) and text[end - len(_TRAILER) : end].lower() == _TRAILER:
            end -= len(_TRAILER)
            forwarded = True
        else:
            break
    return end, forwarded


def _without_leaders(text: str, start: int, end: int) -> tuple[int, bool]:
    """`subj-leader = (*subj-blob subj-refwd) / WSP`, and blobs that leave a base: steps 3 to 5"""
    marked = False
    while start < end:
        if text[start] == " ":
            start += 1
            continue
        blobs = _BLOBS.match(text, start, end)
        after = blobs.end() if blobs else start
        refwd = _REFWD.match(text, after, end)
        if refwd:
            start, marked = refwd.end(), True
            continue
        if blobs:
            # Removed one by one, all go when a base is left behind them; else the last one is the base.
            start = after if after < end else text.rindex("[", start, end)
        break
    return start, marked


def _is_wrapped(text: str, start: int, end: int) -> bool:
    """`subj-fwd = subj-fwd-hdr subject subj-fwd-trl`: step 6"""
    return end - start > len(_HEADER) and text[end - 1] == "]" and text[start : start + len(_HEADER)].lower() == _HEADER
