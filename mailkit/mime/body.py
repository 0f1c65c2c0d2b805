"""Which parts of a message are its text, and which are attachments, decided on the structure alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from mailkit.mime.parameters import Parameters, decode_parameters, is_named


class Node(Protocol):
    """A part as the choice sees it: one of a raw message (`Part`), or one of a BODYSTRUCTURE."""

    @property
    def type(self) -> str:
        """The media type, in lower case."""

    @property
    def subtype(self) -> str:
        """The media subtype, in lower case."""

    @property
    def parameters(self) -> Parameters:
        """The parameters of the content type."""

    @property
    def disposition(self) -> str | None:
        """`attachment`, `inline` or another word in lower case; None where the sender said nothing (RFC 2183)."""

    @property
    def disposition_parameters(self) -> Parameters:
        """The parameters of the disposition."""

    @property
    def content_id(self) -> str | None:
        """The Content-ID, with or without its angle brackets."""

    @property
    def children(self) -> Sequence[Self]:
        """The parts of a multipart, or the one message inside a message/rfc822."""


N = TypeVar("N", bound=Node)


class BodyParts(NamedTuple, Generic[N]):
    """What a message consists of for its reader: every leaf part is in one of the three, in the message's order."""

    plain: tuple[N, ...]
    """The text/plain parts which together are the text."""
    html: tuple[N, ...]
    """The text/html parts which together are the other rendering of the text."""
    attachments: tuple[N, ...]
    """Everything else: files, inline images, messages inside, renderings that were not chosen."""


def body_parts(root: N) -> BodyParts[N]:
    """The text and the attachments of a message.

    Of a multipart/alternative the last rendering of each kind is the best (RFC 2046 §5.1.4); of a multipart/related the
    root is the text, and the others belong to it by their content ids (RFC 2387); the parts of any other multipart
    follow each other. A message inside is an attachment, and its texts are its own. A text part is an attachment when
    its disposition says so, or when it has a file name and is not said to be inline.
    """
    return BodyParts(*_sorted(root))


def is_file(part: Node) -> bool:
    """Whether the sender means the part to be kept as a file, whatever its type."""
    if part.disposition == "inline":
        return False
    return part.disposition is not None or is_named(part.disposition_parameters, part.parameters)


def is_inline(part: Node) -> bool:
    """Whether an attachment is shown inside the text, such as an image that the HTML refers to by its content id."""
    return part.disposition == "inline" or (part.disposition is None and bool(part.content_id))


_Kinds = tuple[tuple[N, ...], tuple[N, ...], tuple[N, ...]]
"""As `BodyParts`, and made in less time."""


def _sorted(root: N) -> _Kinds[N]:
    if root.type == "multipart":
        kinds = [_sorted(child) for child in root.children]
        if root.subtype == "alternative":
            return _best(kinds)
        if root.subtype == "related" and kinds:
            return _related(root, kinds)
        return _in_order(kinds)
    # A content type that cannot be read means text/plain (RFC 2045 §5.2); servers show it without a subtype.
    if not root.subtype or (root.type == "text" and root.subtype == "plain"):
        if not is_file(root):
            return (root,), (), ()
    elif root.type == "text" and root.subtype == "html" and not is_file(root):
        return (), (root,), ()
    return (), (), (root,)


def _in_order(kinds: Sequence[_Kinds[N]]) -> _Kinds[N]:
    plain: list[N] = []
    html: list[N] = []
    attachments: list[N] = []
    for kind in kinds:
        plain += kind[0]
        html += kind[1]
        attachments += kind[2]
    return tuple(plain), tuple(html), tuple(attachments)


def _best(kinds: Sequence[_Kinds[N]]) -> _Kinds[N]:
    plain: tuple[N, ...] = ()
    html: tuple[N, ...] = ()
    for kind in kinds:
        plain, html = kind[0] or plain, kind[1] or html
    left: list[N] = []
    for kind in kinds:
        if kind[0] is not plain:
            left += kind[0]
        if kind[1] is not html:
            left += kind[1]
        left += kind[2]
    return plain, html, tuple(left)


def _related(root: N, kinds: Sequence[_Kinds[N]]) -> _Kinds[N]:
    start = decode_parameters(root.parameters).get("start", "").strip("<> ")
    ids = [(child.content_id or "").strip("<> ") for child in root.children] if start else []
    chosen = ids.index(start) if start in ids else 0
    left: list[N] = []
    for at, (plain, html, attachments) in enumerate(kinds):
        if at != chosen:
            left += plain
            left += html
        left += attachments
    return kinds[chosen][0], kinds[chosen][1], tuple(left)
