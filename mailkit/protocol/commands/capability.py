"""CAPABILITY (RFC 9051 §6.1.1)."""

from __future__ import annotations

from typing import ClassVar

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.wire.reader import Reader


class Capability(Command[Capabilities]):
    """Ask what the server offers."""

    __slots__ = ()

    verb: ClassVar[str] = "CAPABILITY"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"CAPABILITY"})
    repeatable: ClassVar[bool] = True

    def fold(self, answer: Answer) -> Capabilities:
        found = list(answer.read(read_capability_data))
        return found[-1] if found else Capabilities.parse(b"")


def read_capability_data(reader: Reader) -> Capabilities:
    """`capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev1" *(SP capability)`"""
    return Capabilities.parse(reader.remainder())
