"""GETMETADATA and SETMETADATA (RFC 5464)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.code_values import MetadataCode
from mailkit.protocol.values.depth import Depth
from mailkit.protocol.values.mailbox_data import is_of
from mailkit.protocol.values.metadata import Metadata, read_metadata_resp
from mailkit.protocol.values.names import decode_name, encode_name
from mailkit.protocol.wire.writer import Writer


def _check_entry(entry: str) -> None:
    """`entry = astring`, which "MUST NOT contain "*" or "%"" and begins with a slash"""
    if not entry.startswith("/") or entry.endswith("/") or "//" in entry or "*" in entry or "%" in entry:
        raise UsageError(f"not the name of an annotation: {entry!r}; see RFC 5464 §3.2")


@attrs.frozen(eq=False, repr=False)
class GetMetadata(Command[Metadata]):
    """Ask for annotations of a mailbox, or of the server where `mailbox` is empty.

    With `max_size`, in octets, larger values are left out, and the result tells the size of the largest.
    """

    mailbox: str
    entries: tuple[str, ...] = attrs.field()
    max_size: int | None = None
    depth: Depth = Depth.ENTRY
    verb: ClassVar[str] = "GETMETADATA"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"METADATA"})
    repeatable: ClassVar[bool] = True

    @entries.validator
    def _named(self, _: attrs.Attribute[tuple[str, ...]], entries: tuple[str, ...]) -> None:
        if not entries:
            raise UsageError("GETMETADATA without an entry")
        for entry in entries:
            _check_entry(entry)

    def write(self, out: Writer) -> None:
        """`getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries`

        The RFC's examples have the options behind the mailbox; servers take them where the grammar has them.
        """
        if self.max_size is not None or self.depth is not Depth.ENTRY:
            with out.group():
                if self.max_size is not None:
                    out.atom("MAXSIZE").number(self.max_size)
                if self.depth is not Depth.ENTRY:
                    out.atom("DEPTH").atom(self.depth.value)
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        with out.group():
            for entry in self.entries:
                out.text(entry)

    def conflicts(self, other: Command[object]) -> bool:
        """Rows are told apart by name."""
        return isinstance(other, GetMetadata) and self.mailbox == other.mailbox

    def claims(self, row: Untagged) -> bool:
        """With values: a list of names is news that others have changed something (RFC 5464 §4.4.2)."""
        if row.name != b"METADATA":
            return False
        reader = row.reader()
        return is_of(reader, decode_name(encode_name(self.mailbox))) and reader.at(b" (")

    def fold(self, answer: Answer) -> Metadata:
        found: dict[str, bytes | None] = {}
        for _, entries in answer.read(read_metadata_resp):
            found |= entries
        told = answer.done.code.value if answer.done.code is not None else None
        longest = told.octets if isinstance(told, MetadataCode) and told.reason == "LONGENTRIES" else None
        return Metadata(found, longest)


def _pairs(
    entries: Mapping[str, bytes | None] | Iterable[tuple[str, bytes | None]],
) -> tuple[tuple[str, bytes | None], ...]:
    return tuple(dict(entries).items())


@attrs.frozen(eq=False, repr=False)
class SetMetadata(Simple):
    """Set annotations of a mailbox, or of the server where `mailbox` is empty; None removes one."""

    mailbox: str
    entries: tuple[tuple[str, bytes | None], ...] = attrs.field(converter=_pairs)
    verb: ClassVar[str] = "SETMETADATA"
    repeatable: ClassVar[bool] = True

    @entries.validator
    def _named(
        self, _: attrs.Attribute[tuple[tuple[str, bytes | None], ...]], entries: tuple[tuple[str, bytes | None], ...]
    ) -> None:
        if not entries:
            raise UsageError("SETMETADATA without an entry")
        for entry, _value in entries:
            _check_entry(entry)

    def write(self, out: Writer) -> None:
        """`setmetadata = "SETMETADATA" SP mailbox SP entry-values`; `value = nstring / literal8`"""
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        with out.group():
            for entry, value in self.entries:
                out.text(entry)
                if value is not None and b"\0" in value:
                    out.literal(value, binary=True)
                else:
                    out.nstring(value)
