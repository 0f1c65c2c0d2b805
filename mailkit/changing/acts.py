"""What can be done to many messages: which commands it takes, when it is refused, what makes sure of its outcome."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import attrs

from mailkit.connecting.connections import Place
from mailkit.errors import ConnectionLost, MailkitError, NotSupported, ProtocolViolation, UsageError
from mailkit.pool import Pool
from mailkit.protocol import commands
from mailkit.protocol.command import Command
from mailkit.protocol.commands.fetch import FLAGS, Fetch
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Selected
from mailkit.protocol.commands.store import FlagsStored, Store, StoreAction, StoreLabels
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import Key
from mailkit.selecting.searching import SET_OCTETS
from mailkit.value import Value

if TYPE_CHECKING:
    from mailkit.protocol.values.code_values import CopyUid

T = TypeVar("T")

_DELETED = FlagSet((Flag.DELETED,))
_SYSTEM = {flag[1:].lower(): flag for flag in (Flag.SEEN, Flag.ANSWERED, Flag.FLAGGED, Flag.DELETED, Flag.DRAFT)}
_TOLD_AT_ONCE = 10_000
"""Messages a STORE that is answered with the flags of each: a few megabytes at a time."""


@attrs.frozen(eq=False, repr=False)
class Targets(Value):
    """What a verb is for: messages of a mailbox that is open for writing, known by its UIDVALIDITY."""

    pool: Pool
    place: Place
    selected: Selected
    uids: UidSet


class Act(Value, ABC, Generic[T]):
    """One verb, carried out on sets of UIDs that fit into a command each."""

    __slots__ = ()

    verb: ClassVar[str]

    @property
    def target(self) -> str | None:
        """Whereto or which, for a person."""
        return None

    @abstractmethod
    def check(self, selected: Selected, capabilities: Container[str]) -> None:
        """`UsageError` where the mailbox or the server cannot do it: nothing has been sent."""

    def portions(self, uids: UidSet) -> Iterator[UidSet]:
        """The messages as they fit into a command each."""
        return uids.chunks(SET_OCTETS)

    @abstractmethod
    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        """What is sent for these messages."""

    @abstractmethod
    async def run(self, pool: Pool, place: Place, uids: UidSet) -> T:
        """Do it."""


async def carry_out(act: Act[T], pool: Pool, place: Place, uids: UidSet) -> list[T]:
    """The results, one for each set that fits into a command; a failure tells for which messages it was done before."""
    results: list[T] = []
    done = UidSet()
    for chunk in act.portions(uids):
        try:
            results.append(await act.run(pool, place, chunk))
        except MailkitError as problem:
            problem.done = done
            if done:
                problem.add_note(
                    f"before this, {act.verb} was carried out for {done.count} of {uids.count}: UIDs {done}"
                )
            raise
        done |= chunk
    return results


@attrs.frozen(eq=False, repr=False)
class ChangeFlags(Act[FlagsStored]):
    """Set, add or remove flags."""

    action: StoreAction
    flags: FlagSet
    unchanged_since: int | None = None
    silent: bool = attrs.field(default=True, kw_only=True)
    verb: ClassVar[str] = "change flags of"

    @property
    def target(self) -> str:
        return f"({self.action.value}FLAGS {self.flags})"

    def check(self, selected: Selected, capabilities: Container[str]) -> None:
        if self.unchanged_since is not None and "CONDSTORE" not in capabilities:
            raise NotSupported("unchanged_since needs CONDSTORE, which the server lacks", capability="CONDSTORE")
        wanted = self.flags
        if self.action is StoreAction.REMOVE:
            wanted -= wanted.keywords  # a keyword that cannot be there is as good as removed
        check_meant(wanted)
        check_permanent(wanted, selected)

    def portions(self, uids: UidSet) -> Iterator[UidSet]:
        if self.silent:
            return super().portions(uids)
        return (some for window in uids.windows(_TOLD_AT_ONCE) for some in window.chunks(SET_OCTETS))

    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        return (self._store(uids),)

    async def run(self, pool: Pool, place: Place, uids: UidSet) -> FlagsStored:
        stored = await pool.run(self._store(uids), place)
        # Dovecot tells nothing of a message that had the flags already.
        if self.silent or not (untold := uids - UidSet(stored.flags)):
            return stored
        found = await pool.run(Fetch(untold, (FLAGS,)), place)
        told = {data.uid: data.flags for data in found if data.uid is not None and data.flags is not None}
        return attrs.evolve(stored, flags={**stored.flags, **told})

    def _store(self, uids: UidSet) -> Store:
        return Store(uids, self.action, self.flags, self.unchanged_since, silent=self.silent)


@attrs.frozen(eq=False, repr=False)
class ChangeLabels(Act[None]):
    """Set, add or remove Gmail's labels."""

    action: StoreAction
    labels: tuple[str, ...]
    verb: ClassVar[str] = "change labels of"

    @property
    def target(self) -> str:
        return f"({self.action.value}{' '.join(map(repr, self.labels))})"

    def check(self, selected: Selected, capabilities: Container[str]) -> None:
        if "X-GM-EXT-1" not in capabilities:
            raise NotSupported("labels are Gmail's; the server lacks X-GM-EXT-1", capability="X-GM-EXT-1")

    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        return (StoreLabels(uids, self.action, self.labels),)

    async def run(self, pool: Pool, place: Place, uids: UidSet) -> None:
        await pool.run(StoreLabels(uids, self.action, self.labels), place)


