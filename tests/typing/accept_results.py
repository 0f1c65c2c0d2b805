"""What each verb of the blocking API gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import assert_type

from mailkit import (
    ACL,
    Account,
    Address,
    Attachment,
    BodyStructure,
    Capabilities,
    Envelope,
    Flag,
    FlagSet,
    Mailbox,
    MailboxStatus,
    Message,
    Messages,
    Namespaces,
    Quota,
    Rights,
    SpecialUse,
    UidSet,
)
from mailkit.changing.plan import Copied, Plan, Stored


def of_an_account(account: Account) -> None:
    assert_type(account.inbox, Mailbox)
    assert_type(account.mailbox("Work"), Mailbox)
    assert_type(account.mailbox(SpecialUse.TRASH, guess=True), Mailbox)
    assert_type(account.capabilities, Capabilities)
    assert_type(account.namespaces(), Namespaces)
    assert_type(account.quota("user"), Quota)
    assert_type(account.mailboxes("*", subscribed=True, with_status=("unseen",)), list[Mailbox])
    with account as entered:
        assert_type(entered, Account)


def of_a_mailbox(mailbox: Mailbox) -> None:
    assert_type(mailbox.name, str)
    assert_type(mailbox.path, tuple[str, ...])
    assert_type(mailbox.delimiter, str | None)
    assert_type(mailbox.attributes, frozenset[str])
    assert_type(mailbox.special_use, SpecialUse | None)
    assert_type(mailbox.is_selectable, bool)
    assert_type(mailbox.messages, Messages)
    assert_type(mailbox.status("messages", "unseen"), MailboxStatus)
    assert_type(mailbox.status().unseen, int | None)
    assert_type(mailbox.exists(), bool)
    assert_type(mailbox.children(), list[Mailbox])
    assert_type(mailbox.expunge(), UidSet)
    assert_type(mailbox.acl(), ACL)
    assert_type(mailbox.my_rights(), Rights)
    assert_type(mailbox.quotas(), list[Quota])


def of_a_selection(messages: Messages) -> None:
    assert_type(messages.only("flags").prefetch("text"), Messages)
    assert_type(messages[:20], Messages)
    assert_type(messages.uids(), UidSet)
    assert_type(messages.count(), int)
    assert_type(messages.exists(), bool)
    assert_type(messages.first(), Message | None)
    assert_type(messages.last(), Message | None)
    assert_type(messages.get(5), Message | None)
    assert_type(messages.order_by("-date", "subject"), Messages)
    assert_type(messages.add_flags("Work", unchanged_since=5), Stored)
    assert_type(messages.set_flags(Flag.SEEN, dry_run=True), Plan)
    assert_type(messages.mark_seen(), Stored)
    assert_type(messages.copy_to("Archive"), Copied)
    assert_type(messages.copy_to("Archive").mapping, Mapping[int, int])
    assert_type(messages.move_to("Archive", dry_run=True), Plan)
    assert_type(messages.delete(permanently=True, dry_run=True), Plan)
    for page in messages.pages(50):
        assert_type(page, list[Message])
    for message in messages:
        assert_type(message, Message)


def of_a_message(message: Message, folder: Path) -> None:
    assert_type(message.uid, int)
    assert_type(message.flags, FlagSet)
    assert_type(message.internal_date, datetime | None)
    assert_type(message.date, datetime | None)
    assert_type(message.size, int)
    assert_type(message.modseq, int)
    assert_type(message.envelope, Envelope)
    assert_type(message.subject, str)
    assert_type(message.from_, tuple[Address, ...])
    assert_type(message.structure, BodyStructure)
    assert_type(message.defects, tuple[str, ...])
    assert_type(message.text(), str | None)
    assert_type(message.html(), str | None)
    assert_type(message.raw(), bytes)
    for attachment in message.attachments():
        assert_type(attachment, Attachment)
        assert_type(attachment.filename, str | None)
        assert_type(attachment.size, int)
        assert_type(attachment.read(), bytes)
        assert_type(attachment.save(folder), Path)
        attachment.save("inbox")
