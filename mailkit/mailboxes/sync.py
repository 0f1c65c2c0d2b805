"""What has changed in a mailbox since it was last looked at: by QRESYNC, CONDSTORE, or by comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import attrs

from mailkit.errors import CommandRefused, UsageError
from mailkit.pool import Pool
from mailkit.protocol.commands.changes import FetchChanges
from mailkit.protocol.commands.enable import Enable
from mailkit.protocol.commands.fetch import FLAGS, Fetch
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Examine, Selected, Unselect
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import ALL, Key, SearchKey
from mailkit.selecting.searching import believable

_WINDOW = 10_000
"""Messages a FETCH of flags: a few megabytes at a time."""

_RECENT = FlagSet((Flag.RECENT,))


@attrs.frozen
class Cursor:
    """What is known of a mailbox at one moment; keep it, as JSON if you like, and give it to `Mailbox.changes`.

    A set of UIDs takes as much room as it has gaps, however many messages there are.
    """

    uid_validity: int
    uid_next: int
    """Every message of that moment has a smaller UID."""
    uids: UidSet
    """The messages that were there."""
    highest_modseq: int | None = None
    """The modification sequence of that moment (RFC 7162); None where the mailbox keeps none."""
    flags: Mapping[Flag, UidSet] | None = attrs.field(default=None, hash=False)
    r"""Which messages had which flags, kept only without `highest_modseq`; \Recent is not among them."""

    def flags_of(self, uid: int) -> FlagSet | None:
        """The flags that a message had; None where they are not kept."""
        if self.flags is None:
            return None
        return FlagSet(flag for flag, uids in self.flags.items() if uid in uids)


@attrs.frozen
class Changes:
    """What is different in a mailbox since an earlier cursor; true if anything is."""

    cursor: Cursor
    """What to give the next time."""
    appeared: UidSet
    """Messages that were not there before; `messages.where(uid=changes.appeared)` fetches them."""
    changed: Mapping[int, FlagSet] = attrs.field(factory=dict, hash=False)
    """The flags, by UID, of messages that were there before and may have others now."""
    vanished: UidSet = UidSet()
    """Messages that were there before and are gone: expunged, or moved elsewhere."""

    def __bool__(self) -> bool:
        return bool(self.appeared or self.changed or self.vanished)


async def changes(pool: Pool, mailbox: str, since: Cursor | None) -> Changes:
    """See `AsyncMailbox.changes`."""
    if since is not None and not isinstance(since, Cursor):
        raise UsageError(
            f"a Cursor is wanted, not {type(since).__name__}; json.loads(text, Cursor) makes one of its text"
        )

    async def once() -> Changes:
        # For long: QRESYNC changes what a connection says of what is selected on it, so it is selected here anew.
        async with pool.lease(for_long=True) as connection:
            connection.mailbox = None
            found = await _Look(pool, connection.session, mailbox, since).changes()
        pool.expect_news(mailbox)
        return found

    return await pool.healed(Examine(mailbox), once)


class _Look:
    """One look at a mailbox.

    What it finds is what was there when it was opened: later messages are left for the next time, and what else comes
    in between may be told twice, since the cursor has the modification sequence of the opening.
    """

    def __init__(self, pool: Pool, session: Session, mailbox: str, since: Cursor | None) -> None:
        self._pool = pool
        self._session = session
        self._mailbox = mailbox
        self._since = since
        self._selected = Selected()
        self._is_extended = False

    async def changes(self) -> Changes:
        """Open the mailbox, ask, compare."""
        offered = await self._session.capabilities()
        self._is_extended = "ESEARCH" in offered
        tells_vanished = self._since is not None and self._since.highest_modseq is not None and await self._resyncs()
        selected = self._selected = await self._examine(condstore="CONDSTORE" in offered)
        since, valid = self._since, selected.uid_validity
        if valid is None or not selected.are_uids_sticky:
            raise UsageError(f"{self._mailbox!r} gives its messages other UIDs each time, so nothing can be compared")
        self._pool.recognise(self._mailbox, valid, valid if since is None else since.uid_validity)
        changed: dict[int, FlagSet] = {}
        known = UidSet() if since is None else since.uids
        if since is not None and self._keeps_modseq(since):
            changed, vanished = await self._changed_since(since, vanished=tells_vanished)
            found = await self._found(since, vanished) if tells_vanished else await self._all()
            flags = None
        else:
            found = await self._all()
            flags = None
            if since is not None or selected.highest_modseq is None:
                changed, flags = await self._compared(found)
        cursor = Cursor(
            valid,
            selected.uid_next or max(1 if since is None else since.uid_next, found.max + 1 if found else 1),
            found,
            selected.highest_modseq,
            flags if selected.highest_modseq is None else None,
        )
        still = {uid: now for uid, now in changed.items() if uid in found}
        return Changes(cursor, found - known, still, known - found)

    # -- opening

    async def _resyncs(self) -> bool:
        """Whether the server will tell which messages have vanished: QRESYNC is on, or could be switched on."""
        session = self._session
        offered = await session.capabilities()
        if "QRESYNC" not in offered or "QRESYNC" in session.engine.enabled:
            return "QRESYNC" in offered
        if session.state is State.SELECTED:  # where ENABLE is illegal (RFC 9051 §6.3.1)
            if "UNSELECT" not in offered:
                return False
            await session.run(Unselect())
        return "QRESYNC" in await session.run(Enable(("QRESYNC",)))

    async def _examine(self, *, condstore: bool) -> Selected:
        try:
            return await self._session.run(Examine(self._mailbox, condstore=condstore))
        except CommandRefused as refused:
            await self._pool.raise_if_missing(self._mailbox, refused, self._session)
            raise

    def _keeps_modseq(self, since: Cursor) -> bool:
        """Whether modification sequences of then can be compared with those of now."""
        then, now = since.highest_modseq, self._selected.highest_modseq
        # A smaller one than before comes out of a backup, or has been reset.
        return then is not None and now is not None and then <= now

    # -- asking

    async def _all(self) -> UidSet:
        return await self._search(ALL)

    async def _search(self, key: SearchKey) -> UidSet:
        found = (await self._session.run(Search(key, ("ALL",) if self._is_extended else ()))).uids
        uids = believable(found, self._selected.exists)
        end = self._selected.uid_next
        return uids if end is None else uids & UidSet(range(1, end))

    async def _found(self, since: Cursor, vanished: UidSet) -> UidSet:
        """The messages that are there, by those that were, are gone, and have come."""
        found = since.uids - vanished
        if self._selected.uid_next is None or self._selected.uid_next > since.uid_next:
            later = await self._search(Key("UID", (UidSet.parse(f"{since.uid_next}:*"),)))
            # `*` is the last message, be its UID ever so small.
            found |= later - UidSet(range(1, since.uid_next))
        # A server that has forgotten an expunge is found out by the count.
        return found if found.count == self._selected.exists else await self._all()

    async def _changed_since(self, since: Cursor, *, vanished: bool) -> tuple[dict[int, FlagSet], UidSet]:
        """Flags that are others now, and messages that are gone, by the server's own memory."""
        changed: dict[int, FlagSet] = {}
        gone = UidSet()
        assert since.highest_modseq is not None
        if since.highest_modseq == self._selected.highest_modseq:
            return changed, gone
        for window in since.uids.windows(_WINDOW):
            spanned = UidSet(range(window.min, window.max + 1))
            told = await self._session.run(FetchChanges(spanned, since.highest_modseq, vanished=vanished))
            gone |= told.vanished
            changed |= {one.uid: one.flags - _RECENT for one in told.changed if one.uid and one.flags is not None}
        return {uid: flags for uid, flags in changed.items() if uid in since.uids}, gone

    async def _compared(self, found: UidSet) -> tuple[dict[int, FlagSet], dict[Flag, UidSet]]:
        """Flags that are others now, by fetching all; and which messages have which."""
        changed: dict[int, FlagSet] = {}
        having: defaultdict[Flag, list[int]] = defaultdict(list)
        for window in found.windows(_WINDOW):
            spanned = UidSet(range(window.min, window.max + 1))
            for message in await self._session.run(Fetch(spanned, (FLAGS,))):
                uid, flags = message.uid, message.flags
                if uid is None or flags is None or uid not in found:
                    continue
                for flag in flags - _RECENT:
                    having[flag].append(uid)
                if self._since is not None and uid in self._since.uids and flags - _RECENT != self._since.flags_of(uid):
                    changed[uid] = flags - _RECENT
        return changed, {flag: UidSet(having[flag]) for flag in sorted(having)}
