"""The terms as keyword arguments: `where(from_="LDJ", seen=False)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TypedDict

from mailkit.criteria.criterion import And, Criterion
from mailkit.criteria.dates import Before, OlderThan, On, SentBefore, SentOn, SentSince, Since, YoungerThan
from mailkit.criteria.flags import Answered, Deleted, Draft, Flagged, Keyword, Recent, Seen
from mailkit.criteria.local import Filename, HasAttachment, Matching
from mailkit.criteria.numbers import EmailId, LargerThan, ModifiedSince, SmallerThan, ThreadId, Uid
from mailkit.criteria.snapshot import Snapshot
from mailkit.criteria.text import Bcc, Body, Cc, From, GmailLabel, GmailRaw, Header, MessageId, Subject, Text, To
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
            yield make(value)
        except UsageError as wrong:
            raise UsageError(f"{name}: {wrong}") from wrong


def _header(fields: object) -> Criterion:
    if not isinstance(fields, Mapping):
        raise UsageError(f"a mapping of field names to texts is wanted, not {fields!r}")
    return And.of(Header(name, text) for name, text in fields.items())


_MAKERS: Mapping[str, Callable[..., Criterion]] = MappingProxyType(
    {
        "from_": From,
        "to": To,
        "cc": Cc,
        "bcc": Bcc,
        "subject": Subject,
        "body": Body,
        "text": Text,
        "header": _header,
        "keyword": Keyword,
        "message_id": MessageId,
        "seen": Seen,
        "answered": Answered,
        "flagged": Flagged,
        "deleted": Deleted,
        "draft": Draft,
        "recent": Recent,
        "since": Since,
        "before": Before,
        "on": On,
        "sent_since": SentSince,
        "sent_before": SentBefore,
        "sent_on": SentOn,
        "younger_than": YoungerThan,
        "older_than": OlderThan,
        "larger_than": LargerThan,
        "smaller_than": SmallerThan,
        "uid": Uid,
        "modified_since": ModifiedSince,
        "email_id": EmailId,
        "thread_id": ThreadId,
        "gmail_raw": GmailRaw,
        "gmail_label": GmailLabel,
        "has_attachment": HasAttachment,
        "filename": Filename,
        "matching": Matching,
    }
)
