"""What one FETCH response tells of one message (RFC 9051 §7.5.2 and the extensions)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from mailkit.protocol.values.envelope import Envelope
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.sections import Section
from mailkit.value import Value, maker

if TYPE_CHECKING:
    from mailkit.protocol.values.structure import BodyStructure

NO_CONTENT: Final[Mapping[Section, bytes | None]] = MappingProxyType({})
_NO_SIZES: Mapping[str, int] = MappingProxyType({})


@attrs.frozen(eq=False, repr=False)
class MessageData(Value):
    """The items of a message that were fetched; what was not is None.

    `sections` and `binary` hold content by section, None where the server says NIL. `defects` tells which items came
    but could not be read: those are None too.
    """

    number: int
    uid: int | None = None
    flags: FlagSet | None = None
    internal_date: datetime | None = None
    size: int | None = None
    envelope: Envelope | None = None
    structure: BodyStructure | None = None
    modseq: int | None = None
    items: frozenset[str] = frozenset()
    """Names of the items that came, such as "FLAGS": NIL tells None from not asked."""
    sections: Mapping[Section, bytes | None] = attrs.field(default=NO_CONTENT, hash=False)
    email_id: str | None = None
    thread_id: str | None = None
    save_date: datetime | None = None
    preview: str | None = None
    labels: tuple[str, ...] | None = None
    binary: Mapping[Section, bytes | None] = attrs.field(default=NO_CONTENT, hash=False)
    binary_sizes: Mapping[str, int] = attrs.field(default=_NO_SIZES, hash=False)
    defects: tuple[str, ...] = ()

    def merged(self, later: MessageData) -> MessageData:
        """This, with what a later response of the same message adds or replaces."""
        changes = {
            field.name: value
            for field in attrs.fields(MessageData)
            if field.name not in _ADDED and (value := getattr(later, field.name)) is not None
        }
        return attrs.evolve(
            self,
            **changes,
            sections={**self.sections, **later.sections},
            binary={**self.binary, **later.binary},
            binary_sizes={**self.binary_sizes, **later.binary_sizes},
            items=self.items | later.items,
            defects=(*self.defects, *later.defects),
        )


make_message_data: Final = maker(MessageData)

_ADDED = frozenset({"sections", "binary", "binary_sizes", "items", "defects"})
