"""What has changed since: by QRESYNC on Dovecot and Cyrus, by CONDSTORE alone, and by comparison elsewhere."""

from __future__ import annotations

import pytest

import mailkit.mailboxes.sync
from mailkit import (
    AsyncAccount,
    Changes,
    Cursor,
    Flag,
    FlagSet,
    MailboxChanged,
    MailboxNotFound,
    Security,
    UidSet,
    UsageError,
)
from mailkit.account import Connecting
from mailkit.json import dumps, loads
from mailkit.protocol.commands.expunge import Expunge
from mailkit.protocol.commands.store import Store, StoreAction
from tests.domain.conftest import Connect, Open, OpenAs
from tests.domain.mini import open_mini
from tests.scripted import Command, HidingProxy, MiniServer, Session
from tests.scripted.mini import DEFAULT_CAPABILITIES, Hook
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

MAIL = [f"Subject: {number}\r\n\r\nhello\r\n".encode() for number in range(6)]


def kept(changes: Changes) -> Cursor:
    """The cursor as it comes back out of a file."""
    return loads(dumps(changes.cursor), Cursor)


async def _story(open_: OpenAs, user: User) -> None:
    """What one account does to a mailbox, another one hears of, across a restart in between."""
    async with open_(user) as account:
        inbox = account.inbox
        await inbox.append_many(MAIL)
        first = await inbox.changes()
        assert (list(first.appeared), first.changed, first.vanished) == ([1, 2, 3, 4, 5, 6], {}, UidSet())
        cursor = kept(first)
        assert cursor == first.cursor
        assert (cursor.uid_next, cursor.uids) == (7, UidSet(range(1, 7)))
        assert not await inbox.changes(cursor)

        async with open_(user) as other:
            await other.inbox.messages.where(uid=[2, 5]).add_flags(Flag.FLAGGED, "$Work")
            await other.inbox.messages.where(uid=[1, 5, 6]).delete(permanently=True)
            await other.inbox.append(MAIL[0], flags=[Flag.SEEN])
            await other.inbox.append(MAIL[1])
            await other.inbox.messages.where(uid=8).delete(permanently=True)

        then = await inbox.changes(cursor)
        assert then
        assert then.appeared == UidSet.of(7)
        assert then.changed == {2: FlagSet((Flag.FLAGGED, "$Work"))}
        assert then.vanished == UidSet([1, 5, 6])
        assert [message.subject async for message in inbox.messages.where(uid=then.appeared)] == ["0"]

    async with open_(user) as account:
        inbox = account.inbox
        assert not await inbox.changes(kept(then))
        await inbox.messages.where(uid=2).remove_flags("$Work")
        assert (await inbox.changes(then.cursor)).changed == {2: FlagSet((Flag.FLAGGED,))}
        again = await inbox.changes(cursor)
        assert (again.appeared, again.vanished) == (then.appeared, then.vanished)
        everything = await inbox.changes()
        assert everything.appeared == UidSet([2, 3, 4, 7])


async def test_dovecot_tells_what_has_changed(open_as: OpenAs, fresh_user: User) -> None:
    await _story(open_as, fresh_user)


async def test_cyrus_tells_what_has_changed(open_cyrus: OpenAs, cyrus: Cyrus) -> None:
    await _story(open_cyrus, cyrus.fresh_user())


@pytest.mark.parametrize("hidden", [b"QRESYNC", b"CONDSTORE QRESYNC"])
async def test_what_the_server_lacks_is_made_up_for(
    connect: Connect, dovecot: Dovecot, fresh_user: User, hidden: bytes
) -> None:
    with HidingProxy(("127.0.0.1", dovecot.port), hidden) as proxy:

        def open_(user: User, **options: object) -> Connecting:
            url = f"imap://{user.name}@127.0.0.1:{proxy.port}"
            return connect(url, credentials=user.password, security=Security.PLAINTEXT, **options)

        async with open_(fresh_user) as account:
            assert ("CONDSTORE" in account.capabilities) is (hidden == b"QRESYNC")
            assert "QRESYNC" not in account.capabilities
        await _story(open_, fresh_user)


async def test_where_nothing_can_be_told_it_is_compared(connect: Connect) -> None:
    with MiniServer() as server:

        def open_(user: User, **options: object) -> Connecting:
            return open_mini(connect, server, **options)

        await _story(open_, User("alice", "alicepw"))
        assert "ENABLE" not in server.verbs


