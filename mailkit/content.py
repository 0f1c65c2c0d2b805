"""A message as something to read: its texts, headers and attachments, found by its structure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from mailkit import mime, reading
from mailkit.attachment import AsyncAttachment
from mailkit.protocol import values
from mailkit.protocol.commands.fetch import SIZE, STRUCTURE, Content
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.sections import Section
from mailkit.reading.source import Source
from mailkit.selecting.items import RAW
from mailkit.selecting.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from mailkit.attachment import AnyPart
    from mailkit.connecting.connections import Place
    from mailkit.mime.body import BodyParts
    from mailkit.mime.part import Part
    from mailkit.pool import Pool
    from mailkit.protocol.values.structure import BodyStructure
    from mailkit.reading.headers import Headers
    from mailkit.reading.ranges import AsyncReader


class AsyncContent(Snapshot):
    """A message to read: one of a mailbox, or one that is enclosed in another.

    What was not prefetched is fetched when it is asked for; nothing is marked as seen. Where `raw` was prefetched, all
    but the messages that are enclosed in it is read from there.
    """

    # Set when needed, and not for each message of an iteration.
    _part: str = ""  # under which number it is enclosed
    _root: Part | None = None
    _body: BodyParts[AnyPart] | None = None
    _found: tuple[str, ...] = ()

    def __init__(self, data: MessageData, pool: Pool, place: Place, part: str = "") -> None:
        super().__init__(data)
        self._pool = pool
        self._place = place
        if part:
            self._part = part

    @property
    def source(self) -> Source:
        """Where its octets come from."""
        return Source(self._pool, self._place, self.uid)

    @property
    def defects(self) -> tuple[str, ...]:
        """What in it could not be understood, the texts read so far included."""
        return (*super().defects, *self._found)

    async def text(self) -> str | None:
        """Its plain text, decoded (charset, transfer encoding, format=flowed), lines ending in LF; None if it has none.

        Only the parts that hold it are fetched.
        """
        return await self._texts((await self._get_body()).plain)

    async def html(self) -> str | None:
        """Its HTML text as it was sent, decoded to str; None if it has none."""
        return await self._texts((await self._get_body()).html)

    async def headers(self, *names: str) -> Headers:
        """Its header fields, or those of these names alone, decoded."""
        if (root := self._in_hand()) is not None:
            return reading.headers.Headers.read(root.header, names)
        whole = Section(self._part, "HEADER")
        if whole in self.data.sections or not names:
            return reading.headers.Headers.read(await self._section(whole), names)
        return reading.headers.Headers.read(await self._section(Section(self._part, "HEADER.FIELDS", names)), names)

    async def attachments(self) -> list[AsyncAttachment]:
        """Its attachments, inline images and enclosed messages, in its order; their content is not fetched yet."""
        parts = (await self._get_body()).attachments
        return [self._attachment(part) for part in parts] if parts else []

    async def part(self, content_id: str) -> AsyncAttachment | None:
        """The part that its HTML refers to by this `cid:`, such as an inline image; None if there is none."""
        wanted = content_id.removeprefix("cid:").strip("<> ")
        for part in (await self._get_root()).walk():
            if part.content_id is not None and part.content_id.strip("<> ") == wanted:
                return self._attachment(part)
        return None

    async def enclosed(self) -> list[AsyncContent]:
        """The messages that are enclosed in it as message/rfc822, in its order, with their envelopes."""
        return [
            AsyncContent(
                MessageData(
                    self.data.number,
                    self.uid,
                    size=part.size,
                    envelope=part.envelope,
                    structure=part.children[0],
                    sections=self.data.sections,
                ),
                self._pool,
                self._place,
                part.part,
            )
            for part in mime.body.body_parts(await self._get_structure()).attachments
            if part.envelope is not None and part.children
        ]

    async def raw(self) -> bytes:
        """The whole message as it is stored, with CRLF line ends."""
        section = self._whole
        if section in self.data.sections:
            return self.data.sections[section] or b""
        return await self.source.octets(Content(section), await self._get_size())

    async def open(self) -> AsyncReader:
        """The whole message as a file, read from the server in ranges as it is needed."""
        section = self._whole
        if section in self.data.sections:
            raw = self.data.sections[section] or b""
            return reading.ranges.AsyncReader(reading.ranges.Held(raw), len(raw))
        size = await self._get_size()
        return reading.ranges.AsyncReader(reading.ranges.Ranges(self.source, section, size), size)

    async def email(self) -> EmailMessage:
        """The whole message as the standard library's object, under `email.policy.default`; never raises for it."""
        return reading.whole.read_email(await self.raw())

    async def save(self, path: str | Path) -> Path:
        """Write the whole message as it is stored to a new file, and tell where it is; nothing is ever overwritten.

        In a folder it gets a name made of its UID and subject. It is written as it arrives, so that memory does not
        grow with it.
        """
        return await reading.saving.save_new(reading.saving.placed(path, eml_name(self)), self._fill)

    async def _fill(self, file: BinaryIO) -> None:
        section = self._whole
        if section in self.data.sections:
            file.write(self.data.sections[section] or b"")
        else:
            await self.source.stream(Content(section), partial(reading.saving.emptied, file))

    def _attachment(self, part: AnyPart) -> AsyncAttachment:
        content = None
        if self.data.sections and isinstance(part, values.structure.BodyStructure):
            content = self.data.sections.get(Section(part.part))
        return AsyncAttachment(part, self.source, content)

    def _in_hand(self) -> Part | None:
        """The message as a tree of parts, if all of it is here."""
        if self._root is None and self.data.sections:
            raw = self.data.sections.get(self._whole)
            if raw is not None:
                self._root = mime.parse.parse(raw)
        return self._root

    async def _get_root(self) -> AnyPart:
        root = self._in_hand()
        return root if root is not None else await self._get_structure()

    async def _get_body(self) -> BodyParts[AnyPart]:
        if self._body is None:
            root = self._in_hand() or self.data.structure or await self._get_structure()
            self._body = mime.body.body_parts(root)
        return self._body

    @property
    def _whole(self) -> Section:
        return Section(self._part) if self._part else RAW

    async def _get_structure(self) -> BodyStructure:
        if self.data.structure is not None:
            return self.data.structure
        return Snapshot(await self.source.fetch(STRUCTURE)).structure

    async def _get_size(self) -> int:
        if self.data.size is not None or RAW in self.data.sections:
            return self.data.size or 0
        return (await self.source.fetch(SIZE)).size or 0

    async def _texts(self, parts: tuple[AnyPart, ...]) -> str | None:
        described = [part for part in parts if isinstance(part, values.structure.BodyStructure)]
        sections = await self._sections(described) if described else {}
        texts: list[str] = []
        for part in parts:
            if isinstance(part, values.structure.BodyStructure):
                octets = sections.get(Section(part.part)) or b""
                text, defects = mime.text.read_text(octets, part.encoding, part.parameters)
            else:
                text, defects = part.text()
            texts.append(text)
            if defects:
                self._found = tuple(dict.fromkeys((*self._found, *defects)))
        return mime.text.join_texts(texts)

    async def _sections(self, parts: Sequence[BodyStructure]) -> Mapping[Section, bytes | None]:
        """The content of these parts, of which some may be here."""
        sizes = {Section(part.part): part.size for part in parts}
        missing = {section: size for section, size in sizes.items() if section not in self.data.sections}
        return {**self.data.sections, **(await self.source.sections(missing))} if missing else self.data.sections

    async def _section(self, section: Section, size: int = 0) -> bytes:
        if section in self.data.sections:
            return self.data.sections[section] or b""
        return await self.source.octets(Content(section), size)


def eml_name(message: Snapshot) -> str:
    """A name for a file of the message, safe and telling."""
    subject = message.data.envelope.subject if message.data.envelope is not None else ""
    subject = subject.replace("/", "_").replace("\\", "_")  # what stands before them is worth keeping, too
    return mime.filename.safe_name(
        f"{message.uid} {subject}.eml" if subject else f"{message.uid}.eml", "message/rfc822"
    )
