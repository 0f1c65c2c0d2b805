"""Hypothesis strategies: one for every value, by its type; what they draw is what the value may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mailkit import events, tree
from mailkit.arrange.thread import Thread
from mailkit.changing import plan
from mailkit.connecting.endpoint import Endpoint, Security
from mailkit.explanation import Explanation
from mailkit.protocol.commands.select import Selected
from mailkit.protocol.values import code_values, codes, search_key, updates
from mailkit.protocol.values.address import Address, Group
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.depth import Depth
from mailkit.protocol.values.envelope import Envelope
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.metadata import Annotation, Metadata
from mailkit.protocol.values.namespace import Namespace, Namespaces
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.quota import Quota, Resource
from mailkit.protocol.values.rights import ACL, Rights, RightsOffered
from mailkit.protocol.values.saved import SAVED, SavedResult
from mailkit.protocol.values.search_result import SearchResult, SortResult
from mailkit.protocol.values.sections import Section
from mailkit.protocol.values.special_use import SpecialUse
from mailkit.protocol.values.status import MailboxStatus
from mailkit.protocol.values.structure import BodyStructure

T = TypeVar("T")


def _maybe(inner: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | inner


def _some(inner: SearchStrategy[T]) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(inner, max_size=2).map(tuple)


TEXT = st.text(max_size=8)
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8)
ATOM = st.text(st.sampled_from("ABCXYZabcxyz0189-_$.+"), min_size=1, max_size=8)
OCTETS = st.binary(max_size=8)
COUNT = st.integers(0, 2**63 - 1)
NUMBER = st.integers(1, 2**32 - 1)
DAYS = st.dates(date(1902, 1, 1), date(9000, 1, 1))
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS: SearchStrategy[datetime] = st.builds(
    lambda day, seconds, zone: datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=seconds),
    DAYS,
    st.integers(0, 86399),
    _ZONES,
)

NUMBERS = st.frozensets(NUMBER, max_size=5)
_STARS = st.sampled_from(["*", "7:*", "1:3,9,12:*"])
UID_SETS = NUMBERS.map(UidSet) | _STARS.map(UidSet.parse)
SEQUENCE_SETS = NUMBERS.map(SequenceSet) | _STARS.map(SequenceSet.parse)
KNOWN_UIDS = NUMBERS.map(UidSet)
RUNS = _some(st.tuples(NUMBER, NUMBER))

FLAGS = (
    st.sampled_from([Flag.SEEN, Flag.DELETED, Flag.FORWARDED, Flag.WILDCARD])
    | ATOM.map(Flag)
    | ATOM.map(lambda name: Flag(f"\\{name}"))
)
_ODD_FLAGS = st.sampled_from([b"(\\Seen caf\xc3\xa9)", b"(na\xefve \\Flagged)", b"(a(b) [x] %)", b"((a))"])
FLAG_SETS = st.lists(FLAGS, max_size=4).map(FlagSet) | _ODD_FLAGS.map(FlagSet.read)
RIGHTS = st.text(st.sampled_from("lrswipkxtea0z"), max_size=6).map(Rights)
RESOURCES = st.builds(Resource, ATOM, COUNT, COUNT)
CAPABILITIES = st.lists(ATOM | st.sampled_from(["IMAP4rev2", "AUTH=PLAIN", "APPENDLIMIT=5"]), max_size=4).map(
    Capabilities
)
NAMESPACES = st.builds(Namespace, TEXT, _maybe(st.sampled_from("/.é")))
STATUSES = st.builds(
    MailboxStatus, messages=_maybe(COUNT), uid_next=_maybe(COUNT), size=_maybe(COUNT), mailbox_id=_maybe(TEXT)
)
METADATA = st.builds(Metadata, st.dictionaries(TEXT, _maybe(OCTETS), max_size=2), _maybe(COUNT))
LISTINGS = st.builds(
    Listing,
    TEXT,
    st.frozensets(st.sampled_from(["\\noselect", "\\trash", "\\haschildren"])),
    _maybe(st.sampled_from("/.")),
    _maybe(TEXT),
    _maybe(STATUSES),
    _maybe(RIGHTS),
    _maybe(METADATA),
    st.frozensets(ATOM, max_size=2),
)

ADDRESSES = st.builds(Address, _maybe(LINE), LINE, LINE)
GROUPS = st.builds(Group, LINE, _some(ADDRESSES))
ENVELOPES = st.builds(
    Envelope,
    _maybe(MOMENTS),
    TEXT,
    TEXT,
    from_=_some(ADDRESSES),
    to=_some(ADDRESSES),
    message_id=TEXT,
    groups=_some(GROUPS),
)
PARAMETERS = _some(st.tuples(TEXT, OCTETS))
_LEAVES = st.builds(
    BodyStructure,
    st.just("1"),
    st.sampled_from(["text", "image"]),
    TEXT,
    PARAMETERS,
    content_id=_maybe(TEXT),
    description=_maybe(OCTETS),
    size=COUNT,
    envelope=_maybe(ENVELOPES),
    disposition=_maybe(TEXT),
    disposition_parameters=PARAMETERS,
    languages=_some(TEXT),
)
STRUCTURES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(BodyStructure, TEXT, st.just("multipart"), TEXT, children=_some(inner)),
    max_leaves=3,
)
SECTIONS = (
    st.builds(Section, st.sampled_from(["", "1", "2.1.33"]), st.sampled_from(["", "HEADER", "TEXT"]))
    | st.builds(Section, st.just("4"), st.just("MIME"))
    | st.builds(
        Section,
        st.sampled_from(["", "1.2"]),
        st.sampled_from(["HEADER.FIELDS", "HEADER.FIELDS.NOT"]),
        st.lists(ATOM, min_size=1, max_size=3),
    )
)
_CONTENTS: SearchStrategy[Mapping[Section, bytes | None]] = st.dictionaries(SECTIONS, _maybe(OCTETS), max_size=2)
MESSAGES = st.builds(
    MessageData,
    NUMBER,
    NUMBER,
    _maybe(FLAG_SETS),
    _maybe(MOMENTS),
    _maybe(COUNT),
    _maybe(ENVELOPES),
    _maybe(STRUCTURES),
    modseq=_maybe(COUNT),
    thread_id=_maybe(TEXT),
    save_date=_maybe(MOMENTS),
    labels=_maybe(_some(TEXT)),
    sections=_CONTENTS,
    binary=_CONTENTS,
    binary_sizes=st.dictionaries(st.sampled_from(["1", "1.2"]), COUNT),
    items=st.frozensets(st.sampled_from(["FLAGS", "UID", "PREVIEW"])),
    defects=_some(TEXT),
)
SEARCH_RESULTS = st.builds(
    SearchResult, KNOWN_UIDS, _maybe(COUNT), _maybe(NUMBER), partial=_maybe(KNOWN_UIDS), tag=_maybe(TEXT)
)
SORT_RESULTS = st.builds(
    SortResult, _some(NUMBER), _maybe(COUNT), _maybe(NUMBER), partial=_maybe(_some(NUMBER)), tag=_maybe(TEXT)
)
FLAG_CHANGES = st.builds(updates.FlagsChanged, NUMBER, _maybe(NUMBER), _maybe(FLAG_SETS), _maybe(COUNT))

APPEND_UIDS = st.builds(code_values.AppendUid, NUMBER, KNOWN_UIDS)
COPY_UIDS = st.builds(code_values.CopyUid, NUMBER, RUNS, RUNS)
BAD_URLS = st.builds(code_values.BadUrl, _some(TEXT))
METADATA_CODES = st.builds(code_values.MetadataCode, TEXT, _maybe(COUNT))
ANNOTATE_CODES = st.builds(code_values.AnnotateCode, TEXT)
CODES = st.builds(
    codes.Code,
    ATOM,
    st.one_of(
        st.none(), COUNT, TEXT, FLAG_SETS, KNOWN_UIDS, CAPABILITIES, APPEND_UIDS, COPY_UIDS, BAD_URLS, METADATA_CODES,
        ANNOTATE_CODES, _some(TEXT),
    ),
)  # fmt: skip

WORDS = ATOM.map(search_key.Word)
KEYS = st.builds(
    search_key.Key, ATOM, _some(st.one_of(TEXT, WORDS, COUNT, DAYS, UID_SETS, SEQUENCE_SETS, st.just(SAVED)))
)
SEARCH_KEYS: SearchStrategy[search_key.SearchKey] = st.recursive(
    KEYS,
    lambda inner: st.one_of(
        st.builds(search_key.AndKey, _some(inner)),
        st.builds(search_key.OrKey, inner, inner),
        st.builds(search_key.NotKey, inner),
    ),
    max_leaves=4,
)
THREADS = st.recursive(
    st.builds(Thread, _maybe(NUMBER)), lambda inner: st.builds(Thread, _maybe(NUMBER), _some(inner)), max_leaves=6
)

COPIED = st.builds(plan.Copied, _maybe(NUMBER), st.dictionaries(NUMBER, NUMBER, max_size=3))

VALUES: dict[type, SearchStrategy[object]] = {
    ACL: st.dictionaries(TEXT, RIGHTS, max_size=3).map(ACL),
    Address: ADDRESSES,
    Annotation: st.builds(Annotation, TEXT, TEXT, METADATA),
    BodyStructure: STRUCTURES,
    Capabilities: CAPABILITIES,
    Endpoint: st.builds(Endpoint, TEXT, COUNT, st.sampled_from(Security), _maybe(TEXT), path=_maybe(TEXT)),
    Envelope: ENVELOPES,
    Flag: FLAGS,
    FlagSet: FLAG_SETS,
    Group: GROUPS,
    Listing: LISTINGS,
    MailboxStatus: STATUSES,
    MessageData: MESSAGES,
    Metadata: METADATA,
    Namespace: NAMESPACES,
    Namespaces: st.builds(Namespaces, _some(NAMESPACES), _some(NAMESPACES), _some(NAMESPACES)),
    Quota: st.builds(Quota, TEXT, _some(RESOURCES)),
    Resource: RESOURCES,
    Rights: RIGHTS,
    RightsOffered: st.builds(RightsOffered, RIGHTS, _some(RIGHTS)),
    SavedResult: st.just(SAVED),
    SearchResult: SEARCH_RESULTS,
    Section: SECTIONS,
    Depth: st.sampled_from(Depth),
    Security: st.sampled_from(Security),
    Selected: st.builds(
        Selected,
        COUNT,
        _maybe(COUNT),
        FLAG_SETS,
        _maybe(FLAG_SETS),
        _maybe(NUMBER),
        is_read_only=st.booleans(),
        vanished=KNOWN_UIDS,
        changed=_some(FLAG_CHANGES),
        listing=_maybe(LISTINGS),
    ),
    SequenceSet: SEQUENCE_SETS,
    SortResult: SORT_RESULTS,
    SpecialUse: st.sampled_from(SpecialUse),
    Thread: THREADS,
    UidSet: UID_SETS,
    Explanation: st.builds(Explanation, TEXT, _some(TEXT), _maybe(TEXT), _some(TEXT), st.booleans(), _maybe(NUMBER)),
    code_values.AnnotateCode: ANNOTATE_CODES,
    events.Expunged: st.builds(events.Expunged, NUMBER),
    events.FlagsChanged: st.builds(events.FlagsChanged, NUMBER, FLAG_SETS),
    events.NewMessage: st.builds(events.NewMessage, NUMBER),
    tree.MailboxCreated: st.builds(tree.MailboxCreated, TEXT),
    tree.MailboxDeleted: st.builds(tree.MailboxDeleted, TEXT),
    tree.MailboxRenamed: st.builds(tree.MailboxRenamed, TEXT, TEXT),
    tree.MailboxSubscribed: st.builds(tree.MailboxSubscribed, TEXT),
    tree.MailboxUnsubscribed: st.builds(tree.MailboxUnsubscribed, TEXT),
    tree.Leaf: st.builds(tree.Leaf, TEXT, st.booleans(), _maybe(NUMBER), _maybe(TEXT)),
    plan.Copied: COPIED,
    plan.Removed: st.builds(plan.Removed, KNOWN_UIDS, _maybe(TEXT), _maybe(COPIED)),
    plan.Exported: st.builds(plan.Exported, TEXT, COUNT, COUNT),
    plan.Plan: st.builds(plan.Plan, TEXT, TEXT, KNOWN_UIDS, _maybe(TEXT), _some(TEXT)),
    plan.Stored: st.builds(plan.Stored, KNOWN_UIDS, KNOWN_UIDS, st.dictionaries(NUMBER, FLAG_SETS, max_size=3)),
    code_values.AppendUid: APPEND_UIDS,
    code_values.BadUrl: BAD_URLS,
    codes.Code: CODES,
    code_values.CopyUid: COPY_UIDS,
    code_values.MetadataCode: METADATA_CODES,
    search_key.AndKey: st.builds(search_key.AndKey, _some(SEARCH_KEYS)),
    search_key.Key: KEYS,
    search_key.NotKey: st.builds(search_key.NotKey, SEARCH_KEYS),
    search_key.OrKey: st.builds(search_key.OrKey, SEARCH_KEYS, SEARCH_KEYS),
    search_key.Word: WORDS,
    updates.Alert: st.builds(updates.Alert, TEXT),
    updates.Exists: st.builds(updates.Exists, COUNT),
    updates.Expunged: st.builds(updates.Expunged, NUMBER),
    updates.FlagsChanged: FLAG_CHANGES,
    updates.Recent: st.builds(updates.Recent, COUNT),
    updates.Vanished: st.builds(updates.Vanished, KNOWN_UIDS, st.booleans()),
}
"""By the type of the value; a new value is added here."""
