"""Response codes: what a status response says in brackets (RFC 9051 §7.1, RFC 5530 and the extensions)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.uid_sets import read_uid_set
from mailkit.protocol.wire.reader import Reader


@attrs.frozen
class AppendUid:
    """Where an appended message went; with MULTIAPPEND one UID for each, in order (RFC 4315 APPENDUID)."""

    uid_validity: int
    uids: UidSet


@attrs.frozen
class CopyUid:
    """Which messages were copied and which UIDs they got (RFC 4315 COPYUID).

    `source` and `target` are as the server ordered them: the first of one became the first of the other.
    """

    uid_validity: int
    source: tuple[tuple[int, int], ...]
    target: tuple[tuple[int, int], ...]

    def mapping(self, limit: int = 10_000_000) -> dict[int, int]:
        """Old UID to new; `ProtocolViolation` where the two sides do not fit together or are too many."""
        count = _count(self.source)
        if count != _count(self.target) or count > limit:
            raise ProtocolViolation(f"COPYUID names {count} messages and {_count(self.target)} copies")
        return dict(zip(_members(self.source), _members(self.target), strict=True))


@attrs.frozen
class BadUrl:
    """The URL that could not be used (RFC 4469 BADURL), or a referral (RFC 2221, RFC 2193)."""

    urls: tuple[str, ...]


CodeValue: TypeAlias = (
    int | str | FlagSet | UidSet | Capabilities | AppendUid | CopyUid | BadUrl | tuple[str, ...] | None
)


@attrs.frozen
class Code:
    """One response code: its name in upper case and what it carries, None where that is nothing or not understood."""

    name: str
    value: CodeValue = None


def read_code(reader: Reader) -> Code:
    """`"[" resp-text-code "]" SP`; `resp-text-code = … / atom [SP 1*<any TEXT-CHAR except "]">]` (RFC 9051)"""
    reader.expect(b"[")
    start = reader.pos
    name = _name(reader)
    read = _READERS.get(name)
    value: CodeValue = None
    if read is not None:
        try:
            reader.spaces()
            value = read(reader)
        except ProtocolViolation:
            # A code is an annotation: one we cannot read must not cost the answer it stands in.
            reader.pos = start
            value = None
    if not reader.take(b"]"):
        end = reader.text.find(b"]", reader.pos)
        if end < 0:
            reader.fail("']'")
        reader.pos = end + 1
    reader.spaces()
    return Code(name, value)


def _name(reader: Reader) -> str:
    return reader.atom().upper().decode("ascii", "replace")


def _members(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    found: list[int] = []
    for first, last in ranges:
        found.extend(range(first, last + 1) if first <= last else range(first, last - 1, -1))
    return found


def _count(ranges: tuple[tuple[int, int], ...]) -> int:
    return sum(abs(last - first) + 1 for first, last in ranges)


def _capabilities(reader: Reader) -> Capabilities:
    """`capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)`"""
    end = reader.text.find(b"]", reader.pos)
    found = Capabilities.parse(reader.text[reader.pos : end])
    reader.pos = end
    return found


def _flags(reader: Reader) -> FlagSet:
    """`"PERMANENTFLAGS" SP "(" [flag-perm *(SP flag-perm)] ")"`"""
    end = reader.text.find(b")", reader.pos)
    found = FlagSet.read(reader.text[reader.pos : end + 1])
    reader.pos = end + 1
    return found


def _charsets(reader: Reader) -> tuple[str, ...]:
    """`"BADCHARSET" [SP "(" charset *(SP charset) ")" ]`"""
    if not reader.at(b"("):
        return ()
    return tuple(reader.listed(lambda item: item.astring().decode("ascii", "replace")))


def _append_uid(reader: Reader) -> AppendUid:
    """`resp-code-apnd = "APPENDUID" SP nz-number SP append-uid` (RFC 4315)"""
    validity = reader.nz_number()
    reader.sp()
    return AppendUid(validity, read_uid_set(reader))


def _copy_uid(reader: Reader) -> CopyUid:
    """`resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set` (RFC 4315)"""
    validity = reader.nz_number()
    reader.sp()
    source = _ranges(reader)
    reader.sp()
    return CopyUid(validity, source, _ranges(reader))


def _ranges(reader: Reader) -> tuple[tuple[int, int], ...]:
    """`uid-set = (uniqueid / uid-range) *("," uid-set)`, in the order given"""
    found = []
    while True:
        first = reader.nz_number()
        found.append((first, reader.nz_number() if reader.take(b":") else first))
        if not reader.take(b","):
            return tuple(found)


def _uids(reader: Reader) -> UidSet:
    """`"MODIFIED" SP sequence-set` (RFC 7162)"""
    return read_uid_set(reader)


def _referral(reader: Reader) -> BadUrl:
    """`"REFERRAL" 1*(SP imapurl)` (RFC 2221, RFC 2193), `"BADURL" SP url-resp-text` (RFC 4469)"""
    end = reader.text.find(b"]", reader.pos)
    words = reader.text[reader.pos : end].decode("ascii", "backslashreplace").split()
    reader.pos = end
    return BadUrl(tuple(words))


def _mailbox_id(reader: Reader) -> str:
    """`"MAILBOXID" SP "(" objectid ")"` (RFC 8474)"""
    return reader.listed(lambda item: item.token().decode("ascii", "replace"))[0]


def _metadata(reader: Reader) -> tuple[str, ...]:
    """`"METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")` (RFC 5464)"""
    found = [_name(reader)]
    if reader.take(b" "):
        found.append(str(reader.number()))
    return tuple(found)


def _number(reader: Reader) -> int:
    return reader.number64()


_READERS: dict[str, Callable[[Reader], CodeValue]] = {
    "APPENDUID": _append_uid,
    "BADCHARSET": _charsets,
    "BADURL": _referral,
    "CAPABILITY": _capabilities,
    "COPYUID": _copy_uid,
    "HIGHESTMODSEQ": _number,
    "MAILBOXID": _mailbox_id,
    "METADATA": _metadata,
    "MODIFIED": _uids,
    "PERMANENTFLAGS": _flags,
    "REFERRAL": _referral,
    "UIDNEXT": _number,
    "UIDVALIDITY": _number,
    "UNSEEN": _number,
}
