"""Terms on sizes, numbers and identifiers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import ClassVar

import attrs

from mailkit.criteria.checks import checked_count
from mailkit.criteria.criterion import Bounds, Criterion, unanswerable
from mailkit.criteria.snapshot import Snapshot
from mailkit.errors import NotSupported, UsageError
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import NOTHING, Key, Word

_OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")


@attrs.frozen(eq=False, repr=False)
class LargerThan(Criterion):
    """Messages of more octets than this."""

    items: ClassVar[frozenset[str]] = frozenset({"size"})

    octets: int = attrs.field(validator=checked_count)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"LARGER" SP number`"""
        return Bounds.exactly(Key("LARGER", (self.octets,)))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the size is above."""
        return snapshot.size > self.octets


@attrs.frozen(eq=False, repr=False)
class SmallerThan(Criterion):
    """Messages of fewer octets than this."""

    items: ClassVar[frozenset[str]] = frozenset({"size"})

    octets: int = attrs.field(validator=checked_count)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"SMALLER" SP number`"""
        return Bounds.exactly(Key("SMALLER", (self.octets,)))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the size is below."""
        return snapshot.size < self.octets


def _uids(uids: int | Iterable[int]) -> UidSet:
    if isinstance(uids, bool) or not isinstance(uids, int | Iterable):
        raise UsageError(f"uid is a number, several, or a UidSet, not {uids!r}")
    return UidSet.of(uids) if isinstance(uids, int) else UidSet(uids)


@attrs.frozen(eq=False, repr=False)
class Uid(Criterion):
    """Messages with these UIDs: a number, several, or a `UidSet`; none at all matches nothing."""

    uids: UidSet = attrs.field(converter=_uids)

    @property
    def is_answerable(self) -> bool:
        """Unless the set has `*`, whose number the server knows."""
        return not self.uids.has_star

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"UID" SP sequence-set`"""
        return Bounds.exactly(Key("UID", (self.uids,)) if self.uids else NOTHING)

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the UID is in the set."""
        if not self.is_answerable:
            raise unanswerable(self)
        return snapshot.uid in self.uids


@attrs.frozen(eq=False, repr=False)
class ModifiedSince(Criterion):
    """Messages whose metadata changed since, by mod-sequence: this one and later (RFC 7162, CONDSTORE)."""

    items: ClassVar[frozenset[str]] = frozenset({"modseq"})

    modseq: int = attrs.field(validator=checked_count)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"MODSEQ" SP mod-sequence-valzer`"""
        if "CONDSTORE" not in capabilities:
            raise NotSupported("modified_since needs CONDSTORE, which the server lacks", capability="CONDSTORE")
        return Bounds.exactly(Key("MODSEQ", (self.modseq,)))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the message's mod-sequence is this one or later."""
        return snapshot.modseq is not None and snapshot.modseq >= self.modseq


@attrs.frozen(eq=False, repr=False)
class _ObjectId(Criterion):
    """An identifier of RFC 8474, or the number that Gmail has for the same purpose."""

    key: ClassVar[str]
    gmail_key: ClassVar[str]

    identifier: str = attrs.field()

    @identifier.validator
    def _objectid(self, _: attrs.Attribute[str], identifier: object) -> None:
        """`objectid = 1*255(ALPHA / DIGIT / "_" / "-")`"""
        if not isinstance(identifier, str) or not _OBJECT_ID.fullmatch(identifier):
            raise UsageError(f"not an object identifier (letters, digits, _ and -): {identifier!r}")

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"EMAILID" SP objectid / "THREADID" SP objectid` (RFC 8474), or Gmail's X-GM-MSGID and X-GM-THRID"""
        if "OBJECTID" in capabilities:
            return Bounds.exactly(Key(self.key, (Word(self.identifier),)))
        if "X-GM-EXT-1" in capabilities and self.identifier.isdecimal():
            return Bounds.exactly(Key(self.gmail_key, (Word(self.identifier),)))
        raise NotSupported(f"{self.key} needs OBJECTID, which the server lacks", capability="OBJECTID")


class EmailId(_ObjectId):
    """Messages with this content, wherever they are copied (RFC 8474 EMAILID)."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"email_id"})
    key = "EMAILID"
    gmail_key = "X-GM-MSGID"

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether it is the message's."""
        return snapshot.email_id == self.identifier


class ThreadId(_ObjectId):
    """Messages of this thread, as the server sees threads (RFC 8474 THREADID)."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"thread_id"})
    key = "THREADID"
    gmail_key = "X-GM-THRID"

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether it is the message's."""
        return snapshot.thread_id == self.identifier
