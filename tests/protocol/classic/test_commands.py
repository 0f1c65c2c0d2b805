"""Every method writes the octets that its documentation promises, and gives what the server answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

import pytest

from mailkit.protocol import IMAP4, Commands
from tests.protocol.classic.paper import Paper

Call: TypeAlias = Callable[[IMAP4], object]

_OK = b"%t OK done\r\n"
_DONE = ("OK", [b"done"])
_ANONYMOUS, _AUTH, _SELECTED = "NONAUTH", "AUTH", "SELECTED"


TABLE: list[tuple[str, Call, bytes, bytes, object]] = [
    # state, call, what is sent behind the tag, what the server says, what is given
    (_AUTH, lambda m: m.append("A b", r"\Seen", '"17-Jul-1996 02:44:25 -0700"', b"x\ny\r\nz\r"),
     b'APPEND "A b" (\\Seen) "17-Jul-1996 02:44:25 -0700" {9}\r\nx\r\ny\r\nz\r\n\r\n',
     b"%t OK [APPENDUID 1 2] done\r\n", ("OK", [b"[APPENDUID 1 2] done"])),
    (_AUTH, lambda m: m.append(None, None, None, b""), b"APPEND INBOX {0}\r\n\r\n", _OK, _DONE),
    (_AUTH, lambda m: m.append("", r"(\Draft x)", datetime(2020, 1, 2, tzinfo=UTC), b"x"),
     b'APPEND INBOX (\\Draft x) "02-Jan-2020 00:00:00 +0000" {1}\r\nx\r\n',
     b"%t NO [TRYCREATE] none\r\n", ("NO", [b"[TRYCREATE] none"])),
    (_SELECTED, lambda m: m.check(), b"CHECK", _OK, _DONE),
    (_SELECTED, lambda m: m.close(), b"CLOSE", _OK, _DONE),
    (_SELECTED, lambda m: m.copy("1:3,6:9", "A b"), b'COPY 1:3,6:9 "A b"', _OK, _DONE),
    (_SELECTED, lambda m: m.copy(7, "A", uid=True), b"UID COPY 7 A", _OK, _DONE),
    (_SELECTED, lambda m: m.move(b"3:*", b"A"), b"MOVE 3:* A", b"* 3 EXPUNGE\r\n%t OK done\r\n", _DONE),
    (_SELECTED, lambda m: m.move("7", "A", uid=True), b"UID MOVE 7 A", _OK, _DONE),
    (_AUTH, lambda m: m.create('a "b" \\'), b'CREATE "a \\"b\\" \\\\"', _OK, _DONE),
    (_AUTH, lambda m: m.create('"a b"'), b'CREATE "a b"', _OK, _DONE),
    (_AUTH, lambda m: m.create("a*"), b'CREATE "a*"', _OK, _DONE),
    (_AUTH, lambda m: m.create(""), b'CREATE ""', _OK, _DONE),
    (_AUTH, lambda m: m.delete(1984), b"DELETE 1984", _OK, _DONE),
    (_AUTH, lambda m: m.deleteacl("A", "bob"), b"DELETEACL A bob", _OK, _DONE),
    (_SELECTED, lambda m: m.expunge(), b"EXPUNGE", b"* 3 EXPUNGE\r\n* 3 EXPUNGE\r\n* 5 EXPUNGE\r\n%t OK done\r\n",
     ("OK", [b"3", b"3", b"5"])),
    (_SELECTED, lambda m: m.expunge(), b"EXPUNGE", _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.expunge("4:5", uid=True), b"UID EXPUNGE 4:5", b"* 3 EXPUNGE\r\n%t OK done\r\n",
     ("OK", [b"3"])),
    (_SELECTED, lambda m: m.fetch(1, "(FLAGS)"), b"FETCH 1 (FLAGS)", b"* 1 FETCH (FLAGS ())\r\n%t OK done\r\n",
     ("OK", [b"1 (FLAGS ())"])),
    (_SELECTED, lambda m: m.fetch("1", "RFC822"), b"FETCH 1 RFC822",
     b"* 1 FETCH (RFC822 {5}\r\nab\r\nc)\r\n%t OK done\r\n", ("OK", [(b"1 (RFC822 {5}", b"ab\r\nc"), b")"])),
    (_SELECTED, lambda m: m.fetch("1", "UID FLAGS", uid=True), b"UID FETCH 1 (UID FLAGS)", _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.fetch("1", "BODY[HEADER.FIELDS (TO)]"), b"FETCH 1 (BODY[HEADER.FIELDS (TO)])",
     b"* 1 FETCH (A {1}\r\nx B {0}\r\n C {2}\r\nyz)\r\n%t OK done\r\n",
     ("OK", [(b"1 (A {1}", b"x"), (b" B {0}", b""), (b" C {2}", b"yz"), b")"])),
    (_SELECTED, lambda m: m.fetch("9", "(FLAGS)"), b"FETCH 9 (FLAGS)", b"%t NO no 9\r\n", ("NO", [b"no 9"])),
    (_AUTH, lambda m: m.getacl("A"), b"GETACL A", b"* ACL A bob lrs\r\n%t OK done\r\n", ("OK", [b"A bob lrs"])),
    (_AUTH, lambda m: m.getannotation("A", "/comment", "value.priv"), b'GETANNOTATION A "/comment" "value.priv"',
     b'* ANNOTATION A "/comment" ("value.priv" "x")\r\n%t OK done\r\n',
     ("OK", [b'A "/comment" ("value.priv" "x")'])),
    (_AUTH, lambda m: m.getannotation("A", '("/a" "/b")', '"value"'), b'GETANNOTATION A ("/a" "/b") "value"', _OK,
     ("OK", [None])),
    (_AUTH, lambda m: m.setannotation("A", "/a", '("value.priv" "x")', "/b", '("value.priv" NIL)'),
     b'SETANNOTATION A "/a" ("value.priv" "x") "/b" ("value.priv" NIL)', _OK, ("OK", [None])),
    (_AUTH, lambda m: m.getquota("my root"), b'GETQUOTA "my root"',
     b'* QUOTA "my root" (STORAGE 1 2)\r\n%t OK done\r\n', ("OK", [b'"my root" (STORAGE 1 2)'])),
    (_AUTH, lambda m: m.getquotaroot("A"), b"GETQUOTAROOT A",
     b"* QUOTAROOT A r s\r\n* QUOTA r (STORAGE 1 2)\r\n* QUOTA s ()\r\n%t OK done\r\n",
     ("OK", [[b"A r s"], [b"r (STORAGE 1 2)", b"s ()"]])),
    (_AUTH, lambda m: m.getquotaroot("A"), b"GETQUOTAROOT A", b"%t NO none\r\n", ("NO", [[b"none"], [b"none"]])),
    (_AUTH, lambda m: m.setquota("r", "STORAGE 5"), b"SETQUOTA r (STORAGE 5)", _OK, ("OK", [None])),
    (_AUTH, lambda m: m.setquota("", "(STORAGE 5)"), b'SETQUOTA "" (STORAGE 5)', _OK, ("OK", [None])),
    (_AUTH, lambda m: m.list(), b'LIST "" *', b'* LIST () "/" a\r\n* LIST () "/" {3}\r\nb"c\r\n%t OK done\r\n',
     ("OK", [b'() "/" a', (b'() "/" {3}', b'b"c'), b""])),
    (_AUTH, lambda m: m.list("", "a b%"), b'LIST "" "a b%"', _OK, ("OK", [None])),
    (_AUTH, lambda m: m.lsub("#news.", "%"), b"LSUB #news. %", b'* LSUB () "." x\r\n%t OK done\r\n',
     ("OK", [b'() "." x'])),
    (_ANONYMOUS, lambda m: m.login("bob", "pw"), b'LOGIN bob "pw"', b"%t OK [CAPABILITY IMAP4rev1 X] hi\r\n",
     ("OK", [b"[CAPABILITY IMAP4rev1 X] hi"])),
    (_ANONYMOUS, lambda m: m.login("a b", '"q" \\'), b'LOGIN "a b" "\\"q\\" \\\\"',
     b"%t OK [CAPABILITY IMAP4rev1] hi\r\n", ("OK", [b"[CAPABILITY IMAP4rev1] hi"])),
    (_ANONYMOUS, lambda m: m.login("bob", "pässword"), "LOGIN bob {9}\r\npässword".encode(),
     b"%t OK [CAPABILITY IMAP4rev1] hi\r\n", ("OK", [b"[CAPABILITY IMAP4rev1] hi"])),
    (_AUTH, lambda m: m.myrights("A"), b"MYRIGHTS A", b"* MYRIGHTS A lrs\r\n%t OK done\r\n", ("OK", [b"A lrs"])),
    (_AUTH, lambda m: m.namespace(), b"NAMESPACE", b'* NAMESPACE (("" "/")) NIL NIL\r\n%t OK done\r\n',
     ("OK", [b'(("" "/")) NIL NIL'])),
    (_AUTH, lambda m: m.noop(), b"NOOP", _OK, _DONE),
    (_SELECTED, lambda m: m.partial("1", "RFC822", 1, 1024), b"PARTIAL 1 RFC822 1 1024",
     b"* 1 FETCH (RFC822 {2}\r\nab)\r\n%t OK done\r\n", ("OK", [(b"1 (RFC822 {2}", b"ab"), b")"])),
    (_AUTH, lambda m: m.proxyauth("bob"), b"PROXYAUTH bob", b"%t OK you are bob\r\n", ("OK", [b"you are bob"])),
    (_AUTH, lambda m: m.rename("a", "b c"), b'RENAME a "b c"', _OK, _DONE),
    (_SELECTED, lambda m: m.search(None, "ALL"), b"SEARCH ALL", b"* SEARCH 1 2\r\n%t OK done\r\n", ("OK", [b"1 2"])),
    (_SELECTED, lambda m: m.search(None, "ALL"), b"SEARCH ALL", b"* SEARCH\r\n%t OK done\r\n", ("OK", [b""])),
    (_SELECTED, lambda m: m.search(None, "ALL"), b"SEARCH ALL", _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.search("utf-8", "SUBJECT", "öl"), "SEARCH CHARSET utf-8 SUBJECT {3}\r\nöl".encode(),
     b"* SEARCH 1\r\n%t OK done\r\n", ("OK", [b"1"])),
    (_SELECTED, lambda m: m.search("X", "ALL"), b"SEARCH CHARSET X ALL", b"%t NO [BADCHARSET] no\r\n",
     ("NO", [b"[BADCHARSET] no"])),
    (_SELECTED, lambda m: m.search(None, "ALL", uid=True), b"UID SEARCH ALL", b"* SEARCH 7\r\n%t OK done\r\n",
     ("OK", [b"7"])),
    (_AUTH, lambda m: m.select(), b"SELECT INBOX", b"* 3 EXISTS\r\n%t OK [READ-WRITE] done\r\n", ("OK", [b"3"])),
    (_AUTH, lambda m: m.select("A b"), b'SELECT "A b"', b"%t OK done\r\n", ("OK", [None])),
    (_AUTH, lambda m: m.select("A"), b"SELECT A", b"%t NO none\r\n", ("NO", [b"none"])),
    (_AUTH, lambda m: m.select("A", True), b"EXAMINE A", b"* 3 EXISTS\r\n%t OK [READ-ONLY] done\r\n", ("OK", [b"3"])),
    (_AUTH, lambda m: m.examine("A"), b"EXAMINE A", b"* 3 EXISTS\r\n%t OK [READ-ONLY] done\r\n", ("OK", [b"3"])),
    (_AUTH, lambda m: m.setacl("A", "bob", "+lrs"), b"SETACL A bob +lrs", _OK, _DONE),
    (_AUTH, lambda m: m.setacl("A", "bob", ""), b'SETACL A bob ""', _OK, _DONE),
    (_SELECTED, lambda m: m.sort("REVERSE DATE", "UTF-8", "ALL"), b"SORT (REVERSE DATE) UTF-8 ALL",
     b"* SORT 2 1\r\n%t OK done\r\n", ("OK", [b"2 1"])),
    (_SELECTED, lambda m: m.sort("(DATE)", "UTF-8", "TEXT", "a b", uid=True), b'UID SORT (DATE) UTF-8 TEXT "a b"',
     _OK, ("OK", [None])),
    (_AUTH, lambda m: m.status("A b", "(MESSAGES)"), b'STATUS "A b" (MESSAGES)',
     b'* STATUS "A b" (MESSAGES 1)\r\n%t OK done\r\n', ("OK", [b'"A b" (MESSAGES 1)'])),
    (_AUTH, lambda m: m.status("A", "MESSAGES RECENT"), b"STATUS A (MESSAGES RECENT)", _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.store("1", "+FLAGS", "\\Deleted"), b"STORE 1 +FLAGS (\\Deleted)",
     b"* 1 FETCH (FLAGS (\\Deleted))\r\n%t OK done\r\n", ("OK", [b"1 (FLAGS (\\Deleted))"])),
    (_SELECTED, lambda m: m.store("1:*", "-FLAGS.SILENT", r"(\Seen $x)", uid=True),
     b"UID STORE 1:* -FLAGS.SILENT (\\Seen $x)", _OK, ("OK", [None])),
    (_AUTH, lambda m: m.subscribe("A b"), b'SUBSCRIBE "A b"', _OK, _DONE),
    (_AUTH, lambda m: m.unsubscribe("A"), b"UNSUBSCRIBE A", _OK, _DONE),
    (_SELECTED, lambda m: m.thread("REFERENCES", "UTF-8", "SUBJECT", "a b"), b'THREAD REFERENCES UTF-8 SUBJECT "a b"',
     b"* THREAD (1)(2 3)\r\n%t OK done\r\n", ("OK", [b"(1)(2 3)"])),
    (_SELECTED, lambda m: m.thread("REFERENCES", "UTF-8", "ALL", uid=True), b"UID THREAD REFERENCES UTF-8 ALL", _OK,
     ("OK", [None])),
    (_SELECTED, lambda m: m.uid("fetch", 7, "(FLAGS)"), b"UID FETCH 7 (FLAGS)",
     b"* 1 FETCH (UID 7 FLAGS ())\r\n%t OK done\r\n", ("OK", [b"1 (UID 7 FLAGS ())"])),
    (_SELECTED, lambda m: m.uid("FETCH", "7", "(FLAGS)", "(CHANGEDSINCE 5)"), b"UID FETCH 7 (FLAGS) (CHANGEDSINCE 5)",
     _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.uid("STORE", "7", "+FLAGS", r"\Seen"), rb"UID STORE 7 +FLAGS \Seen", _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.uid("COPY", "7", "A b"), b'UID COPY 7 "A b"', _OK, ("OK", [None])),
    (_SELECTED, lambda m: m.uid("SEARCH", None, "SUBJECT", "a b"), b'UID SEARCH SUBJECT "a b"',
     b"* SEARCH 7\r\n%t OK done\r\n", ("OK", [b"7"])),
    (_SELECTED, lambda m: m.uid("SORT", "DATE", "UTF-8", "ALL"), b"UID SORT (DATE) UTF-8 ALL",
     b"* SORT 7\r\n%t OK done\r\n", ("OK", [b"7"])),
    (_SELECTED, lambda m: m.uid("THREAD", "REFERENCES", "UTF-8", "ALL"), b"UID THREAD REFERENCES UTF-8 ALL",
     b"* THREAD (7)\r\n%t OK done\r\n", ("OK", [b"(7)"])),
    (_SELECTED, lambda m: m.uid("EXPUNGE", "7"), b"UID EXPUNGE 7", b"* 1 EXPUNGE\r\n%t OK done\r\n", ("OK", [None])),
    (_SELECTED, lambda m: m.unselect(), b"UNSELECT", _OK, _DONE),
    (_AUTH, lambda m: m.xatom("x-new", "a", None, "b c", "(d {e)", 5), b'X-NEW a "b c" (d {e) 5', _OK, _DONE),
    (_AUTH, lambda m: m.id({"name": 'a "b"', "os": None}), b'ID ("name" "a \\"b\\"" "os" NIL)',
     b'* ID ("name" "x")\r\n%t OK done\r\n', ("OK", [b'("name" "x")'])),
    (_AUTH, lambda m: m.id(), b"ID NIL", b"* ID NIL\r\n%t OK done\r\n", ("OK", [b"NIL"])),
    (_AUTH, lambda m: m.capability(), b"CAPABILITY", _OK, ("OK", [b"IMAP4rev1 ENABLE"])),
    (_AUTH, lambda m: m.enable("CONDSTORE X"), b"ENABLE CONDSTORE X", b"* ENABLED X\r\n%t OK done\r\n", _DONE),
    (_AUTH, lambda m: m.logout(), b"LOGOUT", b"* BYE see you\r\n%t OK done\r\n", ("BYE", [b"see you"])),
    (_AUTH, lambda m: m.logout(), b"LOGOUT", b"* BYE see you\r\n", ("BYE", [b"see you"])),
    (_AUTH, lambda m: m.logout(), b"LOGOUT", _OK, _DONE),
]  # fmt: skip


@pytest.mark.parametrize(("state", "call", "sent", "said", "given"), TABLE)
def test_octets_and_result(state: str, call: Call, sent: bytes, said: bytes, given: object) -> None:
    paper = Paper(said, offers=b"IMAP4rev1 ENABLE", state=state)
    assert call(paper) == given
    assert paper.sent == [b"T " + sent.removesuffix(b"\r\n") + b"\r\n"]


_METHODS = sorted(name for name in dir(IMAP4) if name.isupper() and name != "PROTOCOL_VERSION")


def test_every_command_of_imap4rev1_is_a_method_in_both_cases() -> None:
    base = (
        "CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE"
    )
    more = "LIST LSUB STATUS APPEND CHECK CLOSE EXPUNGE SEARCH FETCH STORE COPY UID"
    assert set(base.split()) | set(more.split()) <= set(_METHODS)
    for name in _METHODS:
        assert getattr(IMAP4, name) is getattr(IMAP4, name.lower())
        assert getattr(IMAP4, name).__doc__


def test_an_override_in_lower_case_holds_in_upper_case() -> None:
    class Loud(Paper):
        def noop(self) -> tuple[str, list[bytes]]:
            return "OK", [b"mine"]

    assert Loud().NOOP() == ("OK", [b"mine"])


def test_an_override_of_one_object_holds_in_upper_case(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper()
    monkeypatch.setattr(paper, "noop", lambda: ("OK", [b"mine"]))
    assert paper.NOOP() == ("OK", [b"mine"])


def test_a_command_refused_as_bad_raises_error() -> None:
    paper = Paper(b"%t BAD what?\r\n", state="AUTH")
    with pytest.raises(IMAP4.error, match=r"^NOOP command error: BAD \[b'what\?'\]$"):
        paper.noop()
    assert paper.noop()[0] == "OK"


@pytest.mark.parametrize("name", ["fetch", "append", "login", "enable", "uid"])
def test_a_command_in_the_wrong_state_raises_error_and_sends_nothing(name: str) -> None:
    calls: dict[str, tuple[str, Call]] = {
        "fetch": ("AUTH", lambda m: m.fetch("1", "(FLAGS)")),
        "append": ("NONAUTH", lambda m: m.append(None, None, None, b"")),
        "login": ("AUTH", lambda m: m.login("a", "b")),
        "enable": ("SELECTED", lambda m: m.enable("X")),
        "uid": ("AUTH", lambda m: m.uid("FETCH", "1", "(FLAGS)")),
    }
    state, call = calls[name]
    paper = Paper(offers=b"IMAP4rev1 ENABLE", state=state)
    verb = "FETCH" if name == "uid" else name.upper()
    with pytest.raises(IMAP4.error, match=f"^command {verb} illegal in state {state}, only allowed in states "):
        call(paper)
    assert paper.sent == []


def test_a_program_may_teach_where_a_command_is_legal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Commands, "X-NEW", ("SELECTED",))
    paper = Paper(state="AUTH")
    with pytest.raises(IMAP4.error, match="illegal in state AUTH"):
        paper.xatom("X-NEW")


@pytest.mark.parametrize("args", [("FETCH",), ("SEARCH", None), ("NONSENSE", "1")])
def test_uid_wants_a_known_command_and_an_argument(args: tuple[str, ...]) -> None:
    paper = Paper(state="SELECTED")
    with pytest.raises(IMAP4.error):
        paper.uid(*args)
    assert paper.sent == []


@pytest.mark.parametrize(("message_set", "uid"), [(None, True), ("1", False)])
def test_expunge_of_a_set_goes_by_uid(message_set: str | None, *, uid: bool) -> None:
    paper = Paper(state="SELECTED")
    with pytest.raises(IMAP4.error):
        paper.expunge(message_set, uid=uid)
    assert paper.sent == []


@pytest.mark.parametrize("call", [
    lambda m: m.close(),
    lambda m: m.unselect(),
])  # fmt: skip
def test_who_leaves_a_mailbox_has_left_it_whatever_the_server_says(call: Call) -> None:
    paper = Paper(b"%t BAD no\r\n", state="SELECTED")
    with pytest.raises(IMAP4.error):
        call(paper)
    assert paper.state == "AUTH"


def test_a_failed_select_leaves_no_mailbox_open() -> None:
    paper = Paper(b"%t NO none\r\n", state="SELECTED")
    assert paper.select("x") == ("NO", [b"none"])
    assert paper.state == "AUTH"


def test_a_refused_literal_is_not_sent() -> None:
    paper = Paper(state="AUTH", refuses=b"%t NO [TOOBIG] no\r\n")
    assert paper.append("A", None, None, b"secret plans") == ("NO", [b"[TOOBIG] no"])
    assert paper.sent == [b"T APPEND A {12}\r\n"]
    assert paper.noop()[0] == "OK"


def test_with_literal_plus_a_message_goes_at_once() -> None:
    paper = Paper(state="AUTH", offers=b"IMAP4rev1 LITERAL+")
    paper.append("A", None, None, b"x")
    assert paper.sent == [b"T APPEND A {1+}\r\nx\r\n"]


def test_the_literal_attribute_ends_the_next_command() -> None:
    paper = Paper(b"* SEARCH 1\r\n%t OK done\r\n", state="SELECTED")
    paper.literal = "öl".encode()
    assert paper.search("UTF-8", "SUBJECT") == ("OK", [b"1"])
    paper.noop()
    assert paper.sent == ["T SEARCH CHARSET UTF-8 SUBJECT {3}\r\nöl\r\n".encode(), b"T NOOP\r\n"]


def test_a_message_with_nul_goes_as_binary_or_not_at_all() -> None:
    paper = Paper(state="AUTH")
    with pytest.raises(IMAP4.error, match="NUL"):
        paper.append("A", None, None, b"a\0b")
    assert paper.sent == []
    paper = Paper(state="AUTH", offers=b"IMAP4rev1 BINARY")
    paper.append("A", None, None, b"a\0b")
    assert paper.sent == [b"T APPEND A ~{3}\r\na\0b\r\n"]


def test_utf8_mode_puts_a_message_with_a_utf8_header_into_utf8() -> None:
    paper = Paper(state="AUTH", offers=b"IMAP4rev1 ENABLE UTF8=ACCEPT")
    before = paper.utf8_enabled
    paper.enable("UTF8=ACCEPT")
    assert (before, paper.utf8_enabled) == (False, True)
    message = "Subject: öl\r\n\r\n".encode()
    paper.append("Entwürfe", r"\Seen", None, message)
    paper.append("A", None, None, message)
    paper.append("A", None, None, b"Subject: oil\r\n\r\n\xff")
    with pytest.raises(IMAP4.error, match="charset"):
        paper.search("UTF-8", "ALL")
    assert paper.sent[1:] == [
        'T APPEND "Entwürfe" (\\Seen) UTF8 (~{16}\r\n'.encode() + message + b")\r\n",
        b"T APPEND A () UTF8 (~{16}\r\n" + message + b")\r\n",
        b"T APPEND A {17}\r\nSubject: oil\r\n\r\n\xff\r\n",
    ]


def test_enable_wants_a_server_that_has_it() -> None:
    paper = Paper(state="AUTH")
    with pytest.raises(IMAP4.error, match="does not support ENABLE"):
        paper.enable("X")
    assert paper.sent == []


def test_a_server_of_rfc_1730_is_understood() -> None:
    assert Paper(offers=b"IMAP4").PROTOCOL_VERSION == "IMAP4"
    assert Paper(offers=b"IMAP4 IMAP4rev1").PROTOCOL_VERSION == "IMAP4REV1"
    with pytest.raises(IMAP4.error, match="not IMAP4 compliant"):
        Paper(offers=b"POP3")
