"""One attachment of a message: what it is called, and how to get its content."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, BinaryIO

from mailkit import mime, reading
from mailkit.errors import CommandRefused
from mailkit.protocol import values
from mailkit.protocol.commands.fetch import Content
from mailkit.protocol.values.sections import Section
from mailkit.protocol.wire.framer import Sink
from mailkit.reading.source import Source

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from mailkit.mime.part import Part
    from mailkit.protocol.values.structure import BodyStructure
    from mailkit.reading.ranges import AsyncReader

    AnyPart = BodyStructure | Part
    """A part as the server describes it, or one of a message that is in hand."""

_WORTH_DECODING_THERE = 64 * 1024


class AttachmentInfo:
    """What is told of a part that is not the message's text."""

    def __init__(self, part: AnyPart) -> None:
        self.part = part

    @cached_property
    def filename(self) -> str | None:
        """What a stranger called it: show it, never open it; `save` makes a safe name of it."""
        return mime.parameters.filename(self.part.disposition_parameters, self.part.parameters)

    @property
    def content_type(self) -> str:
        """Such as "application/pdf"."""
        return self.part.content_type

    @property
    def size(self) -> int:
        """About how many octets the content has, decoded; the server tells the encoded size alone."""
        return mime.transfer.decoded_size(self.part.size, self.part.encoding)

    @property
    def content_id(self) -> str | None:
        """The Content-ID without its angle brackets, by which HTML refers to it as `cid:`."""
        return self.part.content_id.strip("<> ") if self.part.content_id else None

    @property
    def is_inline(self) -> bool:
        """Whether it is shown within the text, not beside it."""
        return mime.body.is_inline(self.part)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.filename!r} {self.content_type} {self.size}>"


class AsyncAttachment(AttachmentInfo):
    """An attachment whose content can be had; nothing is fetched before it is asked for."""

    def __init__(self, part: AnyPart, source: Source, content: bytes | None = None) -> None:
        super().__init__(part)
        self.defects: tuple[str, ...] = ()
        """What was wrong with the encoding of the content, once that was read or saved."""
        self._source = source
        self._content = content

    async def read(self) -> bytes:
        """The whole content, decoded."""
        encoded = self._held
        if encoded is None and await self._is_decoded_there():
            try:
                octets = await self._source.octets(Content(self._section, decoded=True), self.part.size)
            except CommandRefused:
                octets = b""
            if self._is_plausible(len(octets)):
                return octets
        if encoded is None:
            encoded = await self._source.octets(Content(self._section), self.part.size)
        octets, defects = mime.transfer.decode_transfer(encoded, self.part.encoding)
        self.defects = tuple(defects)
        return octets

    async def open(self) -> AsyncReader:
        """The content as a file, decoded, read from the server in ranges as it is needed."""
        held = self._held
        ranges = (
            reading.ranges.Ranges(self._source, self._section, self.part.size)
            if held is None
            else reading.ranges.Held(held)
        )
        return reading.ranges.AsyncReader(ranges, self.part.size, self.part.encoding)

    async def save(self, folder: str | Path, name: str | None = None) -> Path:
        """Write the content to a new file in the folder, which must be there, and tell where it is.

        The name is the attachment's, or the one that is given, made safe in either case; nothing is ever overwritten.
        The content is written as it arrives, so that memory does not grow with it.
        """
        safe = mime.filename.safe_name(name if name is not None else self.filename, self.content_type)
        return await reading.saving.save_new(reading.saving.within(folder, safe), self._fill)

    async def email(self) -> EmailMessage:
        """The content as an `EmailMessage`, for a message that is enclosed as message/rfc822; never raises for it."""
        return reading.whole.read_email(await self.read())

    async def _fill(self, file: BinaryIO) -> None:
        if self._held is not None:
            file.write(await self.read())
            return
        if await self._is_decoded_there():
            try:
                await self._source.stream(Content(self._section, decoded=True), partial(reading.saving.emptied, file))
            except CommandRefused:
                reading.saving.emptied(file)
            if self._is_plausible(file.tell()):
                return
        using = mime.transfer.decoder(self.part.encoding)

        def begin() -> Sink:
            nonlocal using
            reading.saving.emptied(file)
            using = mime.transfer.decoder(self.part.encoding)
            return lambda octets: file.write(using.decode(bytes(octets)))

        reading.saving.emptied(file)
        await self._source.stream(Content(self._section), begin)
        file.write(using.finish())
        self.defects = tuple(using.defects)

    @property
    def _held(self) -> bytes | None:
        """The content as it is encoded, if it need not be fetched."""
        return self._content if isinstance(self.part, values.structure.BodyStructure) else bytes(self.part.body)

    @property
    def _section(self) -> Section:
        assert isinstance(self.part, values.structure.BodyStructure)  # what is in hand is not fetched
        return Section(self.part.part)

    async def _is_decoded_there(self) -> bool:
        """Whether it is worth while to let the server decode: a quarter less is sent, but its defects are not told."""
        if self.part.encoding != "base64" or self.part.size < _WORTH_DECODING_THERE:
            return False
        return "BINARY" in await self._source.pool.capabilities()

    def _is_plausible(self, octets: int) -> bool:
        """Whether the server seems to have decoded all of it: some stop at the first error, and say nothing."""
        return abs(octets - self.size) <= self.size // 50
