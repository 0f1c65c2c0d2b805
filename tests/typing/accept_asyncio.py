"""The asyncio twins: the same names with `await`, and the same results."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from mailkit import (
    AsyncAccount,
    AsyncMailbox,
    AsyncMessage,
    AsyncMessages,
    MailboxStatus,
    UidSet,
)
from mailkit.changing.plan import Plan, Stored


async def connected() -> None:
    account = await AsyncAccount.connect("imaps://ldj@mail.example.org", credentials="secret", timeout=5.0)
    assert_type(account, AsyncAccount)
    await account.close()
    async with AsyncAccount.connect("imaps://ldj@mail.example.org") as entered:
        assert_type(entered, AsyncAccount)
        async for message in entered.mailbox("INBOX").messages.where(from_="LDJ"):
            assert_type(message, AsyncMessage)


async def results(account: AsyncAccount, messages: AsyncMessages) -> None:
    assert_type(account.inbox, AsyncMailbox)
    assert_type(await account.mailboxes("*"), list[AsyncMailbox])
    assert_type(await account.inbox.status("unseen"), MailboxStatus)
    assert_type(account.inbox.messages, AsyncMessages)
    assert_type(messages.where(seen=False)[-20:], AsyncMessages)
    assert_type(await messages.uids(), UidSet)
    assert_type(await messages.count(), int)
    assert_type(await messages.exists(), bool)
    assert_type(await messages.first(), AsyncMessage | None)
    await messages.add_flags("Work")
    assert_type(await messages.mark_seen(), Stored)
    assert_type(await messages.move_to("Archive", dry_run=True), Plan)


async def content(message: AsyncMessage) -> None:
    assert_type(await message.text(), str | None)
    assert_type(await message.raw(), bytes)
    for attachment in await message.attachments():
        assert_type(await attachment.read(), bytes)
        assert_type(await attachment.save(Path("inbox")), Path)
