"""What was fetched of one message, frozen; nothing here does any I/O."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mailkit import arrange, mime
from mailkit.errors import NotFetched
from mailkit.protocol import values
from mailkit.protocol.values.envelope import Envelope
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.message_data import MessageData
from mailkit.selecting.items import REFERENCES

if TYPE_CHECKING:
    from mailkit.protocol.values.address import Address
    from mailkit.protocol.values.structure import BodyStructure

V = TypeVar("V")

_NO_ENVELOPE = Envelope()


class Snapshot:
    """A message as it was when it was fetched.

    An attribute that was not fetched raises `NotFetched`, which names the item to ask for. What the server sent but
    nobody can read is empty or None, and `defects` says so.
    """

    def __init__(self, data: MessageData) -> None:
        assert data.uid is not None
        self.data = data
        self.uid: int = data.uid

    @property
    def flags(self) -> FlagSet:
        """Its flags and keywords."""
        found = self.data.flags
        return found if found is not None else self._missing("flags", FlagSet())

    @property
    def internal_date(self) -> datetime | None:
        """When the server received it, aware (RFC 9051 §2.3.3)."""
        found = self.data.internal_date
        return found if found is not None else self._missing("internal_date", None)

    @property
    def size(self) -> int:
        """RFC822.SIZE, in octets."""
        found = self.data.size
        return found if found is not None else self._missing("size", 0)

    @property
    def modseq(self) -> int:
        """The modification sequence (RFC 7162)."""
        found = self.data.modseq
        return found if found is not None else self._missing("modseq", 0)

    @property
    def envelope(self) -> Envelope:
        """The main header fields, decoded."""
        found = self.data.envelope
        return found if found is not None else self._missing("envelope", _NO_ENVELOPE)

    @property
    def structure(self) -> BodyStructure:
        """The tree of its MIME parts."""
        found = self.data.structure
        return (
            found
            if found is not None
            else self._missing("structure", values.structure.BodyStructure("1", "text", "plain"))
        )

    @property
    def subject(self) -> str:
        """The Subject field, decoded; empty where there is none."""
        return self.envelope.subject

    @property
    def from_(self) -> tuple[Address, ...]:
        """Whom it is from."""
        return self.envelope.from_

    @property
    def sender(self) -> tuple[Address, ...]:
        """Who sent it, if that is somebody else."""
        return self.envelope.sender

    @property
    def reply_to(self) -> tuple[Address, ...]:
        """Whom to answer."""
        return self.envelope.reply_to

    @property
    def to(self) -> tuple[Address, ...]:
        """Whom it is to."""
        return self.envelope.to

    @property
    def cc(self) -> tuple[Address, ...]:
        """Who got a copy."""
        return self.envelope.cc

    @property
    def bcc(self) -> tuple[Address, ...]:
        """Who got a blind copy."""
        return self.envelope.bcc

    @property
    def date(self) -> datetime | None:
        """When its author says it was written, aware; None where that is missing or broken."""
        return self.envelope.date

    @property
    def message_id(self) -> str:
        """The Message-ID field, with its angle brackets; empty where there is none."""
        return self.envelope.message_id

    @property
    def in_reply_to(self) -> str:
        """The In-Reply-To field; empty where there is none."""
        return self.envelope.in_reply_to

    @property
    def references(self) -> tuple[str, ...]:
        """The identifiers in the References field, the root of the thread first."""
        if REFERENCES not in self.data.sections:
            return self._missing("references", ())
        return arrange.message_ids.message_ids((self.data.sections[REFERENCES] or b"").decode("utf-8", "replace"))

    @property
    def email_id(self) -> str:
        """The identifier of its content (RFC 8474 EMAILID, or Gmail's)."""
        found = self.data.email_id
        return found if found is not None else self._missing("email_id", "")

    @property
    def thread_id(self) -> str | None:
        """The identifier of its thread (RFC 8474 THREADID, or Gmail's); None where the server keeps none."""
        found = self.data.thread_id
        if found is None and "THREADID" not in self.data.items:
            self._missing("thread_id", None)
        return found

    @property
    def labels(self) -> tuple[str, ...]:
        """Gmail's labels."""
        found = self.data.labels
        return found if found is not None else self._missing("labels", ())

    @property
    def save_date(self) -> datetime | None:
        """When it came into this mailbox (RFC 8514); None where the server does not know."""
        if "SAVEDATE" not in self.data.items:
            self._missing("save_date", None)
        return self.data.save_date

    @property
    def preview(self) -> str | None:
        """Its first words, at most 200 characters without line ends, for a list of messages; empty if it has no text.

        The server makes them where it offers PREVIEW (RFC 8970), and they are None where it has none ready; else they
        are made here of the first octets of the text.
        """
        if "PREVIEW" not in self.data.items:
            self._missing("preview", None)
        return self.data.preview

    @cached_property
    def has_attachment(self) -> bool:
        """Whether its structure has a part that a person would call an attachment."""
        return bool(mime.body.body_parts(self.structure).attachments)

    @cached_property
    def filenames(self) -> tuple[str, ...]:
        """The names of its attachments, decoded, as their sender wrote them."""
        found = (
            mime.parameters.filename(part.disposition_parameters, part.parameters) for part in self.structure.walk()
        )
        return tuple(name for name in found if name is not None)

    @property
    def defects(self) -> tuple[str, ...]:
        """What in it could not be understood; its neighbours are none the worse for it."""
        found = self.data.defects
        return found if self.data.envelope is None else (*found, *self.data.envelope.defects)

    def _missing(self, item: str, broken: V) -> V:
        """What to give for an item that is not there: nothing, if it came broken; else it was not asked for."""
        if self.data.defects:
            return broken
        raise NotFetched(f"{item} was not fetched; ask for it by prefetch({item!r})", item=item)

    def __repr__(self) -> str:
        shown = repr(self.data.envelope.subject) if self.data.envelope is not None else "…"
        return f"<{type(self).__name__} {self.uid} {shown}>"
