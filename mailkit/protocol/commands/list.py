"""LIST and LSUB (RFC 9051 §6.3.9, RFC 3501 §6.3.9), with LIST-EXTENDED and LIST-STATUS (RFC 5258, RFC 5819)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol import values
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.mailbox_data import read_list_data, read_status_data
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class List(Command[list[Listing]]):
    """Find mailboxes by patterns, in which `*` stands for anything and `%` for anything without a delimiter.

    `select` restricts ("SUBSCRIBED", "SPECIAL-USE", "REMOTE", "RECURSIVEMATCH"), `returns` asks for more
    ("CHILDREN", "SUBSCRIBED", "SPECIAL-USE", "MYRIGHTS"), `status` for STATUS items and `metadata` for annotations of
    each: all four, and several patterns, need LIST-EXTENDED, and what they ask for (LIST-STATUS, LIST-MYRIGHTS …).
    """

    patterns: tuple[str, ...] = ("*",)
    reference: str = ""
    select: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    verb: ClassVar[str] = "LIST"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"LIST"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        if self.select:
            with out.group():
                for option in self.select:
                    out.atom(option)
        out.string(encode_name(self.reference, utf8=out.utf8))
        if len(self.patterns) == 1:
            out.string(encode_name(self.patterns[0], utf8=out.utf8))
        else:
            with out.group():
                for pattern in self.patterns:
                    out.string(encode_name(pattern, utf8=out.utf8))
        if self.returns or self.status or self.metadata:
            out.atom("RETURN")
            with out.group():
                for option in self.returns:
                    out.atom(option)
                if self.status:
                    out.atom("STATUS")
                    with out.group():
                        for item in self.status:
                            out.atom(item)
                if self.metadata:
                    out.atom("METADATA")
                    with out.group():
                        for entry in self.metadata:
                            out.text(entry)

    def conflicts(self, other: Command[object]) -> bool:
        """Rows do not say whose they are; with statuses among them, not even which are STATUS's."""
        return bool(self._names & other.answers)

    def claims(self, row: Untagged) -> bool:
        return row.name in self._names

    @property
    def _names(self) -> frozenset[bytes]:
        """What answers it: each option brings responses of its own."""
        options = {b"STATUS": self.status, b"METADATA": self.metadata, b"MYRIGHTS": "MYRIGHTS" in self.returns}
        return self.answers | {name for name, is_wanted in options.items() if is_wanted}

    def fold(self, answer: Answer) -> list[Listing]:
        statuses = dict(answer.read(read_status_data, b"STATUS"))
        rights = dict(answer.read(values.rights.read_myrights_data, b"MYRIGHTS")) if "MYRIGHTS" in self.returns else {}
        metadata = dict(answer.read(values.metadata.read_metadata_resp, b"METADATA")) if self.metadata else {}
        return [
            attrs.evolve(
                listing,
                status=statuses.get(listing.name),
                rights=rights.get(listing.name),
                metadata=metadata.get(listing.name),
            )
            for listing in answer.read(read_list_data, b"LIST")
        ]


@attrs.frozen(eq=False, repr=False)
class Lsub(Command[list[Listing]]):
    """Find subscribed mailboxes where LIST-EXTENDED is missing."""

    pattern: str = "*"
    reference: str = ""
    verb: ClassVar[str] = "LSUB"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"LSUB"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.string(encode_name(self.reference, utf8=out.utf8)).string(encode_name(self.pattern, utf8=out.utf8))

    def fold(self, answer: Answer) -> list[Listing]:
        return list(answer.read(read_list_data))


class Xlist(Lsub):
    """Find mailboxes with their special uses where XLIST is offered, Gmail's before there was RFC 6154."""

    __slots__ = ()

    verb: ClassVar[str] = "XLIST"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"XLIST"})
