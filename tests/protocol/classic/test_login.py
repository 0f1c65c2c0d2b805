"""Logging in, in every classic way, and what the object knows afterwards."""

from __future__ import annotations

import base64

import pytest

from mailkit.protocol import IMAP4
from tests.protocol.classic.paper import Paper
from tests.servers.dovecot import Dovecot


def test_a_login_with_new_capabilities_is_believed_and_not_asked_again() -> None:
    paper = Paper(b"%t OK [CAPABILITY IMAP4rev1 MOVE] hi\r\n")
    paper.login("bob", "pw")
    assert paper.capabilities == ("IMAP4REV1", "MOVE")
    assert paper.sent == [b'T LOGIN bob "pw"\r\n']
    assert paper.state == "AUTH"


def test_a_login_with_untagged_capabilities_is_believed_too() -> None:
    paper = Paper(b"* CAPABILITY IMAP4rev1 MOVE\r\n%t OK hi\r\n")
    paper.login("bob", "pw")
    assert paper.capabilities == ("IMAP4REV1", "MOVE")


def test_stale_capabilities_are_asked_for_again() -> None:
    paper = Paper(offers=b"IMAP4rev1 X")
    paper.capabilities = ("IMAP4REV1", "STALE")
    paper.login("bob", "pw")
    assert paper.capabilities == ("IMAP4REV1", "X")
    assert paper.sent == [b'T LOGIN bob "pw"\r\n', b"T CAPABILITY\r\n"]


def test_a_refused_login_raises_error_and_changes_nothing() -> None:
    paper = Paper(b"%t NO [AUTHENTICATIONFAILED] wrong\r\n")
    with pytest.raises(IMAP4.error, match=r"^\[AUTHENTICATIONFAILED\] wrong$"):
        paper.login("bob", "pw")
    assert paper.state == "NONAUTH"
    assert paper.sent == [b'T LOGIN bob "pw"\r\n']


def test_where_login_is_disabled_no_password_leaves() -> None:
    paper = Paper(offers=b"IMAP4rev1 LOGINDISABLED")
    with pytest.raises(IMAP4.error, match="LOGINDISABLED"):
        paper.login("bob", "pw")
    assert paper.sent == []


def test_login_plain_carries_any_characters() -> None:
    paper = Paper(b"+ \r\n", b"%t OK [CAPABILITY IMAP4rev1] hi\r\n")
    assert paper.login_plain("böb", "p\r\nw")[0] == "OK"
    line = base64.b64encode("\0böb\0p\r\nw".encode())
    assert paper.sent == [b"T AUTHENTICATE PLAIN\r\n" + line + b"\r\n"]


def test_login_plain_acts_as_another(dovecot: Dovecot) -> None:
    with IMAP4(dovecot.host, dovecot.port, timeout=10) as client:
        client.login_plain(*dovecot.master, authzid="alice")
        assert client.state == "AUTH"


def test_cram_md5_is_that_of_rfc_2195() -> None:
    challenge = base64.b64encode(b"<1896.697170952@postoffice.reston.mci.net>")
    for password in ("tanstaaftanstaaf", b"tanstaaftanstaaf"):
        paper = Paper(b"+ " + challenge + b"\r\n", b"%t OK [CAPABILITY IMAP4rev1] hi\r\n")
        paper.login_cram_md5("tim", password)
        digest = base64.b64encode(b"tim b913a602c7eda7a495b4e6e7334d3890")
        assert paper.sent == [b"T AUTHENTICATE CRAM-MD5\r\n" + digest + b"\r\n"]


def test_cram_md5_gives_up_where_the_challenge_makes_no_sense() -> None:
    paper = Paper(b"+ AAAA\r\n", b"%t BAD cancelled\r\n")
    with pytest.raises(IMAP4.error, match="challenge"):
        paper.login_cram_md5("tim", "pw")
    assert paper.sent == [b"T AUTHENTICATE CRAM-MD5\r\n*\r\n"]


