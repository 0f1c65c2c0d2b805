"""What is known of a mailbox without asking the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs

from mailkit.errors import NotFetched, UsageError
from mailkit.pool import Pool
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.names import INBOX, encode_name
from mailkit.value import Value

if TYPE_CHECKING:
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


@attrs.frozen(eq=False, repr=False)
class Sought(Value):
    """A mailbox that is meant by its use, until the server tells its name; `guess` looks at names if it does not."""

    use: SpecialUse
    guess: bool = False


class MailboxInfo:
    """What is known of a mailbox without asking; it may or may not exist.

    `attributes`, `special_use` and `is_selectable` are known where the mailbox came from `Account.mailboxes`,
    `children` or `look_up`; else there are no attributes, and it is taken for an ordinary one.
    """

    def __init__(self, pool: Pool, what: Listing | Sought) -> None:
        self.pool = pool
        self.what = what

    @property
    def listing(self) -> Listing:
        """What LIST says of it; `NotFetched` as long as the mailbox is known by its use alone."""
        if isinstance(self.what, Listing):
            return self.what
        found = self.pool.memory.use_of(self.what.use, guess=self.what.guess)
        if found is not None:
            return found
        raise NotFetched(f"nobody has asked yet which mailbox is {self.what.use}: look_up() does", item="name")

    @property
    def name(self) -> str:
        """The whole name, in Unicode."""
        return self.listing.name

    @property
    def delimiter(self) -> str | None:
        """What separates the levels of the name; None where names have no levels, or none was listed yet."""
        return self.listing.delimiter or self.pool.memory.delimiter

    @property
    def path(self) -> tuple[str, ...]:
        """The name, level by level; `NotFetched` as long as no server has said what separates them."""
        return tuple(self.name.split(delimiter)) if (delimiter := self._known_delimiter()) else (self.name,)

    @property
    def parent(self) -> Self | None:
        """The mailbox one level up, which need not exist; None at the top."""
        delimiter = self._known_delimiter()
        above, _, _ = self.name.rpartition(delimiter) if delimiter else ("", "", "")
        return type(self)(self.pool, Listing(above, delimiter=delimiter)) if above else None

    @property
    def attributes(self) -> frozenset[str]:
        """What LIST says of it, such as "\\\\noselect", in lower case."""
        return self.listing.attributes

    @property
    def special_use(self) -> SpecialUse | None:
        """What it is for; None for most."""
        return self.what.use if isinstance(self.what, Sought) else self.what.special_use

    @property
    def is_selectable(self) -> bool:
        """Whether it holds messages; False for one that is only a level in the names of others."""
        return self.listing.is_selectable

    @property
    def is_subscribed(self) -> bool:
        """Whether it was listed as subscribed to."""
        return self.listing.is_subscribed

    @property
    def has_children(self) -> bool | None:
        """Whether there are mailboxes below; None where that was not said."""
        return self.listing.has_children

    @property
    def last_status(self) -> MailboxStatus | None:
        """What `Account.mailboxes(with_status=…)` was told of it, without asking again."""
        return self.listing.status

    def _known_delimiter(self) -> str | None:
        if self.delimiter is None and not self.listing.attributes and self.name != INBOX:
            raise NotFetched("nothing listed yet shows what separates the levels: look_up() does", item="delimiter")
        return self.delimiter

    def __repr__(self) -> str:
        shown = repr(self.what.name) if isinstance(self.what, Listing) else str(self.what.use)
        return f"<{type(self).__name__} {shown}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MailboxInfo):
            return _identity(self.what) == _identity(other.what) and self.pool is other.pool
        return NotImplemented

    def __hash__(self) -> int:
        return hash(_identity(self.what))


def called(name: str) -> Listing:
    """The mailbox of that name; `UsageError` for one that cannot be."""
    if not name:
        raise UsageError("a mailbox has a name that is not empty")
    encode_name(name)
    return Listing(INBOX if name.isascii() and name.upper() == INBOX else name)


def status_items(items: tuple[str, ...]) -> tuple[str, ...]:
    """The protocol's names for items of a status; `UsageError` for one that is unknown."""
    for item in items:
        if item not in STATUS_ITEMS:
            raise UsageError(f"there is no status item {item!r}; there are {', '.join(STATUS_ITEMS)}")
    return tuple(STATUS_ITEMS[item] for item in items or _USUAL_ITEMS)


def _identity(what: Listing | Sought) -> object:
    return what.name if isinstance(what, Listing) else what
