"""A selection of messages for threads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, repeat
from typing import TYPE_CHECKING

from mailkit.blocking.message import Message, Verbs
from mailkit.errors import UsageError
from mailkit.lifting import blocking, lifted, operation
from mailkit.messages import AsyncMessages
from mailkit.protocol.complete import complete
from mailkit.selecting.selection import Selection
from mailkit.walk import Walk

if TYPE_CHECKING:
    from mailkit.arrange.threading import Algorithm
    from mailkit.message import AsyncMessage
    from mailkit.threads import Thread


class Messages(Selection, Verbs):
    """A selection that is iterated by `for`, in its order: by ascending UID, or as `order_by` says.

    Messages come some at a time; other commands may run in between.
    """

    @property
    def core(self) -> AsyncMessages:
        """The same selection for asyncio."""
        return AsyncMessages(self.pool, self.mailbox, self.criterion, self.items, self.window, self.order)

    def __iter__(self) -> Iterator[Message]:
        walk = Walk(self)
        try:
            while batch := complete(walk.next_batch()):
                yield from map(Message, batch, repeat(walk.pool), repeat(walk.place))
        finally:
            walk.abandon()

    def pages(self, size: int) -> Iterator[list[Message]]:
        """The messages in lists of this size, the last one perhaps shorter."""
        if size < 1:
            raise UsageError(f"a page has one message or more, not {size}")
        messages = iter(self)
        while page := list(islice(messages, size)):
            yield page

    @blocking(AsyncMessages.uids)
    def uids(self) -> None: ...
    @blocking(AsyncMessages.count)
    def count(self) -> None: ...
    @blocking(AsyncMessages.exists)
    def exists(self) -> None: ...
    @blocking(AsyncMessages.explain)
    def explain(self) -> None: ...
    @lifted
    @operation(AsyncMessages.export)
    def export(self) -> None: ...

    def first(self) -> Message | None:
        """The first one, or None."""
        return _message(complete(self.core.first()))

    def last(self) -> Message | None:
        """The last one, or None."""
        return _message(complete(self.core.last()))

    def get(self, uid: int) -> Message | None:
        """The message with this UID, or None if it is not among them."""
        return _message(complete(self.core.get(uid)))

    def threads(self, algorithm: str | Algorithm = "references") -> list[Thread[Message]]:
        """As `AsyncMessages.threads`."""
        return [thread.map(Message.of) for thread in complete(self.core.threads(algorithm))]


def _message(core: AsyncMessage | None) -> Message | None:
    return None if core is None else Message.of(core)
