"""What an iteration over a selection does, as a value to look at: nothing is searched or fetched to make it."""

from __future__ import annotations

import attrs

from mailkit.changing.plan import spoken
from mailkit.criteria.criterion import shown
from mailkit.planner import WINDOW
from mailkit.protocol.commands.fetch import Content, Fetch
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.sort import Sort
from mailkit.protocol.values.numbers import UidSet
from mailkit.selecting.items import fetch_items, second_step
from mailkit.selecting.searching import fits
from mailkit.selecting.selection import Selection
from mailkit.selecting.sorting import can_sort, client_items
from mailkit.walk import Walk


@attrs.frozen
class Explanation:
    """How a selection is carried out; `print` it."""

    mailbox: str
    server: tuple[str, ...]
    """What the server is asked before anything is fetched, in order; none where the UIDs are known already."""
    client: str | None
    """What is left of the search to the client; None where the server's answer is the answer."""
    items: tuple[str, ...]
    """What is fetched of each message."""
    is_sorted_here: bool
    """Whether the client puts the messages in order, for which it must fetch of all what it sorts by."""
    window: int | None
    """How many messages go into a FETCH; None where that depends on what comes."""
    second_step: tuple[str, ...] = ()
    """What is fetched afterwards, since only the structure tells in which parts it is, such as "text"."""

    def fetches(self, messages: int) -> int | None:
        """How many FETCHes it takes for so many messages that the server finds; None where their size decides."""
        if self.window is None:
            return None
        windows = -(-messages // self.window)
        return windows * (2 if self.is_sorted_here else 1)

    def round_trips(self, messages: int) -> int | None:
        """How many commands it takes for so many: SELECT, what the server is asked, and the FETCHes."""
        fetches = self.fetches(messages)
        return None if fetches is None else 1 + len(self.server) + fetches

    def __str__(self) -> str:
        windows = f"{self.window} messages each" if self.window is not None else "by size"
        lines = [
            f"mailbox {self.mailbox!r}",
            *(f"server  {command}" for command in self.server),
            f"client  {self.client or 'nothing left to do'}" + (", and sorts" if self.is_sorted_here else ""),
            f"fetch   {' '.join(self.items)} ({windows}, the next asked for while one is read)",
        ]
        if self.second_step:
            lines.append(f"then    {', '.join(self.second_step)}, from the parts that the structure shows")
        if self.window is not None:
            lines.append(f"round trips: {1 + len(self.server)} + messages / {self.window}")
        return "\n".join(lines)


async def explained(selection: Selection) -> Explanation:
    """Explain an iteration over the selection."""
    walk = Walk(selection)
    compiled = await walk.open()
    sorts = bool(selection.order)
    by_server = sorts and can_sort(walk.capabilities, selection.order)
    commands: list[str] = []
    if by_server:
        commands.append(spoken(Sort(selection.order, compiled.server)))
    if not walk.knows_all and (not by_server or compiled.rest is not None or not fits(compiled.server)):
        returns = ("ALL",) if "ESEARCH" in walk.capabilities else ()
        commands.append(spoken(Search(compiled.server, returns)))
    names = selection.items | (compiled.items if not sorts else frozenset())
    wanted = fetch_items(names, walk.capabilities)
    second = second_step(names, walk.capabilities)
    fetched = spoken(Fetch(UidSet.of(1), wanted)).partition("(")[2].rstrip(")").split(" ")
    return Explanation(
        walk.place.mailbox,
        tuple(commands),
        shown(compiled.rest) if compiled.rest is not None else None,
        (*fetched, *client_items(selection.order)) if sorts and not by_server else tuple(fetched),
        is_sorted_here=sorts and not by_server,
        window=None if second or any(isinstance(item, Content) for item in wanted) else WINDOW,
        second_step=tuple(sorted(second)),
    )
