"""SELECT, EXAMINE and what ends them (RFC 9051 §6.3.2, §6.3.3, §6.4), with CONDSTORE and QRESYNC (RFC 7162)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

import attrs

from mailkit.protocol import values
from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.response import Untagged, untagged_status
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.mailbox_data import read_list_data
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value

if TYPE_CHECKING:
    from mailkit.protocol.values.code_values import CodeValue
    from mailkit.protocol.values.listing import Listing
    from mailkit.protocol.values.updates import FlagsChanged

V = TypeVar("V")


@attrs.frozen(eq=False, repr=False)
class Known(Value):
    """What the client remembers of a mailbox, so that it is told only what has changed since (RFC 7162 §3.2.5).

    `uids` are those that it knows; without them the server goes by what it remembers itself. `numbers` are some
    sequence numbers together with their UIDs, in equal order, from which the server sees how much it need not tell.
    """

    uid_validity: int
    highest_modseq: int
    uids: UidSet | None = None
    numbers: tuple[SequenceSet, UidSet] | None = None

    def write(self, out: Writer) -> None:
        """`"QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"`;
        `seq-match-data = "(" known-sequence-set SP known-uid-set ")"`
        """
        out.atom("QRESYNC")
        with out.group():
            out.number(self.uid_validity).number(self.highest_modseq)
            if self.uids:
                out.wire(self.uids)
            if self.numbers is not None:
                with out.group():
                    out.wire(self.numbers[0]).wire(self.numbers[1])


@attrs.frozen(eq=False, repr=False)
class Selected(Value):
    """What the server tells of a mailbox as it is opened; None where it does not say.

    `vanished` and `changed` answer what was `Known`. `highest_modseq` is None, too, where the mailbox keeps none
    (NOMODSEQ). `listing` has the name that the server prefers, or the one before a renaming (RFC 9051 §6.3.2).
    """

    exists: int = 0
    recent: int | None = None
    flags: FlagSet = FlagSet()
    permanent_flags: FlagSet | None = None
    uid_validity: int | None = None
    uid_next: int | None = None
    unseen: int | None = None
    highest_modseq: int | None = None
    mailbox_id: str | None = None
    is_read_only: bool = False
    are_uids_sticky: bool = True
    vanished: UidSet = UidSet()
    changed: tuple[FlagsChanged, ...] = ()
    listing: Listing | None = None


@attrs.frozen(eq=False, repr=False)
class _Open(Command[Selected]):
    mailbox: str
    condstore: bool = attrs.field(default=False, kw_only=True)
    known: Known | None = attrs.field(default=None, kw_only=True)
    answers: ClassVar[frozenset[bytes]] = frozenset({b"FLAGS", b"EXISTS", b"RECENT", b"OK", b"LIST"})
    alone: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        """`select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]`"""
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        if self.condstore or self.known is not None:
            with out.group():
                if self.condstore:
                    out.atom("CONDSTORE")
                if self.known is not None:
                    self.known.write(out)

    def claims(self, row: Untagged) -> bool:
        return row.name in self.answers or (self.known is not None and row.name in (b"FETCH", b"VANISHED"))

    def fold(self, answer: Answer) -> Selected:
        """`mailbox-data = "FLAGS" SP flag-list / number SP "EXISTS" / number SP "RECENT"`, and codes of untagged OK"""
        answer = _since_closed(answer)
        exists, recent, flags = 0, None, FlagSet()
        codes: dict[str, CodeValue] = {}
        for row in answer.rows:
            if row.name == b"EXISTS":
                exists = row.number or 0
            elif row.name == b"RECENT":
                recent = row.number
            elif row.name == b"FLAGS":
                flags = FlagSet.read(row.frame.head[row.start :])
            elif row.name == b"OK" and (code := untagged_status(row).code) is not None:
                codes[code.name] = code.value
        vanished, changed = _changes(answer) if self.known is not None else (UidSet(), ())
        return Selected(
            exists,
            recent,
            flags,
            _of(codes.get("PERMANENTFLAGS"), FlagSet),
            _of(codes.get("UIDVALIDITY"), int),
            _of(codes.get("UIDNEXT"), int),
            _of(codes.get("UNSEEN"), int),
            _of(codes.get("HIGHESTMODSEQ"), int) if "NOMODSEQ" not in codes else None,
            _of(codes.get("MAILBOXID"), str),
            answer.done.code is not None and answer.done.code.name == "READ-ONLY",
            "UIDNOTSTICKY" not in codes,
            vanished,
            changed,
            next(answer.read(read_list_data, b"LIST"), None),
        )


def _since_closed(answer: Answer) -> Answer:
    """Without what comes before CLOSED, which is about the mailbox that was open until then (RFC 7162 §3.2.11)."""
    for at, row in enumerate(answer.rows):
        if row.name == b"OK" and (code := untagged_status(row).code) is not None and code.name == "CLOSED":
            return attrs.evolve(answer, rows=answer.rows[at + 1 :])
    return answer


def _changes(answer: Answer) -> tuple[UidSet, tuple[FlagsChanged, ...]]:
    """What has gone and changed since what was known."""
    vanished = UidSet()
    for gone in answer.read(values.updates.read_vanished, b"VANISHED"):
        vanished |= gone.uids
    return vanished, tuple(answer.read_numbered(values.updates.read_flags_changed, b"FETCH"))


class Select(_Open):
    """Open a mailbox for reading and writing."""

    __slots__ = ()

    verb: ClassVar[str] = "SELECT"


class Examine(_Open):
    """Open a mailbox for reading: nothing in it changes, not even what is recent."""

    __slots__ = ()

    verb: ClassVar[str] = "EXAMINE"


class Check(Simple):
    """Ask for a checkpoint of the open mailbox (RFC 3501 §6.4.1); IMAP4rev2 has NOOP in its place."""

    __slots__ = ()

    verb: ClassVar[str] = "CHECK"
    repeatable: ClassVar[bool] = True


class Close(Simple):
    """Leave the mailbox and expunge what is marked deleted, by whomever."""

    __slots__ = ()

    verb: ClassVar[str] = "CLOSE"
    alone: ClassVar[bool] = True


class Unselect(Simple):
    """Leave the mailbox and expunge nothing (RFC 3691)."""

    __slots__ = ()

    verb: ClassVar[str] = "UNSELECT"
    alone: ClassVar[bool] = True


def _of(value: CodeValue, kind: type[V]) -> V | None:
    return value if isinstance(value, kind) else None
