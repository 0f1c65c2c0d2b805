"""UID FETCH (RFC 9051 §6.4.5, §6.4.9) with its extensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from itertools import chain, islice
from typing import ClassVar

import attrs

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Row, Untagged, untagged
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import Uids, may_share
from mailkit.protocol.values.search_result import PartialRange, write_partial
from mailkit.protocol.values.sections import WHOLE, Section
from mailkit.protocol.values.usual import read_rows
from mailkit.protocol.wire.framer import Sink
from mailkit.protocol.wire.run import Run
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class Item(Value):
    """A data item that has no arguments, such as FLAGS or ENVELOPE."""

    name: str

    def write(self, out: Writer) -> None:
        out.atom(self.name)

    def is_in(self, data: MessageData) -> bool:
        """Whether a response has told it."""
        return self.name in data.items


@attrs.frozen(eq=False, repr=False)
class Content(Value):
    """`BODY.PEEK[section]<partial>`, or with `decoded` `BINARY.PEEK[part]<partial>` (RFC 3516): never sets \\Seen.

    `partial` is the first octet and how many from there.
    """

    section: Section = WHOLE
    partial: tuple[int, int] | None = None
    decoded: bool = False

    def __attrs_post_init__(self) -> None:
        if self.partial is not None and (self.partial[0] < 0 or self.partial[1] < 1):
            raise UsageError(f"not a range of octets: {self.partial}")
        if self.decoded and self.section.text:
            raise UsageError("only whole parts can be fetched decoded (RFC 3516)")

    def write(self, out: Writer) -> None:
        partial = f"<{self.partial[0]}.{self.partial[1]}>" if self.partial else ""
        name = "BINARY.PEEK" if self.decoded else "BODY.PEEK"
        out.verbatim(f"{name}[{self.section}]{partial}".encode("ascii"))

    def is_in(self, data: MessageData) -> bool:
        return self.section in (data.binary if self.decoded else data.sections)


@attrs.frozen(eq=False, repr=False)
class Preview(Value):
    """`PREVIEW`, or with `lazy` only where the server has it ready (RFC 8970)."""

    lazy: bool = False

    def write(self, out: Writer) -> None:
        out.atom("PREVIEW")
        if self.lazy:
            out.verbatim(b"(LAZY)")

    def is_in(self, data: MessageData) -> bool:
        return "PREVIEW" in data.items


@attrs.frozen(eq=False, repr=False)
class BinarySize(Value):
    """`BINARY.SIZE[part]` (RFC 3516): the decoded size of a part."""

    part: str

    def write(self, out: Writer) -> None:
        out.verbatim(f"BINARY.SIZE[{Section(self.part)}]".encode("ascii"))

    def is_in(self, data: MessageData) -> bool:
        return self.part in data.binary_sizes


FetchItem = Item | Content | Preview | BinarySize

UID = Item("UID")
FLAGS = Item("FLAGS")
INTERNAL_DATE = Item("INTERNALDATE")
SIZE = Item("RFC822.SIZE")
ENVELOPE = Item("ENVELOPE")
STRUCTURE = Item("BODYSTRUCTURE")
MODSEQ = Item("MODSEQ")
EMAIL_ID = Item("EMAILID")
THREAD_ID = Item("THREADID")
SAVE_DATE = Item("SAVEDATE")
GMAIL_MESSAGE_ID = Item("X-GM-MSGID")
GMAIL_THREAD_ID = Item("X-GM-THRID")
GMAIL_LABELS = Item("X-GM-LABELS")

PIECE = 100
"""Messages that are read at once: so few that most are gone before Python looks for unreachable ones among them."""

_UID_FIRST = re.compile(rb"\(UID ([0-9]{1,10})[ )]")
_LINE = re.compile(rb"\* [0-9]{1,10} FETCH \(UID ([0-9]{1,10})[ )]")
# What servers tell unasked when somebody else changes flags (RFC 9051 §7.5.2), with MODSEQ after CONDSTORE.
_FLAGS_ALONE = re.compile(rb"\((?:FLAGS \([^()]*\)|MODSEQ \([0-9]+\)| )*\)\Z", re.IGNORECASE)


@attrs.frozen(eq=False, repr=False)
class Fetch(Command[list[MessageData]]):
    """Fetch items of messages by UID; every result has its UID, and only messages that were asked for are in it.

    `changed_since` leaves out what has not changed since that modification sequence (RFC 7162). With `sink_of`,
    literals go where it says while they arrive, and stand as empty in the result.
    """

    uids: Uids
    items: tuple[FetchItem, ...]
    changed_since: int | None = None
    vanished: bool = False
    partial: PartialRange | None = None
    """A window of those messages, such as (-1, -20) for the last twenty (RFC 9394)."""
    sink_of: Callable[[int, int], Sink | None] | None = attrs.field(default=None, repr=False)
    """Given a message's UID and a literal's size: where shall it go? None keeps it."""
    keeps_small: bool = attrs.field(default=False, repr=False)  # type: ignore[misc]  # a constant of most commands
    _names: frozenset[str] = attrs.field(init=False, repr=False, eq=False)
    _others: tuple[FetchItem, ...] = attrs.field(init=False, repr=False, eq=False)
    _members: Container[object] = attrs.field(init=False, repr=False, eq=False)
    verb: ClassVar[str] = "UID FETCH"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"FETCH"})
    repeatable: ClassVar[bool] = True
    reads_runs: ClassVar[bool] = True

    @_names.default
    def _items_by_name(self) -> frozenset[str]:
        return frozenset(item.name for item in self.items if isinstance(item, Item))

    @_others.default
    def _items_with_arguments(self) -> tuple[FetchItem, ...]:
        return tuple(item for item in self.items if not isinstance(item, Item))

    @_members.default
    def _uids_for_many_looks(self) -> Container[object]:
        return self.uids.span if isinstance(self.uids, UidSet) else self.uids

    @property
    def is_eager(self) -> bool:  # type: ignore[override]  # a constant of most commands
        return self.sink_of is None or self.keeps_small

    @property
    def streams(self) -> bool:  # type: ignore[override]  # a constant of each instance
        return self.sink_of is not None

    @property
    def most_rows(self) -> int:
        """A message may be told of in several responses, and in more when others change it meanwhile."""
        if not isinstance(self.uids, UidSet) or self.uids.has_star:
            return super().most_rows
        return 8 * self.uids.count + 1000

    def write(self, out: Writer) -> None:
        out.wire(self.uids)
        with out.group():
            # First, so that a response which breaks later still says whose it is.
            out.atom("UID")
            for item in self.items:
                if item != UID:
                    item.write(out)
        if self.changed_since is not None or self.partial is not None:
            with out.group():
                if self.changed_since is not None:
                    out.atom("CHANGEDSINCE").number(self.changed_since)
                    if self.vanished:
                        out.atom("VANISHED")
                if self.partial is not None:
                    write_partial(out, self.partial)

    def claims(self, row: Untagged) -> bool:
        if row.name != b"FETCH":
            return False
        head = row.frame.head
        found = _UID_FIRST.match(head, row.start)
        if found is not None:
            return int(found[1]) in self.uids
        # The UID may stand anywhere: `fold` looks. Without one, a mere change of flags is news and no answer.
        return bool(row.frame.rest) or _FLAGS_ALONE.match(head, row.start) is None

    def claimed(self, run: Run, at: int) -> int:
        match, uids = _LINE.match, self._members
        for end, row in enumerate(islice(run, at, None), at):
            found = match(row if isinstance(row, bytes) else row.head)
            if found is None or int(found[1]) not in uids:
                return end - at
        return len(run) - at

    def conflicts(self, other: Command[object]) -> bool:
        """Rows are told apart by UID, so that only two that share messages conflict."""
        return isinstance(other, Fetch) and may_share(self.uids, other.uids)

    def sink_for(self, row: Untagged, size: int) -> Sink | None:
        found = _UID_FIRST.match(row.frame.head, row.start)
        return self.sink_of(int(found[1]), size) if found is not None and self.sink_of is not None else None

    def fold(self, answer: Answer) -> list[MessageData]:
        found: dict[int, MessageData] = {}
        for data in self.read(answer.rows, answer.problems):
            assert data.uid is not None
            known = found.get(data.uid)
            found[data.uid] = data if known is None else known.merged(data)
        return list(found.values())

    def read(self, rows: Sequence[Row], problems: list[ProtocolViolation]) -> list[MessageData]:
        """What is told, as it was sent; without what is of other messages and what nobody can read."""
        frames = [row.frame if isinstance(row, Untagged) else row for row in rows]
        known = chain.from_iterable(read_rows(frames[at : at + PIECE]) for at in range(0, len(frames), PIECE))
        found = [one or self._read(row, problems) for one, row in zip(known, rows, strict=True)]
        return [one for one in found if one is not None and one.uid is not None and one.uid in self._members]

    def _read(self, row: Row, problems: list[ProtocolViolation]) -> MessageData | None:
        """What only the grammar can read."""
        told = untagged(row)
        try:
            return read_message_data(told.reader(), told.number or 0)
        except ProtocolViolation as problem:
            problems.append(problem)
            return None

    def is_whole(self, data: MessageData) -> bool:
        """Whether all that was asked for has come: a server may tell it in several responses."""
        if not self._names <= data.items:
            return bool(data.defects)
        for item in self._others:  # asked for every message: a generator takes twice as long
            if not item.is_in(data):
                return bool(data.defects)
        return True
