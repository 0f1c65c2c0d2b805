"""Annotations of mailboxes and of the server: METADATA (RFC 5464), and the draft before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from mailkit.protocol.values.names import decode_name
from mailkit.protocol.wire.reader import Reader
from mailkit.value import Value


def _pairs(
    entries: Mapping[str, bytes | None] | Iterable[tuple[str, bytes | None]],
) -> tuple[tuple[str, bytes | None], ...]:
    return tuple(dict(entries).items())


@attrs.frozen(eq=False, repr=False)
class Metadata(Value, Mapping[str, bytes | None]):
    """Values by the names of their entries, such as "/private/comment"; None where an entry has no value.

    `longest` is the size of the largest value that was left out because of MAXSIZE.
    """

    entries: tuple[tuple[str, bytes | None], ...] = attrs.field(converter=_pairs, factory=dict)
    longest: int | None = None

    def __getitem__(self, entry: str) -> bytes | None:
        for name, value in self.entries:
            if name == entry:
                return value
        raise KeyError(entry)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.entries)

    def __len__(self) -> int:
        return len(self.entries)


@attrs.frozen(eq=False, repr=False)
class Annotation(Value):
    """One entry of one mailbox with its attributes, such as "value.priv" (draft-daboo-imap-annotatemore)."""

    mailbox: str
    entry: str
    attributes: Metadata


def read_metadata_resp(reader: Reader) -> tuple[str, Metadata]:
    """`metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list)`

    An `entry-list`, which only tells that entries have changed, has no values at all: the answer is empty.
    """
    mailbox = decode_name(reader.astring(), utf8=reader.utf8)
    reader.sp()
    return mailbox, Metadata(_read_pairs(reader) if reader.at(b"(") else {})


def read_annotate_data(reader: Reader) -> tuple[Annotation, ...]:
    """`annotate-data = "ANNOTATION" SP mailbox SP entry-list`;
    `entry-list = entry-att *(SP entry-att) / "(" entry *(SP entry) ")"`; `entry-att = entry SP "(" att-value … ")"`
    """
    mailbox = decode_name(reader.astring(), utf8=reader.utf8)
    reader.sp()
    found: list[Annotation] = []
    while not reader.at_end and not reader.at(b"("):
        entry = _name(reader)
        reader.sp()
        found.append(Annotation(mailbox, entry, Metadata(_read_pairs(reader))))
        reader.spaces()
    return tuple(found)


def _read_pairs(reader: Reader) -> dict[str, bytes | None]:
    """`entry-values = "(" entry-value *(SP entry-value) ")"`; `entry-value = entry SP value`"""
    return dict(reader.listed(_read_pair))


def _read_pair(reader: Reader) -> tuple[str, bytes | None]:
    name = _name(reader)
    reader.sp()
    return name, reader.nstring()


def _name(reader: Reader) -> str:
    """`entry = astring`"""
    return reader.astring().decode("utf-8", "replace")
