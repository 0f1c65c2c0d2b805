"""Messages written to files as they come, whatever their size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Literal, TypeAlias

import attrs

from mailkit.changing.plan import Exported, Plan
from mailkit.connecting.connections import Place
from mailkit.exporting.boxes import Box, box
from mailkit.exporting.spool import Spool
from mailkit.planner import WINDOW, Fetching
from mailkit.protocol.commands.fetch import Content
from mailkit.selecting.items import DEFAULT, RAW, fetch_items
from mailkit.selecting.selection import Selection
from mailkit.selecting.snapshot import Snapshot
from mailkit.walk import Walk

Format: TypeAlias = Literal["mbox", "maildir", "eml"]
Progress: TypeAlias = Callable[[int, int, int], object]
"""Told how many messages are written, how many there are to write, and how many octets have been."""


@attrs.define
class _Tally:
    """How far it has come."""

    total: int
    progress: Progress | None
    messages: int = 0
    octets: int = 0

    def count(self, octets: int) -> None:
        self.messages += 1
        self.octets += octets
        if self.progress is not None:
            self.progress(self.messages, self.total, self.octets)


async def exported(selection: Selection, path: str | Path, form: Format, progress: Progress | None) -> Exported:
    """Write the messages of a selection, in its order, to a box."""
    walk = Walk(selection)
    uids = await walk.ordered_uids()
    tally = _Tally(len(uids), progress)
    with closing(box(Path(path), form, walk.place.uid_validity)) as target:
        for start in range(0, len(uids), WINDOW):
            known = await _snapshots(selection, walk.place, uids[start : start + WINDOW])
            await _write(selection, walk.place, known, target, tally)
    return Exported(str(Path(path)), tally.messages, tally.octets)


async def planned(selection: Selection, path: str | Path, form: Format) -> Plan:
    """What would be exported."""
    walk = Walk(selection)
    uids = await walk.uids()
    return Plan("export", walk.place.mailbox, uids, f"to {str(Path(path))!r} ({form})")


async def _snapshots(selection: Selection, place: Place, uids: list[int]) -> dict[int, Snapshot]:
    """What a box needs to know of each message; those that are gone are not in it."""
    fetching = Fetching(selection.pool, place, uids, fetch_items(DEFAULT, ()), in_order=True)
    found: dict[int, Snapshot] = {}
    while batch := await fetching.next_batch():
        found |= {data.uid: Snapshot(data) for data in batch if data.uid is not None}
    return found


async def _write(selection: Selection, place: Place, known: Mapping[int, Snapshot], target: Box, tally: _Tally) -> None:
    with closing(Spool()) as spool:
        fetching = Fetching(
            selection.pool,
            place,
            list(known),
            (Content(RAW),),
            in_order=bool(selection.order),
            sink_of=spool.sink_of,
        )
        try:
            while batch := await fetching.next_batch():
                for data in batch:
                    assert data.uid is not None
                    # One that did not come as a literal of its own is in the answer.
                    with spool.take(data.uid) or BytesIO(data.sections.get(RAW) or b"") as content:
                        target.add(known[data.uid], content)
                        tally.count(content.tell())
        finally:
            fetching.abandon()
