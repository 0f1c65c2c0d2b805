"""Who somebody is and how that is proved: passwords, tokens, certificates; none of it is ever in a repr."""

from __future__ import annotations

import os
from collections.abc import Callable

import attrs

from mailkit.errors import UsageError
from mailkit.protocol import sasl
from mailkit.protocol.sasl.choose import Credentials, LoginCommand, Offer
from mailkit.protocol.sasl.mechanism import SCRAM, Mechanism, Peer, identity
from mailkit.protocol.sasl.secret import Secret
from mailkit.value import Value

__all__ = ["Anonymous", "Credentials", "Custom", "External", "OAuth2", "Password", "resolve"]

Source = Secret | Callable[[], str]
"""A secret, or the provider that is asked for one at every authentication."""

_VARIABLE = "MAILKIT_PASSWORD"


def _upper(name: str) -> str:
    return name.upper()


def _hidden(_: object) -> str:
    return "***"


@attrs.frozen(init=False, eq=False, repr=False)
class Password(Value):
    """A user's password, or a callable that gives it whenever somebody logs in.

    `authzid` is the user to act as, where that is another (a Dovecot master user, say): only PLAIN carries it.
    Raises `UsageError` for a user name that is empty and for NUL anywhere.
    """

    user: str
    _source: Source = attrs.field(repr=_hidden)
    authzid: str | None = None

    def __init__(self, user: str, password: str | Secret | Callable[[], str], *, authzid: str | None = None) -> None:
        password = _concealed(password)  # rebound: a traceback that shows locals shows this frame's
        self.__attrs_init__(user, password, authzid)

    def __attrs_post_init__(self) -> None:
        # Not before: an object half made has no `repr`, which a traceback that shows locals asks for.
        identity(self.user, "the user name")
        _check(self._source)
        if self.authzid:
            identity(self.authzid, "authzid")

    def offers(self) -> tuple[Offer, ...]:
        """SCRAM, CRAM-MD5, PLAIN and LOGIN; PLAIN alone to act as somebody else."""
        if self.authzid is not None:
            return (Offer("PLAIN", secure=False),)
        return (
            *(Offer(name, secure=True) for name in SCRAM),
            Offer("CRAM-MD5", secure=True),
            Offer("PLAIN", secure=False),
            Offer("LOGIN", secure=False),
        )

    def mechanism(self, name: str, peer: Peer) -> Mechanism | None:
        """A fresh mechanism of that name, or None; asks the provider for the password, if there is one."""
        if name == "PLAIN":
            return sasl.plain.Plain(self.user, _secret(self._source), authzid=self.authzid)
        if self.authzid is not None:
            return None
        if name in SCRAM:
            return sasl.scram.Scram(name, self.user, _secret(self._source), binding=peer.binding)
        if name == "CRAM-MD5":
            return sasl.cram_md5.CramMD5(self.user, _secret(self._source))
        return sasl.login.Login(self.user, _secret(self._source)) if name == "LOGIN" else None

    def login(self) -> LoginCommand | None:
        """The LOGIN command's arguments, unless it would have to act as somebody else."""
        return None if self.authzid is not None else LoginCommand(self.user, lambda: _secret(self._source))


@attrs.frozen(init=False, eq=False, repr=False)
class OAuth2(Value):
    """A user's OAuth 2.0 access token, or a callable that gives one that is still good.

    The callable is asked at every authentication, also when a lost connection is made anew: let it refresh the token.
    """

    user: str
    _source: Source = attrs.field(repr=_hidden)

    def __init__(self, user: str, token: str | Secret | Callable[[], str]) -> None:
        token = _concealed(token)  # rebound: a traceback that shows locals shows this frame's
        self.__attrs_init__(user, token)

    def __attrs_post_init__(self) -> None:
        identity(self.user, "the user name")
        _check(self._source)

    def offers(self) -> tuple[Offer, ...]:
        """OAUTHBEARER, and XOAUTH2 where the server has no more than that."""
        return Offer("OAUTHBEARER", secure=False), Offer("XOAUTH2", secure=False)

    def mechanism(self, name: str, peer: Peer) -> Mechanism | None:
        """A fresh mechanism of that name, or None; asks the provider for the token, if there is one."""
        if name == "OAUTHBEARER":
            return sasl.oauth.OAuthBearer(self.user, _secret(self._source), peer)
        return sasl.oauth.XOAuth2(self.user, _secret(self._source)) if name == "XOAUTH2" else None

    def login(self) -> None:
        """None: a token is not a password."""


