"""Special uses: which mailbox is the trash, which holds what was sent (RFC 6154, RFC 8457)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SpecialUse(StrEnum):
    """A use that a server may give to a mailbox, as the attribute that LIST shows."""

    ALL = r"\All"
    ARCHIVE = r"\Archive"
    DRAFTS = r"\Drafts"
    FLAGGED = r"\Flagged"
    JUNK = r"\Junk"
    SENT = r"\Sent"
    TRASH = r"\Trash"
    IMPORTANT = r"\Important"

    @classmethod
    def of(cls, attribute: str) -> SpecialUse | None:
        r"""The use that a mailbox attribute says, in any case, None if it says none; Gmail's XLIST names are known."""
        return _BY_ATTRIBUTE.get(attribute.lower())


_BY_ATTRIBUTE: Final = {use.lower(): use for use in SpecialUse} | {
    r"\allmail": SpecialUse.ALL,
    r"\spam": SpecialUse.JUNK,
    r"\starred": SpecialUse.FLAGGED,
}
