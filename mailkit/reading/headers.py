"""The header fields of a message, decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from mailkit.mime.fields import split_fields
from mailkit.protocol.values.words import decode_words


@attrs.frozen
class Headers(Mapping[str, str]):
    """Header fields by name, whatever its case, decoded (RFC 2047, raw 8-bit) and on one line each.

    Of a field that is repeated, `[]` gives the first and `all` gives all. Names are as the message spells them.
    """

    fields: tuple[tuple[str, str], ...]
    """Every field, (name, text), in the order of the message."""

    @classmethod
    def read(cls, block: bytes, names: Iterable[str] = ()) -> Headers:
        """The fields of a header, or those of these names alone; lines that are no fields are left out."""
        wanted = {name.lower() for name in names}
        fields = ((name.decode("latin-1"), value) for name, value in split_fields(block))
        return cls(tuple((name, decode_words(value)) for name, value in fields if not wanted or name.lower() in wanted))

    def all(self, name: str) -> tuple[str, ...]:
        """The texts of all fields of that name, in the order of the message; none where there is no such field."""
        wanted = name.lower()
        return tuple(text for key, text in self.fields if key.lower() == wanted)

    def __getitem__(self, name: str) -> str:
        found = self.all(name)
        if not found:
            raise KeyError(name)
        return found[0]

    def __iter__(self) -> Iterator[str]:
        """The names, each once."""
        return iter({name.lower(): name for name, _ in reversed(self.fields)}[key] for key in self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> dict[str, None]:
        return dict.fromkeys(name.lower() for name, _ in self.fields)
