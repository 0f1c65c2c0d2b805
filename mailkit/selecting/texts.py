"""The second step of prefetching texts: only the structure tells which parts of a message they are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailkit.connecting.connections import Place
from mailkit.mime.body import body_parts
from mailkit.pool import Pool
from mailkit.protocol.commands.fetch import Content, Fetch
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.sections import Section
from mailkit.protocol.values.structure import BodyStructure

_AT_ONCE = 8 * 1024 * 1024


def by_size(batch: Iterable[MessageData], wanted: frozenset[str], most: int) -> Iterator[list[MessageData]]:
    """Cut the batch so that the texts of each piece fit into memory together."""
    piece: list[MessageData] = []
    size = 0
    for data in batch:
        here = sum(part.size for part in _parts(data, wanted, most))
        if piece and size + here > _AT_ONCE:
            yield piece
            piece, size = [], 0
        piece.append(data)
        size += here
    if piece:
        yield piece


async def with_texts(pool: Pool, place: Place, piece: list[MessageData], wanted: frozenset[str]) -> list[MessageData]:
    """The same messages with the content of their text parts: one round trip, however many they are."""
    found = {data.uid: data for data in piece}
    groups: dict[tuple[Section, ...], list[int]] = {}
    for data in piece:
        sections = tuple(Section(part.part) for part in _parts(data, wanted, pool.limits.literal))
        if data.uid is not None and sections:
            groups.setdefault(sections, []).append(data.uid)
    begun = [
        await pool.begin(Fetch(UidSet(uids), tuple(map(Content, sections))), place) for sections, uids in groups.items()
    ]
    for one in begun:
        for data in await one.result():
            found[data.uid] = found[data.uid].merged(data)
    return list(found.values())


def _parts(data: MessageData, wanted: frozenset[str], most: int) -> list[BodyStructure]:
    """Where its texts are, but for those that are too large to be kept among others."""
    if data.structure is None:
        return []
    parts = body_parts(data.structure)
    chosen = (parts.plain if "text" in wanted else ()) + (parts.html if "html" in wanted else ())
    return [part for part in chosen if part.size <= most]
