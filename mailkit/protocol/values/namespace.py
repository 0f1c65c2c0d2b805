"""Namespaces: where one's own, other people's and shared mailboxes begin (RFC 2342)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from mailkit.errors import UsageError


def _one_character(_: object, __: object, delimiter: str | None) -> None:
    if delimiter is not None and len(delimiter) != 1:
        raise UsageError(f"a hierarchy delimiter is one character, not {delimiter!r}")


@attrs.frozen
class Namespace:
    """What the names of some mailboxes begin with, and the character between their levels, None if they have none."""

    prefix: str
    delimiter: str | None = attrs.field(validator=_one_character)


def _namespaces(namespaces: Iterable[Namespace]) -> tuple[Namespace, ...]:
    return tuple(namespaces)


@attrs.frozen
class Namespaces:
    """All namespaces of an account; a kind that the server does not have is empty (RFC 9051 §6.3.10)."""

    personal: tuple[Namespace, ...] = attrs.field(converter=_namespaces, default=())
    other_users: tuple[Namespace, ...] = attrs.field(converter=_namespaces, default=())
    shared: tuple[Namespace, ...] = attrs.field(converter=_namespaces, default=())
