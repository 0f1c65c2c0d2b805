from __future__ import annotations

from datetime import date

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.commands.search import Search
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.saved import SAVED
from mailkit.protocol.values.search_key import ALL, AndKey, Key, NotKey, OrKey, SearchKey, Word
from mailkit.protocol.values.search_result import SearchResult
from tests.protocol.answers import Conversation, answered, written

SINCE = Key("SINCE", (date(1994, 2, 1),))

KEYS: list[tuple[SearchKey, bytes]] = [
    (ALL, b"ALL"),
    (Key("FROM", ("Smith",)), b'FROM "Smith"'),
    (AndKey((Key("FLAGGED"), SINCE, NotKey(Key("FROM", ("Smith",))))),
     b'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"'),
    (OrKey(AndKey((Key("SEEN"), Key("DRAFT"))), NotKey(AndKey((ALL, SINCE)))),
     b"OR (SEEN DRAFT) NOT (ALL SINCE 1-Feb-1994)"),
    (Key("", (SequenceSet.parse("1:5,*"),)), b"1:5,*"),
    (Key("UID", (UidSet.of(3),)), b"UID 3"),
    (Key("UID", (SAVED,)), b"UID $"),
    (Key("", (SAVED,)), b"$"),
    (Key("KEYWORD", (Word("$Forwarded"),)), b"KEYWORD $Forwarded"),
    (Key("LARGER", (1 << 40,)), b"LARGER 1099511627776"),
    (Key("OLDER", (259200,)), b"OLDER 259200"),
    (Key("HEADER", ("Message-ID", "<a\"b\\c@x>")), b'HEADER "Message-ID" "<a\\"b\\\\c@x>"'),
    (Key("SUBJECT", ("a\r\nb",)), b"SUBJECT {4+}\r\na\r\nb"),
    (Key("TEXT", ("",)), b'TEXT ""'),
    (Key("X-GM-RAW", ("has:attachment in:unread",)), b'X-GM-RAW "has:attachment in:unread"'),
    (Key("EMAILID", (Word("M6d99ac3275bb4e"),)), b"EMAILID M6d99ac3275bb4e"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "octets"), KEYS)
def test_keys_are_written(key: SearchKey, octets: bytes) -> None:
    assert written(Search(key)) == b"UID SEARCH " + octets


WRITTEN = [
    (Search(ALL, ("MIN", "COUNT")), b"UID SEARCH RETURN (MIN COUNT) ALL"),
    (Search(Key("FLAGGED"), ("SAVE",)), b"UID SEARCH RETURN (SAVE) FLAGGED"),
    (Search(ALL, partial=(1, 500)), b"UID SEARCH RETURN (PARTIAL 1:500) ALL"),
    (Search(ALL, ("COUNT",), (-1, -100)), b"UID SEARCH RETURN (COUNT PARTIAL -1:-100) ALL"),
    (Search(Key("TEXT", ("ü",))), b"UID SEARCH CHARSET UTF-8 TEXT {2+}\r\n\xc3\xbc"),
    (Search(Key("TEXT", ("ü",)), charset="iso-8859-1"), b"UID SEARCH CHARSET iso-8859-1 TEXT {1+}\r\n\xfc"),
    (Search(ALL, charset="iso-8859-1"), b"UID SEARCH ALL"),
]


@pytest.mark.parametrize(("search", "octets"), WRITTEN)
def test_options_stand_before_the_keys(search: Search, octets: bytes) -> None:
    assert written(search) == octets


def test_in_utf8_mode_no_charset_is_named() -> None:
    """RFC 6855 §3"""
    for charset in (None, "iso-8859-1"):
        search = Search(Key("TEXT", ("ü",)), charset=charset)
        assert written(search, utf8=True) == 'UID SEARCH TEXT "ü"'.encode()