def test_an_authobject_sees_each_challenge_and_answers_in_octets_or_text() -> None:
    paper = Paper(b"+ \r\n", b"+ YQ==\r\n", b"+ Yg==\r\n", b"%t OK [CAPABILITY IMAP4rev1] hi\r\n")
    seen: list[bytes] = []

    def answer(challenge: bytes) -> bytes | str:
        seen.append(challenge)
        return ("ä", b"", b"x" * 100)[len(seen) - 1]

    assert paper.authenticate("x-new", answer) == ("OK", [b"[CAPABILITY IMAP4rev1] hi"])
    assert seen == [b"", b"a", b"b"]
    lines = [base64.b64encode(answer) for answer in ("ä".encode(), b"", b"x" * 100)]
    assert paper.sent == [b"T AUTHENTICATE X-NEW\r\n" + b"".join(line + b"\r\n" for line in lines)]


def test_an_authobject_gives_up_with_none() -> None:
    paper = Paper(b"+ \r\n", b"%t NO as you like\r\n")
    with pytest.raises(IMAP4.error, match="as you like"):
        paper.authenticate("X", lambda _: None)
    assert paper.sent == [b"T AUTHENTICATE X\r\n*\r\n"]
    assert paper.noop()[0] == "OK"


@pytest.mark.parametrize("end", [b"%t NO cancelled\r\n", b"%t BAD cancelled\r\n"])
def test_what_an_authobject_raises_is_raised_once_the_server_knows(end: bytes) -> None:
    def fail(_: bytes) -> bytes:
        raise KeyError("no token")

    paper = Paper(b"+ \r\n", end)
    with pytest.raises(KeyError, match="no token"):
        paper.authenticate("X", fail)
    assert paper.sent == [b"T AUTHENTICATE X\r\n*\r\n"]
    assert paper.noop()[0] == "OK"


def test_a_challenge_that_is_not_base64_ends_the_authentication() -> None:
    paper = Paper(b"+ A\r\n", b"%t BAD cancelled\r\n")
    with pytest.raises(IMAP4.error, match="not base64"):
        paper.authenticate("X", lambda _: b"")
    assert paper.sent == [b"T AUTHENTICATE X\r\n*\r\n"]


def test_a_program_that_knows_better_may_say_that_it_is_logged_in() -> None:
    paper = Paper(b"%t OK hello, token\r\n", b"* 3 EXISTS\r\n%t OK done\r\n")
    paper.xatom("X-TOKEN", "secret")
    paper.state = "AUTH"
    assert paper.select() == ("OK", [b"3"])


def test_recent_gives_what_was_said_or_asks() -> None:
    paper = Paper(b"* 2 RECENT\r\n%t OK done\r\n", state="SELECTED")
    assert paper.recent() == ("OK", [b"2"])
    assert paper.sent == [b"T NOOP\r\n"]
    paper.untagged_responses = {"RECENT": [b"4", b"5"]}
    assert paper.recent() == ("OK", [b"4", b"5"])
    assert paper.sent == [b"T NOOP\r\n"]
    assert paper.recent() == ("OK", [None])


def test_responses_are_filed_until_they_are_taken() -> None:
    paper = Paper(
        b"* 1 EXISTS\r\n* OK [UIDNEXT 5] x\r\n* 2 EXISTS\r\n* x-odd\r\n%t OK [HIGHESTMODSEQ 7] done\r\n* 9 EXISTS\r\n",
        state="SELECTED",
    )
    paper.noop()
    assert paper.untagged_responses["OK"] == [b"[UIDNEXT 5] x"]
    paper.noop()
    assert paper.untagged_responses == {
        "EXISTS": [b"1", b"2", b"9"],
        "UIDNEXT": [b"5"],
        "X-ODD": [b""],
        "HIGHESTMODSEQ": [b"7"],
    }
    assert paper.response("uidnext") == ("uidnext", [b"5"])
    assert paper.response("UIDNEXT") == ("UIDNEXT", [None])
