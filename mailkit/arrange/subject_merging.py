"""Threads with the same subject are one: step 5 of the REFERENCES algorithm (RFC 5256 §3)."""

from __future__ import annotations

from collections.abc import Sequence

from mailkit.arrange.base_subject import BaseSubject
from mailkit.arrange.collation import casemap
from mailkit.arrange.references import Node
from mailkit.arrange.sortable import sent_date


def merge_subjects(roots: Sequence[Node]) -> list[Node]:
    """The heads that are left when those with the same base subject are joined; `roots` are sorted by date."""
    subjects = {root: _thread_subject(root) for root in roots}
    keys = {root: casemap(subject.text) for root, subject in subjects.items()}
    table: dict[str, Node] = {}
    for root in roots:
        found = table.setdefault(keys[root], root)
        if found.message and (
            not root.message or (subjects[found].is_reply_or_forward and not subjects[root].is_reply_or_forward)
        ):
            table[keys[root]] = root
    heads = dict.fromkeys(roots)
    for root in roots:
        found = table[keys[root]]
        if not keys[root] or found is root or root not in heads:
            continue
        del heads[root]
        if not found.message:
            # Two dummies become one; a message becomes one more child of the dummy.
            for child in [root] if root.message else list(root.children):
                found.adopt(child)
        elif subjects[root].is_reply_or_forward and not subjects[found].is_reply_or_forward:
            found.adopt(root)
        else:
            dummy = Node()
            dummy.adopt(found)
            dummy.adopt(root)
            del heads[found]
            heads[dummy] = None
            table[keys[root]] = dummy
    return list(heads)


def _thread_subject(root: Node) -> BaseSubject:
    """The subject of a head, or of the first child by date where the head is a dummy (step 5.B.i)."""
    messages = [root.message] if root.message else [child.message for child in root.children]
    first = min(filter(None, messages), key=lambda message: (sent_date(message), message.uid))
    return BaseSubject.of(first.subject)
