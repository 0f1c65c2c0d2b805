"""Which mailboxes there are, asked in the way that this server knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailkit.errors import MailboxNotFound, UsageError
from mailkit.mailboxes.info import MailboxInfo, Sought, called
from mailkit.pool import Pool
from mailkit.protocol import commands, values
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.special_use import SpecialUse

if TYPE_CHECKING:
    from mailkit.protocol.values.capability import Capabilities


async def list_mailboxes(
    pool: Pool, pattern: str, *, subscribed: bool = False, status: Sequence[str] = ()
) -> list[Listing]:
    """The mailboxes whose names match, with their special uses; with STATUS items where LIST can give them."""
    offered = await pool.capabilities()
    if subscribed and "LIST-EXTENDED" not in offered:
        return pool.memory.learn(await pool.run(commands.list.Lsub(pattern)))
    if "XLIST" in offered and "SPECIAL-USE" not in offered and "LIST-EXTENDED" not in offered:
        return pool.memory.learn(await pool.run(commands.list.Xlist(pattern)))
    listed = commands.list.List(
        (pattern,),
        select=("SUBSCRIBED",) if subscribed else (),
        returns=_returns(offered),
        status=tuple(status) if "LIST-STATUS" in offered else (),
    )
    return pool.memory.learn(await pool.run(listed))


async def look_up(pool: Pool, name: str) -> Listing | None:
    """What LIST says of one mailbox; None where there is none."""
    # A name with a wildcard in it finds others, too.
    found = [listing for listing in await list_mailboxes(pool, name) if name in (listing.name, listing.old_name)]
    return next((listing for listing in found if "\\nonexistent" not in listing.attributes), None)


async def name_of(pool: Pool, mailbox: str | Sought | Listing | MailboxInfo) -> str:
    """The name of a mailbox of this account, however it is meant; one that is meant by its use is looked up."""
    if isinstance(mailbox, MailboxInfo):
        if mailbox.pool is not pool:
            raise UsageError(f"{mailbox!r} is of another account; append() to it what raw() gives, message by message")
        mailbox = mailbox.what
    if isinstance(mailbox, Listing):
        return mailbox.name
    # A SpecialUse is a str, too.
    sought = Sought(mailbox) if isinstance(mailbox, SpecialUse) else mailbox
    if isinstance(sought, Sought):
        return (await look_up_use(pool, sought.use, guessing=sought.guess)).name
    return called(sought).name


async def delimiter_of(pool: Pool, name: str) -> str | None:
    """What separates the levels of such a name; None where names have no levels."""
    found = await list_mailboxes(pool, name) or await pool.run(commands.list.List(("",)))
    return next((listing.delimiter for listing in pool.memory.learn(found) if listing.delimiter), None)


async def look_up_use(pool: Pool, use: SpecialUse, *, guessing: bool = False) -> Listing:
    """The mailbox that the server gives this use, or with `guessing` one that has a usual name for it.

    Both are asked for once and remembered. Raises `MailboxNotFound` where there is none.
    """
    memory = pool.memory
    if memory.uses is None:
        memory.uses = {listing.special_use: listing for listing in await _special(pool) if listing.special_use}
    if guessing and use not in memory.uses and memory.guesses is None:
        every = {listing.name: listing for listing in await list_mailboxes(pool, "*") if listing.is_selectable}
        memory.guesses = {found: every[name] for found, name in values.guessing.guess(every, memory.delimiter).items()}
    found = memory.use_of(use, guess=guessing)
    if found is None:
        advice = "none has a usual name for it either" if guessing else "mailbox(…, guess=True) looks at their names"
        raise MailboxNotFound("LIST", "OK", None, f"the server gives no mailbox the use {use}; {advice}")
    return found


async def _special(pool: Pool) -> list[Listing]:
    offered = await pool.capabilities()
    if "SPECIAL-USE" in offered and "LIST-EXTENDED" in offered:
        return pool.memory.learn(await pool.run(commands.list.List(("*",), select=("SPECIAL-USE",))))
    return await list_mailboxes(pool, "*")


def _returns(offered: Capabilities) -> tuple[str, ...]:
    if "LIST-EXTENDED" not in offered:
        return ()
    return ("CHILDREN", "SPECIAL-USE") if "SPECIAL-USE" in offered else ("CHILDREN",)
