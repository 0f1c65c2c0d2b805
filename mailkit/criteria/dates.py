"""Terms on dates. A server compares days without time or zone (RFC 9051 §6.4.4); what is finer the client finishes.

A plain `date` means the day that the server sees. An aware `datetime` means the instant: whatever zone the server
writes a message's date in, the day it sees is at most one off the day in UTC, and so are the bounds.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Container
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import ClassVar, TypeAlias

import attrs

from mailkit.criteria.criterion import NO_BOUNDS, Bounds, Criterion
from mailkit.criteria.snapshot import Snapshot
from mailkit.errors import UsageError
from mailkit.protocol.values.search_key import ALL, NOTHING, Key, SearchKey, all_of

When: TypeAlias = date | datetime
"""A day, or an instant with its time zone."""

_LONGEST = (1 << 32) - 1  # WITHIN's nz-number (RFC 5032): 136 years in seconds


@attrs.frozen(eq=False, repr=False)
class _Dated(Criterion):
    """A term on one of a message's two dates: the internal date, or the Date field."""

    items: ClassVar[frozenset[str]] = frozenset({"internal_date"})
    is_sent: ClassVar[bool] = False

    when: When = attrs.field()

    @when.validator
    def _day_or_instant(self, _: attrs.Attribute[When], when: object) -> None:
        if not isinstance(when, date):
            raise UsageError(f"a date or an aware datetime is wanted, not {when!r}")
        if isinstance(when, datetime) and when.utcoffset() is None:
            raise UsageError(f"{when!r} has no time zone; add one, or give a date for the whole day")

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the message's date is there and fits."""
        found = snapshot.date if self.is_sent else snapshot.internal_date
        return found is not None and self.fits(found)

    @abstractmethod
    def fits(self, found: datetime) -> bool:
        """Whether a message of this date matches."""

    def since(self, ordinal: int) -> SearchKey:
        """`["SENT"] "SINCE" SP date`, by the day's ordinal; before the first day it is ALL, after the last nothing."""
        if not date.min.toordinal() < ordinal <= date.max.toordinal():
            return ALL if ordinal <= date.min.toordinal() else NOTHING
        return Key(self._name("SINCE"), (date.fromordinal(ordinal),))

    def before(self, ordinal: int) -> SearchKey:
        """`["SENT"] "BEFORE" SP date`, by the day's ordinal: the opposite of `since`"""
        if not date.min.toordinal() < ordinal <= date.max.toordinal():
            return NOTHING if ordinal <= date.min.toordinal() else ALL
        return Key(self._name("BEFORE"), (date.fromordinal(ordinal),))

    def _name(self, key: str) -> str:
        return f"SENT{key}" if self.is_sent else key


class _Since(_Dated):
    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`["SENT"] "SINCE" SP date`"""
        day = _day(self.when)
        if not isinstance(self.when, datetime):
            return Bounds.exactly(self.since(day))
        return Bounds(self.since(day - 1), self.since(day + 2))

    def fits(self, found: datetime) -> bool:
        """At this instant, on this day, or later."""
        return found >= self.when if isinstance(self.when, datetime) else found.date() >= self.when


class _Before(_Dated):
    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`["SENT"] "BEFORE" SP date`"""
        day = _day(self.when)
        if not isinstance(self.when, datetime):
            return Bounds.exactly(self.before(day))
        return Bounds(self.before(day + 2), self.before(day - 1))

    def fits(self, found: datetime) -> bool:
        """Before this instant, or on a day before this one."""
        return found < self.when if isinstance(self.when, datetime) else found.date() < self.when


class _On(_Dated):
    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`["SENT"] "ON" SP date`"""
        if not isinstance(self.when, datetime):
            return Bounds.exactly(Key(self._name("ON"), (self.when,)))
        # Between UTC-12 and UTC+14 the same instant has days that are two apart.
        day = self.when.date().toordinal()
        return Bounds(all_of((self.since(day - 2), self.before(day + 3))), NOTHING)

    def fits(self, found: datetime) -> bool:
        """On this day; a datetime means the day that it is then in its own zone."""
        if isinstance(self.when, datetime):
            return _in_zone(found, self.when.tzinfo) == self.when.date()
        return found.date() == self.when


class Since(_Since):
    """Messages received on this day or later; with an aware datetime, at this instant or later."""

    __slots__ = ()


class Before(_Before):
    """Messages received before this day, or before this instant."""

    __slots__ = ()


class On(_On):
    """Messages received on this day; a datetime means its day in its own time zone."""

    __slots__ = ()


class SentSince(_Since):
    """Messages whose Date field is this day or later, or this instant or later."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"envelope"})
    is_sent = True


class SentBefore(_Before):
    """Messages whose Date field is before this day, or before this instant."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"envelope"})
    is_sent = True


class SentOn(_On):
    """Messages whose Date field is on this day; a datetime means its day in its own time zone."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"envelope"})
    is_sent = True


@attrs.frozen(eq=False, repr=False)
class _Aged(Criterion):
    """A term on the time since a message was received, to the second."""

    items: ClassVar[frozenset[str]] = frozenset({"internal_date"})
    key: ClassVar[str]

    age: timedelta = attrs.field()

    @age.validator
    def _positive(self, _: attrs.Attribute[timedelta], age: object) -> None:
        if not isinstance(age, timedelta) or age <= timedelta(0):
            raise UsageError(f"an age is a timedelta above zero, not {age!r}")

    @property
    def seconds(self) -> int:
        """The age in whole seconds, rounded up, at most what WITHIN can say."""
        return min(-(-self.age // timedelta(seconds=1)), _LONGEST)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`("OLDER" / "YOUNGER") SP nz-number` (RFC 5032)"""
        return Bounds.exactly(Key(self.key, (self.seconds,))) if "WITHIN" in capabilities else NO_BOUNDS

    def matches(self, snapshot: Snapshot) -> bool:
        """Raises `UsageError`: a term does not know what time it is."""
        raise UsageError(f"{type(self).__name__} needs a time to count from; use criterion.at(now)")


class YoungerThan(_Aged):
    """Messages received no longer ago than this."""

    __slots__ = ()
    key = "YOUNGER"

    def at(self, now: datetime) -> Criterion:
        """The instant from which on they were received."""
        return Since(now - timedelta(seconds=self.seconds))


class OlderThan(_Aged):
    """Messages received this long ago or longer."""

    __slots__ = ()
    key = "OLDER"

    def at(self, now: datetime) -> Criterion:
        """The instant up to which they were received, itself included (RFC 5032 §2)."""
        return Before(now - timedelta(seconds=self.seconds) + timedelta.resolution)


def _day(when: When) -> int:
    """The ordinal of the day, for an instant in UTC."""
    return (_in_zone(when, UTC) if isinstance(when, datetime) else when).toordinal()


def _in_zone(instant: datetime, zone: tzinfo | None) -> date:
    try:
        return instant.astimezone(zone).date()
    except OverflowError:  # in that zone it is the year 0 or 10000
        return instant.date()
