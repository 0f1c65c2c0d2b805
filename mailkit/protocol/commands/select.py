"""SELECT, EXAMINE and what ends them (RFC 9051 §6.3.2, §6.3.3, §6.4.1, §6.4.2), with CONDSTORE (RFC 7162)."""

from __future__ import annotations

from typing import ClassVar, TypeVar

import attrs

from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.response import untagged_status
from mailkit.protocol.values.codes import CodeValue
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.wire.writer import Writer

V = TypeVar("V")


@attrs.frozen
class Selected:
    """What the server tells of a mailbox as it is opened; None where it does not say."""

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


@attrs.frozen
class _Open(Command[Selected]):
    mailbox: str
    condstore: bool = attrs.field(default=False, kw_only=True)
    answers: ClassVar[frozenset[bytes]] = frozenset({b"FLAGS", b"EXISTS", b"RECENT", b"OK", b"LIST"})
    alone: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))
        if self.condstore:
            with out.group():
                out.atom("CONDSTORE")

    def fold(self, answer: Answer) -> Selected:
        """`mailbox-data = "FLAGS" SP flag-list / number SP "EXISTS" / number SP "RECENT"`, and codes of untagged OK"""
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
        return Selected(
            exists,
            recent,
            flags,
            _of(codes.get("PERMANENTFLAGS"), FlagSet),
            _of(codes.get("UIDVALIDITY"), int),
            _of(codes.get("UIDNEXT"), int),
            _of(codes.get("UNSEEN"), int),
            _of(codes.get("HIGHESTMODSEQ"), int),
            _of(codes.get("MAILBOXID"), str),
            answer.done.code is not None and answer.done.code.name == "READ-ONLY",
        )


@attrs.frozen
class Select(_Open):
    """Open a mailbox for reading and writing."""

    verb: ClassVar[str] = "SELECT"


@attrs.frozen
class Examine(_Open):
    """Open a mailbox for reading: nothing in it changes, not even what is recent."""

    verb: ClassVar[str] = "EXAMINE"


@attrs.frozen
class Close(Simple):
    """Leave the mailbox and expunge what is marked deleted, by whomever."""

    verb: ClassVar[str] = "CLOSE"
    alone: ClassVar[bool] = True


@attrs.frozen
class Unselect(Simple):
    """Leave the mailbox and expunge nothing (RFC 3691)."""

    verb: ClassVar[str] = "UNSELECT"
    alone: ClassVar[bool] = True


def _of(value: CodeValue, kind: type[V]) -> V | None:
    return value if isinstance(value, kind) else None
