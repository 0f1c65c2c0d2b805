"""NAMESPACE (RFC 9051 §6.3.10, RFC 2342)."""

from __future__ import annotations

from typing import ClassVar

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.namespace import Namespaces, read_namespace_response


class Namespace(Command[Namespaces]):
    """Ask where one's own, other people's and shared mailboxes begin."""

    __slots__ = ()

    verb: ClassVar[str] = "NAMESPACE"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"NAMESPACE"})
    repeatable: ClassVar[bool] = True

    def fold(self, answer: Answer) -> Namespaces:
        found = list(answer.read(read_namespace_response))
        return found[-1] if found else Namespaces()
