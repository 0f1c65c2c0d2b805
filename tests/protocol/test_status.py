from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from mailkit.errors import UsageError
from mailkit.protocol.values.status import MailboxStatus


def test_what_was_not_asked_for_is_none() -> None:
    status = MailboxStatus(messages=3, uid_next=7, mailbox_id="F1")
    assert (status.messages, status.uid_next, status.mailbox_id) == (3, 7, "F1")
    told = {"messages", "uid_next", "mailbox_id"}
    assert all(getattr(status, field.name) is None for field in attrs.fields(MailboxStatus) if field.name not in told)
    assert hash(status) == hash(MailboxStatus(messages=3, uid_next=7, mailbox_id="F1"))


def test_no_count_is_negative() -> None:
    assert MailboxStatus(size=0).size == 0
    made: Callable[..., MailboxStatus] = MailboxStatus
    for field in attrs.fields(MailboxStatus):
        if field.name != "mailbox_id":
            with pytest.raises(UsageError, match=field.name):
                made(**{field.name: -1})
