"""Previews where the server makes none: of the first octets of a text, which only the structure finds."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mailkit.connecting.connections import Place
from mailkit.mime.body import body_parts
from mailkit.mime.preview import preview_of_html, preview_of_plain
from mailkit.mime.text import read_text
from mailkit.pool import Pool
from mailkit.protocol.commands.fetch import Content, Fetch
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.sections import Section
from mailkit.protocol.values.structure import BodyStructure

_PLAIN_OCTETS = 2048
_HTML_OCTETS = 16 * 1024  # most begin with styles, of which nothing is seen


async def with_previews(pool: Pool, place: Place, batch: list[MessageData]) -> list[MessageData]:
    """The same messages, those without a preview with one: one round trip, however many they are."""
    found = {data.uid: data for data in batch}
    groups: dict[Content, list[int]] = {}
    for data, part in _without(batch):
        if part is None:
            found[data.uid] = _previewed(data, "")
        elif Section(part.part) in data.sections:
            found[data.uid] = _previewed(data, _preview(part, data.sections[Section(part.part)] or b""))
        elif data.uid is not None:
            groups.setdefault(_beginning(part), []).append(data.uid)
    begun = [await pool.begin(Fetch(UidSet(uids), (content,)), place) for content, uids in groups.items()]
    for one in begun:
        for told in await one.result():
            data = found[told.uid]
            part = _text(data.structure) if data.structure is not None else None
            if part is not None:
                found[told.uid] = _previewed(data, _preview(part, told.sections.get(Section(part.part)) or b""))
    return list(found.values())


def _without(batch: list[MessageData]) -> Iterator[tuple[MessageData, BodyStructure | None]]:
    """The messages that lack a preview, each with the part to make it of, if it has any text."""
    for data in batch:
        if "PREVIEW" not in data.items and data.structure is not None:
            yield data, _text(data.structure)


def _text(structure: BodyStructure) -> BodyStructure | None:
    parts = body_parts(structure)
    return next((part for part in (*parts.plain, *parts.html) if part.size), None)


def _beginning(part: BodyStructure) -> Content:
    return Content(Section(part.part), (0, _HTML_OCTETS if part.subtype == "html" else _PLAIN_OCTETS))


def _preview(part: BodyStructure, octets: bytes) -> str:
    if len(octets) < part.size and (line_end := octets.rfind(b"\n")) > 0:
        octets = octets[:line_end]  # it was cut anywhere, perhaps within a character
    text, _ = read_text(octets, part.encoding, part.parameters)
    return preview_of_html(text) if part.subtype == "html" else preview_of_plain(text)


def _previewed(data: MessageData, preview: str) -> MessageData:
    return attrs.evolve(data, preview=preview, items=data.items | {"PREVIEW"})
