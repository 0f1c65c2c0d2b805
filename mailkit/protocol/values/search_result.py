"""What SEARCH and SORT answer, each in its short and its extended form (RFC 9051 §7.3.4, RFC 4731, RFC 5256)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import attrs

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.values.numbers import LARGEST, UidSet
from mailkit.protocol.values.uid_sets import members_of, read_runs, read_uid_set
from mailkit.protocol.wire.reader import Reader
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value

S = TypeVar("S")

PartialRange: TypeAlias = tuple[int, int]
"""A window of a result: (1, 100) is its first hundred, (-1, -100) its last (`partial-range`, RFC 9394)."""


@attrs.frozen(eq=False, repr=False)
class SearchResult(Value):
    """The UIDs found, or what was asked for in their place; None for what was not asked or not told."""

    uids: UidSet
    count: int | None = None
    min: int | None = None
    max: int | None = None
    modseq: int | None = None
    partial: UidSet | None = None
    tag: str | None = None


@attrs.frozen(eq=False, repr=False)
class SortResult(Value):
    """The UIDs found, in their order; or what was asked for in their place, as with `SearchResult`.

    `min` is the first and `max` the last message in the order (RFC 5267 §3).
    """

    uids: tuple[int, ...]
    count: int | None = None
    min: int | None = None
    max: int | None = None
    modseq: int | None = None
    partial: tuple[int, ...] | None = None
    tag: str | None = None


def write_partial(out: Writer, partial: PartialRange) -> None:
    """`modifier-partial = "PARTIAL" SP partial-range`;
    `partial-range = nz-number ":" nz-number / MINUS nz-number ":" MINUS nz-number`
    """
    first, last = partial
    if not (0 < first <= LARGEST and 0 < last <= LARGEST) and not (-LARGEST <= first < 0 and -LARGEST <= last < 0):
        raise UsageError(f"not a window of a result: {partial}; both ends count from the same side, from 1 or -1")
    out.atom("PARTIAL").verbatim(b"%d:%d" % partial)


def write_return_options(out: Writer, returns: tuple[str, ...], partial: PartialRange | None) -> None:
    """`search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"`"""
    if not returns and partial is None:
        return
    out.atom("RETURN")
    with out.group():
        for option in returns:
            out.atom(option)
        if partial is not None:
            write_partial(out, partial)


def read_search(reader: Reader) -> SearchResult:
    """`"SEARCH" *(SP nz-number) [SP search-sort-mod-seq]` (RFC 3501, RFC 7162)"""
    numbers, modseq = _read_numbers(reader)
    return SearchResult(UidSet(numbers), modseq=modseq)


def read_sort(reader: Reader) -> SortResult:
    """`sort-data = "SORT" *(SP nz-number) [SP search-sort-mod-seq]` (RFC 5256, RFC 7162)"""
    numbers, modseq = _read_numbers(reader)
    return SortResult(tuple(numbers), modseq=modseq)


def read_esearch(reader: Reader) -> SearchResult:
    """`esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`"""
    tag, everything, partial, numbers = _read_esearch(reader, read_uid_set, UidSet())
    return SearchResult(everything, **numbers, partial=partial, tag=tag)


def read_esort(reader: Reader) -> SortResult:
    """The same as `read_esearch`, where the sets are in the order of a SORT (RFC 5267 §3)"""
    tag, everything, partial, numbers = _read_esearch(reader, _read_ordered, _NONE)
    return SortResult(everything, **numbers, partial=partial, tag=tag)


_NONE: tuple[int, ...] = ()


def _read_ordered(reader: Reader) -> tuple[int, ...]:
    """`sequence-set`, its members one by one in the order given"""
    return tuple(members_of(read_runs(reader)))


def _read_numbers(reader: Reader) -> tuple[list[int], int | None]:
    text = reader.remainder()
    listed, _, rest = text.partition(b"(")
    modseq = None
    if rest:
        # `search-sort-mod-seq = "(" "MODSEQ" SP mod-sequence-value ")"`
        name, _, value = rest.rstrip(b" )").partition(b" ")
        modseq = int(value) if name.upper() == b"MODSEQ" and value.isdigit() and len(value) < 20 else None
    try:
        numbers = list(map(int, listed.split()))
    except ValueError:
        numbers = [0]
    if numbers and not (min(numbers) > 0 and max(numbers) <= LARGEST):
        raise ProtocolViolation(f"not the numbers of messages: {listed[:60]!r}")
    return numbers, modseq


def _read_esearch(
    reader: Reader, read_set: Callable[[Reader], S], nothing: S
) -> tuple[str | None, S, S | None, dict[str, int]]:
    """The tag, the sets that ALL and PARTIAL tell, and the numbers that COUNT, MIN, MAX and MODSEQ tell."""
    tag = None
    reader.spaces()
    if reader.at(b"("):
        # `search-correlator = SP "(" "TAG" SP tag-string ")"`
        reader.open()
        if reader.atom().upper() != b"TAG":
            reader.fail("the tag of a command")
        reader.sp()
        tag = reader.astring().decode("ascii", "replace")
        reader.close()
        reader.spaces()
    numbers: dict[str, int] = {}
    everything = nothing
    partial: S | None = None
    while not reader.at_end:
        name = reader.atom().upper()
        if name == b"UID":
            reader.spaces()
            continue
        reader.sp()
        if name == b"ALL":
            everything = read_set(reader)
        elif name == b"PARTIAL":
            # `ret-data-partial = "PARTIAL" SP "(" partial-range SP partial-results ")"`
            reader.open()
            reader.token()
            reader.sp()
            # `partial-results = sequence-set / "NIL"`: nothing there is not the same as not asked.
            partial = nothing if reader.nil() else read_set(reader)
            reader.close()
        elif name in (b"COUNT", b"MIN", b"MAX", b"MODSEQ"):
            numbers[name.decode("ascii").lower()] = reader.number64()
        else:
            reader.skip()
        reader.spaces()
    return tag, everything, partial, numbers
