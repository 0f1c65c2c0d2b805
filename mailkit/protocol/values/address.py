"""Addresses of people and groups, as ENVELOPE gives them and as RFC 5322 writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeVar

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.values.words import decode_words
from mailkit.value import Value

_atoms = r"[^\x00-\x20\x7f\"(),.:;<>@\[\\\]]+"
_UNSENDABLE: Final = re.compile(r"[\x00\r\n]")

# These are compiled when they are first matched: most programs read addresses, and neither parse nor write them.
_DOT_ATOM: Final = rf"{_atoms}(?:\.{_atoms})*"
_PHRASE: Final = rf"{_atoms}(?: {_atoms})*"

_quoted = r'"(?:[^"\\]|\\.)*+"'
_word = r"[^\s\"(),:;<>@\[\\\]]+"
_addr_spec = rf"(?P<mailbox>{_quoted}|{_word})@(?P<host>{_word}|\[[^\s\[\]\\]*\])"
_BARE: Final = _addr_spec
_NAMED: Final = rf"(?P<name>(?:{_quoted}|[^\"(),:;<>@\[\\\]])*+)<{_addr_spec}>"

TextT = TypeVar("TextT", bound=str | None)


def _one_line(_: object, field: attrs.Attribute[TextT], value: TextT) -> None:
    if value is not None and _UNSENDABLE.search(value):
        raise UsageError(f"NUL, CR or LF in the {field.name} of an address: {value[:80]!r}")


@attrs.frozen(eq=False, repr=False)
class Address(Value):
    """One mailbox of RFC 5322: whose it is, and where.

    `name` is decoded and unquoted, None where there is none; `mailbox` is the local part without its quoting, `host`
    the domain. What a server could not parse has an empty `mailbox` or `host`, such as the words "undisclosed
    recipients", which are a name and nothing else.
    """

    name: str | None = attrs.field(validator=_one_line)
    mailbox: str = attrs.field(validator=_one_line)
    host: str = attrs.field(validator=_one_line)

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address in `ldj@example.org`, `<ldj@example.org>` or `"L. D. J." <ldj@example.org>`.

        Encoded words in the name are decoded. Raises `UsageError` for anything else, lists and groups among it.
        """
        found = re.fullmatch(_NAMED, text.strip()) or re.fullmatch(_BARE, text.strip())
        if found is None:
            raise UsageError(f"not one address: {text[:80]!r}")
        name = _unquoted(found.groupdict().get("name", "").strip())
        return cls(_name(name.encode("utf-8", "replace")), _unquoted(found["mailbox"]), found["host"])

    @property
    def email(self) -> str:
        """The address without the name, `ldj@example.org`, empty where there is none; the local part is quoted where
        RFC 5322 wants it.
        """
        if not (self.mailbox or self.host):
            return ""
        mailbox = self.mailbox if re.fullmatch(_DOT_ATOM, self.mailbox) else _quote(self.mailbox)
        return f"{mailbox}@{self.host}" if self.host else mailbox

    def __str__(self) -> str:
        """`name <mailbox@host>` as RFC 5322 §3.4 writes it; a name beyond ASCII stands as it is (RFC 6532)."""
        email = self.email
        if not self.name:
            return email
        return f"{_phrase(self.name)} <{email}>" if email else self.name


def _members(members: Iterable[Address]) -> tuple[Address, ...]:
    return tuple(members)


@attrs.frozen(eq=False, repr=False)
class Group(Value):
    """A named list of addresses, such as `undisclosed-recipients:;` (RFC 5322 §3.4)."""

    name: str = attrs.field(validator=_one_line)
    members: tuple[Address, ...] = attrs.field(converter=_members, default=())

    def __str__(self) -> str:
        members = ", ".join(map(str, self.members))
        return f"{_phrase(self.name)}: {members};" if members else f"{_phrase(self.name)}:;"


@attrs.frozen(eq=False, repr=False)
class GroupMark(Value):
    """What ENVELOPE has for the beginning of a group, with its name, or for the end of one, with None."""

    name: str | None


_END: Final = GroupMark(None)


def read_address_fields(
    name: bytes | None, _adl: bytes | None, mailbox: bytes | None, host: bytes | None
) -> Address | GroupMark:
    """The address, or the mark of a group, in the four strings of an ENVELOPE address; never raises.

    `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"` (RFC 9051 §9)

    The source route `addr-adl` means nothing any more (RFC 5322 §4.4) and is dropped.
    """
    if host is None:
        return GroupMark(None if mailbox is None else decode_words(mailbox))
    who = _name(name)
    mailbox = b"" if mailbox is None or mailbox in _MISSING else mailbox
    host = b"" if host in _MISSING else host
    return Address(who, decode_words(mailbox), decode_words(host)) if who or mailbox or host else NOBODY


def fold_groups(addresses: Iterable[Address | GroupMark]) -> tuple[Address | Group, ...]:
    """The addresses with all that stands between two marks made into a group; never raises.

    A group that does not end goes up to the next one or to the end of the list; an end without a group is nothing.
    """
    folded: list[Address | Group] = []
    group: str | None = None
    members: list[Address] = []
    for address in (*addresses, _END):
        if isinstance(address, Address):
            (folded if group is None else members).append(address)
            continue
        if group is not None:
            folded.append(Group(group, members))
        group, members = address.name, []
    return tuple(folded)


NOBODY: Final = Address(None, "", "")
"""What is read where nothing is told of an address; always this very object."""

_MISSING: Final = frozenset({b"MISSING_MAILBOX", b"MISSING_DOMAIN", b"SYNTAX_ERROR", b"unspecified-domain"})
"""What Dovecot 2.3 and Cyrus 3.6 tell in the place of what they could not find in an address."""


def _name(octets: bytes | None) -> str | None:
    return decode_words(octets).strip() or None if octets else None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL) if text[:1] == text[-1:] == '"' else text


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _phrase(name: str) -> str:
    return name if re.fullmatch(_PHRASE, name) else _quote(name)
