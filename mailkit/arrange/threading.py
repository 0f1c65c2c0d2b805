"""THREAD on the client, for servers that do not have it: the same algorithms, the same trees (RFC 5256 §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from itertools import groupby

from mailkit.arrange.base_subject import base_subject
from mailkit.arrange.collation import casemap
from mailkit.arrange.references import Node, linked, pruned
from mailkit.arrange.sortable import Sortable, sent_date
from mailkit.arrange.subject_merging import merge_subjects
from mailkit.arrange.thread import Thread
from mailkit.errors import UsageError


class Algorithm(Enum):
    """How messages are put into threads; the value is the name after `THREAD=` in the capabilities."""

    ORDERED_SUBJECT = "ORDEREDSUBJECT"
    """By base subject and date alone (RFC 5256)."""
    REFERENCES = "REFERENCES"
    """By References and In-Reply-To, then joined by subject (RFC 5256)."""
    REFS = "REFS"
    """By References and In-Reply-To alone; the thread with the latest message last (draft-ietf-morg-inthread)."""

    @classmethod
    def parse(cls, text: str) -> Algorithm:
        """Read a name in any case; one that is not known raises `UsageError`."""
        try:
            return cls(text.upper())
        except ValueError:
            names = ", ".join(known.value.lower() for known in cls)
            raise UsageError(f"there is no threading algorithm {text!r}; there is {names}") from None


def thread(messages: Iterable[Sortable], algorithm: Algorithm | str = Algorithm.REFERENCES) -> tuple[Thread, ...]:
    """The threads of the messages, each a tree, in the order in which a server would give them.

    Linear but for the sorting, whatever the depth.
    """
    chosen = algorithm if isinstance(algorithm, Algorithm) else Algorithm.parse(algorithm)
    ordered = sorted(messages, key=lambda message: message.uid)
    if chosen is Algorithm.ORDERED_SUBJECT:
        return _by_ordered_subject(ordered)
    roots = pruned(linked(ordered))
    if chosen is Algorithm.REFS:
        roots.sort(key=_latest)
    else:
        roots = _by_date(roots)
        roots = _by_date(merge_subjects(roots))
    return tuple(_frozen(root) for root in roots)


def _by_ordered_subject(messages: Sequence[Sortable]) -> tuple[Thread, ...]:
    def subject(message: Sortable) -> str:
        return casemap(base_subject(message.subject))

    by_date = sorted(messages, key=_by_sent_date)
    threads = [list(same) for _, same in groupby(sorted(by_date, key=subject), key=subject)]
    threads.sort(key=lambda same: _by_sent_date(same[0]))
    return tuple(Thread(first.uid, tuple(Thread(reply.uid) for reply in replies)) for first, *replies in threads)


def _by_sent_date(message: Sortable) -> tuple[datetime, int]:
    return sent_date(message), message.uid


def _by_date(roots: Iterable[Node]) -> list[Node]:
    """Steps 4 and 6: a dummy goes by the first of its children, which are therefore sorted first."""
    return sorted(roots, key=_first)


def _first(root: Node) -> tuple[datetime, int]:
    return _by_sent_date(root.message) if root.message else min(map(_first, root.children))


def _latest(root: Node) -> tuple[datetime, int]:
    return max(_by_sent_date(node.message) for node in _walk(root) if node.message)


def _walk(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def _frozen(root: Node) -> Thread:
    """The tree as a value, siblings by date; leaves are made first, because a value needs its children."""
    made: dict[Node, Thread] = {}
    for node in reversed(list(_walk(root))):
        children = tuple(made.pop(child) for child in _by_date(node.children))
        made[node] = Thread(node.message.uid if node.message else None, children)
    return made[root]
