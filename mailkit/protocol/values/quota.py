"""Quotas: how much of what is limited is used (RFC 9208)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.values.names import decode_name
from mailkit.protocol.wire.reader import Reader


def _count(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 0:
        raise UsageError(f"the {field.name} of a quota is not negative: {value}")


def _upper(name: str) -> str:
    return name.upper()


@attrs.frozen
class Resource:
    """One limited thing of a quota root: STORAGE in units of 1024 octets, MESSAGE, MAILBOX (RFC 9208 §5)."""

    name: str = attrs.field(converter=_upper)
    """In upper case."""
    usage: int = attrs.field(validator=_count)
    limit: int = attrs.field(validator=_count)

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing is left; usage may be above a limit that was lowered."""
        return self.usage >= self.limit

    @property
    def fraction(self) -> float:
        """How much of the limit is used: 0.5 is half, more than 1 is over it; a limit of 0 allows nothing and is 1."""
        return self.usage / self.limit if self.limit else 1.0


def _resources(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(resources)


@attrs.frozen
class Quota(Mapping[str, Resource]):
    """A quota root and its limits: `quota["STORAGE"].fraction`, by name without case (RFC 9208 §3.2).

    A root is what shares its limits, often many mailboxes; its name is an opaque text, perhaps empty.
    """

    root: str
    resources: tuple[Resource, ...] = attrs.field(converter=_resources, default=())

    def __getitem__(self, name: str) -> Resource:
        for resource in self.resources:
            if resource.name == name.upper():
                return resource
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(resource.name for resource in self.resources))

    def __len__(self) -> int:
        return len({resource.name for resource in self.resources})


def read_quota_response(reader: Reader) -> Quota:
    """`quota-response = "QUOTA" SP quota-root-name SP quota-list`;
    `quota-list = "(" quota-resource *(SP quota-resource) ")"`
    """
    # Cyrus names a root after a mailbox, which takes this encoding; other names go there and back through it unharmed.
    root = decode_name(reader.astring(), utf8=reader.utf8)
    reader.sp()
    return Quota(root, reader.listed(_read_resource))


def read_quotaroot_response(reader: Reader) -> tuple[str, tuple[str, ...]]:
    """`quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name)`"""
    mailbox = decode_name(reader.astring(), utf8=reader.utf8)
    roots: list[str] = []
    reader.spaces()
    while not reader.at_end:
        roots.append(decode_name(reader.astring(), utf8=reader.utf8))
        reader.spaces()
    return mailbox, tuple(roots)


def _read_resource(reader: Reader) -> Resource:
    """`quota-resource = resource-name SP resource-usage SP resource-limit`"""
    name = reader.atom().decode("ascii", "replace")
    reader.sp()
    usage = reader.number64()
    reader.sp()
    return Resource(name, usage, reader.number64())
