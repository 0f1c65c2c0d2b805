"""How often the work waits for the server: once for the login, and once for what can be asked together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from mailkit import AsyncAccount, MailboxChanged, MailboxNotFound
from tests.domain.conftest import Connect
from tests.domain.mini import open_mini
from tests.scripted.mailstore import Mailbox
from tests.scripted.mini import MiniServer

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