@pytest.mark.parametrize(
    "wrong",
    [
        Search(ALL, partial=(0, 1)),
        Search(ALL, partial=(-1, 1)),
        Search(ALL, partial=(1, 1 << 32)),
        Search(ALL, ("A B",)),
        Search(Key("TEXT", ("ü",)), charset="us-ascii"),
        Search(Key("TEXT", ("ü",)), charset="no such charset"),
        Search(Key("TEXT", ("a\0",))),
        Search(Key("UID", (UidSet(),))),
    ],
)
def test_what_cannot_be_sent_is_refused(wrong: Search) -> None:
    with pytest.raises(UsageError):
        written(wrong)


RESULTS = [
    ([b"SEARCH 2 84 882"], SearchResult(UidSet.of(2, 84, 882))),
    ([b"SEARCH"], SearchResult(UidSet())),
    ([], SearchResult(UidSet())),
    ([b"search 2 ", b"SEARCH 3 2"], SearchResult(UidSet.of(2, 3))),
    ([b"SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 917162500)"],
     SearchResult(UidSet.parse("2,5:7,11,12,18:20,23"), modseq=917162500)),
    ([b'ESEARCH (TAG "A1") UID MIN 7 COUNT 3800'], SearchResult(UidSet(), count=3800, min=7, tag="A1")),
    ([b'ESEARCH (TAG "A1") UID ALL 17,900,901'], SearchResult(UidSet.of(17, 900, 901), tag="A1")),
    ([b"ESEARCH (tag A1) UID"], SearchResult(UidSet(), tag="A1")),
    ([b"ESEARCH UID COUNT 0"], SearchResult(UidSet(), count=0)),
    ([b'ESEARCH (TAG "A1") UID ALL 1:3,5 MODSEQ 1236 X-NEW (a (b)) COUNT 4'],
     SearchResult(UidSet.parse("1:3,5"), count=4, modseq=1236, tag="A1")),
    ([b'ESEARCH (TAG "A1") UID MIN 1 MAX 9'], SearchResult(UidSet(), min=1, max=9, tag="A1")),
    ([b'ESEARCH (TAG "A1") UID PARTIAL (-1:-100 200:250,252:300)'],
     SearchResult(UidSet(), partial=UidSet.parse("200:250,252:300"), tag="A1")),
    ([b'ESEARCH (TAG "A1") UID COUNT 9 PARTIAL (23500:24000 NIL)'],
     SearchResult(UidSet(), count=9, partial=UidSet(), tag="A1")),
]  # fmt: skip


@pytest.mark.parametrize(("responses", "result"), RESULTS)
def test_results_are_read(responses: list[bytes], result: SearchResult) -> None:
    assert answered(Search(ALL), *responses) == result


@pytest.mark.parametrize(
    "hostile",
    [b"SEARCH x", b"SEARCH 0", b"SEARCH -1", b"SEARCH 4294967296", b"SEARCH " + b"9" * 5000, b"ESEARCH UID ALL",
     b"ESEARCH UID ALL *", b"ESEARCH UID ALL 1:*", b"ESEARCH (TAG", b"ESEARCH (TOG x) UID", b"ESEARCH UID COUNT x",
     b"ESEARCH UID COUNT 9999999999999999999", b"ESEARCH UID PARTIAL (1:2 3", b"ESEARCH UID ALL 0"],
)  # fmt: skip
def test_a_broken_result_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(Search(ALL), hostile)


def test_a_set_of_all_numbers_takes_no_memory() -> None:
    assert answered(Search(ALL), b"ESEARCH UID ALL 1:4294967295").uids.count == 4294967295


def test_an_extended_result_belongs_to_the_command_that_it_names() -> None:
    talk = Conversation()
    first, second = talk.send(Search(ALL, ("COUNT",))), talk.send(Search(Key("SEEN"), ("COUNT",)))
    talk.receive(b'* ESEARCH (TAG "A2") UID COUNT 2\r\nA2 OK done\r\n* ESEARCH (TAG "A9") UID COUNT 9\r\n')
    talk.receive(b'* ESEARCH (TAG "A1") UID COUNT 1\r\nA1 OK done\r\n')
    assert (talk.result(first).count, talk.result(second).count) == (1, 2)
    assert [row.name for row in talk.news] == [b"ESEARCH"]