@attrs.frozen(eq=False, repr=False)
class External(Value):
    """The identity that a TLS client certificate or a Unix socket gives already; `authzid` acts as another user."""

    authzid: str = ""

    def offers(self) -> tuple[Offer, ...]:
        """EXTERNAL alone."""
        return (Offer("EXTERNAL", secure=True),)

    def mechanism(self, name: str, peer: Peer) -> Mechanism | None:  # of no interest here
        """EXTERNAL, or None for another name."""
        return sasl.external.External(self.authzid) if name == "EXTERNAL" else None

    def login(self) -> None:
        """None: there is no password."""


@attrs.frozen(eq=False, repr=False)
class Anonymous(Value):
    """Nobody in particular; `trace` (an address, say) is a courtesy to the server's log, not a secret."""

    trace: str = ""

    def offers(self) -> tuple[Offer, ...]:
        """ANONYMOUS alone."""
        return (Offer("ANONYMOUS", secure=True),)

    def mechanism(self, name: str, peer: Peer) -> Mechanism | None:  # of no interest here
        """ANONYMOUS, or None for another name."""
        return sasl.anonymous.Anonymous(self.trace) if name == "ANONYMOUS" else None

    def login(self) -> None:
        """None: there is no password."""


@attrs.frozen(eq=False, repr=False)
class Custom(Value):
    """A mechanism of the caller's own: its name, and what makes a fresh `Mechanism` for every authentication.

    `secure` is True if it shows no secret to who listens; else it is used inside TLS only.
    """

    name: str = attrs.field(converter=_upper)
    make: Callable[[], Mechanism] = attrs.field(repr=_hidden)
    secure: bool = attrs.field(default=False, kw_only=True)

    def offers(self) -> tuple[Offer, ...]:
        """The one mechanism."""
        return (Offer(self.name, self.secure),)

    def mechanism(self, name: str, peer: Peer) -> Mechanism | None:  # of no interest here
        """A fresh one, or None for another name."""
        return self.make() if name == self.name else None

    def login(self) -> None:
        """None: what the mechanism knows is its own affair."""


def resolve(
    credentials: str | Callable[[], str] | Credentials | Mechanism | None, user: str | None, host: str
) -> Credentials:
    """The credentials that a caller means.

    A `str` is `user`'s password and a callable gives it; credentials are themselves. A `Mechanism` is good for one
    authentication, so for one connection that is not made anew. None is looked for: first in the environment variable
    MAILKIT_PASSWORD, then with the keyring package, if it is installed, under the service `host`.
    Raises `UsageError` where nothing is found, or where a password has no user; it says what can be done.
    """
    if isinstance(credentials, str) or callable(credentials):
        # Rebound first, so that no traceback of a missing user shows the password.
        source, credentials = _concealed(credentials), None
        return Password(_user_of(user), source)
    if isinstance(credentials, Mechanism):
        return Custom(credentials.name, _once(credentials), secure=credentials.secure)
    if credentials is not None and not hasattr(credentials, "offers"):
        kind, credentials = type(credentials).__name__, None
        raise UsageError(f"credentials are a password (a str), a callable, Password, OAuth2 or External …, not {kind}")
    if credentials is not None:
        return credentials
    user = _user_of(user)
    found = _from_environment() or _from_keyring(host, user)
    if found is None:
        raise UsageError(
            f"there is no password for {user} at {host}: pass credentials= (a password, a callable, Password, OAuth2, "
            f"External …), set {_VARIABLE}, or store it with `keyring set {host} {user}`"
        )
    return Password(user, found)


def _concealed(source: str | Secret | Callable[[], str]) -> Source:
    return source if isinstance(source, Secret) or callable(source) else Secret(source)


def _check(source: Source) -> None:
    if isinstance(source, Secret):
        source.checked()


def _secret(source: Source) -> Secret:
    return source if isinstance(source, Secret) else Secret(source()).checked()


def _once(mechanism: Mechanism) -> Callable[[], Mechanism]:
    left = [mechanism]

    def take() -> Mechanism:
        if not left:
            raise UsageError(f"a Mechanism authenticates once; for more give Custom({mechanism.name!r}, factory)")
        return left.pop()

    return take


def _user_of(user: str | None) -> str:
    if user is None:
        raise UsageError("a password needs a user name: pass user=, put it into the URL, or pass Password(user, …)")
    return user


def _from_environment() -> Secret | None:
    return Secret(os.environ[_VARIABLE]) if os.environ.get(_VARIABLE) else None


def _from_keyring(host: str, user: str) -> Secret | None:
    try:
        import keyring  # noqa: PLC0415  # optional, and slow to import
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        found = Secret(keyring.get_password(host, user) or "")
    except KeyringError:  # no usable backend, or a locked one: as good as no entry
        return None
    return None if found == Secret("") else found
