"""UID THREAD (RFC 5256)."""

from __future__ import annotations

import re
from typing import ClassVar

import attrs

from mailkit.arrange.thread import Thread as Tree
from mailkit.arrange.threading import Algorithm
from mailkit.errors import ProtocolViolation
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.numbers import LARGEST
from mailkit.protocol.values.search_key import SearchKey
from mailkit.protocol.values.search_program import write_keys
from mailkit.protocol.wire.reader import Reader
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Thread(Command[tuple[Tree, ...]]):
    """Find messages and put them into threads; the result holds UIDs. Needs `THREAD=` with the algorithm's name."""

    algorithm: Algorithm
    key: SearchKey
    verb: ClassVar[str] = "UID THREAD"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"THREAD"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        """`thread = ["UID" SP] "THREAD" SP thread-alg SP search-criteria`"""
        out.atom(self.algorithm.value).atom("UTF-8")
        write_keys(out, self.key, "utf-8")

    def fold(self, answer: Answer) -> tuple[Tree, ...]:
        return tuple(tree for trees in answer.read(read_thread_data) for tree in trees)


_THREADS = re.compile(rb"[0-9() ]*")
_TOKENS = re.compile(rb"[()]|[0-9]+")


class _Node:
    """A message on its way into a `Tree`, which cannot change any more."""

    __slots__ = ("children", "uid")

    def __init__(self, uid: int | None) -> None:
        self.uid = uid
        self.children: list[_Node] = []


def read_thread_data(reader: Reader) -> tuple[Tree, ...]:
    """`thread-data = "THREAD" [SP 1*thread-list]`; `thread-list = "(" (thread-members / thread-nested) ")"`;
    `thread-members = nz-number *(SP nz-number) [SP thread-nested]`; `thread-nested = 2*thread-list`

    Without recursion: threads of 100,000 replies to replies exist, and hostile servers.
    """
    text = reader.remainder()
    if not _THREADS.fullmatch(text):
        raise ProtocolViolation(f"not threads: {text[:40]!r}")
    root = _Node(None)
    tip = root  # whose child comes next
    outer: list[_Node] = []  # the tips of the lists around this one
    is_empty = False  # nothing has come in this list yet
    for token in _TOKENS.findall(text):
        if token == b"(":
            if is_empty:  # `thread-nested` alone: a parent that is not among the messages
                tip = _child(tip, None)
            outer.append(tip)
            is_empty = True
        elif token == b")":
            if not outer or is_empty:
                raise ProtocolViolation(f"threads with an empty or unopened list: {text[:40]!r}")
            tip = outer.pop()
        elif not outer:
            raise ProtocolViolation(f"a message outside any thread: {text[:40]!r}")
        else:
            tip = _child(tip, _uid(token))
            is_empty = False
    if outer:
        raise ProtocolViolation(f"threads that do not end: {text[:40]!r}")
    return _frozen(root).children


def _child(parent: _Node, uid: int | None) -> _Node:
    child = _Node(uid)
    parent.children.append(child)
    return child


def _uid(digits: bytes) -> int:
    number = int(digits) if len(digits) <= 10 else 0
    if not 0 < number <= LARGEST:
        raise ProtocolViolation(f"not the number of a message: {digits[:20]!r}")
    return number


def _frozen(root: _Node) -> Tree:
    """Children before their parents, by walking backwards through an order in which parents stand first."""
    order = [root]
    for node in order:
        order.extend(node.children)
    made: dict[_Node, Tree] = {}
    for node in reversed(order):
        children = tuple(made.pop(child) for child in node.children)
        # One list around another is no message, nor a parent of several: `((1))` says no more than `(1)`.
        is_idle = node.uid is None and len(children) == 1 and node is not root
        made[node] = children[0] if is_idle else Tree(node.uid, children)
    return made[root]