async def test_a_large_mailbox_is_asked_for_in_windows(
    open_as: OpenAs, fresh_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailkit.mailboxes.sync, "_WINDOW", 2)
    await _story(open_as, fresh_user)


async def test_only_what_has_changed_is_asked_for_where_the_server_remembers(open_dovecot: Open) -> None:
    sent: list[str] = []
    async with open_dovecot(on_command=lambda event: sent.append(event.verb), max_connections=1) as account:
        await account.inbox.append_many(MAIL)
        cursor = (await account.inbox.changes()).cursor
        sent.clear()
        assert not await account.inbox.changes(cursor)
        assert sent == ["UNSELECT", "ENABLE", "EXAMINE"]
        await account.inbox.messages.where(uid=3).mark_seen()
        sent.clear()
        assert (await account.inbox.changes(cursor)).changed == {3: FlagSet((Flag.SEEN,))}
        assert sent == ["EXAMINE", "UID FETCH"]


async def test_a_connection_that_says_vanished_serves_all_verbs_but_is_not_lent(open_dovecot: Open) -> None:
    async with open_dovecot(max_connections=1) as account:
        inbox = account.inbox
        await inbox.append_many(MAIL)
        await inbox.changes((await inbox.changes()).cursor)
        await inbox.messages.where(uid=1).delete(permanently=True)
        moved = await inbox.messages.where(uid=2).move_to("Sent")
        assert set(moved.mapping) == {2}
        assert [message.uid async for message in inbox.messages] == [3, 4, 5, 6]
        await inbox.messages.where(uid=3).add_flags(Flag.DELETED)
        assert await inbox.expunge() == UidSet.of(3)
        assert (await inbox.changes((await inbox.changes()).cursor)).cursor.uids == UidSet([4, 5, 6])


@pytest.mark.parametrize("by_whom", ["ourselves", "others"])
async def test_what_has_appeared_is_there_on_every_connection(open_dovecot: Open, by_whom: str) -> None:
    async with open_dovecot(max_connections=2) as account, open_dovecot() as other:
        inbox = account.inbox
        await inbox.append_many(MAIL)
        cursor = (await inbox.changes()).cursor
        # Now one connection has INBOX open, and has been used later than the other one.
        await inbox.messages.count()
        await account.mailbox("Sent").messages.count()
        await inbox.messages.count()
        await (account if by_whom == "ourselves" else other).inbox.append(MAIL[0])
        if by_whom == "ourselves":
            assert [message.uid async for message in inbox.messages.where(uid=7)] == [7]
        changes = await inbox.changes(cursor)
        assert [message.uid async for message in inbox.messages.where(uid=changes.appeared)] == [7]


async def test_another_mailbox_of_the_name_is_no_place_for_old_uids(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        box = account.mailbox("Once")
        await box.create()
        await box.append_many(MAIL)
        cursor = (await box.changes()).cursor
        async with open_dovecot() as other:
            await other.mailbox("Once").delete()
            await other.mailbox("Once").create()
            await other.mailbox("Once").append(MAIL[0])
        with pytest.raises(MailboxChanged):
            await box.changes(cursor)
        assert (await box.changes()).appeared == UidSet.of(1)


async def test_a_mailbox_that_is_not_there_is_not_found(open_dovecot: Open) -> None:
    async with open_dovecot(max_connections=1) as account:
        with pytest.raises(MailboxNotFound):
            await account.mailbox("Nowhere").changes()


async def test_what_is_lent_says_expunge_as_everybody_expects(open_dovecot: Open, connect: Connect) -> None:
    if connect is not AsyncAccount.connect:
        pytest.skip("sessions are lent to tasks")
    async with open_dovecot(max_connections=1) as account:
        await account.inbox.append_many(MAIL)
        await account.inbox.changes((await account.inbox.changes()).cursor)
        async with account.session("INBOX") as session:
            await session.run(Store(UidSet.of(4), StoreAction.ADD, FlagSet((Flag.DELETED,))))
            assert (await session.run(Expunge())).numbers == (4,)


# -- servers with peculiarities


def _opening(*codes: bytes) -> Hook:
    """A hook that tells one more of these at each EXAMINE, the last one for ever."""
    left = list(codes)

    def tell(session: Session, _: Command) -> None:
        session.untagged(b"OK [" + (left.pop(0) if len(left) > 1 else left[0]) + b"] it is")

    return tell


WITH_CONDSTORE = (*DEFAULT_CAPABILITIES, "CONDSTORE")
WITH_QRESYNC = (*WITH_CONDSTORE, "QRESYNC")


async def test_sequences_that_were_reset_are_not_compared(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}, capabilities=WITH_CONDSTORE) as server:
        server.after("EXAMINE", _opening(b"HIGHESTMODSEQ 50", b"HIGHESTMODSEQ 7"))
        async with open_mini(connect, server) as account:
            cursor = (await account.inbox.changes()).cursor
            assert (cursor.highest_modseq, cursor.flags) == (50, None)
            changes = await account.inbox.changes(cursor)
            assert changes.changed == {1: FlagSet(), 2: FlagSet(), 3: FlagSet()}, "any may have changed"
            assert changes.cursor.highest_modseq == 7
            assert not (await account.inbox.changes(changes.cursor))
        assert b"CHANGEDSINCE" not in b"".join(server.received)


