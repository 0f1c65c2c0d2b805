"""What sorting and threading ask of a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class AddressLike(Protocol):
    """An address as an envelope gives it, decoded; a part that is absent is None or empty."""

    @property
    def name(self) -> str | None:
        """The display name."""

    @property
    def mailbox(self) -> str | None:
        """What stands before the @."""

    @property
    def host(self) -> str | None:
        """What stands after the @."""


class Sortable(Protocol):
    """A message's envelope, decoded: RFC 2047 is undone already; `references` are msg-ids or pieces of the header."""

    @property
    def uid(self) -> int:
        """The unique identifier."""

    @property
    def subject(self) -> str:
        """The Subject field, empty where there is none."""

    @property
    def date(self) -> datetime | None:
        """The Date field, None where it is absent or broken."""

    @property
    def internal_date(self) -> datetime | None:
        """When the server received the message."""

    @property
    def size(self) -> int:
        """RFC822.SIZE, in octets."""

    @property
    def from_(self) -> Sequence[AddressLike]:
        """The From field."""

    @property
    def to(self) -> Sequence[AddressLike]:
        """The To field."""

    @property
    def cc(self) -> Sequence[AddressLike]:
        """The Cc field."""

    @property
    def message_id(self) -> str | None:
        """The Message-ID field, with its angle brackets."""

    @property
    def in_reply_to(self) -> str | None:
        """The In-Reply-To field as it stands."""

    @property
    def references(self) -> Sequence[str]:
        """The References field: whole, or one msg-id (with its angle brackets) an item."""


def arrival(message: Sortable) -> datetime:
    """The internal date as a comparable instant."""
    return _instant(message.internal_date)


def sent_date(message: Sortable) -> datetime:
    """The Date field as a comparable instant, else the internal date (RFC 5256 §2.2)."""
    return _instant(message.date or message.internal_date)


def _instant(when: datetime | None) -> datetime:
    # Aware datetimes compare as instants by themselves; converting them to UTC could leave the years Python knows.
    if when is None:
        return _EARLIEST
    return when.replace(tzinfo=UTC) if when.utcoffset() is None else when
