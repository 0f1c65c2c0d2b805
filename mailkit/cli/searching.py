"""The command that searches, and the terms that it shares with others."""

from __future__ import annotations

import fnmatch
import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

import attrs

from mailkit.blocking.account import Account
from mailkit.blocking.messages import Messages
from mailkit.cli.action import Action, Where
from mailkit.cli.output import Output
from mailkit.criteria import (
    Before,
    Body,
    Criterion,
    Filename,
    Flagged,
    From,
    HasAttachment,
    LargerThan,
    Seen,
    Since,
    Subject,
    Text,
    To,
)

T = TypeVar("T")


@attrs.frozen
class Choosing(Action):
    """Something that is done with those messages of a mailbox that match all terms."""

    mailbox: str
    from_: str | None
    to: str | None
    subject: str | None
    body: str | None
    text: str | None
    since: date | None
    before: date | None
    seen: bool | None
    flagged: bool | None
    larger_than: int | None
    has_attachment: bool | None
    filename: str | None

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="from_", metavar="TEXT")
        for name in ("to", "subject", "body", "text"):
            parser.add_argument(f"--{name}", metavar="TEXT")
        for name in ("since", "before"):
            parser.add_argument(f"--{name}", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--seen", action="store_true", default=None)
        parser.add_argument("--unseen", action="store_false", dest="seen", default=None)
        parser.add_argument("--flagged", action="store_true", default=None)
        parser.add_argument("--larger-than", type=int, metavar="OCTETS")
        parser.add_argument("--has-attachment", action="store_true", default=None)
        parser.add_argument("--filename", metavar="PATTERN", help="of an attachment, such as '*.pdf'")

    def chosen(self, account: Account) -> Messages:
        """The messages. No I/O."""
        filename = None if self.filename is None else re.compile(fnmatch.translate(self.filename), re.IGNORECASE)
        return account.mailbox(self.mailbox).messages.where(
            *_given(From, self.from_),
            *_given(To, self.to),
            *_given(Subject, self.subject),
            *_given(Body, self.body),
            *_given(Text, self.text),
            *_given(Since, self.since),
            *_given(Before, self.before),
            *_given(Seen, self.seen),
            *_given(Flagged, self.flagged),
            *_given(LargerThan, self.larger_than),
            *_given(HasAttachment, self.has_attachment),
            *_given(Filename, filename),
        )


@attrs.frozen
class Search(Choosing):
    """List the messages of a mailbox that match all terms, the newest last."""

    limit: int

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        parser.add_argument("mailbox", nargs="?", default="INBOX")
        super().describe(parser)
        parser.add_argument("--limit", type=int, default=50, help="the newest so many (50); 0 for all")

    def run(self, where: Where, output: Output) -> None:
        with where.connect() as account:
            found = self.chosen(account)
            rows = _rows(found[-self.limit :] if self.limit else found)
            output.rows(("uid", "date", "from", "subject", "size", "flags"), rows)


def _given(term: Callable[[T], Criterion], value: T | None) -> list[Criterion]:
    return [] if value is None else [term(value)]


def _rows(messages: Messages) -> Iterator[tuple[object, ...]]:
    for message in messages:
        authors = ", ".join(str(author) for author in message.from_)
        yield message.uid, message.date, authors, message.subject, message.size, str(message.flags)
