"""What a caller may give to say who somebody is, and where a password is looked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from mailkit.credentials import Anonymous, Custom, External, OAuth2, Password, resolve
from mailkit.errors import UsageError
from mailkit.protocol.sasl.choose import Credentials
from mailkit.protocol.sasl.external import External as ExternalMechanism
from mailkit.protocol.sasl.mechanism import Peer


def password_of(credentials: Credentials) -> str:
    command = credentials.login()
    assert command is not None
    return f"{command.user}:{command.password().reveal()}"


class KeyringError(Exception):
    """As keyring.errors has it."""


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str, str], str | None] | None], None]:
    """Installs a keyring package with this get_password, or none."""
    monkeypatch.delenv("MAILKIT_PASSWORD", raising=False)

    def put(get_password: Callable[[str, str], str | None] | None) -> None:
        keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
        keyring.__dict__.update(get_password=get_password, errors=errors)
        errors.__dict__.update(KeyringError=KeyringError)
        monkeypatch.setitem(sys.modules, "keyring", None if get_password is None else keyring)
        monkeypatch.setitem(sys.modules, "keyring.errors", None if get_password is None else errors)

    put(None)
    return put


Install = Callable[[Callable[[str, str], str | None] | None], None]


@pytest.mark.parametrize(
    "given", ["sesame", lambda: "sesame", Password("ldj", "sesame"), Password("ldj", lambda: "sesame")]
)
def test_a_text_a_callable_and_a_password_mean_the_same(given: str | Callable[[], str] | Password) -> None:
    assert password_of(resolve(given, "ldj", "host")) == "ldj:sesame"


@pytest.mark.parametrize(
    "given", [Password("a", "b"), OAuth2("a", "b"), External(), Anonymous("x"), Custom("X", ExternalMechanism)]
)
def test_credentials_are_themselves(given: Credentials) -> None:
    assert resolve(given, None, "host") is given


def test_the_environment_comes_before_the_keyring(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install(lambda host, user: f"{user} at {host}")
    assert password_of(resolve(None, "ldj", "mail.example.org")) == "ldj:ldj at mail.example.org"
    monkeypatch.setenv("MAILKIT_PASSWORD", "sesame")
    assert password_of(resolve(None, "ldj", "mail.example.org")) == "ldj:sesame"


def _locked(_host: str, _user: str) -> str | None:
    raise KeyringError("no backend")


@pytest.mark.parametrize("keyring", [None, lambda _host, _user: None, _locked])
def test_without_a_password_the_error_names_every_way_to_give_one(
    install: Install, keyring: Callable[[str, str], str | None] | None
) -> None:
    install(keyring)
    with pytest.raises(UsageError, match=r"ldj at mail\.example\.org.*credentials=.*MAILKIT_PASSWORD.*keyring set"):
        resolve(None, "ldj", "mail.example.org")


@pytest.mark.parametrize("given", ["sesame", lambda: "sesame", None])
def test_a_password_needs_a_user(given: str | Callable[[], str] | None, install: Install) -> None:
    install(None)
    with pytest.raises(UsageError, match="needs a user name"):
        resolve(given, None, "host")


@pytest.mark.parametrize(
    ("credentials", "name"),
    [(Password("a", "b"), "XOAUTH2"), (Password("a", "b", authzid="c"), "SCRAM-SHA-1"), (OAuth2("a", "b"), "PLAIN")]
    + [(made, "PLAIN") for made in (External(), Anonymous(), Custom("X", ExternalMechanism))],
)
def test_a_mechanism_that_was_not_offered_is_not_given(credentials: Credentials, name: str) -> None:
    assert credentials.mechanism(name, Peer()) is None


@pytest.mark.parametrize(
    "credentials",
    [
        Password("a", "b"),
        Password("a", "b", authzid="c"),
        OAuth2("a", "b"),
        External("c"),
        Anonymous(),
        Custom("EXTERNAL", ExternalMechanism, secure=True),
    ],
)
def test_what_is_offered_is_given_and_as_secure_as_it_says(credentials: Credentials) -> None:
    for offer in credentials.offers():
        if not offer.name.endswith("-PLUS"):
            mechanism = credentials.mechanism(offer.name, Peer())
            assert mechanism is not None
            assert (mechanism.name, mechanism.secure) == (offer.name, offer.secure)


def test_the_token_is_asked_for_at_every_authentication() -> None:
    tokens = iter(["first", "second"])
    credentials = OAuth2("ldj", lambda: next(tokens))
    answers = [made.first() for made in (credentials.mechanism("XOAUTH2", Peer()) for _ in range(2)) if made]
    assert answers == [b"user=ldj\x01auth=Bearer first\x01\x01", b"user=ldj\x01auth=Bearer second\x01\x01"]


def test_a_mechanism_is_good_for_one_authentication() -> None:
    mechanism = ExternalMechanism()
    credentials = resolve(mechanism, None, "host")
    assert credentials.mechanism("EXTERNAL", Peer()) is mechanism
    with pytest.raises(UsageError, match="authenticates once"):
        credentials.mechanism("EXTERNAL", Peer())


def test_credentials_are_values() -> None:
    assert Password("a", "b") == Password("a", "b") != Password("a", "c")
    assert len({OAuth2("a", "b"), OAuth2("a", "b"), External(), External()}) == 2
