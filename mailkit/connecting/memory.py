"""What an account remembers of its server and of its own deeds, for the verbs that come later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from mailkit.protocol import commands
from mailkit.protocol.values.flags import Flag
from mailkit.protocol.values.numbers import UidSet
from mailkit.value import Value

if TYPE_CHECKING:
    from mailkit.protocol.command import Command
    from mailkit.protocol.values.listing import Listing
    from mailkit.protocol.values.special_use import SpecialUse


@attrs.frozen(eq=False, repr=False)
class Marked(Value):
    r"""The messages of a mailbox that this account has marked `\Deleted`, by UIDs of that UIDVALIDITY."""

    uids: UidSet = UidSet()
    uid_validity: int | None = None


class Memory:
    """Shared by all handles of one account."""

    def __init__(self) -> None:
        self.delimiter: str | None = None
        """What separates the levels of names, once a server has told it."""
        self.uses: dict[SpecialUse, Listing] | None = None
        """Which mailboxes the server gives special uses, once it has been asked."""
        self.guesses: dict[SpecialUse, Listing] | None = None
        """Which mailboxes have names that special ones often have, once all have been listed."""
        self.append_limits: dict[str, int | None] = {}
        """The octets that a message may have in a mailbox, where the server has been asked (RFC 7889)."""
        self._marked: dict[str, Marked] = {}

    def marked(self, mailbox: str) -> Marked:
        """What this account has marked as deleted in there and not expunged."""
        return self._marked.get(mailbox, Marked())

    def unmark(self, mailbox: str) -> None:
        """What was marked has been expunged."""
        self._marked.pop(mailbox, None)

    def use_of(self, use: SpecialUse, *, guess: bool) -> Listing | None:
        """The mailbox of this use as far as is known; with `guess`, by its name if the server does not say."""
        found = (self.uses or {}).get(use)
        return (self.guesses or {}).get(use) if found is None and guess else found

    def learn(self, listings: list[Listing]) -> list[Listing]:
        """Mailboxes have been listed: keep what is the same for all."""
        for listing in listings:
            self.delimiter = self.delimiter or listing.delimiter
        return listings

    def is_within(self, name: str, mailbox: str) -> bool:
        """Whether it is the mailbox of this name, or one below it."""
        return name == mailbox or (self.delimiter is not None and name.startswith(mailbox + self.delimiter))

    def forget(self, mailbox: str) -> None:
        """The mailboxes of this name and below it are others from now on, or none."""
        for known in (self._marked, self.append_limits):
            for name in [name for name in known if self.is_within(name, mailbox)]:
                del known[name]
        self.uses = self.guesses = None

    def note(self, command: Command[object], mailbox: str, uid_validity: int | None, result: object) -> None:
        r"""A command has been carried out: keep in mind what it did to `\Deleted`."""
        # First by its name: who only reads need not load the commands that change.
        if command.verb != "UID STORE" or not isinstance(command, commands.store.Store):
            return
        if not isinstance(command.uids, UidSet):
            return
        rejected = result.rejected if isinstance(result, commands.store.FlagsStored) else UidSet()
        changed = command.uids - rejected
        before = self.marked(mailbox)
        uids = before.uids if before.uid_validity == uid_validity else UidSet()
        if Flag.DELETED in command.flags:
            uids = uids - changed if command.action is commands.store.StoreAction.REMOVE else uids | changed
        elif command.action is commands.store.StoreAction.SET:
            uids -= changed
        self._marked[mailbox] = Marked(uids, uid_validity)
