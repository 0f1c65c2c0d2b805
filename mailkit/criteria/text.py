"""Terms on text. Servers find the text anywhere in the field and do not look at case (RFC 9051 §6.4.4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Sequence
from typing import ClassVar

import attrs

from mailkit.criteria.checks import checked_text
from mailkit.criteria.criterion import Bounds, Criterion, unanswerable
from mailkit.criteria.snapshot import Correspondent, Snapshot
from mailkit.errors import NotSupported, UsageError
from mailkit.protocol.values.search_key import Key

_FIELD_NAME = re.compile(r"[!-9;-~]+")


@attrs.frozen(eq=False, repr=False)
class _Text(Criterion):
    """A key with one text."""

    key: ClassVar[str]

    text: str = attrs.field(validator=checked_text)

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """The key and `SP astring`"""
        return Bounds.exactly(Key(self.key, (self.text,)))

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether one of the field's texts has it."""
        wanted = self.text.casefold()
        return any(wanted in found.casefold() for found in self.found(snapshot))

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The texts of a message to look at."""
        raise unanswerable(self)


class _Envelope(_Text):
    """A text in a field of the envelope."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"envelope"})


class From(_Envelope):
    """Messages whose From field has the text: a name, an address or a piece of one."""

    __slots__ = ()
    key = "FROM"

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The senders."""
        return _shown(snapshot.from_)


class To(_Envelope):
    """Messages whose To field has the text."""

    __slots__ = ()
    key = "TO"

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The recipients."""
        return _shown(snapshot.to)


class Cc(_Envelope):
    """Messages whose Cc field has the text."""

    __slots__ = ()
    key = "CC"

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The recipients of a copy."""
        return _shown(snapshot.cc)


class Bcc(_Envelope):
    """Messages whose Bcc field has the text."""

    __slots__ = ()
    key = "BCC"

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The recipients of a blind copy."""
        return _shown(snapshot.bcc)


class Subject(_Envelope):
    """Messages whose Subject field has the text."""

    __slots__ = ()
    key = "SUBJECT"

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The subject."""
        return (snapshot.subject,)


class MessageId(_Envelope):
    """Messages whose Message-ID field has the text."""

    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"HEADER" SP header-fld-name SP astring`"""
        return Bounds.exactly(Key("HEADER", ("Message-ID", self.text)))

    def found(self, snapshot: Snapshot) -> Collection[str]:
        """The identifier, if there is one."""
        return (snapshot.message_id,) if snapshot.message_id is not None else ()


class Body(_Text):
    """Messages whose body has the text; only a server can tell."""

    __slots__ = ()
    is_server_only = True
    key = "BODY"


class Text(_Text):
    """Messages whose header or body has the text; only a server can tell."""

    __slots__ = ()
    is_server_only = True
    key = "TEXT"


@attrs.frozen(eq=False, repr=False)
class Header(Criterion):
    """Messages with a header field that has the text; an empty text asks only that the field be there.

    Only a server can tell. A name that is not a field's name raises `UsageError`.
    """

    is_server_only = True

    name: str = attrs.field()
    text: str = attrs.field(default="", validator=checked_text)

    @name.validator
    def _field_name(self, _: attrs.Attribute[str], name: object) -> None:
        if not isinstance(name, str) or not _FIELD_NAME.fullmatch(name):
            raise UsageError(f"not the name of a header field: {name!r}")

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"HEADER" SP header-fld-name SP astring`"""
        return Bounds.exactly(Key("HEADER", (self.name, self.text)))

    def matches(self, snapshot: Snapshot) -> bool:
        """Raises `UsageError`."""
        raise unanswerable(self)


class _Gmail(_Text):
    """A text for Gmail alone."""

    __slots__ = ()

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """`"X-GM-RAW" SP astring` and `"X-GM-LABELS" SP astring`, which need X-GM-EXT-1"""
        if "X-GM-EXT-1" not in capabilities:
            raise NotSupported(f"{self.key} is for Gmail; the server lacks X-GM-EXT-1", capability="X-GM-EXT-1")
        return Bounds.exactly(Key(self.key, (self.text,)))


class GmailRaw(_Gmail):
    """Messages that Gmail's own search finds, such as `has:attachment in:unread`."""

    __slots__ = ()
    is_server_only = True
    key = "X-GM-RAW"


class GmailLabel(_Gmail):
    """Messages with a label of Gmail."""

    __slots__ = ()
    items: ClassVar[frozenset[str]] = frozenset({"labels"})
    key = "X-GM-LABELS"

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether it is one of the labels, whatever its case."""
        return self.text.casefold() in {label.casefold() for label in snapshot.labels}


def _shown(addresses: Sequence[Correspondent]) -> list[str]:
    """Addresses as a header field shows them."""
    return [f"{one.name or ''} <{one.mailbox or ''}@{one.host or ''}>" for one in addresses]
