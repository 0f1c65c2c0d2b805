from __future__ import annotations

import pytest

from mailkit.errors import CommandRefused, ProtocolViolation
from mailkit.protocol.response import read_status
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.code_values import AnnotateCode, AppendUid, BadUrl, CodeValue, CopyUid, MetadataCode
from mailkit.protocol.values.codes import Code, read_code
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from tests.protocol.answers import reader_of

BARE = [
    "ALERT",
    "ALREADYEXISTS",
    "AUTHENTICATIONFAILED",
    "AUTHORIZATIONFAILED",
    "BADCOMPARATOR",
    "CANNOT",
    "CLIENTBUG",
    "CLOSED",
    "COMPRESSIONACTIVE",
    "CONTACTADMIN",
    "CORRUPTION",
    "EXPIRED",
    "EXPUNGEISSUED",
    "HASCHILDREN",
    "INUSE",
    "LIMIT",
    "NOMODSEQ",
    "NONEXISTENT",
    "NOPERM",
    "NOTIFICATIONOVERFLOW",
    "NOTSAVED",
    "OVERQUOTA",
    "PARSE",
    "PRIVACYREQUIRED",
    "READ-ONLY",
    "READ-WRITE",
    "SERVERBUG",
    "TEMPFAIL",
    "TOOBIG",
    "TRYCREATE",
    "UIDNOTSTICKY",
    "UNAVAILABLE",
    "UNKNOWN-CTE",
    "URLMECH",
    "USEATTR",
    "X-UNKNOWN",
]


@pytest.mark.parametrize("name", BARE)
def test_most_codes_are_their_name_alone(name: str) -> None:
    for spelled in (name, name.lower()):
        status = read_status(reader_of(b"[%b] text for people" % spelled.encode()), "NO", b"A1")
        assert (status.code, status.text) == (Code(name), "text for people")


CODES: list[tuple[bytes, CodeValue]] = [
    (b"APPENDUID 38505 3955", AppendUid(38505, UidSet.of(3955))),
    (b"APPENDUID 38505 3955:3957", AppendUid(38505, UidSet.parse("3955:3957"))),
    (b"COPYUID 38505 304,319:320 3956:3958", CopyUid(38505, ((304, 304), (319, 320)), ((3956, 3958),))),
    (b"BADCHARSET", ()),
    (b"BADCHARSET (US-ASCII UTF-8)", ("US-ASCII", "UTF-8")),
    (b'BADCHARSET ("ISO-8859-1")', ("ISO-8859-1",)),
    (b"BADEVENT (MessageNew FlagChange)", ("MessageNew", "FlagChange")),
    (b"BADURL /INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9",
     BadUrl(("/INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9",))),
    (b"REFERRAL IMAP://user;AUTH=*@server2.example/REMOTE IMAP://server3.example/REMOTE",
     BadUrl(("IMAP://user;AUTH=*@server2.example/REMOTE", "IMAP://server3.example/REMOTE"))),
    (b"CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN", Capabilities(["IMAP4REV1", "STARTTLS", "AUTH=PLAIN"])),
    (b"HIGHESTMODSEQ 9223372036854775807", (1 << 63) - 1),
    (b"MAILBOXID (F2212ea87-6097-4256-9d51-71338625)", "F2212ea87-6097-4256-9d51-71338625"),
    (b"METADATA LONGENTRIES 2199", MetadataCode("LONGENTRIES", 2199)),
    (b"METADATA MAXSIZE 1024", MetadataCode("MAXSIZE", 1024)),
    (b"METADATA TOOMANY", MetadataCode("TOOMANY")),
    (b"METADATA NOPRIVATE", MetadataCode("NOPRIVATE")),
    (b"ANNOTATE TOOBIG", AnnotateCode("TOOBIG")),
    (b"ANNOTATIONS 20480", 20480),
    (b"ANNOTATIONS 20480 NOPRIVATE", ("20480", "NOPRIVATE")),
    (b"ANNOTATIONS NONE", ("NONE",)),
    (b"MAXCONVERTMESSAGES 1", 1),
    (b"MAXCONVERTPARTS 2", 2),
    (b"MODIFIED 7,9", UidSet.of(7, 9)),
    (b"NEWNAME blurdybloop sarasoop", ("blurdybloop", "sarasoop")),
    (b'NOUPDATE "B02"', "B02"),
    (b"PERMANENTFLAGS (\\Deleted \\Seen \\*)", FlagSet.read(b"\\Deleted \\Seen \\*")),
    (b"PERMANENTFLAGS ()", FlagSet()),
    (b"UIDNEXT 4392", 4392),
    (b"UIDVALIDITY 3857529045", 3857529045),
    (b"UNDEFINED-FILTER on-the-road", "on-the-road"),
    (b"UNSEEN 12", 12),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "value"), CODES)
