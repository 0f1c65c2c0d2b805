"""Who answers whom: steps 1 to 3 of the REFERENCES algorithm (RFC 5256 §3)."""

from __future__ import annotations

from collections.abc import Sequence

from mailkit.arrange.message_ids import message_ids
from mailkit.arrange.sortable import Sortable


class Node:
    """A message in the making of threads, or a dummy (`message` is None) that is only referred to."""

    __slots__ = ("children", "joined", "message", "parent")

    def __init__(self, message: Sortable | None = None) -> None:
        self.message: Sortable | None = message
        self.parent: Node | None = None
        # A dictionary is a set that keeps its order, so that the same messages always give the same threads.
        self.children: dict[Node, None] = {}
        self.joined: Node | None = None

    def adopt(self, child: Node) -> None:
        """Make the other node a child of this one, whoever had it before."""
        child.leave()
        child.parent = self
        self.children[child] = None
        ours, theirs = self.circle(), child.circle()
        if ours is not theirs:
            theirs.joined = ours

    def leave(self) -> None:
        """Have no parent any more."""
        if self.parent:
            del self.parent.children[self]
            self.parent = None

    def descends_from(self, other: Node) -> bool:
        """Whether the other node is this one or above it."""
        # Going up costs the depth for each link. Most links join nodes that were never joined by any: those need not.
        if self is other or not other.children or self.circle() is not other.circle():
            return self is other
        above = self.parent
        while above and above is not other:
            above = above.parent
        return above is other

    def circle(self) -> Node:
        """The representative of all nodes ever joined with this one, also by links that were cut again (union-find)."""
        node = self
        while node.joined:
            node.joined = node.joined.joined or node.joined
            node = node.joined
        return node


def linked(messages: Sequence[Sortable]) -> list[Node]:
    """All nodes, dummies included, linked by the references of the messages (step 1)."""
    by_id: dict[str, Node] = {}
    nodes: list[Node] = []
    for message in messages:
        node = Node(message)
        nodes.append(node)
        own = message_ids(message.message_id or "")
        if own:
            # The first message keeps the identifier; a copy of it goes without, so nothing can refer to it.
            by_id.setdefault(own[0], node)
    for node, message in zip(tuple(nodes), messages, strict=True):
        parent: Node | None = None
        for reference in _references(message):
            ancestor = by_id.get(reference)
            if ancestor is None:
                ancestor = by_id[reference] = Node()
                nodes.append(ancestor)
            if parent and not ancestor.parent and not parent.descends_from(ancestor):
                parent.adopt(ancestor)
            parent = ancestor
        _answer(node, parent)
    return nodes


def pruned(nodes: Sequence[Node]) -> list[Node]:
    """The heads of the threads, without dummies but for a head with several children (steps 2 and 3)."""
    heads = [node for node in nodes if not node.parent]
    for node in nodes:
        if node.message or not node.parent:
            for child in _real_children(node):
                node.adopt(child)
    kept: list[Node] = []
    for head in heads:
        if head.message or len(head.children) > 1:
            kept.append(head)
        elif head.children:
            (only,) = head.children
            only.leave()
            kept.append(only)
    return kept


def _references(message: Sortable) -> tuple[str, ...]:
    """The ancestors that a message names, the oldest first: References, else the first of In-Reply-To."""
    return message_ids(" ".join(message.references)) or message_ids(message.in_reply_to or "")[:1]


def _answer(node: Node, parent: Node | None) -> None:
    """Step 1.B: the last reference is the parent, whatever others said; a link that would make a loop is left out."""
    if parent is node.parent:
        return
    node.leave()
    if parent and not parent.descends_from(node):
        parent.adopt(node)


def _real_children(node: Node) -> list[Node]:
    """The messages below a node with nothing but dummies between; the node has only these afterwards."""
    found: list[Node] = []
    waiting = list(reversed(node.children))
    node.children.clear()
    while waiting:
        child = waiting.pop()
        child.parent = None
        if child.message:
            found.append(child)
        else:
            waiting.extend(reversed(child.children))
            child.children.clear()
    return found
