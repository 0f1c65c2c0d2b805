"""Commands that look: the mailboxes of an account, one message, its attachments."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import attrs

from mailkit.blocking.account import Account
from mailkit.blocking.message import Message
from mailkit.cli.action import Action, Where
from mailkit.cli.output import Output
from mailkit.errors import MessageGone


@attrs.frozen
class List(Action):
    """List mailboxes with their counts."""

    pattern: str

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        parser.add_argument("pattern", nargs="?", default="*", help="* is anything, %% anything on one level")

    def run(self, where: Where, output: Output) -> None:
        with where.connect() as account:
            output.rows(("mailbox", "messages", "unseen", "use"), self._found(account))

    def _found(self, account: Account) -> Iterator[tuple[object, ...]]:
        for mailbox in account.mailboxes(self.pattern, with_status=("messages", "unseen")):
            status, use = mailbox.last_status, mailbox.special_use
            counts = (status.messages, status.unseen) if status else (None, None)
            yield mailbox.name, *counts, None if use is None else str(use)


@attrs.frozen
class Show(Action):
    """Show a message: its main header fields, its text, and what is attached."""

    mailbox: str
    uid: int
    html: bool
    raw: bool

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        _one_message(parser)
        parser.add_argument("--html", action="store_true", help="the HTML as it was sent, and nothing else")
        parser.add_argument("--raw", action="store_true", help="the whole message as it is stored")

    def run(self, where: Where, output: Output) -> None:
        with where.connect() as account:
            message = _message(account, self.mailbox, self.uid)
            if self.raw:
                output.octets(message.raw())
            elif self.html:
                output.text(message.html() or "")
            else:
                output.text("\n".join(_lines(message)))


@attrs.frozen
class Save(Action):
    """Save the attachments of a message under safe names; nothing is overwritten."""

    mailbox: str
    uid: int
    folder: Path

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        _one_message(parser)
        parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="where to; here if it is not said")

    def run(self, where: Where, output: Output) -> None:
        with where.connect() as account:
            attachments = _message(account, self.mailbox, self.uid).attachments()
            saved = ((str(one.save(self.folder)), one.content_type, one.filename) for one in attachments)
            output.rows(("saved", "type", "name"), saved)


def _one_message(parser: ArgumentParser) -> None:
    parser.add_argument("mailbox")
    parser.add_argument("uid", type=int, help="as `search` shows it")


def _message(account: Account, mailbox: str, uid: int) -> Message:
    message = account.mailbox(mailbox).messages.prefetch("structure").get(uid)
    if message is None:
        raise MessageGone(f"there is no message {uid} in {mailbox!r}")
    return message


def _lines(message: Message) -> Iterator[str]:
    for field, addresses in (("From", message.from_), ("To", message.to), ("Cc", message.cc)):
        if addresses:
            yield f"{field}: {', '.join(map(str, addresses))}"
    yield f"Date: {message.date or 'unknown'}"
    yield f"Subject: {message.subject}"
    yield f"Flags: {' '.join(message.flags)}"
    for attachment in message.attachments():
        yield f"Attached: {attachment.filename or '(no name)'}, {attachment.content_type}, {attachment.size} octets"
    yield ""
    yield message.text() or "(no plain text; --html may show some)"
