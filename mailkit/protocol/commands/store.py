"""UID STORE (RFC 9051 §6.4.6), conditional with UNCHANGEDSINCE (RFC 7162 §3.1.3), and Gmail's labels."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import ClassVar

import attrs

from mailkit.protocol import values
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import Uids
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value


class StoreAction(enum.Enum):
    """What happens to the flags that were there."""

    SET = ""
    ADD = "+"
    REMOVE = "-"


@attrs.frozen(eq=False, repr=False)
class FlagsStored(Value):
    """What the server told of a change of flags."""

    rejected: UidSet = UidSet()
    """The messages left alone because they had changed since (RFC 7162 MODIFIED)."""
    flags: Mapping[int, FlagSet] = attrs.field(factory=dict, hash=False)
    """Which flags a message has now, by UID; none where it was done silently."""


@attrs.frozen(eq=False, repr=False)
class Store(Command[FlagsStored]):
    """Change flags, silently unless the server shall tell which flags each message has then.

    With `unchanged_since` a message that has changed after that modification sequence is left alone.
    """

    uids: Uids
    action: StoreAction
    flags: FlagSet
    unchanged_since: int | None = None
    silent: bool = attrs.field(default=True, kw_only=True)
    verb: ClassVar[str] = "UID STORE"
    is_news: ClassVar[bool] = True  # who watches the mailbox wants to know as well

    @property
    def repeatable(self) -> bool:  # type: ignore[override]  # flags are set to the same however often it is done
        return self.unchanged_since is None

    def write(self, out: Writer) -> None:
        out.wire(self.uids)
        if self.unchanged_since is not None:
            with out.group():
                out.atom("UNCHANGEDSINCE").number(self.unchanged_since)
        out.atom(f"{self.action.value}FLAGS{'.SILENT' if self.silent else ''}").wire(self.flags)

    def claims(self, row: Untagged) -> bool:
        return not self.silent and row.name == b"FETCH"

    def conflicts(self, other: Command[object]) -> bool:
        """What a FETCH or another STORE is told of the same messages looks the same."""
        return not self.silent and (b"FETCH" in other.answers or isinstance(other, Store))

    def fold(self, answer: Answer) -> FlagsStored:
        code = answer.done.code
        rejected = code.value if code is not None and isinstance(code.value, UidSet) else UidSet()
        if self.silent:
            return FlagsStored(rejected)
        flags: dict[int, FlagSet] = {}
        for told in answer.read_numbered(values.updates.read_flags_changed, b"FETCH"):
            if told.uid is not None and told.flags is not None and told.uid in self.uids:
                flags[told.uid] = told.flags
        return FlagsStored(rejected, flags)


@attrs.frozen(eq=False, repr=False)
class StoreLabels(Command[None]):
    """Change Gmail's labels (X-GM-EXT-1)."""

    uids: Uids
    action: StoreAction
    labels: tuple[str, ...]
    verb: ClassVar[str] = "UID STORE"
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.wire(self.uids).atom(f"{self.action.value}X-GM-LABELS.SILENT")
        with out.group():
            for label in self.labels:
                if label.startswith("\\"):
                    out.verbatim(b"\\").glue().atom(label[1:])
                else:
                    # Gmail encodes labels as what they are besides, names of mailboxes.
                    out.text(encode_name(label, utf8=out.utf8))

    def fold(self, answer: Answer) -> None:
        return None
