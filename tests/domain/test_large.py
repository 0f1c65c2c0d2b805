"""Messages larger than what may be kept in memory among others: iterations go past them, and they can be had."""

from __future__ import annotations

import pytest

from mailkit import Limits, ProtocolViolation
from tests.domain.conftest import Connect
from tests.domain.mini import open_mini
from tests.scripted import Command, MiniServer
from tests.scripted.session import Session

NARROW = Limits(literal=200_000, response=300_000, answers=2_600_000)


def letter(number: int, size: int) -> bytes:
    head = b"Subject: %d\r\nContent-Type: text/plain\r\n\r\n" % number
    return head + b"0123456789abcde\n" * (size // 16)


@pytest.mark.parametrize("order", [(), ("-size",)], ids=["as it comes", "in order"])
async def test_a_message_beyond_the_limit_does_not_end_an_iteration(connect: Connect, order: tuple[str, ...]) -> None:
    mail = [letter(1, 2000), letter(2, 400_000), letter(3, 70_000), letter(4, 2_000_000)]
    with MiniServer({"INBOX": mail}) as server:
        async with open_mini(connect, server, limits=NARROW, max_connections=1) as account:
            messages = account.inbox.messages.prefetch("raw").order_by(*order)
            expected = sorted(mail, key=len, reverse=True) if order else mail
            assert [await message.raw() async for message in messages] == expected
        assert len(server.connections) == 1


async def test_messages_that_do_not_fit_together_are_given_one_by_one(connect: Connect) -> None:
    mail = [letter(number, 190_000 + 16 * number) for number in range(16)]
    with MiniServer({"INBOX": mail}) as server:
        async with open_mini(connect, server, limits=NARROW, max_connections=1) as account:
            messages = account.inbox.messages.prefetch("raw").order_by("size")
            assert [await message.raw() async for message in messages] == mail
        assert len(server.connections) == 1


async def test_a_text_beyond_the_limit_is_fetched_alone(connect: Connect) -> None:
    mail = [letter(1, 2000), letter(2, 1_400_000), letter(3, 70_000)]
    with MiniServer({"INBOX": mail}) as server:
        async with open_mini(connect, server, limits=NARROW, max_connections=1) as account:
            texts = [await message.text() async for message in account.inbox.messages.prefetch("text")]
            assert [len(text or "") for text in texts] == [2000, 1_400_000, 70_000 // 16 * 16]
        assert len(server.connections) == 1


async def test_a_literal_that_nobody_would_wait_for_ends_the_connection(connect: Connect) -> None:
    def announce(session: Session, command: Command) -> None:
        session.send(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % (257 << 20))

    with MiniServer({"INBOX": [letter(1, 2000)]}) as server:
        server.instead("UID FETCH", announce)
        async with open_mini(connect, server, reconnect=False) as account:
            with pytest.raises(ProtocolViolation):
                async for _ in account.inbox.messages.only("raw"):
                    pass


async def test_no_more_texts_are_fetched_ahead_than_fit_into_memory_together(connect: Connect) -> None:
    came: list[int] = []
    mail = [letter(number, 1_600_000) for number in range(10)]
    with MiniServer({"INBOX": mail}) as server:
        async with open_mini(connect, server, on_command=lambda event: came.append(event.octets_in)) as account:
            seen: list[int] = []
            async for message in account.inbox.messages.prefetch("text"):
                assert len(await message.text() or "") == 1_600_000
                seen.append(sum(came))
    assert seen[0] < 9_000_000
    assert seen[-1] > 16_000_000
