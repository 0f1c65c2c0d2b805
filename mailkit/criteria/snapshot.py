"""What a client-side search asks of a message that was fetched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol


class Correspondent(Protocol):
    """An address as an envelope gives it, decoded."""

    @property
    def name(self) -> str | None:
        """The display name."""

    @property
    def mailbox(self) -> str | None:
        """What stands before the @."""

    @property
    def host(self) -> str | None:
        """What stands after the @."""


class Snapshot(Protocol):
    """A message as it was fetched; an attribute that was not raises `NotFetched`."""

    @property
    def uid(self) -> int:
        """The unique identifier."""

    @property
    def flags(self) -> Collection[str]:
        r"""Its flags; `in` must not care for the case of system flags such as \Seen."""

    @property
    def internal_date(self) -> datetime | None:
        """When the server received it, aware."""

    @property
    def size(self) -> int:
        """RFC822.SIZE, in octets."""

    @property
    def modseq(self) -> int | None:
        """The mod-sequence (RFC 7162)."""

    @property
    def subject(self) -> str:
        """The Subject field, decoded."""

    @property
    def from_(self) -> Sequence[Correspondent]:
        """The From field."""

    @property
    def to(self) -> Sequence[Correspondent]:
        """The To field."""

    @property
    def cc(self) -> Sequence[Correspondent]:
        """The Cc field."""

    @property
    def bcc(self) -> Sequence[Correspondent]:
        """The Bcc field."""

    @property
    def date(self) -> datetime | None:
        """The Date field, aware; None where it is absent or broken."""

    @property
    def message_id(self) -> str | None:
        """The Message-ID field."""

    @property
    def email_id(self) -> str | None:
        """The content's identifier (RFC 8474, or Gmail's)."""

    @property
    def thread_id(self) -> str | None:
        """The thread's identifier (RFC 8474, or Gmail's)."""

    @property
    def labels(self) -> Collection[str]:
        """Gmail's labels."""

    @property
    def has_attachment(self) -> bool:
        """Whether the structure has a part that a person would call an attachment."""

    @property
    def filenames(self) -> Collection[str]:
        """The names of the structure's parts, decoded."""
