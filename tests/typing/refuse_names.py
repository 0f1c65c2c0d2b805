# ruff: noqa: B018, F401, I001
"""Names that do not exist, and attributes that cannot be set."""

from __future__ import annotations

from mailkit import Account, Address, FlagSet, Mailbox, Message, Messages
from mailkit import Acount  # refused [attr-defined] Module "mailkit" has no attribute "Acount"
from mailkit import CommandRefuse  # refused [attr-defined] Module "mailkit" has no attribute "CommandRefuse"


def names(account: Account, mailbox: Mailbox, messages: Messages, message: Message, address: Address) -> None:
    account.mailboxs()  # refused [attr-defined] "Account" has no attribute "mailboxs"
    account.select("INBOX")  # refused [attr-defined] "Account" has no attribute "select"
    mailbox.status().unsen  # refused [attr-defined] "MailboxStatus" has no attribute "unsen"
    messages.filter(seen=True)  # refused [attr-defined] "Messages" has no attribute "filter"
    message.sujbect  # refused [attr-defined] "Message" has no attribute "sujbect"
    message.from_.email  # refused [attr-defined] "tuple[Address, ...]" has no attribute "email"
    message.flags.unseen  # refused [attr-defined] "FlagSet" has no attribute "unseen"
    message.subject = "x"  # refused [misc] read-only
    address.name = "x"  # refused [misc] read-only
    FlagSet().add("Work")  # refused [attr-defined] "FlagSet" has no attribute "add"
