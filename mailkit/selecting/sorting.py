"""Order by the server where it has SORT, else by the client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mailkit import arrange
from mailkit.connecting.connections import Place
from mailkit.errors import CommandRefused
from mailkit.pool import Pool
from mailkit.protocol import commands
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.search_key import ALL, SearchKey
from mailkit.selecting.searching import fits

if TYPE_CHECKING:
    from mailkit.arrange.sortable import Sortable
    from mailkit.arrange.sorting import SortKey

_ITEMS = {"arrival": {"internal_date"}, "size": {"size"}, "date": {"envelope", "internal_date"}}


def can_sort(capabilities: Capabilities, order: Sequence[SortKey]) -> bool:
    """Whether the server knows all the keys (RFC 5256, RFC 5957 SORT=DISPLAY)."""
    displayed = any(key.name.startswith("display-") for key in order)
    return ("SORT=DISPLAY" if displayed else "SORT") in capabilities


async def server_sort(
    pool: Pool, place: Place, capabilities: Capabilities, key: SearchKey, order: tuple[SortKey, ...]
) -> list[int] | None:
    """The UIDs of what the server finds, as it sorts them; None where it cannot.

    Of a search that does not fit into a line all messages are sorted.
    """
    if not can_sort(capabilities, order):
        return None
    try:
        told = (await pool.run(commands.sort.Sort(order, key if fits(key) else ALL), place)).uids
        return list(dict.fromkeys(told))  # each message once, whatever the server says
    except CommandRefused:
        # It may not know a charset, or have no memory for so many: the client can do it, too.
        return None


def client_items(order: Iterable[SortKey]) -> frozenset[str]:
    """What must be fetched of a message to sort it."""
    return frozenset[str]().union(*(_ITEMS.get(key.name, {"envelope"}) for key in order))


def client_sort(messages: Iterable[Sortable], order: Sequence[SortKey]) -> list[int]:
    """The UIDs of the messages in order."""
    return [message.uid for message in arrange.sorting.sort(messages, order)]
