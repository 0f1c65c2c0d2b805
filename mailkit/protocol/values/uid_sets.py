"""Readers of sets of UIDs, which a server sends in codes and results."""

from __future__ import annotations

from typing import Final, TypeAlias

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.reader import Reader

Runs: TypeAlias = tuple[tuple[int, int], ...]
"""A `uid-set` in the order in which it was sent, which has a meaning: first and last of each run, `9:7` backwards."""

MOST: Final = 1_000_000
"""How many members of runs are told one by one: `1:4294967295` is twenty octets, and its members would fill memory."""


def read_uid_set(reader: Reader) -> UidSet:
    """`sequence-set`, without the `*` that only a client may send (RFC 9051 §9 `uid-set`)"""
    start = reader.pos
    text = reader.token().rstrip(b"]")
    reader.pos = start + len(text)
    try:
        found = UidSet.parse(text)
    except UsageError:
        reader.pos = start
        reader.fail("a set of UIDs")
    if found.has_star:
        reader.fail("a set of UIDs without *")
    return found


def read_runs(reader: Reader) -> Runs:
    """`uid-set = (uniqueid / uid-range) *("," uid-set)`, in the order given"""
    found = []
    while True:
        first = reader.nz_number()
        found.append((first, reader.nz_number() if reader.take(b":") else first))
        if not reader.take(b","):
            return tuple(found)


def count_of(runs: Runs) -> int:
    """How many members there are."""
    return sum(abs(last - first) + 1 for first, last in runs)


def members_of(runs: Runs, limit: int = MOST) -> list[int]:
    """The members one by one, in their order; `ProtocolViolation` where they are more than `limit`."""
    if count_of(runs) > limit:
        raise ProtocolViolation(f"a set of {count_of(runs)} messages, where {limit} are allowed")
    found: list[int] = []
    for first, last in runs:
        found.extend(range(first, last + 1) if first <= last else range(first, last - 1, -1))
    return found
