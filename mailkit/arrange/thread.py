"""A tree of messages. Nothing in it recurses: threads of 100,000 replies to replies exist."""

from __future__ import annotations

from collections.abc import Iterator

import attrs


@attrs.frozen(eq=False, repr=False)
class Thread:
    """A message and what answers it; `uid` is None where the common parent is not among the messages (RFC 5256 §4).

    Equal threads have the same shape and UIDs. `str()` gives the `thread-list` of a THREAD response.
    """

    uid: int | None
    children: tuple[Thread, ...] = ()

    def walk(self) -> Iterator[Thread]:
        """This node, then all below it, parents before children, in the order of display."""
        return (node for _, node in self.levels())

    def levels(self) -> Iterator[tuple[int, Thread]]:
        """As `walk`, each node with its depth below this one, which is 0."""
        waiting = [(0, self)]
        while waiting:
            depth, node = waiting.pop()
            yield depth, node
            waiting.extend((depth + 1, child) for child in reversed(node.children))

    @property
    def uids(self) -> tuple[int, ...]:
        """The UIDs of all messages of the thread, in the order of `walk`."""
        return tuple(node.uid for node in self.walk() if node.uid is not None)

    def _shape(self) -> Iterator[tuple[int | None, int]]:
        """UID and number of children of each node: no two trees have the same sequence."""
        return ((node.uid, len(node.children)) for node in self.walk())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Thread):
            return NotImplemented
        # A sequence never ends early within another one, so `zip` compares all of it or stops at a difference.
        return all(ours == theirs for ours, theirs in zip(self._shape(), other._shape(), strict=False))

    def __hash__(self) -> int:
        return hash(tuple(self._shape()))

    def __str__(self) -> str:
        """`thread-list = "(" (thread-members / thread-nested) ")"`"""
        written: list[str] = []
        waiting: list[Thread | str] = [")", self, "("]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                written.append(item)
                continue
            known = item.uid is not None
            if known:
                written.append(str(item.uid))
            if len(item.children) > 1:
                for child in reversed(item.children):
                    waiting += (")", child, "(")
            else:
                waiting += item.children
            if known and item.children:
                waiting.append(" ")
        return "".join(written)

    def __repr__(self) -> str:
        return f"<Thread {self}>"
