"""One message: a snapshot of what was fetched, and what can be done to it."""

from __future__ import annotations

from mailkit.attachment import AsyncAttachment
from mailkit.errors import MessageGone
from mailkit.items import RAW
from mailkit.mime.body import body_parts
from mailkit.mime.text import join_texts, read_text
from mailkit.pool import Place, Pool
from mailkit.protocol.commands.fetch import STRUCTURE, Content, Fetch, FetchItem
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.sections import Section
from mailkit.protocol.values.structure import BodyStructure
from mailkit.snapshot import Snapshot


class AsyncMessage(Snapshot):
    """A message: its attributes are as they were fetched, its verbs talk to the server."""

    def __init__(self, data: MessageData, pool: Pool, place: Place) -> None:
        super().__init__(data)
        self._pool = pool
        self._place = place

    async def text(self) -> str | None:
        """Its plain text, decoded (charset, transfer encoding, format=flowed), lines ending in LF; None if it has none.

        Only the parts that hold it are fetched, and nothing is marked as seen.
        """
        return await self._texts(body_parts(await self._get_structure()).plain)

    async def html(self) -> str | None:
        """Its HTML text as it was sent, decoded to str; None if it has none."""
        return await self._texts(body_parts(await self._get_structure()).html)

    async def raw(self) -> bytes:
        """The whole message as it is stored, with CRLF line ends."""
        return await self._section(RAW)

    async def attachments(self) -> list[AsyncAttachment]:
        """Its attachments, inline images and enclosed messages, in its order; their content is not fetched yet."""
        return [AsyncAttachment(part, self._section) for part in body_parts(await self._get_structure()).attachments]

    async def _get_structure(self) -> BodyStructure:
        if self.data.structure is not None:
            return self.data.structure
        return Snapshot(await self._fetch(STRUCTURE)).structure

    async def _texts(self, parts: tuple[BodyStructure, ...]) -> str | None:
        missing = [part for part in parts if Section(part.part) not in self.data.sections]
        sections = dict(self.data.sections)
        if missing:
            sections |= (await self._fetch(*(Content(Section(part.part)) for part in missing))).sections
        contents = [(part, sections.get(Section(part.part)) or b"") for part in parts]
        return join_texts(read_text(octets, part.encoding, part.parameters)[0] for part, octets in contents)

    async def _section(self, section: Section) -> bytes:
        if section in self.data.sections:
            return self.data.sections[section] or b""
        return (await self._fetch(Content(section))).sections.get(section) or b""

    async def _fetch(self, *items: FetchItem) -> MessageData:
        found = await self._pool.run(Fetch(UidSet.of(self.uid), items), self._place)
        if not found:
            raise MessageGone(f"message {self.uid} is not in {self._place.mailbox!r} any more")
        return found[0]
