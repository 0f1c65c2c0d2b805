"""What thousands of messages cost: commands counted on the wire, and memory that does not grow."""

from __future__ import annotations

import tracemalloc
from typing import assert_type

import pytest

from mailkit import Account, AsyncMessages, Copied, Exported, Message, Messages, Plan, Removed, Stored
from mailkit.planner import WINDOW
from tests.domain.conftest import Connect, Open
from tests.domain.mini import open_mini
from tests.scripted.mini import MiniServer
from tests.servers.dovecot import Dovecot
from tests.servers.server import User


def letter(number: int) -> bytes:
    return f"From: a@example.org\r\nSubject: number {number}\r\n\r\nhello {number}\r\n".encode()


async def test_five_thousand_messages_cost_one_search_and_a_fetch_a_window(connect: Connect) -> None:
    with MiniServer({"INBOX": [letter(1)] * 5000, "Other": [letter(2)]}) as server:
        async with open_mini(connect, server, max_connections=1) as account:
            count = 0
            async for message in account.inbox.messages:
                count += 1
                if count % 2000 == 0:
                    await account.mailbox("Other").messages.count()
                    await message.mark_seen()
            assert count == 5000
        searches = [
            command for command in server.commands if command.verb == "UID SEARCH" and b"COUNT" not in command.rest
        ]
        assert len(searches) == 1
        assert server.count("UID FETCH") <= -(-5000 // WINDOW)
        assert server.count("UID STORE") == 2


async def test_a_message_less_in_every_window_costs_no_more(connect: Connect) -> None:
    with MiniServer({"INBOX": [letter(1)] * 1500}) as server:
        server.before("UID FETCH", lambda *_: server.expunge("INBOX", *range(1, 1500, 7)))
        async with open_mini(connect, server) as account:
            uids = [message.uid async for message in account.inbox.messages]
        assert uids == sorted(set(uids))
        assert {uid for uid in range(1, 1501) if (uid - 1) % 7} <= set(uids)
        assert server.count("UID FETCH") == 3


@pytest.mark.parametrize(("total", "items"), [(6000, ()), (3000, ("text",))], ids=str)
async def test_thousands_of_messages_are_iterated_in_flat_memory(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, total: int, items: tuple[str, ...]
) -> None:
    dovecot.maildir(fresh_user.name).add_all(map(letter, range(total)))
    async with open_dovecot() as account:
        selection = account.inbox.messages.where(from_="a@example.org").prefetch(*items)
        assert await selection.count() == total
        tracemalloc.start()
        tracemalloc.reset_peak()
        count = early = 0
        async for message in selection:
            count += 1
            assert message.subject == f"number {message.uid - 1}"
            if count == 1500:
                early = tracemalloc.get_traced_memory()[1]
        late = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == total
    assert late < early + 1_000_000
    assert late < 12_000_000


def results_depend_on_the_arguments(messages: Messages, message: Message, account: Account) -> None:
    """Nothing runs here: the type checker judges."""
    assert_type(messages.add_flags("x"), Stored)
    assert_type(messages.add_flags("x", dry_run=True), Plan)
    assert_type(message.move_to(account.inbox), Copied)
    assert_type(message.move_to("Archive", dry_run=True), Plan)
    assert_type(messages.delete(permanently=True), Removed)
    assert_type(messages.delete(dry_run=True), Plan)
    assert_type(messages.export("mail"), Exported)
    assert_type(messages.export("mail", "eml", dry_run=True), Plan)


async def async_results_depend_on_the_arguments(messages: AsyncMessages) -> None:
    """Nor here."""
    assert_type(await messages.set_flags("x"), Stored)
    assert_type(await messages.mark_seen(dry_run=True), Plan)
    assert_type(await messages.copy_to("Archive"), Copied)
    assert_type(await messages.export("mail", dry_run=True), Plan)
