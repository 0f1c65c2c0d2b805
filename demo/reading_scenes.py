"""What is shown on your own account: reading only. The body of each function is what the reader sees."""

from __future__ import annotations

from datetime import timedelta

from demo.scenes import folders
from demo.stage import Row, Scene
from mailkit import Account, Flag


def newest(account: Account, row: Row) -> None:
    """The newest ten: their envelopes, flags and sizes, no bodies."""
    for message in account.inbox.messages[-10:]:
        is_read = Flag.SEEN in message.flags
        row(message.date, message.from_, message.subject, is_read)


def unread(account: Account, row: Row) -> None:
    """What came within a week and is not read. The server narrows by day, the hours are minded here."""
    week = timedelta(days=7)
    for message in account.inbox.messages.where(seen=False, younger_than=week):
        row(message.internal_date, message.from_, message.subject, message.size)


def with_attachments(account: Account, row: Row) -> None:
    """Messages of a month that carry files: structures are fetched, contents are not."""
    recent = account.inbox.messages.where(younger_than=timedelta(days=30))
    carrying = recent.where(has_attachment=True).prefetch("structure")
    for message in carrying[-10:]:
        for attachment in message.attachments():
            name = attachment.filename or attachment.content_type
            row(message.subject, name, attachment.size)


SCENES = (
    Scene("Folders", ("mailbox", "messages", "unseen"), folders),
    Scene("The newest ten in the INBOX", ("date", "from", "subject", "read"), newest),
    Scene("Unread, of this week", ("received", "from", "subject", "size"), unread),
    Scene("With attachments, of this month", ("subject", "name", "size"), with_attachments),
)
