"""The command `mailkit`, as programs see it (JSON lines) and as people do (tables)."""

from __future__ import annotations

import json
import mailbox
import sys
import threading
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from demo.letters import all_letters
from mailkit.cli import main
from mailkit.cli.exporting import _Bar
from mailkit.cli.output import Output
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

Rows = list[dict[str, object]]


@pytest.fixture
def account(dovecot: Dovecot, fresh_user: User, monkeypatch: pytest.MonkeyPatch) -> User:
    """An account with Ada's INBOX, which the environment names."""
    inbox = dovecot.maildir(fresh_user.name)
    for letter in all_letters():
        if letter.mailbox == "INBOX":
            inbox.add(letter.octets, flags="S" if "\\Seen" in letter.flags else "")
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    monkeypatch.setenv("MAILKIT_PASSWORD", fresh_user.password)
    monkeypatch.setenv("MAILKIT_URL", f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}")
    return fresh_user


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Rows:
    """The rows that a command prints."""
    assert main(arguments) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("account")
def test_ls_counts(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["mailbox"]: row for row in run(capsys, "ls")}
    assert rows["INBOX"] == {"mailbox": "INBOX", "messages": 63, "unseen": 10, "use": None}
    assert [row["mailbox"] for row in run(capsys, "ls", "IN%")] == ["INBOX"]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("terms", "uids"),
    [
        (["--from", "LDJ", "--unseen", "--limit", "3"], [58, 59, 60]),
        (["--filename", "*.CSV", "--limit", "2"], [59, 60]),
        (["--subject", "Café", "--limit", "0", "--seen"], [3, 4, 19, 20, 39, 41]),
        (["--larger-than", "2040"], [56]),
        (["--has-attachment", "--limit", "1"], [62]),
        (["--since", "2199-01-01"], []),
    ],
)
def test_search_finds(terms: list[str], uids: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    assert [row["uid"] for row in run(capsys, "search", *terms)] == uids


@pytest.mark.usefixtures("account")
def test_a_message_is_shown_as_text_html_or_octets(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["show", "INBOX", "60"]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert "Attached: levels-2026-11-13.csv, text/csv" in shown
    assert "The week in short" in shown
    assert main(["show", "INBOX", "61", "--html"]) == 0
    assert b'<img src="cid:hull@shipyard.example">' in capsysbinary.readouterr().out
    assert main(["show", "INBOX", "60", "--raw"]) == 0
    assert capsysbinary.readouterr().out == [one.octets for one in all_letters() if one.mailbox == "INBOX"][59]


@pytest.mark.usefixtures("account")
def test_attachments_are_saved_and_never_over_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = run(capsys, "save", "INBOX", "60", str(tmp_path)), run(capsys, "save", "INBOX", "60", str(tmp_path))
    assert [row["name"] for row in first] == [row["name"] for row in second] == ["levels-2026-11-13.csv", "curve.png"]
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.usefixtures("account")
def test_export_writes_what_matches_and_never_over_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "reports.mbox"
    planned = run(capsys, "export", "INBOX", str(path), "--from", "LDJ", "--subject", "Tide", "--dry-run")
    assert planned == [{"path": str(path), "messages": 12, "octets": None}]
    assert not path.exists()
    (done,) = run(capsys, "export", "INBOX", str(path), "--from", "LDJ", "--subject", "Tide")
    with closing(mailbox.mbox(path)) as written:
        assert done["messages"] == len(written) == 12
    assert main(["export", "INBOX", str(path)]) == 1
    said = capsys.readouterr()
    assert (said.out, "FileExistsError" in said.err) == ("", True)
    run(capsys, "export", "INBOX", str(tmp_path / "all"), "--format", "maildir")
    assert len(mailbox.Maildir(tmp_path / "all")) == 63


def test_the_bar_tells_how_far_it_has_come_on_a_terminal_only() -> None:
    for is_terminal, said in ((True, "2/4 3.0 kB"), (False, "")):
        console = Console(file=StringIO(), force_terminal=is_terminal, no_color=True, width=80)
        with _Bar(console) as bar:
            bar.tell(2, 4, 3000)
        assert isinstance(console.file, StringIO)
        shown = console.file.getvalue()
        assert said in shown
        assert bool(shown) == is_terminal


def test_watch_tells_what_happens(account: User, dovecot: Dovecot, capsys: pytest.CaptureFixture[str]) -> None:
    def deliver() -> None:
        dovecot.maildir(account.name).add(b"Subject: new\r\n\r\nHello.\r\n")

    later = threading.Timer(1, deliver)
    later.start()
    events = run(capsys, "watch", "--timeout", "3")
    later.join()
    assert {"event": "NewMessage", "uid": 64} in events


@pytest.mark.usefixtures("account")
def test_the_doctor_tells_what_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    found = {row["what"]: row["found"] for row in run(capsys, "doctor")}
    assert str(found["encryption"]).startswith("TLSv1.3")
    assert "SCRAM-SHA-256" in str(found["ways to log in"])
    assert found["MOVE"] == "offered"
    assert str(found["OBJECTID"]).startswith("not offered: ")


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", "imaps://ada@localhost:1", "doctor"], "CannotConnect: connecting to localhost:1: refused"),
        (["show", "INBOX", "4000"], "MessageGone: there is no message 4000"),
        (["search", "Atlantis"], "MailboxNotFound"),
        (["save", "INBOX", "60", "/nonexistent"], "FileNotFoundError"),
    ],
)
def test_what_fails_is_a_sentence(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    assert words in capsys.readouterr().err


def test_an_account_must_be_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILKIT_URL", raising=False)
    assert main(["ls"]) == 1
    assert "give --url imaps://you@host" in capsys.readouterr().err


def test_without_rich_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("mailkit.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.setitem(sys.modules, "rich", None)
    assert main(["ls"]) == 1
    assert "pip install 'mailkit-imap[cli]'" in capsys.readouterr().err


def test_a_table_shows_nothing_that_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(Console(force_terminal=True, no_color=True, width=80))
    output.rows(("subject", "n"), [("\x1b]0;x\x07[bold]", 1)])
    output.text("\x9b2J[bold]")
    shown = capsys.readouterr().out
    assert "·]0;x·[bold]" in shown
    assert "·2J[bold]" in shown