async def test_a_mailbox_without_sequences_is_compared(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}, capabilities=WITH_QRESYNC) as server:
        server.after("EXAMINE", _opening(b"NOMODSEQ"))
        async with open_mini(connect, server) as account:
            cursor = (await account.inbox.changes()).cursor
            server.set_flags("INBOX", 2, "\\Seen", "\\Recent")
            assert (await account.inbox.changes(cursor)).changed == {2: FlagSet((Flag.SEEN,))}
            server.set_flags("INBOX", 2, "\\Recent")
            assert not await account.inbox.changes(cursor)


async def test_an_expunge_that_the_server_forgot_is_found_by_the_count(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}, capabilities=WITH_QRESYNC) as server:
        server.after("EXAMINE", _opening(b"HIGHESTMODSEQ 50", b"HIGHESTMODSEQ 51"))
        async with open_mini(connect, server) as account:
            cursor = (await account.inbox.changes()).cursor
            server.expunge("INBOX", 2)
            server.deliver("INBOX", MAIL[5])
            changes = await account.inbox.changes(cursor)
            assert (changes.appeared, changes.vanished) == (UidSet.of(4), UidSet.of(2))
            assert server.count("UID SEARCH") == 3


async def test_uids_that_do_not_last_are_no_ground_to_stand_on(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        server.after("EXAMINE", _opening(b"UIDNOTSTICKY"))
        async with open_mini(connect, server) as account:
            with pytest.raises(UsageError, match="other UIDs each time"):
                await account.inbox.changes()


async def test_a_server_that_does_not_tell_the_next_uid_is_asked_for_all(connect: Connect) -> None:
    def examine(session: Session, command: Command) -> None:
        session.select(server.mailboxes[b"INBOX"], read_only=True)
        session.untagged(b"%d EXISTS" % len(session.view))
        session.untagged(b"OK [UIDVALIDITY 7] it is")
        session.tagged(command, b"OK [READ-ONLY] done")

    with MiniServer({"INBOX": MAIL[:3], "Sent": ()}) as server:
        server.instead("EXAMINE", examine)
        async with open_mini(connect, server) as account:
            cursor = (await account.inbox.changes()).cursor
            assert cursor.uid_next == 4
            server.deliver("INBOX", MAIL[5])
            assert (await account.inbox.changes(cursor)).appeared == UidSet.of(4)
            server.expunge("INBOX", 1, 2, 3, 4)
            assert (await account.inbox.changes(cursor)).cursor.uid_next == 4, "never less than before"


async def test_what_comes_while_we_look_is_left_for_the_next_time(connect: Connect) -> None:
    def deliver(session: Session, _: Command) -> None:
        session.server.deliver("INBOX", MAIL[4])

    with MiniServer({"INBOX": MAIL[:3]}) as server:
        async with open_mini(connect, server) as account:
            cursor = (await account.inbox.changes()).cursor
            server.before("UID SEARCH", deliver, times=1)
            first = await account.inbox.changes(cursor)
            assert not first
            assert (await account.inbox.changes(first.cursor)).appeared == UidSet.of(4)


async def test_a_lost_connection_begins_the_look_anew(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        async with open_mini(connect, server) as account:
            server.before("UID FETCH", lambda session, _: session.peer.reset(), times=1)
            assert (await account.inbox.changes()).appeared == UidSet([1, 2, 3])
        assert server.count("EXAMINE") == 2


async def test_a_cursor_is_no_text(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        cursor = (await account.inbox.changes()).cursor
        with pytest.raises(UsageError, match=r"json\.loads"):
            await account.inbox.changes(dumps(cursor))  # type: ignore[arg-type]  # so it is
