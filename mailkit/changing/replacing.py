"""A message put in the place of another: by REPLACE, or by APPEND and then removal."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

import attrs

from mailkit.changing.acts import Remove, check_permanent
from mailkit.changing.appending import Appended, Appending, Upload
from mailkit.changing.outgoing import Sendable
from mailkit.errors import MailboxChanged, MailkitError, NotSupported, ProtocolViolation
from mailkit.protocol.commands.append import Append
from mailkit.protocol.commands.fetch import FLAGS
from mailkit.protocol.commands.replace import Replace
from mailkit.protocol.values.append_message import AppendMessage
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.reading.source import Source

_DELETED = FlagSet((Flag.DELETED,))
_RECENT = FlagSet((Flag.RECENT,))


async def replace(source: Source, new: Sendable, flags: FlagSet | None, date: datetime | None) -> Appended:
    """See `AsyncMessage.replace`."""
    pool = source.pool
    place = attrs.evolve(source.place, writable=True)
    source = attrs.evolve(source, place=place)
    selected = await pool.opened(place)
    offered = await pool.capabilities()
    if "REPLACE" not in offered:
        if "UIDPLUS" not in offered:
            raise NotSupported(
                "the server has neither REPLACE nor UIDPLUS, so the old message could only be removed together with "
                "all that anybody has marked as deleted; append() the new one; nothing was done",
                capability="REPLACE",
            )
        check_permanent(_DELETED, selected)
    there = (await source.fetch(FLAGS)).flags or FlagSet()
    upload = Upload(new, there - _RECENT if flags is None else flags, date)
    with ExitStack() as open_files:
        message = await Appending(pool, place.mailbox, offered).prepared(upload, open_files)
        if "REPLACE" in offered:
            where = await pool.run(Replace(source.uid, place.mailbox, message), place)
        else:
            where = await _append_and_remove(source, message)
    return Appended(None, None) if where is None else Appended(where.uid_validity, next(iter(where.uids)))


async def _append_and_remove(source: Source, message: AppendMessage) -> AppendUid:
    """Both at once cannot be had, so first the one, and when there is no doubt about it, the other."""
    pool, place = source.pool, source.place
    where = await pool.run(Append(place.mailbox, (message,)))
    if where is None:
        raise ProtocolViolation("the server has taken the new message, but does not say where; the old one is kept")
    if place.uid_validity is not None and where.uid_validity != place.uid_validity:
        raise MailboxChanged(
            f"{place.mailbox!r} is another mailbox than before, and the new message is in there with UID {where.uids}; "
            "the old one was not touched"
        )
    try:
        await Remove().run(pool, place, UidSet.of(source.uid))
    except MailkitError as problem:
        problem.add_note(f"the new message is there with UID {where.uids}, and the old one may be, too")
        raise
    return where
