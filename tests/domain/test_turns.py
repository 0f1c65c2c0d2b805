"""How often the work waits for the server: once for the login, and once for what can be asked together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from mailkit import AsyncAccount, MailboxChanged, MailboxNotFound, UidSet
from tests.domain.conftest import Connect
from tests.domain.mini import open_mini
from tests.scripted.command import Command
from tests.scripted.mailstore import Mailbox
from tests.scripted.mini import MiniServer, Session

LETTERS = [b"Subject: %d\r\n\r\n%b" % (number, b"x" * 1000) for number in range(200)]


async def scan(account: AsyncAccount) -> int:
    return len([message async for message in account.mailbox("Box").messages])


async def read_known(account: AsyncAccount) -> int:
    chosen = account.mailbox("Box").messages.where(uid=range(1, 201)).only("raw")
    return sum([len(await message.raw()) > 1000 async for message in chosen])


async def count(account: AsyncAccount) -> int:
    return await account.mailbox("Box").messages.where(subject="").count()


async def take_last(account: AsyncAccount) -> int:
    message = await account.mailbox("Box").messages.last()
    return 0 if message is None else message.uid


async def flag(account: AsyncAccount) -> int:
    return (await account.mailbox("Box").messages.add_flags("$x")).changed.count


TURNS: list[tuple[Callable[[AsyncAccount], Awaitable[int]], int]] = [
    (count, 1),  # EXAMINE with SEARCH
    (scan, 2),  # EXAMINE with SEARCH; FETCH
    (take_last, 2),
    (read_known, 2),  # EXAMINE with the first FETCH, whose size tells how many to ask for then
    (flag, 2),  # SELECT with SEARCH; STORE
]


@pytest.mark.parametrize(("work", "turns"), TURNS)
async def test_work_waits_for_the_server_so_often(
    connect: Connect, work: Callable[[AsyncAccount], Awaitable[int]], turns: int
) -> None:
    with MiniServer({"Box": LETTERS}) as server:
        async with open_mini(connect, server) as account:
            before = server.round_trips
            assert await work(account) == 200
            assert server.round_trips - before <= turns


async def test_nobody_waits_for_the_answer_to_logout(connect: Connect) -> None:
    with MiniServer() as server:
        server.instead("LOGOUT", lambda session, _: session.peer.wait_closed())
        async with open_mini(connect, server):
            pass
    assert server.received[0].endswith(b" LOGOUT\r\n")


async def test_what_is_sent_with_examine_is_for_nobody_where_that_is_refused(connect: Connect) -> None:
    with MiniServer({"Box": LETTERS[:1], "Other": []}) as server:
        async with open_mini(connect, server, max_connections=1) as account:
            with pytest.raises(MailboxNotFound):
                await account.mailbox("Missing").messages.count()
            assert await account.mailbox("Box").messages.count() == 1
            await account.mailbox("Other").messages.count()
            server.mailboxes[b"Box"] = Mailbox.of(*LETTERS)
            server.mailboxes[b"Box"].uid_validity = 7
            with pytest.raises(MailboxChanged):
                await account.mailbox("Box").messages.count()
            assert await account.mailbox("Box").messages.count() == 200


def searches(server: MiniServer) -> int:
    """How often the server has been asked to search."""
    return sum(command.verb == "UID SEARCH" for command in server.commands)


async def found_for_writing(account: AsyncAccount) -> UidSet:
    """All UIDs of the mailbox, which is open for writing."""
    messages = account.mailbox("Box").messages
    await messages.where(uid=1).add_flags("$x")
    return await messages.where(subject="").uids()


async def test_what_a_search_has_just_found_is_not_searched_for_again(connect: Connect) -> None:
    with MiniServer({"Box": LETTERS}) as server:
        async with open_mini(connect, server) as account:
            found = await found_for_writing(account)
            messages = account.mailbox("Box").messages
            before = searches(server)
            assert (await messages.where(uid=found).add_flags("$y")).changed == found
            assert (await messages.where(uid=[2, 3]).remove_flags("$y")).changed == UidSet([2, 3])
            assert (await messages.where(uid=[2, 3, 5])[-2:].add_flags("$z")).changed == UidSet([3, 5])
            assert await messages.where(uid=found).uids() == found
            assert searches(server) == before
            assert (await messages.where(uid=[2, 201]).add_flags("$y")).changed == UidSet([2])
            assert searches(server) == before + 1


@pytest.mark.parametrize("while_it_searches", [True, False])
async def test_what_has_gone_since_it_was_found_is_not_among_what_is_changed(
    connect: Connect, *, while_it_searches: bool
) -> None:
    def goes(session: Session, _: Command) -> None:
        server.expunge("Box", 7)
        session.report_changes()

    with MiniServer({"Box": LETTERS}) as server:
        async with open_mini(connect, server) as account:
            await found_for_writing(account)
            messages = account.mailbox("Box").messages
            if while_it_searches:
                server.after("UID SEARCH", goes, times=1)
                found = await messages.where(subject="").uids()
            else:
                found = await messages.where(subject="").uids()
                server.expunge("Box", 7)
                await messages.where(uid=found).add_flags("$y")  # hears of it
            assert 7 in found
            assert (await messages.where(uid=found).add_flags("$z")).changed == found - {7}


async def test_what_was_found_elsewhere_is_searched_for(connect: Connect) -> None:
    with MiniServer({"Box": LETTERS, "Other": LETTERS[:3]}) as server:
        async with open_mini(connect, server, max_connections=1) as account:
            found = await found_for_writing(account)
            other = account.mailbox("Other").messages
            assert [message.uid async for message in other.where(uid=1)] == [1]  # without a search
            assert await other.where(uid=found).uids() == UidSet([1, 2, 3])
            server.expunge("Box", 7)
            assert (await account.mailbox("Box").messages.where(uid=found).add_flags("$y")).changed == found - {7}
