"""Sets of message numbers: sequence numbers and UIDs, two types that never mix."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from operator import index
from typing import Final, Self, overload

import attrs

from mailkit.errors import UsageError

LARGEST: Final = (1 << 32) - 1
"""The largest message number (RFC 9051 nz-number)."""

_STAR: Final = LARGEST + 1
"""`*` stands behind every number; so `3:*` is a range like any other, and ranges merge without a special case."""

_RANGE_OCTETS: Final = len("4294967295:4294967295")

_number = r"(?:[1-9][0-9]{0,9}|\*)"
# Compiled when it is first matched.
_SEQUENCE_SET: Final = rf"{_number}(?::{_number})?(?:,{_number}(?::{_number})?)*+"

_Ranges = tuple[tuple[int, int], ...]
"""First and last number of each range: ascending, neither overlapping nor touching."""


def _ranges(members: Iterable[int]) -> _Ranges:
    """The merged ranges of any iterable of numbers, in any order."""
    if isinstance(members, str | bytes):
        raise UsageError(f"not numbers: {members!r}; UidSet.parse() reads text")
    if isinstance(members, range) and members.step == 1:
        return _checked([(members.start, members.stop - 1)] if members else [])
    try:
        ordered = sorted(map(index, members))
    except TypeError:
        raise UsageError("message numbers are integers") from None
    return _checked(_runs(ordered))


def _runs(ordered: list[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers (some perhaps twice) as ranges."""
    if not ordered:
        return
    first = last = ordered[0]
    for number in ordered:
        if number - last > 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _checked(merged: Iterable[tuple[int, int]]) -> _Ranges:
    ranges = tuple(merged)
    if ranges and not (ranges[0][0] >= 1 and ranges[-1][1] <= LARGEST):
        wrong = ranges[0][0] if ranges[0][0] < 1 else ranges[-1][1]
        raise UsageError(f"a message number is from 1 to {LARGEST}, not {wrong}")
    return ranges


