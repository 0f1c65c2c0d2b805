"""Access rights to mailboxes, and the lists that give them (RFC 4314)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import ClassVar, Final

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.values.names import decode_name
from mailkit.protocol.wire.reader import Reader

_ORDER: Final = "lrswipkxtea"
_RIGHT: Final = re.compile(r"[a-z0-9]")

# RFC 2086's two rights were split. Each becomes what it stands for on every server, and no more: on some, "c" or "d"
# is the right to delete the mailbox as well (RFC 4314 §2.1.1).
_SPLIT: Final = {"c": frozenset("k"), "d": frozenset("te")}
_SIGNS: Final = {"c": frozenset("kx"), "d": frozenset("xte")}


def _letters(rights: Iterable[str]) -> frozenset[str]:
    letters: set[str] = set()
    for right in rights:
        if not _RIGHT.fullmatch(right):
            raise UsageError(f"no access right: {right!r}; a right is a lower-case letter or a digit")
        letters |= _SPLIT.get(right, {right})
    return frozenset(letters)


@attrs.frozen(eq=False, repr=False)
class Rights(AbstractSet[str]):
    """An immutable set of access rights, each a letter or digit: `Rights("lrs")` (RFC 4314 §2.1).

    The rights `c` and `d` of RFC 2086 are taken for what they always allowed: `k`, and `t` with `e`. Raises
    `UsageError` for other characters.
    """

    letters: frozenset[str] = attrs.field(converter=_letters, default=frozenset())

    READ_ONLY: ClassVar[Rights]
    """See the mailbox, read it, keep track of what was read: `lrs`."""
    READ_WRITE: ClassVar[Rights]
    """All that concerns messages: `lrswite`."""
    FULL: ClassVar[Rights]
    """Every right that RFC 4314 has: `lrswipkxtea`."""

    @classmethod
    def parse(cls, octets: bytes) -> Rights:
        """The rights that a server sends; never raises.

        Beside the rights that took their place, `c` and `d` say nothing and are dropped, as RFC 4314 §2.1.1 demands.
        """
        sent = {letter for letter in octets.decode("latin-1") if _RIGHT.fullmatch(letter)}
        return cls(sent - {old for old, new in _SIGNS.items() if new & sent})

    def rfc2086(self) -> str:
        """The letters for a server without `RIGHTS=` among its capabilities, which knows `c` and `d` alone."""
        letters = {"c" if right in "kx" else "d" if right in "te" else right for right in self.letters}
        return "".join(sorted(letters, key=f"lrswipcd{_ORDER}".index)) if letters <= set("lrswipcda") else str(self)

    def __contains__(self, right: object) -> bool:
        return right in self.letters

    def __iter__(self) -> Iterator[str]:
        return iter(str(self))

    def __len__(self) -> int:
        return len(self.letters)

    def __str__(self) -> str:
        """The letters in the order of RFC 4314, then the server's own."""
        known = [right for right in _ORDER if right in self.letters]
        return "".join([*known, *sorted(self.letters - set(_ORDER))])

    def __repr__(self) -> str:
        return f"Rights({str(self)!r})"

    def __or__(self, other: Iterable[str]) -> Rights:  # type: ignore[override]  # rights join with letters only
        return Rights(self.letters | _letters(other))

    def __and__(self, other: Iterable[str]) -> Rights:
        return Rights(self.letters & _letters(other))

    def __sub__(self, other: Iterable[str]) -> Rights:
        return Rights(self.letters - _letters(other))

    def __xor__(self, other: Iterable[str]) -> Rights:  # type: ignore[override]  # rights join with letters only
        return Rights(self.letters ^ _letters(other))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rights):
            return self.letters == other.letters
        return self.letters == other if isinstance(other, AbstractSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.letters)

    @property
    def lookup(self) -> bool:
        """`l`: the mailbox is seen in lists and can be subscribed to."""
        return "l" in self.letters

    @property
    def read(self) -> bool:
        """`r`: the mailbox can be opened and its status asked."""
        return "r" in self.letters

    @property
    def keep_seen(self) -> bool:
        r"""`s`: what was read stays marked `\Seen` across sessions."""
        return "s" in self.letters

    @property
    def write(self) -> bool:
        r"""`w`: flags other than `\Seen` and `\Deleted` can be changed."""
        return "w" in self.letters

    @property
    def insert(self) -> bool:
        """`i`: messages can be appended and copied into the mailbox."""
        return "i" in self.letters

    @property
    def post(self) -> bool:
        """`p`: mail can be sent to the mailbox's address; IMAP itself does not enforce it."""
        return "p" in self.letters

    @property
    def create(self) -> bool:
        """`k`: mailboxes can be made below this one."""
        return "k" in self.letters

    @property
    def delete_mailbox(self) -> bool:
        """`x`: the mailbox can be deleted or renamed."""
        return "x" in self.letters

    @property
    def delete_messages(self) -> bool:
        r"""`t`: `\Deleted` can be set and cleared."""
        return "t" in self.letters

    @property
    def expunge(self) -> bool:
        """`e`: what is marked deleted can be removed."""
        return "e" in self.letters

    @property
    def admin(self) -> bool:
        """`a`: the access list can be read and changed."""
        return "a" in self.letters


