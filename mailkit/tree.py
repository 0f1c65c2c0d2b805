"""Watching which mailboxes an account has: what others make, rename, delete and subscribe to, found by comparing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from time import monotonic
from typing import TypeAlias

import attrs

from mailkit.errors import CommandRefused, ConnectionLost
from mailkit.mailboxes.listing import list_mailboxes
from mailkit.pool import Pool
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.status import Status
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.status import MailboxStatus
from mailkit.watch import may_go_on


@attrs.frozen
class MailboxCreated:
    """There is a new mailbox."""

    name: str


@attrs.frozen
class MailboxDeleted:
    """A mailbox is gone."""

    name: str


@attrs.frozen
class MailboxRenamed:
    """A mailbox has another name."""

    old_name: str
    name: str


@attrs.frozen
class MailboxSubscribed:
    """A mailbox has been put on the list of those that one is subscribed to."""

    name: str


@attrs.frozen
class MailboxUnsubscribed:
    """A mailbox has been taken off that list."""

    name: str


MailboxEvent: TypeAlias = MailboxCreated | MailboxDeleted | MailboxRenamed | MailboxSubscribed | MailboxUnsubscribed


@attrs.frozen
class Leaf:
    """What is known of one mailbox: by its identity it is found again under another name."""

    name: str
    is_subscribed: bool = False
    identity: str | int | None = None
    """MAILBOXID (RFC 8474), or else UIDVALIDITY, which a mailbox keeps as it is renamed; None where neither is told."""
    old_name: str | None = None
    """What it was called before, where LIST tells that (RFC 9051 §6.3.9.7)."""


def compare(before: Mapping[str, Leaf], after: Mapping[str, Leaf]) -> list[MailboxEvent]:
    """What has happened between two looks, by name; both are mappings of it."""
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    renamed = _renamed(before, after, gone, come)
    events: list[MailboxEvent] = [MailboxRenamed(old, new) for new, old in sorted(renamed.items())]
    events += [MailboxDeleted(name) for name in sorted(gone - set(renamed.values()))]
    events += [MailboxCreated(name) for name in sorted(come - renamed.keys())]
    for name, leaf in sorted(after.items()):
        known = before.get(renamed.get(name, name))
        if leaf.is_subscribed != (known is not None and known.is_subscribed):
            events.append(MailboxSubscribed(name) if leaf.is_subscribed else MailboxUnsubscribed(name))
    return events


def _renamed(
    before: Mapping[str, Leaf], after: Mapping[str, Leaf], gone: AbstractSet[str], come: AbstractSet[str]
) -> dict[str, str]:
    """The old names by the new ones, where one that is gone and one that has come are the same beyond doubt."""
    # There are servers that give many mailboxes one UIDVALIDITY, such as 1.
    times = [Counter(leaf.identity for leaf in leaves.values()) for leaves in (before, after)]
    unique = {identity for identity, number in times[0].items() if number == 1 and times[1][identity] == 1}
    old_names = {before[name].identity: name for name in gone if before[name].identity in unique - {None}}
    found: dict[str, str] = {}
    for name in come:
        told = after[name].old_name
        old = told if told is not None and told in gone else old_names.get(after[name].identity)
        if old is not None:
            found[name] = old
    return found


class TreeWatching:
    """One watch over the mailboxes of an account: `next_events` again and again."""

    def __init__(self, pool: Pool, timeout: float | None, poll_every: float) -> None:
        self._pool = pool
        self._timeout = timeout
        self._poll_every = poll_every
        self._known: dict[str, Leaf] | None = None

    async def next_events(self) -> list[MailboxEvent]:
        """What has happened, at least one thing; nothing when `timeout` is over."""
        deadline = None if self._timeout is None else monotonic() + self._timeout
        attempt = 0
        while True:
            try:
                events = await self._look()
                attempt = 0
            except ConnectionLost as lost:
                attempt += 1
                if not await may_go_on(self._pool, "the mailboxes", lost, attempt):
                    raise
                continue
            left = None if deadline is None else deadline - monotonic()
            if events or (left is not None and left <= 0):
                return events
            await self._pool.network.sleep(self._poll_every if left is None else min(self._poll_every, left))

    async def _look(self) -> list[MailboxEvent]:
        before = self._known
        listed, subscribed = await self._list(with_status=before is None)
        known = before or {}
        new = [one for one in listed if one.is_selectable and one.status is None and one.name not in known]
        statuses = {one.name: one.status for one in listed if one.status is not None} | await self._statuses(new)
        self._known = after = {
            one.name: Leaf(
                one.name,
                one.name in subscribed,
                known[one.name].identity if one.name in known else _identity(statuses.get(one.name)),
                one.old_name,
            )
            for one in listed
        }
        return [] if before is None else compare(before, after)

    async def _list(self, *, with_status: bool) -> tuple[list[Listing], set[str]]:
        """All mailboxes, and which of them are subscribed to."""
        offered = await self._pool.capabilities()
        if "LIST-EXTENDED" in offered:
            status = (self._item,) if with_status and "LIST-STATUS" in offered else ()
            listed = await self._pool.run(List(("*",), returns=("SUBSCRIBED",), status=status))
            subscribed = {one.name for one in listed if one.is_subscribed}
        else:
            listed = await list_mailboxes(self._pool, "*")
            subscribed = {one.name for one in await list_mailboxes(self._pool, "*", subscribed=True)}
        return [one for one in listed if "\\nonexistent" not in one.attributes], subscribed

    async def _statuses(self, listed: Iterable[Listing]) -> dict[str, MailboxStatus]:
        begun = [(one.name, await self._pool.begin(Status(one.name, (self._item,)))) for one in listed]
        found: dict[str, MailboxStatus] = {}
        for name, one in begun:
            try:
                found[name] = await one.result()
            except CommandRefused:
                continue  # it is gone already, or one may not look into it
        return found

    @property
    def _item(self) -> str:
        return "MAILBOXID" if "OBJECTID" in self._pool.offered else "UIDVALIDITY"


def _identity(status: MailboxStatus | None) -> str | int | None:
    return None if status is None else status.mailbox_id or status.uid_validity