def _merged(pairs: Iterable[tuple[int, int]]) -> _Ranges:
    """Ranges in any order, overlapping or not, as ranges that are neither."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def _common(left: _Ranges, right: _Ranges) -> Iterator[tuple[int, int]]:
    """What two lists of ranges share, by one walk through both."""
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            yield first, last
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1


def _gaps(ranges: _Ranges) -> Iterator[tuple[int, int]]:
    """Every number that is not there, `*` among them."""
    after = 1
    for first, last in ranges:
        if after < first:
            yield after, first - 1
        after = last + 1
    if after <= _STAR:
        yield after, _STAR


def _without(left: _Ranges, right: _Ranges) -> _Ranges:
    return tuple(_common(left, tuple(_gaps(right)))) if right else left


def _show(first: int, last: int) -> str:
    start = "*" if first == _STAR else str(first)
    return start if first == last else f"{start}:{'*' if last == _STAR else last}"


@attrs.frozen(init=False, eq=False, repr=False)
class _Numbers(Collection[int]):
    """An immutable, ordered set of message numbers, kept as ranges however many members it has.

    `*` stands for the largest number in use, which the server alone knows (RFC 9051 sequence-set): a set with `*` is
    printed, sent, joined and compared as it stands; what needs its members raises `UsageError` until `resolve()` has
    put a number in the place of `*`.
    """

    ranges: _Ranges
    """First and last number of each range, ascending, neither overlapping nor touching; `*` is 4294967296."""

    def __init__(self, members: Iterable[int] = ()) -> None:
        """The set of these numbers, in any order, perhaps repeated; a `range` costs nothing however long it is.

        Raises `UsageError` for what is not a number from 1 to 4294967295, and for a set of the other type.
        """
        if isinstance(members, type(self)):
            self.__attrs_init__(members.ranges)
        elif isinstance(members, _Numbers):
            raise UsageError("sequence numbers and UIDs do not mix: they count different things")
        else:
            self.__attrs_init__(_ranges(members))

    @classmethod
    def of(cls, *members: int) -> Self:
        """The set of these numbers."""
        return cls(members)

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """The set that a `sequence-set` (RFC 9051 §9) says, ranges in any order and either way round.

        Raises `UsageError` for anything else, the empty text and `$` among it.
        """
        shown = text if isinstance(text, str) else text.decode("latin-1")
        if not re.fullmatch(_SEQUENCE_SET, shown, re.ASCII):
            raise UsageError(f"not a set of message numbers: {shown[:80]!r}")
        if ":" not in shown and "*" not in shown:
            return cls(map(int, shown.split(",")))
        pairs = []
        for piece in shown.split(","):
            start, _, end = piece.partition(":")
            first = _STAR if start == "*" else int(start)
            last = first if not end else _STAR if end == "*" else int(end)
            if (first > LARGEST and start != "*") or (last > LARGEST and (end or start) != "*"):
                raise UsageError(f"a message number is from 1 to {LARGEST}: {piece!r}")
            pairs.append((first, last) if first <= last else (last, first))
        return cls._made(_merged(pairs))

    @property
    def span(self) -> Self | range:
        """The same members as a range, where they are one, for many a look at what is among them."""
        return range(self.ranges[0][0], self.ranges[0][1] + 1) if len(self.ranges) == 1 else self

    @property
    def has_star(self) -> bool:
        """Whether `*` is in the set, so that its members are not known."""
        return bool(self.ranges) and self.ranges[-1][1] == _STAR

    def resolve(self, largest: int) -> Self:
        """The set with `*` replaced by the largest number in use: `5:*` with 3 is `3:5` (RFC 9051 seq-range)."""
        if not self.has_star:
            return self
        first = self.ranges[-1][0]
        pair = _checked([(min(first, largest), max(largest, first if first < _STAR else largest))])
        return self._made(_merged([*self.ranges[:-1], *pair]))

    def __str__(self) -> str:
        return ",".join([_show(first, last) for first, last in self.ranges])

    def __repr__(self) -> str:
        shown = str(self)
        return f"{type(self).__name__}({shown if len(shown) <= 80 else shown[:77] + '...'})"

    def __bytes__(self) -> bytes:
        """The set as it is sent; an empty set cannot be, and raises `UsageError`."""
        if not self.ranges:
            raise UsageError("an empty set of message numbers cannot be sent")
        return str(self).encode("ascii")

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, number: object) -> bool:
        """Whether this number, if it is in use, is in the set: every number from 3 on is in `3:*`."""
        if not isinstance(number, int) or not 1 <= number <= LARGEST:
            return False
        at = bisect_right(self.ranges, (number, _STAR)) - 1
        return at >= 0 and number <= self.ranges[at][1]

    def __iter__(self) -> Iterator[int]:
        for first, last in self._known("iterated"):
            yield from range(first, last + 1)

    def __reversed__(self) -> Iterator[int]:
        for first, last in reversed(self._known("iterated")):
            yield from range(last, first - 1, -1)

    @property
    def count(self) -> int:
        """How many members there are; never more work than there are ranges."""
        return self._ranks[-1] if self.ranges else 0

    def __len__(self) -> int:
        return self.count

    @property
    def min(self) -> int:
        """The smallest member; `UsageError` if there is none. (The built-in `min` would walk through all.)"""
        return self._known("measured")[0][0] if self.ranges else self._nothing()

    @property
    def max(self) -> int:
        """The largest member; `UsageError` if there is none. (The built-in `max` would walk through all.)"""
        return self._known("measured")[-1][1] if self.ranges else self._nothing()

    def numbers(self, limit: int) -> list[int]:
        """All members as a list; `UsageError` if they are more than `limit`, before any memory is taken."""
        if self.count > limit:
            raise UsageError(f"{self.count} numbers in the set, more than the {limit} asked for")
        return list(self)

    @overload
    def __getitem__(self, rank: int) -> int: ...
    @overload
    def __getitem__(self, rank: slice) -> Self: ...
    def __getitem__(self, rank: int | slice) -> int | Self:
        """The member of that rank in ascending order, or the set of those in a slice: `[-20:]` is the 20 largest."""
        if isinstance(rank, slice):
            start, stop, step = rank.indices(self.count)
            if step != 1:
                raise UsageError("a set of message numbers is sliced without a step")
            if stop - start == self.count:
                return self
            return self._made(tuple(self._between(start, stop)))
        at = rank + self.count if rank < 0 else rank
        if not 0 <= at < self.count:
            raise IndexError(f"rank {rank} in a set of {self.count} numbers")
        return next(self._between(at, at + 1))[0]

    def windows(self, count: int) -> Iterator[Self]:
        """The set cut, in ascending order, into sets of at most `count` members."""
        if count < 1:
            raise UsageError(f"a window holds one number or more, not {count}")
        return (self[start : start + count] for start in range(0, self.count, count))

    def chunks(self, octets: int) -> Iterator[Self]:
        """The set cut, in ascending order, into sets whose text is at most `octets` (21 or more) long."""
        if octets < _RANGE_OCTETS:
            raise UsageError(f"one range may need {_RANGE_OCTETS} octets, more than {octets}")
        return self._chunks(octets)

    def _chunks(self, octets: int) -> Iterator[Self]:
        start, used = 0, -1
        for at, (first, last) in enumerate(self.ranges):
            size = len(_show(first, last)) + 1
            if used + size > octets:
                yield self._made(tuple(self.ranges[start:at]))
                start, used = at, -1
            used += size
        if self.ranges:
            yield self._made(tuple(self.ranges[start:]))

    def __or__(self, other: Iterable[int]) -> Self:
        right = self._like(other)
        if not (self.ranges and right.ranges):
            return right if right.ranges else self
        return self._made(_merged([*self.ranges, *right.ranges]))

    def __and__(self, other: Iterable[int]) -> Self:
        left, right = self._known("cut"), self._like(other)._known("cut")
        return self._made(tuple(_common(left, right)))

    def __sub__(self, other: Iterable[int]) -> Self:
        left, right = self._known("cut"), self._like(other)._known("cut")
        return self._made(_without(left, right))

    def overlaps(self, other: Self) -> bool:
        """Whether they share a member, or may: `*` is taken for any number from where it stands."""
        left, right = self.ranges, other.ranges
        if not (left and right) or left[-1][1] < right[0][0] or right[-1][1] < left[0][0]:
            return False  # as nearly always: it is asked for every two commands that are under way together
        return any(True for _ in _common(left, right))

    def __xor__(self, other: Iterable[int]) -> Self:
        right = self._like(other)
        return (self | right) - (self & right)

    def __rsub__(self, other: Iterable[int]) -> Self:
        return self._like(other) - self

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__

    def __le__(self, other: Iterable[int]) -> bool:
        wider = self._like(other).ranges
        if self.ranges == wider:
            return True
        # Ranges do not touch, so that each of ours is within one of theirs: the last that begins no later.
        starts = [bisect_right(wider, (first, _STAR)) - 1 for first, _ in self.ranges]
        return all(at >= 0 and last <= wider[at][1] for at, (_, last) in zip(starts, self.ranges, strict=True))

    def __ge__(self, other: Iterable[int]) -> bool:
        return self._like(other) <= self

    def __lt__(self, other: Iterable[int]) -> bool:
        right = self._like(other)
        return self.ranges != right.ranges and self <= right

    def __gt__(self, other: Iterable[int]) -> bool:
        return self._like(other) < self

    def __eq__(self, other: object) -> bool:
        """Equal to a set of the same type with the same members, and to a `set` of the same numbers.

        Not to a `frozenset`: equal values must hash alike, and its hash would need every member.
        """
        if type(other) is type(self):
            return self.ranges == other.ranges
        if isinstance(other, set):
            return not self.has_star and self.count == len(other) and all(number in self for number in other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.ranges))

    @cached_property
    def _ranks(self) -> list[int]:
        """How many members there are up to the end of each range."""
        return list(accumulate(last - first + 1 for first, last in self._known("counted")))

    def _between(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The ranges of the members from rank `start` up to rank `stop`."""
        at = bisect_right(self._ranks, start)
        end = bisect_left(self._ranks, stop, lo=at)
        for first, last in self.ranges[at : end + 1] if start < stop else ():
            low = self._ranks[at] - (last - first + 1)
            yield first + max(start - low, 0), min(last, first + stop - 1 - low)
            at += 1

    def _known(self, verb: str) -> _Ranges:
        if self.has_star:
            raise UsageError(f"{self!r} cannot be {verb}: the server alone knows what * is; see resolve()")
        return self.ranges

    def _like(self, other: Iterable[int]) -> Self:
        return other if isinstance(other, type(self)) else type(self)(other)

    @classmethod
    def _made(cls, ranges: _Ranges) -> Self:
        made = cls.__new__(cls)
        made.__attrs_init__(ranges)
        return made

    @staticmethod
    def _nothing() -> int:
        raise UsageError("an empty set has no smallest and no largest number")


class SequenceSet(_Numbers):
    """A set of message sequence numbers: places in the open mailbox, which an EXPUNGE moves (RFC 9051 §2.3.1.2)."""

    __slots__ = ()


class UidSet(_Numbers):
    """A set of UIDs: they name the same messages as long as UIDVALIDITY stays (RFC 9051 §2.3.1.1)."""

    __slots__ = ()
