"""What to look for: typed search terms, joined by `&`, `|` and `~`, for the server and the client together.

`compile` splits a criterion into the search that the server makes and the rest that is finished on the client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import homes

if TYPE_CHECKING:
    from mailkit.criteria.compiling import Compiled, compile  # noqa: A004 - the verb that compilers use
    from mailkit.criteria.criterion import All, And, Criterion, Not, Or, matches
    from mailkit.criteria.dates import Before, OlderThan, On, SentBefore, SentOn, SentSince, Since, YoungerThan
    from mailkit.criteria.flags import Answered, Deleted, Draft, Flagged, Keyword, Recent, Seen
    from mailkit.criteria.local import Filename, HasAttachment, Matching
    from mailkit.criteria.numbers import EmailId, LargerThan, ModifiedSince, SmallerThan, ThreadId, Uid
    from mailkit.criteria.snapshot import Snapshot
    from mailkit.criteria.terms import Terms, from_terms
    from mailkit.criteria.text import Bcc, Body, Cc, From, GmailLabel, GmailRaw, Header, MessageId, Subject, Text, To

__all__ = [
    "All",
    "And",
    "Answered",
    "Bcc",
    "Before",
    "Body",
    "Cc",
    "Compiled",
    "Criterion",
    "Deleted",
    "Draft",
    "EmailId",
    "Filename",
    "Flagged",
    "From",
    "GmailLabel",
    "GmailRaw",
    "HasAttachment",
    "Header",
    "Keyword",
    "LargerThan",
    "Matching",
    "MessageId",
    "ModifiedSince",
    "Not",
    "OlderThan",
    "On",
    "Or",
    "Recent",
    "Seen",
    "SentBefore",
    "SentOn",
    "SentSince",
    "Since",
    "SmallerThan",
    "Snapshot",
    "Subject",
    "Terms",
    "Text",
    "ThreadId",
    "To",
    "Uid",
    "YoungerThan",
    "compile",
    "from_terms",
    "matches",
]

_HOMES = {
    "mailkit.criteria.compiling": "Compiled compile",
    "mailkit.criteria.criterion": "All And Criterion Not Or matches",
    "mailkit.criteria.dates": "Before OlderThan On SentBefore SentOn SentSince Since YoungerThan",
    "mailkit.criteria.flags": "Answered Deleted Draft Flagged Keyword Recent Seen",
    "mailkit.criteria.local": "Filename HasAttachment Matching",
    "mailkit.criteria.numbers": "EmailId LargerThan ModifiedSince SmallerThan ThreadId Uid",
    "mailkit.criteria.snapshot": "Snapshot",
    "mailkit.criteria.terms": "Terms from_terms",
    "mailkit.criteria.text": "Bcc Body Cc From GmailLabel GmailRaw Header MessageId Subject Text To",
}

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = homes(__name__, _HOMES)
