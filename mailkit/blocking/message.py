"""A message for threads, its attachments and the messages that are enclosed in it."""

# ruff: noqa: B027  # a verb has no body of its own
from __future__ import annotations

from abc import ABC, abstractmethod
from io import BufferedReader
from typing import TYPE_CHECKING, Self

from mailkit import reading
from mailkit.attachment import AsyncAttachment, AttachmentInfo
from mailkit.changing.verbs import AsyncVerbs
from mailkit.content import AsyncContent
from mailkit.lifting import blocking, lifted, operation
from mailkit.message import AsyncMessage
from mailkit.protocol.complete import complete
from mailkit.selecting.snapshot import Snapshot

if TYPE_CHECKING:
    from mailkit.connecting.connections import Place
    from mailkit.pool import Pool
    from mailkit.protocol.values.message_data import MessageData


class Attachment(AttachmentInfo):
    """An attachment whose content can be had; nothing is fetched before it is asked for."""

    def __init__(self, core: AsyncAttachment) -> None:
        super().__init__(core.part)
        self.core = core

    @blocking(AsyncAttachment.read)
    def read(self) -> None: ...
    @blocking(AsyncAttachment.save)
    def save(self) -> None: ...
    @blocking(AsyncAttachment.email)
    def email(self) -> None: ...

    @property
    def defects(self) -> tuple[str, ...]:
        """What was wrong with the encoding of the content, once that was read or saved."""
        return self.core.defects

    def open(self) -> BufferedReader:
        """The content as a file, decoded, read from the server in ranges as it is needed."""
        return reading.ranges.buffered(complete(self.core.open()))


class Content(Snapshot):
    """A message to read: one of a mailbox, or one that is enclosed in another.

    What was not prefetched is fetched when it is asked for; nothing is marked as seen.
    """

    _core: AsyncContent | None = None  # made when needed, and not for each message of an iteration

    def __init__(self, data: MessageData, pool: Pool, place: Place) -> None:
        super().__init__(data)
        self._pool = pool
        self._place = place

    @classmethod
    def of(cls, core: AsyncContent) -> Self:
        """The message that this one is for asyncio."""
        source = core.source
        message = cls(core.data, source.pool, source.place)
        message._core = core
        return message

    @property
    def core(self) -> AsyncContent:
        """The same message for asyncio."""
        if self._core is None:
            self._core = AsyncContent(self.data, self._pool, self._place)
        return self._core

    @blocking(AsyncContent.text)
    def text(self) -> None: ...
    @blocking(AsyncContent.html)
    def html(self) -> None: ...
    @blocking(AsyncContent.headers)
    def headers(self) -> None: ...
    @blocking(AsyncContent.raw)
    def raw(self) -> None: ...
    @blocking(AsyncContent.email)
    def email(self) -> None: ...
    @blocking(AsyncContent.save)
    def save(self) -> None: ...

    @property
    def defects(self) -> tuple[str, ...]:
        """What in it could not be understood, the texts read so far included."""
        return self.core.defects

    def open(self) -> BufferedReader:
        """The whole message as a file, read from the server in ranges as it is needed."""
        return reading.ranges.buffered(complete(self.core.open()))

    def attachments(self) -> list[Attachment]:
        """Its attachments, inline images and enclosed messages, in its order; their content is not fetched yet."""
        return [Attachment(core) for core in complete(self.core.attachments())]

    def part(self, content_id: str) -> Attachment | None:
        """The part that its HTML refers to by this `cid:`, such as an inline image; None if there is none."""
        found = complete(self.core.part(content_id))
        return None if found is None else Attachment(found)

    def enclosed(self) -> list[Content]:
        """The messages that are enclosed in it as message/rfc822, in its order, with their envelopes."""
        return [Content.of(core) for core in complete(self.core.enclosed())]


class Verbs(ABC):
    """Verbs that change messages; see `AsyncVerbs`."""

    @property
    @abstractmethod
    def core(self) -> AsyncVerbs:
        """The same for asyncio."""

    @lifted
    @operation(AsyncVerbs.add_flags)
    def add_flags(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.remove_flags)
    def remove_flags(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.set_flags)
    def set_flags(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.mark_seen)
    def mark_seen(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.mark_unseen)
    def mark_unseen(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.add_labels)
    def add_labels(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.remove_labels)
    def remove_labels(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.set_labels)
    def set_labels(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.copy_to)
    def copy_to(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.move_to)
    def move_to(self) -> None: ...
    @lifted
    @operation(AsyncVerbs.delete)
    def delete(self) -> None: ...


class Message(Content, Verbs):
    """A message: its attributes are as they were fetched, its verbs talk to the server.

    It is known by its mailbox, UIDVALIDITY and UID: whatever happens, its verbs do not hit another one.
    """

    _core: AsyncMessage | None = None

    @blocking(AsyncMessage.replace)
    def replace(self) -> None: ...

    @property
    def core(self) -> AsyncMessage:
        """The same message for asyncio."""
        if self._core is None:
            self._core = AsyncMessage(self.data, self._pool, self._place)
        return self._core
