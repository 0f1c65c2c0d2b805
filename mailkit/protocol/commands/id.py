"""ID (RFC 2971)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.wire.reader import Reader
from mailkit.protocol.wire.writer import Writer


def _pairs(fields: Mapping[str, str | None] | Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    return tuple(dict(fields).items())


@attrs.frozen(eq=False, repr=False)
class Id(Command[dict[str, str | None]]):
    """Tell the server what the client is, such as `{"name": "mailkit"}`, and ask what it is itself.

    Nothing may depend on the result. RFC 2971 §3.3 allows 30 fields, with names of 30 and values of 1024 octets.
    """

    fields: tuple[tuple[str, str | None], ...] = attrs.field(converter=_pairs, default=())
    verb: ClassVar[str] = "ID"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"ID"})
    repeatable: ClassVar[bool] = True

    @fields.validator
    def _short(
        self, _: attrs.Attribute[tuple[tuple[str, str | None], ...]], fields: tuple[tuple[str, str | None], ...]
    ) -> None:
        if len(fields) > 30 or any(
            len(name) > 30 or len((value or "").encode("utf-8", "replace")) > 1024 for name, value in fields
        ):
            raise UsageError("ID takes 30 fields, with names of 30 and values of 1024 octets (RFC 2971)")

    def write(self, out: Writer) -> None:
        """`id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil`"""
        if not self.fields:
            out.nstring(None)
            return
        with out.group():
            for name, value in self.fields:
                out.string(name).nstring(value)

    def fold(self, answer: Answer) -> dict[str, str | None]:
        found = list(answer.read(read_id_response))
        return found[-1] if found else {}


def read_id_response(reader: Reader) -> dict[str, str | None]:
    """`id-response = "ID" SP id-params-list`; names of fields in lower case, since they compare without it"""
    if reader.nil():
        return {}
    found = reader.listed(Reader.nstring)
    if len(found) % 2:
        reader.fail("a value for each field")
    texts = [None if octets is None else octets.decode("utf-8", "replace") for octets in found]
    return {(name or "").lower(): value for name, value in zip(texts[::2], texts[1::2], strict=True)}
