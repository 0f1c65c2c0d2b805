"""Response codes: what a status response says in brackets (RFC 9051 §7.1, RFC 5530 and the extensions)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol import values
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.uid_sets import read_runs, read_uid_set
from mailkit.protocol.wire.reader import Reader
from mailkit.value import Value

if TYPE_CHECKING:
    from mailkit.protocol.values.code_values import AnnotateCode, AppendUid, BadUrl, CodeValue, CopyUid, MetadataCode


@attrs.frozen(eq=False, repr=False)
class Code(Value):
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


def _capabilities(reader: Reader) -> Capabilities:
    """`capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)`"""
    end = reader.text.find(b"]", reader.pos)
    found = Capabilities.parse(reader.text[reader.pos : end])
    reader.pos = end
    return found


def _flags(reader: Reader) -> FlagSet:
    """`"PERMANENTFLAGS" SP "(" [flag-perm *(SP flag-perm)] ")"`"""
    end = reader.text.find(b")", reader.pos)
    if end < 0 or not reader.at(b"("):
        reader.fail("flags in parentheses")
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
    return values.code_values.AppendUid(validity, read_uid_set(reader))


def _copy_uid(reader: Reader) -> CopyUid:
    """`resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set` (RFC 4315)"""
    validity = reader.nz_number()
    reader.sp()
    source = read_runs(reader)
    reader.sp()
    return values.code_values.CopyUid(validity, source, read_runs(reader))


def _uids(reader: Reader) -> UidSet:
    """`"MODIFIED" SP sequence-set` (RFC 7162)"""
    return read_uid_set(reader)


def _referral(reader: Reader) -> BadUrl:
    """`"REFERRAL" 1*(SP imapurl)` (RFC 2221, RFC 2193), `"BADURL" SP url-resp-text` (RFC 4469)"""
    end = reader.text.find(b"]", reader.pos)
    words = reader.text[reader.pos : end].decode("ascii", "backslashreplace").split()
    reader.pos = end
    return values.code_values.BadUrl(tuple(words))


def _mailbox_id(reader: Reader) -> str:
    """`"MAILBOXID" SP "(" objectid ")"` (RFC 8474)"""
    return reader.enclosed(Reader.token).decode("ascii", "replace")


def _metadata(reader: Reader) -> MetadataCode:
    """`"METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")` (RFC 5464)"""
    reason = _name(reader)
    return values.code_values.MetadataCode(reason, reader.number64() if reader.take(b" ") else None)


def _annotate(reader: Reader) -> AnnotateCode:
    """`"ANNOTATE" SP "TOOBIG" / "ANNOTATE" SP "TOOMANY"` (RFC 5257)"""
    return values.code_values.AnnotateCode(_name(reader))


def _annotations(reader: Reader) -> int | tuple[str, ...]:
    """`"ANNOTATIONS" SP ann-size`; `ann-size = (number / "NONE" / "READ-ONLY") [SP "NOPRIVATE"]` (RFC 5257)

    A number that stands alone is the octets that an annotation may have.
    """
    words = _words_of(reader)
    return int(words[0]) if len(words) == 1 and words[0].isdigit() and len(words[0]) < 20 else words


def _words(reader: Reader) -> tuple[str, ...]:
    """`"BADEVENT" SP "(" event-name *(SP event-name) ")"` (RFC 5465)"""
    return tuple(reader.listed(lambda item: item.token().decode("ascii", "replace")))


def _words_of(reader: Reader) -> tuple[str, ...]:
    """`"NEWNAME" SP string SP string` (RFC 2060), `"ANNOTATIONS" SP ann-size`: words up to the end"""
    found = []
    while not reader.at(b"]"):
        found.append(_text(reader))
        reader.spaces()
    return tuple(found)


def _text(reader: Reader) -> str:
    """`"NOUPDATE" SP quoted` (RFC 5267), `"UNDEFINED-FILTER" SP filter-name` (RFC 5466)"""
    # An astring may hold "]", which ends the code where it is not quoted.
    octets = reader.string() if reader.at(b'"') else reader.atom()
    return octets.decode("utf-8", "replace")


def _number(reader: Reader) -> int:
    """`"UIDNEXT" SP nz-number`, and all others that carry one number"""
    return reader.number64()


_READERS: dict[str, Callable[[Reader], CodeValue]] = {
    "ANNOTATE": _annotate,
    "ANNOTATIONS": _annotations,
    "APPENDUID": _append_uid,
    "BADCHARSET": _charsets,
    "BADEVENT": _words,
    "BADURL": _referral,
    "CAPABILITY": _capabilities,
    "COPYUID": _copy_uid,
    "HIGHESTMODSEQ": _number,
    "MAILBOXID": _mailbox_id,
    "MAXCONVERTMESSAGES": _number,
    "MAXCONVERTPARTS": _number,
    "METADATA": _metadata,
    "MODIFIED": _uids,
    "NEWNAME": _words_of,
    "NOUPDATE": _text,
    "PERMANENTFLAGS": _flags,
    "REFERRAL": _referral,
    "UIDNEXT": _number,
    "UIDVALIDITY": _number,
    "UNDEFINED-FILTER": _text,
    "UNSEEN": _number,
}
"""Codes that carry something; all others, such as TRYCREATE or ALERT, are their name alone."""
