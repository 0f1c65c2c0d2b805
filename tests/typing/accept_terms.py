"""Every term, with every type that it takes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import assert_type

from mailkit import From, Messages, Seen, UidSet


def terms(messages: Messages, when: date | datetime) -> None:
    text = messages.where(from_="a", to="b", cc="c", bcc="d", subject="e", body="f", text="g", message_id="<h@i>")
    assert_type(text, Messages)
    messages.where(header={"List-Id": "python"}, keyword="Work")
    messages.where(seen=True, answered=False, flagged=True, deleted=False, draft=False, recent=True)
    messages.where(since=date(2024, 2, 1), before=datetime(2024, 2, 1, 9, tzinfo=UTC), on=when)
    messages.where(sent_since=when, sent_before=when, sent_on=when)
    messages.where(younger_than=timedelta(days=7), older_than=timedelta(hours=1))
    messages.where(larger_than=1 << 20, smaller_than=5)
    messages.where(uid=5).where(uid=[1, 2, 3]).where(uid=range(9)).where(uid=UidSet.parse("5:*"))
    messages.where(modified_since=123456, email_id="M1", thread_id="T1", gmail_raw="has:drive", gmail_label="work")
    messages.where(has_attachment=True, filename="*.pdf").where(filename=re.compile(r"\.pdf\Z"))
    messages.where(matching=lambda message: len(message.to) > 100)
    messages.where(From("LDJ"), ~Seen(), since=when).exclude(Seen(), from_="LDJ")
