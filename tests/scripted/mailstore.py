"""What a small server keeps: mailboxes of messages, and what FETCH, SEARCH and sets mean on them."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import email.utils
import re
from collections.abc import Iterable, Sequence

import attrs

from tests.scripted.command import Argument, Malformed

_DATE = b"17-Jul-1996 02:44:25 -0700"
_MACROS = {
    b"ALL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE"),
    b"FAST": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
    b"FULL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY"),
}
_SECTION = re.compile(rb"(BODY|BODY\.PEEK)\[(.*)\](?:<(\d+)\.(\d+)>)?\Z", re.IGNORECASE | re.DOTALL)
_FIELDS = re.compile(rb"HEADER\.FIELDS(\.NOT)? \((.*)\)\Z", re.IGNORECASE | re.DOTALL)


@attrs.define(eq=False)
class Message:
    """One message; `data` holds canned FETCH items (`{b"ENVELOPE": b"(...)"}`) that go before computed ones."""

    octets: bytes
    flags: set[bytes] = attrs.field(factory=set)
    internal_date: bytes = _DATE
    data: dict[bytes, bytes] = attrs.field(factory=dict)
    uid: int = 0

    @property
    def header(self) -> bytes:
        head, separator, _ = self.octets.partition(b"\r\n\r\n")
        return head + separator

    @property
    def text(self) -> bytes:
        return self.octets[len(self.header) :]

    def render(self, items: Sequence[bytes]) -> bytes:
        """The items of a FETCH answer, between the parentheses."""
        return b" ".join(self._render_item(item) for item in items)

    def render_flags(self) -> bytes:
        return b"(" + b" ".join(sorted(self.flags)) + b")"

    def parsed(self) -> email.message.Message:
        return email.parser.BytesParser(policy=email.policy.compat32).parsebytes(self.octets)

    def _render_item(self, item: bytes) -> bytes:
        name = item.upper()
        if name in self.data:
            return name + b" " + self.data[name]
        if name == b"UID":
            return b"UID %d" % self.uid
        if name == b"FLAGS":
            return b"FLAGS " + self.render_flags()
        if name == b"INTERNALDATE":
            return b'INTERNALDATE "' + self.internal_date + b'"'
        if name == b"RFC822.SIZE":
            return b"RFC822.SIZE %d" % len(self.octets)
        if name == b"ENVELOPE":
            return b"ENVELOPE " + self._envelope()
        if name in (b"BODY", b"BODYSTRUCTURE"):
            lines = self.text.count(b"\r\n")
            return name + b' ("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "8BIT" %d %d)' % (len(self.text), lines)
        if name in (b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT"):
            whole = {b"RFC822": self.octets, b"RFC822.HEADER": self.header, b"RFC822.TEXT": self.text}
            return name + b" " + literal(whole[name])
        return self._render_section(item)

    def _render_section(self, item: bytes) -> bytes:
        found = _SECTION.match(item)
        if not found:
            raise Malformed(f"unknown fetch item {item!r}")
        section, name = found[2], b"BODY[" + found[2] + b"]"
        octets = self._section(section)
        if octets is None:
            return name + b" NIL"
        if found[3]:
            name += b"<" + found[3] + b">"
            octets = octets[int(found[3]) : int(found[3]) + int(found[4])]
        return name + b" " + literal(octets)

    def _section(self, section: bytes) -> bytes | None:
        simple = {b"": self.octets, b"HEADER": self.header, b"TEXT": self.text, b"1": self.text}
        if section.upper() in simple:
            return simple[section.upper()]
        fields = _FIELDS.match(section)
        if not fields:
            return None
        wanted = {name.strip(b'"').lower() for name in fields[2].split()}
        lines = re.findall(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*", self.header)
        kept = [line for line in lines if (line.partition(b":")[0].lower() in wanted) != bool(fields[1])]
        return b"".join(kept) + b"\r\n"

    def _envelope(self) -> bytes:
        headers = self.parsed()
        sender = _addresses(headers, "From")
        parts = [nstring(headers["Date"]), nstring(headers["Subject"]), sender]
        parts += [_addresses(headers, name) if headers[name] else sender for name in ("Sender", "Reply-To")]
        parts += [_addresses(headers, name) for name in ("To", "Cc", "Bcc")]
        parts += [nstring(headers["In-Reply-To"]), nstring(headers["Message-ID"])]
        return b"(" + b" ".join(parts) + b")"


@attrs.define(eq=False)
class Mailbox:
    """Messages in the order of their UIDs; attributes such as `\\Sent` go into LIST."""

    messages: list[Message] = attrs.field(factory=list)
    uid_validity: int = 1
    uid_next: int = 1
    attributes: tuple[bytes, ...] = ()
    changes: int = 0

    @classmethod
    def of(cls, *messages: Message | bytes, attributes: tuple[bytes, ...] = ()) -> Mailbox:
        """A mailbox with these messages, UIDs from 1 (or the messages' own)."""
        mailbox = cls(attributes=attributes)
        for message in messages:
            mailbox.add(message if isinstance(message, Message) else Message(message))
        return mailbox

    def add(self, message: Message) -> Message:
        message.uid = max(message.uid, self.uid_next)
        self.uid_next = message.uid + 1
        self.messages.append(message)
        self.changes += 1
        return message

    def remove(self, messages: Iterable[Message]) -> None:
        gone = {message.uid for message in messages}
        self.messages = [message for message in self.messages if message.uid not in gone]
        self.changes += 1

    def status(self, items: Sequence[bytes]) -> bytes:
        """`status-att-list`"""
        values = {
            b"MESSAGES": len(self.messages),
            b"RECENT": 0,
            b"UIDNEXT": self.uid_next,
            b"UIDVALIDITY": self.uid_validity,
            b"UNSEEN": sum(b"\\Seen" not in message.flags for message in self.messages),
            b"DELETED": sum(b"\\Deleted" in message.flags for message in self.messages),
            b"SIZE": sum(len(message.octets) for message in self.messages),
        }
        unknown = [item for item in items if item.upper() not in values]
        if unknown:
            raise Malformed(f"unknown status items {unknown}")
        return b" ".join(b"%s %d" % (item.upper(), values[item.upper()]) for item in items)


def literal(octets: bytes) -> bytes:
    return b"{%d}\r\n" % len(octets) + octets


def nstring(value: object) -> bytes:
    """`nstring`: NIL, quoted, or a literal where quoting is not enough."""
    if value is None:
        return b"NIL"
    octets = str(value).encode("utf-8", "surrogateescape")
    if all(0x20 <= octet < 0x7F for octet in octets):
        return b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return literal(octets)


def _addresses(headers: email.message.Message, name: str) -> bytes:
    found = email.utils.getaddresses([str(value) for value in headers.get_all(name, [])])
    rendered = []
    for display, address in found:
        local, _, domain = address.rpartition("@")
        rendered.append(b"(" + nstring(display or None) + b" NIL " + nstring(local) + b" " + nstring(domain) + b")")
    return b"(" + b"".join(rendered) + b")" if rendered else b"NIL"


def parse_set(octets: Argument, largest: int) -> list[range]:
    """`sequence-set`, `*` being the largest number."""
    if not isinstance(octets, bytes) or not re.match(rb"(\d+|\*)(:(\d+|\*))?(,(\d+|\*)(:(\d+|\*))?)*\Z", octets):
        raise Malformed(f"no sequence set: {octets!r}")
    ranges = []
    for part in octets.split(b","):
        ends = sorted(largest if end == b"*" else int(end) for end in part.split(b":"))
        ranges.append(range(ends[0], ends[-1] + 1))
    return ranges


def format_set(numbers: Sequence[int]) -> bytes:
    """The shortest set with these numbers in this order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)


def fetch_items(argument: Argument) -> list[bytes]:
    """The items asked for, macros written out."""
    if isinstance(argument, tuple):
        return [item for item in argument if isinstance(item, bytes)]
    return list(_MACROS.get(argument.upper(), (argument,)))


def marks_seen(item: bytes) -> bool:
    return item.upper().startswith(b"BODY[") or item.upper() in (b"RFC822", b"RFC822.TEXT")