@attrs.frozen(eq=False, repr=False)
class CopyTo(Act["CopyUid | None"]):
    """Copy to another mailbox."""

    mailbox: str
    verb: ClassVar[str] = "copy"

    @property
    def target(self) -> str:
        return f"to {self.mailbox!r}"

    def check(self, selected: Selected, capabilities: Container[str]) -> None:
        """Every server can."""

    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        return (commands.copy.Copy(uids, self.mailbox),)

    async def run(self, pool: Pool, place: Place, uids: UidSet) -> CopyUid | None:
        return await pool.run(commands.copy.Copy(uids, self.mailbox), place, about=self.mailbox)


class MoveTo(CopyTo):
    """Move to another mailbox by MOVE (RFC 6851): no message is ever in neither."""

    __slots__ = ()

    verb: ClassVar[str] = "move"

    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        return (commands.copy.Move(uids, self.mailbox),)

    async def run(self, pool: Pool, place: Place, uids: UidSet) -> CopyUid | None:
        return await pool.run(commands.copy.Move(uids, self.mailbox), place, about=self.mailbox)


class CopyAndRemove(CopyTo):
    """Move without MOVE: copy, see which were copied, then remove these alone. Whatever is in doubt stays."""

    __slots__ = ()

    verb: ClassVar[str] = "move"

    def check(self, selected: Selected, capabilities: Container[str]) -> None:
        if "UIDPLUS" not in capabilities:
            raise NotSupported(
                "the server has neither MOVE nor UIDPLUS, so what was copied could only be removed together with all "
                "that anybody has marked as deleted; use copy_to()",
                capability="MOVE",
            )
        check_permanent(_DELETED, selected)

    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        return (commands.copy.Copy(uids, self.mailbox), *Remove().commands(uids))

    async def run(self, pool: Pool, place: Place, uids: UidSet) -> CopyUid | None:
        copied = await pool.run(commands.copy.Copy(uids, self.mailbox), place, about=self.mailbox)
        if copied is None:
            if (await pool.run(Search(Key("UID", (uids,))), place)).uids:
                raise ProtocolViolation(
                    f"the server has copied to {self.mailbox!r} but does not say which messages; all have been kept"
                )
            return None
        try:
            await Remove().run(pool, place, UidSet(copied.mapping(uids.count)) & uids)
        except MailkitError as problem:
            if isinstance(problem, ConnectionLost):
                problem.may_have_run = True  # half of the move has
            problem.add_note(f"the copies are in {self.mailbox!r}; not all of the messages have been removed here")
            raise
        return copied


class Remove(Act[None]):
    r"""Remove for good: mark as `\Deleted`, expunge these UIDs and no others."""

    __slots__ = ()

    verb: ClassVar[str] = "delete for good"

    def check(self, selected: Selected, capabilities: Container[str]) -> None:
        if "UIDPLUS" not in capabilities:
            raise NotSupported(
                "without UIDPLUS messages could only be removed together with all that anybody has marked as deleted; "
                r"add_flags(Flag.DELETED) marks these",
                capability="UIDPLUS",
            )
        check_permanent(_DELETED, selected)

    def commands(self, uids: UidSet) -> tuple[Command[object], ...]:
        return (Store(uids, StoreAction.ADD, _DELETED), commands.expunge.UidExpunge(uids))

    async def run(self, pool: Pool, place: Place, uids: UidSet) -> None:
        if uids:
            await pool.run(Store(uids, StoreAction.ADD, _DELETED), place)
            await pool.run(commands.expunge.UidExpunge(uids), place)


def check_meant(wanted: FlagSet) -> None:
    r"""`UsageError` for a keyword that is called like a system flag: without its backslash, it marks nothing."""
    for flag in wanted:
        if (meant := _SYSTEM.get(flag.lower())) is not None:
            raise UsageError(f"{str(flag)!r} would be a keyword that means nothing to anybody: write {str(meant)!r}")


def check_permanent(wanted: FlagSet, selected: Selected) -> None:
    """`UsageError` for a flag that the mailbox cannot keep (RFC 9051 §7.1 PERMANENTFLAGS; without it, all are kept)."""
    kept = selected.permanent_flags
    if Flag.RECENT in wanted:
        raise UsageError(r"\Recent is the server's alone to change")
    if kept is None:
        return
    for flag in wanted:
        if flag not in kept and (flag.is_system or Flag.WILDCARD not in kept):
            raise UsageError(f"the mailbox does not keep {flag}: of flags it keeps {kept}; nothing was sent")
