"""What SEARCH and ESEARCH answer (RFC 9051 §7.3.4, RFC 3501 §7.2.5, RFC 4731, RFC 7162, RFC 9394)."""

from __future__ import annotations

import attrs

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.uid_sets import read_uid_set
from mailkit.protocol.wire.reader import Reader


@attrs.frozen
class SearchResult:
    """The UIDs found, or what was asked for in their place; None for what was not asked or not told."""

    uids: UidSet
    count: int | None = None
    min: int | None = None
    max: int | None = None
    modseq: int | None = None
    partial: UidSet | None = None
    tag: str | None = None


def read_search(reader: Reader) -> SearchResult:
    """`"SEARCH" *(SP nz-number) [SP search-sort-mod-seq]` (RFC 3501, RFC 7162)"""
    text = reader.remainder()
    numbers, _, rest = text.partition(b"(")
    modseq = None
    if rest:
        # `search-sort-mod-seq = "(" "MODSEQ" SP mod-sequence-value ")"`
        name, _, value = rest.rstrip(b" )").partition(b" ")
        modseq = int(value) if name.upper() == b"MODSEQ" and value.isdigit() and len(value) < 20 else None
    try:
        return SearchResult(UidSet(map(int, numbers.split())), modseq=modseq)
    except (ValueError, UsageError):
        raise ProtocolViolation(f"not the numbers of messages: {numbers[:60]!r}") from None


def read_esearch(reader: Reader) -> SearchResult:
    """`esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`"""
    tag = None
    reader.spaces()
    if reader.at(b"("):
        # `search-correlator = SP "(" "TAG" SP tag-string ")"`
        reader.open()
        reader.expect(b"TAG")
        reader.sp()
        tag = reader.astring().decode("ascii", "replace")
        reader.close()
        reader.spaces()
    found: dict[str, int] = {}
    uids, partial = UidSet(), None
    while not reader.at_end:
        name = reader.atom().upper()
        if name == b"UID":
            reader.spaces()
            continue
        reader.sp()
        if name == b"ALL":
            uids = read_uid_set(reader)
        elif name == b"PARTIAL":
            # `"PARTIAL" SP "(" partial-range SP partial-results ")"`; `partial-results = sequence-set / "NIL"`
            reader.open()
            reader.token()
            reader.sp()
            partial = UidSet() if reader.nil() else read_uid_set(reader)
            reader.close()
        elif name in (b"COUNT", b"MIN", b"MAX", b"MODSEQ"):
            found[name.decode("ascii").lower()] = reader.number64()
        else:
            reader.skip()
        reader.spaces()
    return SearchResult(uids, **found, partial=partial, tag=tag)
