"""Namespaces: where one's own, other people's and shared mailboxes begin (RFC 2342)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.values.names import decode_name
from mailkit.protocol.wire.reader import Reader


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


def read_namespace_response(reader: Reader) -> Namespaces:
    """`namespace-response = "NAMESPACE" SP namespace SP namespace SP namespace`"""
    personal = _read_namespace(reader)
    reader.sp()
    other_users = _read_namespace(reader)
    reader.sp()
    return Namespaces(personal, other_users, _read_namespace(reader))


def _read_namespace(reader: Reader) -> list[Namespace]:
    """`namespace = nil / "(" 1*namespace-descr ")"`"""
    return [] if reader.nil() else reader.listed(_read_namespace_descr)


def _read_namespace_descr(reader: Reader) -> Namespace:
    """`namespace-descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) [namespace-response-extensions] ")"`"""
    reader.open()
    prefix = decode_name(reader.string(), utf8=reader.utf8)
    reader.sp()
    start = reader.pos
    delimiter = (reader.nstring() or b"").decode("utf-8", "replace")
    if len(delimiter) > 1:
        reader.pos = start
        reader.fail("a delimiter of one character")
    reader.spaces()
    while not reader.at(b")"):
        reader.skip()
        reader.spaces()
    reader.close()
    return Namespace(prefix, delimiter or None)
