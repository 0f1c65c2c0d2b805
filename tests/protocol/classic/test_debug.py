"""`debug` shows what passes, and never a secret."""

from __future__ import annotations

import logging

import pytest

from mailkit import protocol
from mailkit.protocol import IMAP4
from tests.protocol.classic.paper import Paper

SECRET = "sesame open"


def test_nothing_is_shown_unless_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    paper = Paper()
    paper.login("bob", SECRET)
    paper.logout()
    assert capsys.readouterr().err == ""


def test_over_three_every_command_is_traced_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    paper = Paper(b"%t OK [CAPABILITY IMAP4rev1] hello sesame open\r\n", b"* 1 FETCH (X {3}\r\nabc)\r\n%t OK done\r\n")
    paper.debug = 4
    paper.login("bob", SECRET)
    paper.state = "SELECTED"
    paper.fetch("1", "(X)")
    shown = capsys.readouterr().err
    assert "LOGIN *** ***" in shown
    assert "FETCH 1 (X)" in shown
    assert "* 1 FETCH (X {3}" in shown
    assert "abc" not in shown
    assert "sesame" not in shown
    assert "bob" not in shown


@pytest.mark.parametrize("level", [5, 99])
def test_no_level_shows_a_secret(capsys: pytest.CaptureFixture[str], level: int) -> None:
    paper = Paper(b"+ \r\n", b"%t NO wrong\r\n", b"* 1 EXISTS\r\n%t BAD no\r\n")
    paper.debug = level
    with pytest.raises(IMAP4.error):
        paper.login_plain("bob", SECRET)
    with pytest.raises(IMAP4.error):
        paper.login("bob", SECRET)
    paper.print_log()
    shown = capsys.readouterr().err
    assert "sesame" not in shown
    assert "c2VzYW1l" not in shown
    assert "untagged_responses[EXISTS] += b'1'" in shown


def test_the_log_and_the_errors_hold_no_secret_either(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mailkit.protocol")
    paper = Paper(b"%t NO not with sesame\r\n")
    with pytest.raises(IMAP4.error) as caught:
        paper.login("bob", "sesame")
    assert "LOGIN *** ***" in caplog.text
    assert "sesame" not in caplog.text
    assert "sesame" not in str(caught.value)


def test_after_an_abort_the_last_lines_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    paper = Paper(*(b"%t OK done\r\n" for _ in range(20)), b"* BYE enough\r\n", state="AUTH")
    paper.debug = 1
    for _ in range(20):
        paper.noop()
    assert capsys.readouterr().err == ""
    with pytest.raises(IMAP4.abort):
        paper.noop()
    shown = capsys.readouterr().err.splitlines()
    assert shown[0].endswith(" last 10 IMAP4 interactions:")
    assert len(shown) == 11
    assert shown[-1].endswith("< '* BYE enough'")


def test_refusals_and_what_nobody_took_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    paper = Paper(b"* 1 EXISTS\r\n%t NO not now\r\n", state="AUTH")
    paper.debug = 3
    paper.noop()
    paper.noop()
    shown = capsys.readouterr().err
    assert "NO response: b'not now'" in shown
    assert "untagged responses dump:EXISTS: [b'1']" in shown


def test_the_level_of_the_module_is_where_an_object_begins(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert protocol.Debug == 0
    monkeypatch.setattr(protocol, "Debug", 4)
    paper = Paper()
    assert paper.debug == 4
    shown = capsys.readouterr().err
    assert f"new IMAP4 connection, tag={paper.tagpre!r}" in shown
    assert "CAPABILITIES: ('IMAP4REV1',)" in shown