def test_a_code_carries_its_value(octets: bytes, value: CodeValue) -> None:
    name = octets.split()[0].decode()
    for text in (octets, octets.replace(name.encode(), name.lower().encode(), 1)):
        reader = reader_of(b"[" + text + b"] words [and more]")
        assert read_code(reader) == Code(name, value)
        assert reader.remainder() == b"words [and more]"


NOT_UNDERSTOOD = [
    b"APPENDUID", b"APPENDUID 1", b"APPENDUID x 1", b"APPENDUID 1 *", b"COPYUID 1 2", b"COPYUID 1 2 *", b"UIDNEXT",
    b"UIDNEXT x", b"UIDNEXT -1", b"UIDNEXT 99999999999999999999", b"MODIFIED", b"MODIFIED 1:*", b"MAILBOXID ()",
    b"MAILBOXID x", b"METADATA", b"METADATA (", b"ANNOTATE", b"PERMANENTFLAGS", b"PERMANENTFLAGS (\\Seen",
    b"BADCHARSET (", b"BADEVENT x", b'NOUPDATE "x', b"NOUPDATE", b"UNSEEN (", b"NEWNAME (x)", b"ANNOTATIONS (",
    b"BADCHARSET " + b"(" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("octets", NOT_UNDERSTOOD)
def test_a_code_that_cannot_be_understood_costs_only_itself(octets: bytes) -> None:
    status = read_status(reader_of(b"[" + octets + b"] words"), "OK", None)
    assert status.code == Code(octets.split()[0].decode(), None)
    assert status.text == "words"


@pytest.mark.parametrize(
    ("octets", "code", "text"),
    [
        (b'[X-NEW (a b) {5} "c"] words', Code("X-NEW"), "words"),
        (b"[UIDNEXT 5]", Code("UIDNEXT", 5), ""),
        (b"[UIDNEXT 5 6] words", Code("UIDNEXT", 5), "words"),
        (b"[not a code", None, "[not a code"),
        (b"[] words", None, "[] words"),
        (b"[[x] words", Code("[X"), "words"),
        (b"words [ALERT]", None, "words [ALERT]"),
        (b"", None, ""),
        (b"[ALERT] gr\xc3\xbcn \xff", Code("ALERT"), "grün \ufffd"),
    ],
)
def test_text_goes_on_where_the_code_ends(octets: bytes, code: Code | None, text: str) -> None:
    status = read_status(reader_of(octets), "OK", None)
    assert (status.code, status.text) == (code, text)


def test_a_code_is_bracketed() -> None:
    for octets in (b"ALERT", b"[", b"[ALERT", b"[ALERT 5"):
        with pytest.raises(ProtocolViolation):
            read_code(reader_of(octets))


@pytest.mark.parametrize(
    ("code", "retryable"),
    [("UNAVAILABLE", True), ("TEMPFAIL", True), ("INUSE", True), ("USEATTR", False), ("METADATA", False),
     ("CORRUPTION", False), ("REFERRAL", False), ("X-UNKNOWN", False)],
)  # fmt: skip
def test_a_code_chooses_the_error(code: str, retryable: bool) -> None:
    refused = CommandRefused.of("NOOP", "NO", code, "words")
    assert refused.retryable is retryable
    assert (type(refused) is CommandRefused) is (code == "X-UNKNOWN")
