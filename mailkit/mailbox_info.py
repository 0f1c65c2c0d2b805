"""What is known of a mailbox without asking the server."""

from __future__ import annotations

from mailkit.errors import UsageError
from mailkit.pool import Pool
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.special_use import SpecialUse
from mailkit.protocol.values.status import MailboxStatus

STATUS_ITEMS = {
    "messages": "MESSAGES",
    "recent": "RECENT",
    "unseen": "UNSEEN",
    "uid_next": "UIDNEXT",
    "uid_validity": "UIDVALIDITY",
    "highest_modseq": "HIGHESTMODSEQ",
    "size": "SIZE",
    "deleted": "DELETED",
    "append_limit": "APPENDLIMIT",
    "mailbox_id": "MAILBOXID",
}
_USUAL_ITEMS = ("messages", "recent", "unseen", "uid_next", "uid_validity")


class MailboxInfo:
    """What is known of a mailbox without asking; it may or may not exist.

    `delimiter`, `attributes` and what follows from them are known where the mailbox came from `Account.mailboxes`,
    and else None or empty.
    """

    def __init__(self, pool: Pool, listing: Listing) -> None:
        self.pool = pool
        self.listing = listing

    @property
    def name(self) -> str:
        """The whole name, in Unicode."""
        return self.listing.name

    @property
    def delimiter(self) -> str | None:
        """What separates the levels of the name."""
        return self.listing.delimiter

    @property
    def path(self) -> tuple[str, ...]:
        """The name, level by level."""
        return tuple(self.name.split(self.delimiter)) if self.delimiter else (self.name,)

    @property
    def attributes(self) -> frozenset[str]:
        """What LIST says of it, such as "\\\\noselect", in lower case."""
        return self.listing.attributes

    @property
    def special_use(self) -> SpecialUse | None:
        """What it is for; None for most."""
        return self.listing.special_use

    @property
    def is_selectable(self) -> bool:
        """Whether it holds messages; False for one that is only a level in the names of others."""
        return self.listing.is_selectable

    @property
    def last_status(self) -> MailboxStatus | None:
        """What `Account.mailboxes(with_status=…)` was told of it, without asking again."""
        return self.listing.status

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MailboxInfo):
            return self.name == other.name and self.pool is other.pool
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)


def status_items(items: tuple[str, ...]) -> tuple[str, ...]:
    """The protocol's names for items of a status; `UsageError` for one that is unknown."""
    for item in items:
        if item not in STATUS_ITEMS:
            raise UsageError(f"there is no status item {item!r}; there are {', '.join(STATUS_ITEMS)}")
    return tuple(STATUS_ITEMS[item] for item in items or _USUAL_ITEMS)
