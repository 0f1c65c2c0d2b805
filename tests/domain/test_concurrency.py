"""Many threads or tasks on one account: nothing crosses, nothing waits for ever, nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator

import pytest

from mailkit import Account, AsyncAccount, AsyncMessages, Messages, UidSet
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

BOXES = [f"box{number}" for number in range(5)]
SECONDS = float(os.environ.get("MAILKIT_SOAK_SECONDS", "4"))
"""How long the random work goes on; set it to 30 and more for a soak."""


def letter(box: str, number: int) -> bytes:
    return f"Subject: {box} {number}\r\nFrom: {box}@example.org\r\n\r\ntext of {box} {number}\r\n".encode()


@pytest.fixture
def filled(dovecot: Dovecot, fresh_user: User) -> User:
    for index, box in enumerate(BOXES):
        dovecot.maildir(fresh_user.name, box).add_all(letter(box, number) for number in range(20 + index))
    return fresh_user


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def url(dovecot: Dovecot, user: User) -> str:
    return f"imaps://{user.name}@localhost:{dovecot.tls_port}"


def test_ten_threads_over_five_mailboxes_on_two_connections_simply_work(dovecot: Dovecot, filled: User) -> None:
    failures: list[BaseException] = []

    def work(account: Account, index: int) -> None:
        box = BOXES[index % 5]
        try:
            for _ in range(5):
                messages = account.mailbox(box).messages
                check_subjects(box, [message.subject for message in messages], 20 + index % 5)
                assert account.mailbox(box).status("messages").messages == 20 + index % 5
        except BaseException as failure:  # noqa: BLE001  # the main thread reports it
            failures.append(failure)

    with Account.connect(
        url(dovecot, filled), credentials=filled.password, ssl_context=dovecot.ssl_context(), max_connections=2
    ) as account:
        threads = [threading.Thread(target=work, args=(account, index)) for index in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def check_subjects(box: str, subjects: list[str], count: int) -> None:
    assert subjects == [f"{box} {number}" for number in range(count)]


def verb_of_threads(account: Account, chance: random.Random) -> None:
    index = chance.randrange(5)
    box = BOXES[index]
    messages: Messages = account.mailbox(box).messages
    match chance.randrange(6):
        case 0:
            check_subjects(box, [message.subject for message in messages], 20 + index)
        case 1:
            message = messages.get(chance.randint(1, 20))
            assert message is not None
            assert message.text() == f"text of {box} {message.uid - 1}\n"
        case 2:
            assert account.mailbox(box).status("messages").messages == 20 + index
        case 3:
            messages[: chance.randint(1, 5)].add_flags("$Touched")
        case 4:
            assert messages.where(from_=box).count() == 20 + index
        case _:
            for number, _ in enumerate(messages):
                if number == 3:
                    break


async def verb_of_tasks(account: AsyncAccount, chance: random.Random) -> None:
    index = chance.randrange(5)
    box = BOXES[index]
    messages: AsyncMessages = account.mailbox(box).messages
    match chance.randrange(5):
        case 0:
            check_subjects(box, [message.subject async for message in messages], 20 + index)
        case 1:
            message = await messages.get(chance.randint(1, 20))
            assert message is not None
            assert await message.text() == f"text of {box} {message.uid - 1}\n"
        case 2:
            assert (await account.mailbox(box).status("messages")).messages == 20 + index
        case 3:
            await messages[: chance.randint(1, 5)].add_flags("$Touched")
        case _:
            assert await messages.where(from_=box).uids() == UidSet(range(1, 21 + index))


def test_sixteen_threads_with_random_verbs_and_cut_connections(dovecot: Dovecot, filled: User) -> None:
    failures: list[BaseException] = []
    deadline = time.monotonic() + SECONDS

    def work(account: Account, seed: int) -> None:
        chance = random.Random(seed)
        try:
            while time.monotonic() < deadline:
                verb_of_threads(account, chance)
        except BaseException as failure:  # noqa: BLE001  # the main thread reports it
            failures.append(failure)

    with Account.connect(
        url(dovecot, filled), credentials=filled.password, ssl_context=dovecot.ssl_context(), max_connections=3
    ) as account:
        threads = [threading.Thread(target=work, args=(account, seed)) for seed in range(16)]
        for thread in threads:
            thread.start()
        while time.monotonic() < deadline:
            time.sleep(1)
            dovecot.kick(filled.name)
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def test_four_hundred_tasks_with_random_verbs_cancellation_and_cut_connections(dovecot: Dovecot, filled: User) -> None:
    async def main() -> None:
        chance = random.Random(1)
        deadline = time.monotonic() + SECONDS

        async def work(account: AsyncAccount, seed: int) -> None:
            own = random.Random(seed)
            while time.monotonic() < deadline:
                await verb_of_tasks(account, own)

        async def cancelled(account: AsyncAccount) -> None:
            while time.monotonic() < deadline:
                task = asyncio.create_task(verb_of_tasks(account, chance))
                await asyncio.sleep(chance.random() / 50)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        async with AsyncAccount.connect(
            url(dovecot, filled), credentials=filled.password, ssl_context=dovecot.ssl_context(), max_connections=3
        ) as account:
            tasks = [asyncio.create_task(work(account, seed)) for seed in range(390)]
            tasks += [asyncio.create_task(cancelled(account)) for _ in range(10)]
            await asyncio.sleep(SECONDS / 2)
            await asyncio.to_thread(dovecot.kick, filled.name)
            async with asyncio.timeout(60):
                await asyncio.gather(*tasks)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
