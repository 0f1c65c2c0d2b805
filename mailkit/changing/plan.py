"""What verbs on many messages give back: what they did, or with `dry_run` what they would do."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from mailkit.protocol.command import Command
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.writer import Writer
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class Stored(Value):
    """What became of a change of flags or labels."""

    changed: UidSet
    """The messages that it was asked for and that the server did not reject."""
    rejected: UidSet = UidSet()
    """Those left alone because they had changed after `unchanged_since` (RFC 7162 MODIFIED)."""
    flags: Mapping[int, FlagSet] = attrs.field(factory=dict, hash=False)
    """The flags that each message has now, by UID, as the server told them; empty unless `silent=False` was said."""


@attrs.frozen(eq=False, repr=False)
class Copied(Value):
    """Which messages were copied or moved, and which UIDs they have in the other mailbox (RFC 4315 COPYUID)."""

    uid_validity: int | None
    """The UIDVALIDITY of the other mailbox; None where the server does not tell, and `mapping` is empty then."""
    mapping: Mapping[int, int] = attrs.field(factory=dict, hash=False)
    """Old UID to new; a message that was gone is not in it."""


@attrs.frozen(eq=False, repr=False)
class Removed(Value):
    """What became of messages that were to be deleted."""

    uids: UidSet
    """Those that it was asked for."""
    trash: str | None = None
    """Into which mailbox they were moved; None where they were removed for good."""
    moved: Copied | None = None
    """Their UIDs in there."""


@attrs.frozen(eq=False, repr=False)
class Exported(Value):
    """What was written to files."""

    path: str
    messages: int
    octets: int


@attrs.frozen(eq=False, repr=False)
class Plan(Value):
    """What a verb would do; nothing has been done. `print` it."""

    verb: str
    """Such as "move"."""
    mailbox: str
    uids: UidSet
    target: str | None = None
    """The other mailbox, the flags or the file, where there is one."""
    commands: tuple[str, ...] = ()
    """What would be sent to the server, in order."""

    def __str__(self) -> str:
        count = self.uids.count
        goal = f" {self.target}" if self.target else ""
        head = f"would {self.verb} {count} message{'' if count == 1 else 's'} of {self.mailbox!r}{goal}"
        if not count:
            return head
        return "\n  ".join([f"{head}: {self.uids}", *self.commands])


def spoken(command: Command[object]) -> str:
    """The command as it is sent, without its tag; a literal is shown as its announcement."""
    writer = Writer(b"A")
    for word in command.verb.split(" "):
        writer.atom(word)
    command.write(writer)
    return "".join(piece.shown for piece in writer.pieces()).removeprefix("A ").strip()
