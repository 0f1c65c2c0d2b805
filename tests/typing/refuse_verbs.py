# ruff: noqa: B018
"""Arguments of the wrong type or number, and results taken for others."""

from __future__ import annotations

from mailkit import Account, Flag, FlagSet, Mailbox, Message, Messages, Rights, Security


def accounts() -> None:
    Account.connect("imaps://x", credentials=b"secret")  # refused [arg-type] expected "str |
    Account.connect("imaps://x", passwort="secret")  # refused [call-arg] Unexpected keyword argument "passwort"
    Account.connect("imaps://x", "ldj")  # refused [call-arg] Too many positional arguments
    Account.connect("imaps://x", security="tls")  # refused [arg-type] expected "Security | None"
    Account.connect("imaps://x", timeout="5")  # refused [arg-type] expected "float | None"
    Account.connect(host="x", port="993", security=Security.TLS)  # refused [arg-type] expected "int | None"


def verbs(mailbox: Mailbox, messages: Messages, message: Message) -> None:
    mailbox.status(5)  # refused [arg-type] expected "str"
    mailbox.messages[5]  # refused [index] Invalid index type "int"
    messages.add_flags(5)  # refused [call-overload] No overload variant of "add_flags"
    messages.add_flags(["Work"])  # refused [call-overload] No overload variant of "add_flags"
    messages.get("5")  # refused [arg-type] expected "int"
    messages.count().bit_lenght()  # refused [attr-defined] "int" has no attribute "bit_lenght"
    messages.first().subject  # refused [union-attr] has no attribute "subject"
    message.text().upper()  # refused [union-attr] has no attribute "upper"
    FlagSet(5)  # refused [arg-type] expected "Iterable[str]"
    FlagSet([Flag.SEEN]) | 5  # refused [operator] Unsupported operand types
    Rights(5)  # refused [arg-type] expected "Iterable[str]"
    messages.copy_to("x").uids  # refused [attr-defined] has no attribute "uids"
    messages.delete(True)  # refused [call-overload] No overload variant
