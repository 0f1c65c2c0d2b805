"""Conversations: trees of messages, made by the server where it can, else by the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

import attrs

from mailkit.arrange.thread import Thread as Tree
from mailkit.arrange.threading import Algorithm, thread
from mailkit.errors import CommandRefused
from mailkit.message import AsyncMessage
from mailkit.protocol.commands.thread import Thread as ThreadCommand
from mailkit.selecting.searching import fits
from mailkit.selecting.selection import WHOLE, Selection
from mailkit.walk import Walk

MessageT_co = TypeVar("MessageT_co", covariant=True)
OtherT = TypeVar("OtherT")

_CLIENT_ITEMS = frozenset({"envelope", "internal_date", "references"})


@attrs.frozen(eq=False, repr=False)
class Thread(Generic[MessageT_co]):
    """A message and those that answer it; `message` is None where what they answer is not among the messages."""

    message: MessageT_co | None
    children: tuple[Thread[MessageT_co], ...] = ()

    def walk(self) -> Iterator[Thread[MessageT_co]]:
        """This node, then all below it, parents before children, in the order of display."""
        return (node for _, node in self.levels())

    def levels(self) -> Iterator[tuple[int, Thread[MessageT_co]]]:
        """As `walk`, each node with its depth below this one, which is 0."""
        waiting = [(0, self)]
        while waiting:
            depth, node = waiting.pop()
            yield depth, node
            waiting.extend((depth + 1, child) for child in reversed(node.children))

    @property
    def messages(self) -> list[MessageT_co]:
        """All messages of the thread, in the order of `walk`."""
        return [node.message for node in self.walk() if node.message is not None]

    def map(self, change: Callable[[MessageT_co], OtherT]) -> Thread[OtherT]:
        """The same tree with other messages in it."""
        made: dict[int, Thread[OtherT]] = {}
        for node in reversed(list(self.walk())):
            children = tuple(made.pop(id(child)) for child in node.children)
            made[id(node)] = Thread(None if node.message is None else change(node.message), children)
        return made[id(self)]

    def __repr__(self) -> str:
        return f"<Thread of {len(self.messages)} from {self.message!r}>"


async def threaded(selection: Selection, algorithm: Algorithm | str) -> list[Thread[AsyncMessage]]:
    """The threads of a selection."""
    algorithm = algorithm if isinstance(algorithm, Algorithm) else Algorithm.parse(algorithm)
    trees = await _by_server(selection, algorithm)
    if trees is None:
        selection = attrs.evolve(selection, items=selection.items | _CLIENT_ITEMS)
    elif selection.window == WHOLE:
        selection = attrs.evolve(selection, order=())  # a waste: the threads have their own
    messages: dict[int, AsyncMessage] = {}
    walk = Walk(selection)
    while batch := await walk.next_batch():
        found = [AsyncMessage(data, walk.pool, walk.place) for data in batch]
        messages |= {message.uid: message for message in found}
    if trees is None:
        trees = thread(messages.values(), algorithm)
    return [made for tree in trees if (made := _filled(tree, messages)) is not None]


async def _by_server(selection: Selection, algorithm: Algorithm) -> tuple[Tree, ...] | None:
    """The threads of just these messages as the server makes them, or None where it cannot."""
    walk = Walk(selection)
    compiled = await walk.open()
    is_exact = compiled.rest is None and selection.window == WHOLE and fits(compiled.server)
    if not is_exact or f"THREAD={algorithm.value}" not in walk.capabilities:
        return None
    try:
        return await selection.pool.run(ThreadCommand(algorithm, compiled.server), walk.place)
    except CommandRefused:
        return None  # it does not know the charset, or they are too many for it


def _filled(tree: Tree, messages: Mapping[int, AsyncMessage]) -> Thread[AsyncMessage] | None:
    """The tree with its messages in it, without what is gone meanwhile; children are made before their parents."""
    made: dict[int, Thread[AsyncMessage] | None] = {}
    for node in reversed(list(tree.walk())):
        children = tuple(child for known in node.children if (child := made.pop(id(known))) is not None)
        message = messages.get(node.uid) if node.uid is not None else None
        made[id(node)] = Thread(message, children) if message is not None or children else None
    return made[id(tree)]
