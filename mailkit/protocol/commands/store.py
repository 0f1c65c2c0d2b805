"""UID STORE (RFC 9051 §6.4.6), conditional with UNCHANGEDSINCE (RFC 7162 §3.1.3), and Gmail's labels."""

from __future__ import annotations

import enum
from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.saved import Uids
from mailkit.protocol.wire.writer import Writer


class StoreAction(enum.Enum):
    """What happens to the flags that were there."""

    SET = ""
    ADD = "+"
    REMOVE = "-"


@attrs.frozen(eq=False, repr=False)
class Store(Command[UidSet]):
    """Change flags, silently; the result is the messages left alone because they had changed since (MODIFIED).

    With `unchanged_since` a message that has changed after that modification sequence is left alone.
    """

    uids: Uids
    action: StoreAction
    flags: FlagSet
    unchanged_since: int | None = None
    verb: ClassVar[str] = "UID STORE"

    @property
    def repeatable(self) -> bool:  # type: ignore[override]  # flags are set to the same however often it is done
        return self.unchanged_since is None

    def write(self, out: Writer) -> None:
        out.wire(self.uids)
        if self.unchanged_since is not None:
            with out.group():
                out.atom("UNCHANGEDSINCE").number(self.unchanged_since)
        out.atom(f"{self.action.value}FLAGS.SILENT").wire(self.flags)

    def fold(self, answer: Answer) -> UidSet:
        code = answer.done.code
        return code.value if code is not None and isinstance(code.value, UidSet) else UidSet()


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
