"""ENABLE (RFC 9051 §6.3.1, RFC 5161)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.wire.reader import Reader
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Enable(Command[Capabilities]):
    """Switch extensions on that change what the server sends, such as "CONDSTORE", "QRESYNC" or "UTF8=ACCEPT".

    The result is what has been enabled now: of what was asked for, the server leaves out what it does not know.
    """

    extensions: tuple[str, ...] = attrs.field()
    verb: ClassVar[str] = "ENABLE"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"ENABLED"})
    alone: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True

    @extensions.validator
    def _some(self, _: attrs.Attribute[tuple[str, ...]], extensions: tuple[str, ...]) -> None:
        if not extensions:
            raise UsageError("ENABLE without an extension")

    def write(self, out: Writer) -> None:
        for extension in self.extensions:
            out.atom(extension)

    def fold(self, answer: Answer) -> Capabilities:
        return Capabilities([name for told in answer.read(read_enable_data) for name in told.advertised])


def read_enable_data(reader: Reader) -> Capabilities:
    """`enable-data = "ENABLED" *(SP capability)`"""
    return Capabilities.parse(reader.remainder())
