"""The verbs that one message and many have in common, for asyncio."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeVar, overload

from mailkit import changing, mailboxes
from mailkit.errors import MailboxNotFound, NotSupported, UsageError
from mailkit.pool import Pool
from mailkit.protocol import commands
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.special_use import SpecialUse

if TYPE_CHECKING:
    from mailkit.changing.acts import Act, Targets
    from mailkit.changing.plan import Copied, Plan, Removed, Stored
    from mailkit.mailboxes.info import MailboxInfo
    from mailkit.protocol.commands.store import StoreAction
    from mailkit.protocol.values.code_values import CopyUid

T = TypeVar("T")


class AsyncVerbs(ABC):
    """Verbs that change messages.

    Each takes `dry_run=True`, does nothing then and gives a `Plan`. `MailboxChanged` is raised, before anything is
    done, where the mailbox is not the one any more in which the messages were found. Where the server refuses on the
    way, the error's `done` tells the UIDs for which the verb had been carried out.
    """

    @abstractmethod
    async def _targets(self) -> Targets: ...

    @overload
    async def add_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: Literal[False] = False
    ) -> Stored: ...
    @overload
    async def add_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: Literal[True]
    ) -> Plan: ...
    async def add_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: bool = False
    ) -> Stored | Plan:
        """Set these flags; others that are there stay.

        With `unchanged_since`, a modification sequence, what has changed after it is left alone and among the
        `rejected` (RFC 7162; needs CONDSTORE). With `silent=False` the server tells which flags each message has then,
        those that others have set included: `stored.flags[uid]`. A flag that the mailbox cannot keep raises
        `UsageError` before anything is sent.
        """
        return await self._flag(commands.store.StoreAction.ADD, flags, unchanged_since, silent=silent, dry_run=dry_run)

    @overload
    async def remove_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: Literal[False] = False
    ) -> Stored: ...
    @overload
    async def remove_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: Literal[True]
    ) -> Plan: ...
    async def remove_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: bool = False
    ) -> Stored | Plan:
        """Take these flags away; `unchanged_since` and `silent` as with `add_flags`."""
        return await self._flag(
            commands.store.StoreAction.REMOVE, flags, unchanged_since, silent=silent, dry_run=dry_run
        )

    @overload
    async def set_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: Literal[False] = False
    ) -> Stored: ...
    @overload
    async def set_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: Literal[True]
    ) -> Plan: ...
    async def set_flags(
        self, *flags: str, unchanged_since: int | None = None, silent: bool = True, dry_run: bool = False
    ) -> Stored | Plan:
        """Set these flags and take all others away; `unchanged_since` and `silent` as with `add_flags`."""
        return await self._flag(commands.store.StoreAction.SET, flags, unchanged_since, silent=silent, dry_run=dry_run)

    @overload
    async def mark_seen(self, *, dry_run: Literal[False] = False) -> Stored: ...
    @overload
    async def mark_seen(self, *, dry_run: Literal[True]) -> Plan: ...
    async def mark_seen(self, *, dry_run: bool = False) -> Stored | Plan:
        r"""Set `\Seen`. Nothing else in mailkit does, whatever is fetched."""
        return await self._flag(commands.store.StoreAction.ADD, (Flag.SEEN,), dry_run=dry_run)

    @overload
    async def mark_unseen(self, *, dry_run: Literal[False] = False) -> Stored: ...
    @overload
    async def mark_unseen(self, *, dry_run: Literal[True]) -> Plan: ...
    async def mark_unseen(self, *, dry_run: bool = False) -> Stored | Plan:
        r"""Take `\Seen` away."""
        return await self._flag(commands.store.StoreAction.REMOVE, (Flag.SEEN,), dry_run=dry_run)

    @overload
    async def add_labels(self, *labels: str, dry_run: Literal[False] = False) -> Stored: ...
    @overload
    async def add_labels(self, *labels: str, dry_run: Literal[True]) -> Plan: ...
    async def add_labels(self, *labels: str, dry_run: bool = False) -> Stored | Plan:
        """Set these labels of Gmail (X-GM-EXT-1); others that are there stay."""
        return await self._label(commands.store.StoreAction.ADD, labels, dry_run=dry_run)

    @overload
    async def remove_labels(self, *labels: str, dry_run: Literal[False] = False) -> Stored: ...
    @overload
    async def remove_labels(self, *labels: str, dry_run: Literal[True]) -> Plan: ...
    async def remove_labels(self, *labels: str, dry_run: bool = False) -> Stored | Plan:
        """Take these labels of Gmail away."""
        return await self._label(commands.store.StoreAction.REMOVE, labels, dry_run=dry_run)

    @overload
    async def set_labels(self, *labels: str, dry_run: Literal[False] = False) -> Stored: ...
    @overload
    async def set_labels(self, *labels: str, dry_run: Literal[True]) -> Plan: ...
    async def set_labels(self, *labels: str, dry_run: bool = False) -> Stored | Plan:
        """Set these labels of Gmail and take all others away."""
        return await self._label(commands.store.StoreAction.SET, labels, dry_run=dry_run)

    @overload
    async def copy_to(self, mailbox: str | MailboxInfo, *, dry_run: Literal[False] = False) -> Copied: ...
    @overload
    async def copy_to(self, mailbox: str | MailboxInfo, *, dry_run: Literal[True]) -> Plan: ...
    async def copy_to(self, mailbox: str | MailboxInfo, *, dry_run: bool = False) -> Copied | Plan:
        """Copy to another mailbox of the account, with flags and internal date: by its name, its use
        (`SpecialUse.ARCHIVE`), or as `account.mailbox(…)`.

        Raises `MailboxNotFound`, `OverQuota`.
        """
        targets = await self._targets()
        act = changing.acts.CopyTo(await mailboxes.listing.name_of(targets.pool, mailbox))
        done = await self._do(act, targets, dry_run=dry_run)
        return done if isinstance(done, changing.plan.Plan) else _copied(done, targets.uids)

    @overload
    async def move_to(self, mailbox: str | MailboxInfo, *, dry_run: Literal[False] = False) -> Copied: ...
    @overload
    async def move_to(self, mailbox: str | MailboxInfo, *, dry_run: Literal[True]) -> Plan: ...
    async def move_to(self, mailbox: str | MailboxInfo, *, dry_run: bool = False) -> Copied | Plan:
        """Move to another mailbox of the account, which is named as for `copy_to`.

        Where the server lacks MOVE (RFC 6851) each is copied, and removed once the server has said that the copy is
        there; whatever is in doubt stays where it is. With neither MOVE nor UIDPLUS: `NotSupported`, and nothing is
        done. Raises `MailboxNotFound`, `OverQuota`.
        """
        targets = await self._targets()
        return await self._move(await mailboxes.listing.name_of(targets.pool, mailbox), targets, dry_run=dry_run)

    @overload
    async def delete(self, *, permanently: bool = False, dry_run: Literal[False] = False) -> Removed: ...
    @overload
    async def delete(self, *, permanently: bool = False, dry_run: Literal[True]) -> Plan: ...
    async def delete(self, *, permanently: bool = False, dry_run: bool = False) -> Removed | Plan:
        """Move to the Trash, the mailbox to which the server gives that use (RFC 6154), or with `permanently` remove.

        Without a Trash, or for what is in it already, it refuses (`UsageError`) unless `permanently` is said. What
        anybody else has marked as deleted is never removed: without UIDPLUS, `NotSupported`, and nothing is done.
        """
        targets = await self._targets()
        if permanently:
            removed = await self._do(changing.acts.Remove(), targets, dry_run=dry_run)
            return removed if isinstance(removed, changing.plan.Plan) else changing.plan.Removed(targets.uids)
        trash = await _trash(targets.pool)
        if trash == targets.place.mailbox:
            raise UsageError(
                f"{trash!r} is the Trash itself; delete(permanently=True) removes for good; nothing was done"
            )
        moved = await self._move(trash, targets, dry_run=dry_run)
        return moved if isinstance(moved, changing.plan.Plan) else changing.plan.Removed(targets.uids, trash, moved)

    async def _flag(
        self,
        action: StoreAction,
        flags: Sequence[str],
        unchanged_since: int | None = None,
        *,
        silent: bool = True,
        dry_run: bool,
    ) -> Stored | Plan:
        act = changing.acts.ChangeFlags(action, FlagSet(flags), unchanged_since, silent=silent)
        if not flags and action is not commands.store.StoreAction.SET:
            raise UsageError("name the flags")
        targets = await self._targets()
        done = await self._do(act, targets, dry_run=dry_run)
        if isinstance(done, changing.plan.Plan):
            return done
        rejected = UidSet()
        told: dict[int, FlagSet] = {}
        for some in done:
            rejected |= some.rejected
            told |= some.flags
        return changing.plan.Stored(targets.uids - rejected, rejected, told)

    async def _label(self, action: StoreAction, labels: tuple[str, ...], *, dry_run: bool) -> Stored | Plan:
        if not labels and action is not commands.store.StoreAction.SET:
            raise UsageError("name the labels")
        targets = await self._targets()
        done = await self._do(changing.acts.ChangeLabels(action, labels), targets, dry_run=dry_run)
        return done if isinstance(done, changing.plan.Plan) else changing.plan.Stored(targets.uids)

    async def _move(self, mailbox: str, targets: Targets, *, dry_run: bool) -> Copied | Plan:
        has_move = "MOVE" in await targets.pool.capabilities()
        act = changing.acts.MoveTo(mailbox) if has_move else changing.acts.CopyAndRemove(mailbox)
        done = await self._do(act, targets, dry_run=dry_run)
        return done if isinstance(done, changing.plan.Plan) else _copied(done, targets.uids)

    async def _do(self, act: Act[T], targets: Targets, *, dry_run: bool) -> list[T] | Plan:
        act.check(targets.selected, await targets.pool.capabilities())
        if not dry_run:
            return await changing.acts.carry_out(act, targets.pool, targets.place, targets.uids)
        sent = (changing.plan.spoken(command) for some in act.portions(targets.uids) for command in act.commands(some))
        return changing.plan.Plan(act.verb, targets.place.mailbox, targets.uids, act.target, tuple(sent))


def _copied(told: list[CopyUid | None], uids: UidSet) -> Copied:
    """Where they went; what the server says of others is no concern of theirs."""
    codes = [code for code in told if code is not None]
    mapping: dict[int, int] = {}
    for code in codes:
        mapping |= {old: new for old, new in code.mapping(uids.count).items() if old in uids}
    return changing.plan.Copied(codes[0].uid_validity if codes else None, mapping)


async def _trash(pool: Pool) -> str:
    """The mailbox that the server says is the Trash."""
    try:
        return (await mailboxes.listing.look_up_use(pool, SpecialUse.TRASH)).name
    except MailboxNotFound:
        raise NotSupported(
            "the server does not say which mailbox is the Trash; move_to() a mailbox, or delete(permanently=True)",
            capability="SPECIAL-USE",
        ) from None