Rights.READ_ONLY = Rights("lrs")
Rights.READ_WRITE = Rights("lrswite")
Rights.FULL = Rights(_ORDER)


def _entries(entries: Mapping[str, Rights] | Iterable[tuple[str, Rights]]) -> dict[str, Rights]:
    return dict(entries)


@attrs.frozen(eq=False, repr=False)
class ACL(Mapping[str, Rights]):
    """Who has which rights to a mailbox: an immutable mapping from identifier to `Rights` (RFC 4314 §2).

    `anyone` is everybody. The rights of `-fred` are taken away from those that `fred` has otherwise.
    """

    _entries: dict[str, Rights] = attrs.field(converter=_entries, factory=dict)

    def __getitem__(self, identifier: str) -> Rights:
        return self._entries[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"ACL({self._entries!r})"

    def __eq__(self, other: object) -> bool:
        return dict(other) == self._entries if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def granted(self, identifier: str) -> Rights:
        """What this list gives the identifier less what it takes away.

        What `anyone` and groups add is the server's to say: see `my_rights` for one's own.
        """
        none = Rights()
        return self.get(identifier, none) - self.get(f"-{identifier}", none)


@attrs.frozen
class RightsOffered:
    """Which rights an identifier can be given on a mailbox (RFC 4314 §3.7).

    It has the `required` ones whatever is done; each of `optional` is granted and revoked as a whole.
    """

    required: Rights
    optional: tuple[Rights, ...] = ()


def read_acl_data(reader: Reader) -> tuple[str, ACL]:
    """`acl-data = "ACL" SP mailbox *(SP identifier SP rights)` (RFC 4314)"""
    mailbox = decode_name(reader.astring(), utf8=reader.utf8)
    entries: list[tuple[str, Rights]] = []
    reader.spaces()
    while not reader.at_end:
        identifier = _identifier(reader)
        reader.sp()
        entries.append((identifier, Rights.parse(reader.astring())))
        reader.spaces()
    return mailbox, ACL(entries)


def read_listrights_data(reader: Reader) -> tuple[str, str, RightsOffered]:
    """`listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)` (RFC 4314)"""
    mailbox = decode_name(reader.astring(), utf8=reader.utf8)
    reader.sp()
    identifier = _identifier(reader)
    found: list[Rights] = []
    reader.spaces()
    while not reader.at_end:
        found.append(Rights.parse(reader.astring()))
        reader.spaces()
    return mailbox, identifier, RightsOffered(found[0] if found else Rights(), tuple(found[1:]))


def read_myrights_data(reader: Reader) -> tuple[str, Rights]:
    """`myrights-data = "MYRIGHTS" SP mailbox SP rights` (RFC 4314)"""
    mailbox = decode_name(reader.astring(), utf8=reader.utf8)
    reader.sp()
    return mailbox, Rights.parse(reader.astring())


def _identifier(reader: Reader) -> str:
    """`identifier = astring`, in UTF-8"""
    return reader.astring().decode("utf-8", "replace")
