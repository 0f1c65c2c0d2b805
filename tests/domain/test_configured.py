"""Accounts from a file of settings: what it may say, and what is said about its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailkit import Account, AsyncAccount, ConfigurationError, Security
from mailkit.connecting.configured import Settings, load
from mailkit.credentials import External, OAuth2
from tests.domain.conftest import Connect
from tests.servers.dovecot import Dovecot
from tests.servers.server import User


def settings_of(folder: Path, text: str) -> Settings:
    """What a table [work] with these lines means."""
    file = folder / "accounts.toml"
    file.write_text(f"[home]\nhost = 'localhost'\n[work]\n{text}\n")
    return load("work", file)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", Settings()),
        ("url = 'imaps://ldj@mail.example.org'", Settings(url="imaps://ldj@mail.example.org")),
        ("host = 'h'\nport = 9\nsecurity = 'starttls'", Settings(host="h", port=9, security=Security.STARTTLS)),
        ("command = ['ssh', 'h', 'imapd']\ntimeout = 5", Settings(command=["ssh", "h", "imapd"], timeout=5.0)),
        ("ca_file = 'a.pem'\nreconnect = false", Settings(ca_file=Path("a.pem"), reconnect=False)),
    ],
)
def test_a_table_says_how_to_connect(tmp_path: Path, text: str, settings: Settings) -> None:
    assert settings_of(tmp_path, text) == settings


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("port = 'imap'", "work.port", "must be a whole number"),
        ("port = true", "work.port", "must be a whole number"),
        ("host = 1", "work.host", "must be a text"),
        ("reconnect = 'no'", "work.reconnect", "must be true or false"),
        ("timeout = 'long'", "work.timeout", "must be a number"),
        ("security = 'ssl'", "work.security", "'starttls'"),
        ("command = 'imapd -x'", "work.command", "must be a list of texts"),
        ("password_command = ['a', 1]", "work.password_command", "must be a list of texts"),
        ("pasword = 'hunter2'", "work.pasword", "is unknown"),
        ("password = ['hunter2']", "work.password", "must be a text"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, text: str, key: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as found:
        settings_of(tmp_path, text)
    assert found.value.key == key
    assert key in str(found.value)
    assert "accounts.toml" in str(found.value)
    assert "hunter2" not in f"{found.value!r} {found.value.__cause__!r}"


def test_a_file_that_is_missing_or_broken_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"there is no .*mailkit/accounts\.toml: make it"):
        load("work")
    (tmp_path / "mailkit").mkdir()
    file = tmp_path / "mailkit" / "accounts.toml"
    file.write_text("[work\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load("work")
    file.write_text("[home]\n")
    with pytest.raises(ConfigurationError, match=r"has no table \[work\]; there is home"):
        load("work")


def test_a_secret_comes_from_a_command(tmp_path: Path) -> None:
    password = settings_of(tmp_path, "password_command = ['printf', 'one\\ntwo']").credentials()
    assert callable(password)
    assert password() == "one"
    token = settings_of(tmp_path, "url = 'imaps://ldj@h'\ntoken_command = ['echo', 'tok']").credentials()
    assert isinstance(token, OAuth2)
    assert token.user == "ldj"
    assert settings_of(tmp_path, "external = true").credentials() == External()
    assert settings_of(tmp_path, "").credentials() is None
    broken = settings_of(tmp_path, "password_command = ['false']").credentials()
    assert callable(broken)
    with pytest.raises(ConfigurationError, match="false gave no secret"):
        broken()


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "url = 'imaps://ldj:hunter2@h'\npassword = 'hunter2'")
    assert "hunter2" not in repr(settings)


async def test_an_account_is_opened_as_the_file_says(
    connect: Connect, dovecot: Dovecot, fresh_user: User, tmp_path: Path
) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(
        f"[work]\nurl = 'imaps://{fresh_user.name}@localhost:{dovecot.tls_port}'\nca_file = '{dovecot.ca_file}'\n"
        f"password_command = ['echo', '{fresh_user.password}']\n"
        f"[child]\ncommand = {dovecot.preauth_argv(fresh_user.name)}\n"
    )
    for name in ("work", "child"):
        if connect is AsyncAccount.connect:
            async with AsyncAccount.configured(name, file) as account:
                assert await account.inbox.messages.count() == 0
        else:
            with Account.configured(name, file) as blocking:
                assert blocking.inbox.messages.count() == 0
