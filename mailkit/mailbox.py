"""One mailbox, for asyncio: what can be done to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from mailkit.connecting.connections import Place
from mailkit.criteria import All
from mailkit.errors import CommandRefused, MailboxExists
from mailkit.mailboxes.access import MailboxAccess
from mailkit.mailboxes.info import Sought, called, status_items
from mailkit.mailboxes.listing import delimiter_of, list_mailboxes, look_up
from mailkit.messages import AsyncMessages
from mailkit.protocol import commands
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.search import Search
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import AndKey, Key
from mailkit.selecting.items import DEFAULT

if TYPE_CHECKING:
    from mailkit.changing.appending import Appended, Appending, Upload
    from mailkit.changing.outgoing import Sendable
    from mailkit.events import Event
    from mailkit.mailboxes.sync import Changes, Cursor
    from mailkit.protocol.values.listing import Listing
    from mailkit.protocol.values.special_use import SpecialUse
    from mailkit.protocol.values.status import MailboxStatus

_SET_OCTETS = 8000


class AsyncMailbox(MailboxAccess):
    """A mailbox of an account, by name; making one does no I/O, its verbs are awaited."""

    @property
    def messages(self) -> AsyncMessages:
        """All its messages: a selection to narrow, iterate and act upon. No I/O."""
        mailbox = self.what if isinstance(self.what, Sought) else self.what.name
        return AsyncMessages(self.pool, mailbox, All(), DEFAULT)

    # -- the mailbox itself

    async def exists(self) -> bool:
        """Whether there is such a mailbox, for messages or as a level in the names of others."""
        return await look_up(self.pool, await self.find_name()) is not None

    async def look_up(self) -> AsyncMailbox:
        """The same mailbox with all that LIST tells of it; `MailboxNotFound` where there is none."""
        name = await self.find_name()
        return AsyncMailbox(self.pool, await self._found(name))

    async def create(self, special_use: SpecialUse | None = None) -> None:
        """Make it, and the levels above it that are missing.

        `special_use` needs CREATE-SPECIAL-USE (RFC 6154). Raises `MailboxExists` where it is there already.
        """
        if special_use is not None:
            await self.require("CREATE-SPECIAL-USE")
        name = await self.find_name()
        try:
            await self.pool.run(commands.mailbox.Create(name, () if special_use is None else (special_use,)))
        except CommandRefused as refused:
            await self._raise_if_taken(name, refused)
            raise
        self.pool.memory.forget(name)

    async def rename(self, to: str) -> AsyncMailbox:
        """Give it, and all below it, another name, and return the mailbox of that name.

        INBOX gives its messages away and stays. Raises `MailboxNotFound`, and `MailboxExists` where the new name is
        taken.
        """
        name, new = await self.find_name(), called(to)
        await self.pool.forget(name)
        try:
            await self.pool.run(commands.mailbox.Rename(name, new.name), about=name)
        except CommandRefused as refused:
            await self._raise_if_taken(new.name, refused)
            raise
        await self.pool.forget(new.name)
        return AsyncMailbox(self.pool, new)

    async def delete(self) -> None:
        """Remove it with all its messages; `MailboxNotFound` where there is none."""
        name = await self.find_name()
        await self.pool.forget(name)
        await self.pool.run(commands.mailbox.Delete(name), about=name)

    async def subscribe(self) -> None:
        """Put it on the list of those that `Account.mailboxes(subscribed=True)` gives."""
        name = await self.find_name()
        await self.pool.run(commands.mailbox.Subscribe(name), about=name)

    async def unsubscribe(self) -> None:
        """Take it off that list."""
        await self.pool.run(commands.mailbox.Unsubscribe(await self.find_name()))

    async def children(self) -> list[AsyncMailbox]:
        """The mailboxes one level below it."""
        name = await self.find_name()
        delimiter = self.delimiter or await delimiter_of(self.pool, name)
        if delimiter is None:
            return []
        above = name + delimiter
        listed = await list_mailboxes(self.pool, f"{above}%")
        # A name with a wildcard in it finds others, too.
        return [
            AsyncMailbox(self.pool, listing)
            for listing in listed
            if listing.name.startswith(above) and delimiter not in listing.name[len(above) :].rstrip(delimiter)
        ]

    async def status(self, *items: str) -> MailboxStatus:
        """Counts without opening the mailbox; with no items, all that every server knows (RFC 9051 §6.3.11).

        Items are the names of the attributes of `MailboxStatus`. Raises `MailboxNotFound`, and `NotSupported` for an
        item that the server does not offer.
        """
        name = await self.find_name()
        wanted = status_items(items)
        for item in wanted:
            if item in _NEEDS:
                await self.require(*_NEEDS[item])
        return await self.pool.run(commands.status.Status(name, wanted), about=name)

    # -- its messages

    async def changes(self, since: Cursor | None = None) -> Changes:
        """What has appeared in it, changed and vanished since an earlier look, of which the caller keeps the `cursor`.

        Without one all messages have appeared. The server is asked for no more than it must be: with QRESYNC for what
        has changed (RFC 7162), with CONDSTORE for changed flags and all UIDs, else for all UIDs and flags. Every
        change after the cursor is told; one that comes during the look may be told again the next time.

        Raises `MailboxChanged` if the mailbox is another one than that of the cursor, whose UIDs mean nothing then:
        begin anew without it. `UsageError` where messages have other UIDs each time (UIDNOTSTICKY).
        """
        from mailkit.mailboxes.sync import changes  # noqa: PLC0415

        return await changes(self.pool, await self.find_name(), since)

    async def append(self, message: Sendable, *, flags: Iterable[str] = (), date: datetime | None = None) -> Appended:
        r"""Put a message into it: an `EmailMessage`, octets, or a file, open or by its path.

        A file is sent as it is read, and need not fit into memory; one that cannot seek is copied to disk first, since
        its size must be told beforehand. Octets without any CRLF get one in the place of each LF, as mail has to have;
        others are sent as they are. `flags` are set on it, `date` (aware) becomes its internal date, else that is now.

        Raises `TooBig` or `OverQuota` before anything is sent where the server tells its limits (RFC 7889; RFC 9208,
        asked for 64 KiB or more), `MailboxNotFound`, and `UsageError` for NUL octets where there is no BINARY. After a
        `ConnectionLost` that `may_have_run`, it may be there or not; it is never sent twice.
        """
        from mailkit.changing.appending import Upload  # noqa: PLC0415

        appending = await self._appending()
        await appending.append([Upload(message, flags, date)])
        (where,) = await appending.finish()
        return where

    async def append_many(
        self, messages: Iterable[Sendable | Upload], *, flags: Iterable[str] = (), date: datetime | None = None
    ) -> list[Appended]:
        """Put messages into it, in their order; an `Upload` has flags and a date of its own.

        They are taken from the iterable as they are sent: hundreds at a time with MULTIAPPEND (RFC 3502), of which the
        server takes all or none, else one by one without waiting for the answers where it has LITERAL+. Errors are
        those of `append`; those that were sent before, or together with the one refused, may be there, and a note on
        the error says how many were appended.
        """
        from mailkit.changing.appending import Upload  # noqa: PLC0415

        common = Upload(b"", flags, date)
        appending = await self._appending()
        await appending.append(
            one if isinstance(one, Upload) else attrs.evolve(common, message=one) for one in messages
        )
        return await appending.finish()

    async def watch(self, timeout: float | None = None, *, poll_every: float = 30.0) -> AsyncIterator[Event]:
        """What happens in it from now on: `NewMessage`, `Expunged` and `FlagsChanged`, by whomever, until nothing has
        happened for `timeout` seconds (None: for ever).

        The server tells by IDLE (RFC 2177); one that cannot is asked every `poll_every` seconds. Other verbs may be
        used meanwhile, on this mailbox and others. After a lost connection it goes on and tells what was missed (flags
        only where the server has CONDSTORE); it raises `ConnectionLost` if the server stays away for a minute and a
        half, or with `reconnect=False`, and `MailboxChanged` if all UIDs have become void.
        """
        # Here and not above, as elsewhere in this file: few who read mail need it.
        from mailkit.watch import Watching  # noqa: PLC0415

        watching = Watching(self.pool, await self.find_name(), timeout, poll_every)
        try:
            while events := await watching.next_events():
                for event in events:
                    yield event
        finally:
            await watching.close()

    async def _appending(self) -> Appending:
        from mailkit.changing.appending import Appending  # noqa: PLC0415

        return Appending(self.pool, await self.find_name(), await self.pool.capabilities())

    async def expunge(self) -> UidSet:
        r"""Remove for good what this account has marked as deleted in it, and nothing that others have.

        That is the messages on which a verb of this account has set `\Deleted` since it was opened, and which still
        have it. The answer is their UIDs. Raises `NotSupported` without UIDPLUS (RFC 4315): every other way would take
        other people's messages, too; `MailboxChanged` if the mailbox is not the one in which they were marked.
        """
        name = await self.find_name()
        await self.require("UIDPLUS")
        marked = self.pool.memory.marked(name)
        place = Place(name, writable=True, uid_validity=marked.uid_validity)
        gone = UidSet()
        async with self.pool.lease(place) as connection:
            session = connection.session
            await session.run(Noop())  # so that the search sees flags as others have left them
            for uids in marked.uids.chunks(_SET_OCTETS):
                still = (await session.run(Search(AndKey((Key("UID", (uids,)), Key("DELETED")))))).uids
                if still:
                    await session.run(commands.expunge.UidExpunge(still))
                    gone |= still
        self.pool.memory.unmark(name)
        return gone

    async def _found(self, name: str) -> Listing:
        return await look_up(self.pool, name) or self.raise_missing(name)

    async def _raise_if_taken(self, name: str, refused: CommandRefused) -> None:
        """`MailboxExists`, if that is what a server without response codes means."""
        if refused.status == "NO" and refused.code is None and await look_up(self.pool, name) is not None:
            raise MailboxExists(refused.command, refused.status, None, refused.text) from None


_NEEDS = {
    "HIGHESTMODSEQ": ("CONDSTORE",),
    "SIZE": ("STATUS=SIZE",),
    "DELETED": ("IMAP4REV2", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE"),
    "APPENDLIMIT": ("APPENDLIMIT",),
    "MAILBOXID": ("OBJECTID",),
}
"""What a server must offer, one of them, to be asked for an item of STATUS."""
