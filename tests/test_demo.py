"""The demonstration runs, is the same every time, and changes nothing on somebody's own account."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from demo import __main__ as demo
from demo import reading_scenes, scenes
from demo.letters import all_letters
from demo.server import EmbeddedServer
from demo.stage import Row, Scene, Stage
from mailkit import Account, CannotConnect, Security
from tests.servers import availability
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

_CHANGING = frozenset(
    {"SELECT", "UID STORE", "STORE", "APPEND", "COPY", "MOVE", "EXPUNGE", "CREATE", "DELETE", "RENAME"}
)
_ALL = (scenes.CONNECTING, *scenes.SCENES, scenes.AT_ONCE, *reading_scenes.SCENES)


def test_the_letters_are_the_same_on_every_run_and_believable() -> None:
    letters = all_letters()
    assert letters == all_letters()
    counts = Counter(letter.mailbox for letter in letters)
    assert 180 <= len(letters) <= 220
    assert len(counts) >= 5
    whole = b"".join(letter.octets for letter in letters)
    for kind in (b"text/html", b"text/csv", b"image/png", b"application/pdf", b"message/rfc822", b"In-Reply-To:"):
        assert kind in whole
    assert b"=?utf-8?" in whole


def test_the_demonstration_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    availability.require("pymap")
    monkeypatch.setenv("COLUMNS", "80")
    assert demo.main([]) == 0
    shown = capsys.readouterr().out
    for piece in (
        "Tide report",
        "where(from_=",
        "levels-2026-11-13.csv",
        "MailboxNotFound",
        "Reçus",
        "UID STORE",
        "101→113",
    ):
        assert piece in shown
    assert re.search(r"before +4 +1\b", shown)
    assert re.search(r"after +0 +5\b", shown)


def test_the_code_that_is_shown_is_the_code_that_runs() -> None:
    def play(subject: int, row: Row) -> None:
        """What a scene is."""
        row(subject + 1)  # 42

    output = StringIO()
    stage = Stage(Console(file=output, width=40))
    stage.play(Scene("One", ("answer",), play), 41)
    assert Scene("One", ("answer",), play).code == "row(subject + 1)  # 42"
    assert output.getvalue().count("42") == 2
    assert "What a scene is." in output.getvalue()


@pytest.mark.parametrize("scene", _ALL, ids=lambda scene: str(scene.title))
def test_no_line_of_code_is_cut_at_80_columns(scene: Scene[Callable[..., object]]) -> None:
    assert inspect.getdoc(scene.play)
    assert max(map(cell_len, scene.code.splitlines())) <= 76


def test_what_strangers_wrote_cannot_steer_the_terminal() -> None:
    output = StringIO()

    def play(subject: str, row: Row) -> None:
        """A subject."""
        row(subject, 1)

    Stage(Console(file=output, width=80)).play(Scene("x", ("subject", "n"), play), "\x1b[2J[bold]\r\nx\x9b")
    assert "·[2J[bold] x·" in output.getvalue()
    assert "\x1b" not in output.getvalue()


def test_nothing_is_changed_on_ones_own_account(
    dovecot: Dovecot, fresh_user: User, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.maildir(fresh_user.name).add_all(letter.octets for letter in all_letters() if letter.mailbox == "INBOX")
    asked: list[str] = []

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return fresh_user.password

    monkeypatch.delenv("MAILKIT_PASSWORD", raising=False)
    monkeypatch.setattr("getpass.getpass", getpass)
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    assert demo.main(["--url", f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}"]) == 0
    shown = capsys.readouterr().out
    assert len(asked) == 1
    assert fresh_user.password not in shown.split()
    assert "Nothing is changed there" in shown
    assert "Menu of the week" in shown
    assert not _CHANGING & set(re.findall(r"[A-Z]+(?: [A-Z]+)?", shown.rpartition("All that was sent:")[2]))
    with Account.connect(
        f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}",
        credentials=fresh_user.password,
        ssl_context=dovecot.ssl_context(),
    ) as account:
        assert account.inbox.messages.where(seen=True).count() == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("imaps://ada@localhost:1", "CannotConnect: "),
        ("imaps://localhost", "UsageError: the URL must say who you are"),
        ("https://ada@localhost", "UsageError: the URL must begin with imaps://"),
    ],
)
def test_an_account_that_cannot_be_reached_is_a_sentence_not_a_traceback(
    url: str, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILKIT_PASSWORD", "secret")
    assert demo.main(["--url", url]) == 1
    assert words in capsys.readouterr().out


def test_the_embedded_server_ends_with_its_block() -> None:
    availability.require("pymap")
    with EmbeddedServer() as server:
        connect = (server.url, server.password)
        with Account.connect(connect[0], credentials=connect[1], security=Security.PLAINTEXT) as account:
            assert account.mailbox("Reçus").messages.count() == 12
    with pytest.raises(CannotConnect):
        Account.connect(connect[0], credentials=connect[1], security=Security.PLAINTEXT)
