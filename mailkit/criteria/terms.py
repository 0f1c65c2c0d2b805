"""The terms as keyword arguments: `where(from_="LDJ", seen=False)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TypedDict

from mailkit import criteria
from mailkit.criteria.criterion import And, Criterion
from mailkit.criteria.snapshot import Snapshot
from mailkit.errors import UsageError
from mailkit.protocol.values.numbers import UidSet


class Terms(TypedDict, total=False):
    """Search terms by name, for `**terms: Unpack[Terms]` (PEP 692); all that are given must match."""

    from_: str
    to: str
    cc: str
    bcc: str
    subject: str
    body: str
    text: str
    header: Mapping[str, str]
    keyword: str
    message_id: str
    seen: bool
    answered: bool
    flagged: bool
    deleted: bool
    draft: bool
    recent: bool
    since: date | datetime
    before: date | datetime
    on: date | datetime
    sent_since: date | datetime
    sent_before: date | datetime
    sent_on: date | datetime
    younger_than: timedelta
    older_than: timedelta
    larger_than: int
    smaller_than: int
    uid: int | Iterable[int] | UidSet
    modified_since: int
    email_id: str
    thread_id: str
    gmail_raw: str
    gmail_label: str
    has_attachment: bool
    filename: str | re.Pattern[str]
    matching: Callable[[Snapshot], bool]


def from_terms(terms: Terms) -> Criterion:
    """The criterion that all the terms make together; `All()` for none.

    An unknown name, or a value of another type than its term takes, raises `UsageError`.
    """
    return And.of(_criteria(terms))


def _criteria(terms: Mapping[str, object]) -> Iterator[Criterion]:
    for name, value in terms.items():
        make = _MAKERS.get(name)
        if make is None:
            raise UsageError(f"there is no search term {name!r}; there is {', '.join(_MAKERS)}")
        # Each class checks its own argument, and says what it wants.
        try:
            yield make()(value)
        except UsageError as wrong:
            raise UsageError(f"{name}: {wrong}") from wrong


def _header(fields: object) -> Criterion:
    if not isinstance(fields, Mapping):
        raise UsageError(f"a mapping of field names to texts is wanted, not {fields!r}")
    return And.of(criteria.Header(name, text) for name, text in fields.items())


_MAKERS: Mapping[str, Callable[[], Callable[..., Criterion]]] = MappingProxyType(
    {
        "from_": lambda: criteria.From,
        "to": lambda: criteria.To,
        "cc": lambda: criteria.Cc,
        "bcc": lambda: criteria.Bcc,
        "subject": lambda: criteria.Subject,
        "body": lambda: criteria.Body,
        "text": lambda: criteria.Text,
        "header": lambda: _header,
        "keyword": lambda: criteria.Keyword,
        "message_id": lambda: criteria.MessageId,
        "seen": lambda: criteria.Seen,
        "answered": lambda: criteria.Answered,
        "flagged": lambda: criteria.Flagged,
        "deleted": lambda: criteria.Deleted,
        "draft": lambda: criteria.Draft,
        "recent": lambda: criteria.Recent,
        "since": lambda: criteria.Since,
        "before": lambda: criteria.Before,
        "on": lambda: criteria.On,
        "sent_since": lambda: criteria.SentSince,
        "sent_before": lambda: criteria.SentBefore,
        "sent_on": lambda: criteria.SentOn,
        "younger_than": lambda: criteria.YoungerThan,
        "older_than": lambda: criteria.OlderThan,
        "larger_than": lambda: criteria.LargerThan,
        "smaller_than": lambda: criteria.SmallerThan,
        "uid": lambda: criteria.Uid,
        "modified_since": lambda: criteria.ModifiedSince,
        "email_id": lambda: criteria.EmailId,
        "thread_id": lambda: criteria.ThreadId,
        "gmail_raw": lambda: criteria.GmailRaw,
        "gmail_label": lambda: criteria.GmailLabel,
        "has_attachment": lambda: criteria.HasAttachment,
        "filename": lambda: criteria.Filename,
        "matching": lambda: criteria.Matching,
    }
)
"""What makes the criterion of a term; its class is loaded when the term is used."""
