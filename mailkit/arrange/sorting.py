"""SORT on the client, for servers that do not have it: the same keys, the same order (RFC 5256 §3, RFC 5957)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias, TypeVar

import attrs

from mailkit.arrange.base_subject import base_subject
from mailkit.arrange.collation import casemap
from mailkit.arrange.sortable import AddressLike, Sortable, arrival, sent_date
from mailkit.errors import UsageError

SortableT = TypeVar("SortableT", bound=Sortable)
_Sorted: TypeAlias = "datetime | int | str"


@attrs.frozen
class SortKey:
    """One key of an order: its name, and whether it runs backwards (`sort-criterion`, RFC 5256 §5).

    Names are arrival, cc, date, from, size, subject, to, display-from and display-to; another raises `UsageError`.
    """

    name: str = attrs.field()
    reverse: bool = attrs.field(default=False, kw_only=True)

    @name.validator
    def _known(self, _: attrs.Attribute[str], name: str) -> None:
        if name not in _VALUES:
            raise UsageError(f"messages cannot be sorted by {name!r}; there is {', '.join(_VALUES)}")

    @classmethod
    def parse(cls, text: str) -> SortKey:
        """Read `"subject"`, or `"-date"` for the newest first."""
        return cls(text.removeprefix("-"), reverse=text.startswith("-"))

    @property
    def criterion(self) -> str:
        """The key's name on the wire, such as DISPLAYFROM."""
        return self.name.replace("-", "").upper()

    def __str__(self) -> str:
        return f"-{self.name}" if self.reverse else self.name


def sort(messages: Iterable[SortableT], keys: Sequence[SortKey | str]) -> list[SortableT]:
    """The messages in the order of the keys, the first key first; equal messages stay in the order of their UIDs.

    Strings compare by i;unicode-casemap, an absent header field is the empty string and comes first.
    """
    wanted = [key if isinstance(key, SortKey) else SortKey.parse(key) for key in keys]
    ordered = sorted(messages, key=lambda message: message.uid)
    # Least important first: each sort keeps the order of what it finds equal, also when it runs backwards.
    for key in reversed(wanted):
        ordered.sort(key=_VALUES[key.name], reverse=key.reverse)
    return ordered


def _mailbox(addresses: Sequence[AddressLike]) -> str:
    return casemap(addresses[0].mailbox or "") if addresses else ""


def _display(addresses: Sequence[AddressLike]) -> str:
    """The display sort value of the first address (RFC 5957 §3)."""
    if not addresses:
        return ""
    first = addresses[0]
    address = f"{first.mailbox}@{first.host}" if first.mailbox and first.host else first.mailbox
    return casemap(first.name or address or "")


_VALUES: Mapping[str, Callable[[Sortable], _Sorted]] = MappingProxyType(
    {
        "arrival": arrival,
        "cc": lambda message: _mailbox(message.cc),
        "date": sent_date,
        "from": lambda message: _mailbox(message.from_),
        "size": lambda message: message.size,
        "subject": lambda message: casemap(base_subject(message.subject)),
        "to": lambda message: _mailbox(message.to),
        "display-from": lambda message: _display(message.from_),
        "display-to": lambda message: _display(message.to),
    }
)
