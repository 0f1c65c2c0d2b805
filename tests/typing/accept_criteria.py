"""Criteria as objects, and their operators."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import assert_type

from mailkit import (
    Before,
    Body,
    Criterion,
    Flagged,
    From,
    HasAttachment,
    Header,
    Keyword,
    LargerThan,
    Mailbox,
    Matching,
    Seen,
    Since,
    Subject,
    To,
    Uid,
    UidSet,
    YoungerThan,
)

both: Criterion = From("LDJ") & ~Seen() | LargerThan(1 << 20)
either: Criterion = (Subject("a") | Body("b")) & Header("List-Id", "python") & Keyword("$Work")
dated: Criterion = Since(date(2024, 2, 1)) & Before(datetime(2024, 3, 1, tzinfo=UTC)) & YoungerThan(timedelta(days=7))
local: Criterion = HasAttachment() & Matching(lambda message: "x" in message.subject) & ~Uid(UidSet.of(1, 2))


def wanted(names: list[str]) -> Criterion:
    found: Criterion = Flagged()
    for name in names:
        found |= From(name) | To(name)
    return found


def narrowed(mailbox: Mailbox) -> int:
    assert_type(both & either, Criterion)
    assert_type(~both, Criterion)
    return mailbox.messages.where(both, either & dated).exclude(local | wanted(["LDJ"])).count()
