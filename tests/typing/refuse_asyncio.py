"""An `await` that is missing, or one too many."""

from __future__ import annotations

from mailkit import Account, AsyncAccount, AsyncMessage, AsyncMessages, Messages


async def missing(account: AsyncAccount, messages: AsyncMessages, message: AsyncMessage) -> None:
    messages.mark_seen()  # refused [unused-coroutine] Are you missing an await
    account.close()  # refused [unused-coroutine] Are you missing an await
    if messages.exists():  # refused [truthy-bool] Coroutine
        print("some")
    (await message.text()).upper()  # refused [union-attr] has no attribute "upper"
    message.raw().decode()  # refused [attr-defined] "Coroutine[Any, Any, bytes]" has no attribute "decode"
    print(messages.count() + 1)  # refused [operator] Unsupported operand types
    for one in messages:  # refused [attr-defined] "AsyncMessages" has no attribute "__iter__"
        print(one)


async def too_many(account: Account, messages: Messages) -> None:
    await messages.count()  # refused [misc] Incompatible types in "await"
    await account.mailboxes()  # refused [misc] Incompatible types in "await"
    async for one in messages:  # refused [attr-defined] "Messages" has no attribute "__aiter__"
        print(one)
