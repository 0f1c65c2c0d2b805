"""The names by which `only` and `prefetch` ask for parts of a message, and what is fetched for each."""

from __future__ import annotations

from collections.abc import Container, Iterable

from mailkit.errors import NotSupported, UsageError
from mailkit.protocol.commands.fetch import (
    EMAIL_ID,
    ENVELOPE,
    FLAGS,
    GMAIL_LABELS,
    GMAIL_MESSAGE_ID,
    GMAIL_THREAD_ID,
    INTERNAL_DATE,
    MODSEQ,
    SAVE_DATE,
    SIZE,
    STRUCTURE,
    THREAD_ID,
    Content,
    FetchItem,
    Preview,
)
from mailkit.protocol.values.sections import WHOLE, Section

RAW = WHOLE
HEADER = Section(text="HEADER")
REFERENCES = Section(text="HEADER.FIELDS", fields=("REFERENCES",))

DEFAULT = frozenset({"flags", "internal_date", "size", "envelope"})
"""What a snapshot holds where nothing else was asked for, beside the UID."""

_ITEMS: dict[str, FetchItem] = {
    "flags": FLAGS,
    "internal_date": INTERNAL_DATE,
    "size": SIZE,
    "modseq": MODSEQ,
    "structure": STRUCTURE,
    "envelope": ENVELOPE,
    "save_date": SAVE_DATE,
    "preview": Preview(),
    "labels": GMAIL_LABELS,
    "references": Content(REFERENCES),
    "headers": Content(HEADER),
    "raw": Content(RAW),
    "text": STRUCTURE,
    "html": STRUCTURE,
}
_OBJECT_IDS: dict[str, tuple[FetchItem, FetchItem]] = {
    "email_id": (EMAIL_ID, GMAIL_MESSAGE_ID),
    "thread_id": (THREAD_ID, GMAIL_THREAD_ID),
}
_NEEDS = {
    "modseq": "CONDSTORE",
    "save_date": "SAVEDATE",
    "labels": "X-GM-EXT-1",
}
TEXTS = frozenset({"text", "html"})
_WITHIN = {
    **dict.fromkeys(("subject", "from_", "sender", "reply_to", "to", "cc", "bcc", "date", "message_id"), "envelope"),
    **dict.fromkeys(("attachments", "filenames", "has_attachment"), "structure"),
}
"""What a snapshot has of what was fetched under another name."""
NAMES = frozenset(_ITEMS) | frozenset(_OBJECT_IDS)


def checked(names: Iterable[str]) -> frozenset[str]:
    """The names, if all are known; else `UsageError` that says which there are."""
    found = frozenset(names)
    if unknown := found - NAMES:
        name = min(unknown)
        if name in _WITHIN:
            raise UsageError(f"{name!r} is no item of its own to fetch: it is in {_WITHIN[name]!r}")
        raise UsageError(f"there is no item {name!r} to fetch; there are {', '.join(sorted(NAMES))}")
    return found


def fetch_items(names: Iterable[str], capabilities: Container[str]) -> tuple[FetchItem, ...]:
    """What to ask a server with these capabilities for, cheap items first; `NotSupported` for what it lacks."""
    found: dict[FetchItem, None] = {}
    for name in sorted(_without_texts_of_raw(names), key=_rank):
        needed = _NEEDS.get(name)
        if needed is not None and needed not in capabilities:
            raise NotSupported(f"the server does not offer {needed}, which {name!r} needs", capability=needed)
        if name in _OBJECT_IDS:
            found[_object_id(name, capabilities)] = None
        elif name == "preview" and "PREVIEW" not in capabilities:
            found[STRUCTURE] = None
        else:
            found[_ITEMS[name]] = None
    return tuple(found)


def second_step(names: Iterable[str], capabilities: Container[str]) -> frozenset[str]:
    """Those for which only the structure tells what to fetch."""
    return _without_texts_of_raw(names) & (TEXTS if "PREVIEW" in capabilities else TEXTS | {"preview"})


def _without_texts_of_raw(names: Iterable[str]) -> frozenset[str]:
    """The texts are in the whole message."""
    found = frozenset(names)
    return found - TEXTS if "raw" in found else found


def _object_id(name: str, capabilities: Container[str]) -> FetchItem:
    standard, gmail = _OBJECT_IDS[name]
    if "OBJECTID" in capabilities:
        return standard
    if "X-GM-EXT-1" in capabilities:
        return gmail
    raise NotSupported(f"the server does not offer OBJECTID, which {name!r} needs", capability="OBJECTID")


_ORDER = tuple(_ITEMS)


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else 0
