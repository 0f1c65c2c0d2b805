"""GETANNOTATION and SETANNOTATION (draft-daboo-imap-annotatemore), which servers had before METADATA."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.command import Answer, Command, Simple
from mailkit.protocol.values.metadata import Annotation, read_annotate_data
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class GetAnnotation(Command[tuple[Annotation, ...]]):
    """Ask for annotations: `mailbox`, `entries` and `attributes` may have `*` and `%` in them; "" is the server."""

    mailbox: str
    entries: tuple[str, ...]
    attributes: tuple[str, ...] = ("value.priv", "value.shared")
    verb: ClassVar[str] = "GETANNOTATION"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"ANNOTATION"})
    repeatable: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        if not self.entries or not self.attributes:
            raise UsageError("GETANNOTATION without an entry or without an attribute")

    def write(self, out: Writer) -> None:
        """`getannotation = "GETANNOTATION" SP list-mailbox SP entries SP attribs`, each `string / "(" 1*string ")"`"""
        out.string(encode_name(self.mailbox, utf8=out.utf8))
        for names in (self.entries, self.attributes):
            if len(names) == 1:
                out.string(names[0])
            else:
                with out.group():
                    for name in names:
                        out.string(name)

    def fold(self, answer: Answer) -> tuple[Annotation, ...]:
        return tuple(annotation for told in answer.read(read_annotate_data) for annotation in told)


def _pairs(
    attributes: Mapping[str, bytes | None] | Iterable[tuple[str, bytes | None]],
) -> tuple[tuple[str, bytes | None], ...]:
    return tuple(dict(attributes).items())


@attrs.frozen(eq=False, repr=False)
class SetAnnotation(Simple):
    """Set attributes of one annotation, such as `{"value.priv": b"mine"}`; None removes one."""

    mailbox: str
    entry: str
    attributes: tuple[tuple[str, bytes | None], ...] = attrs.field(converter=_pairs)
    verb: ClassVar[str] = "SETANNOTATION"
    repeatable: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        if not self.attributes:
            raise UsageError("SETANNOTATION without an attribute")

    def write(self, out: Writer) -> None:
        """`setannotation = "SETANNOTATION" SP list-mailbox SP entry SP "(" att-value *(SP att-value) ")"`"""
        out.string(encode_name(self.mailbox, utf8=out.utf8)).string(self.entry)
        with out.group():
            for attribute, value in self.attributes:
                out.string(attribute).nstring(value)
