"""Readers of sets of UIDs, which a server sends in codes and results."""

from __future__ import annotations

from mailkit.errors import UsageError
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.reader import Reader


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
