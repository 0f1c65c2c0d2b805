"""How to log in: the strongest mechanism that the server and the credentials both have, and never a secret in clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import attrs

from mailkit.errors import NotSupported, UsageError
from mailkit.protocol import sasl
from mailkit.protocol.sasl.mechanism import Mechanism, Peer
from mailkit.protocol.sasl.secret import Secret
from mailkit.value import Value

_STRONGEST_FIRST = (
    "EXTERNAL",
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-512",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-1",
    "OAUTHBEARER",
    "XOAUTH2",
    "CRAM-MD5",
    "PLAIN",
    "LOGIN",
    "ANONYMOUS",
)


@attrs.frozen(eq=False, repr=False)
class Offer(Value):
    """A mechanism that credentials can answer; `secure` as in `Mechanism`: no secret is shown, even outside TLS."""

    name: str
    secure: bool


@attrs.frozen(eq=False, repr=False)
class LoginCommand(Value):
    """The outcome that no mechanism fits, but the LOGIN command (RFC 9051 §6.2.3) does; `password()` asks for it."""

    user: str
    password: Callable[[], Secret] = attrs.field(repr=False)


@attrs.frozen(eq=False, repr=False)
class Authenticate(Value):
    """The outcome that AUTHENTICATE fits; `start()` gives a fresh mechanism, asking for the password or token anew."""

    name: str
    start: Callable[[], Mechanism] = attrs.field(repr=False)


class Credentials(Protocol):
    """Who somebody is and how that is proved, for any number of authentications."""

    def offers(self) -> Sequence[Offer]:
        """The mechanisms that these credentials can answer; nobody is asked for a secret yet."""

    def mechanism(self, name: str, peer: Peer) -> Mechanism | None:
        """A fresh mechanism of that name, asking for the password or token anew; None if it is not one of `offers`."""

    def login(self) -> LoginCommand | None:
        """What the LOGIN command would be given, or None for credentials that it cannot carry."""


def strongest(
    capabilities: Iterable[str],
    credentials: Credentials,
    *,
    tls: bool,
    plaintext_allowed: bool = False,
    peer: Peer | None = None,
) -> Authenticate | LoginCommand:
    """The best way to log in to a server with these capabilities.

    SCRAM-SHA-256 comes before SCRAM-SHA-1, each with its -PLUS form first where `peer` has a channel binding that can
    be used; then the OAuth mechanisms, CRAM-MD5 only where TLS is missing, PLAIN, LOGIN, and at last the LOGIN command
    unless the server says LOGINDISABLED. A mechanism that is not known here comes first: somebody chose it on purpose.
    Outside TLS, what shows a secret is left out unless `plaintext_allowed`.

    Raises `UsageError` where only TLS (or the caller's word for plaintext) is missing, and `NotSupported` where the two
    have nothing in common. Nothing is asked of a password or token provider here.
    """
    announced = {capability.upper() for capability in capabilities}
    offered = {name.removeprefix("AUTH=") for name in announced if name.startswith("AUTH=")}
    peer = _with_usable_binding(peer or Peer())
    clear = tls or plaintext_allowed

    common = [
        offer for offer in credentials.offers() if offer.name.upper() in offered and _is_apt(offer, peer, tls=tls)
    ]
    usable = sorted((offer for offer in common if clear or offer.secure), key=_rank)
    if usable:
        best = usable[0].name
        if not best.endswith("-PLUS") and any(name.endswith("-PLUS") for name in offered):
            # To a server that offers -PLUS the gs2 flag `y` means that its offer was tampered with (RFC 5802 §6).
            peer = attrs.evolve(peer, binding=None)
        return _authenticate(best, credentials, peer)

    command = None if "LOGINDISABLED" in announced else credentials.login()
    if command is not None and clear:
        return command
    raise _nothing_fits(offered, credentials, withheld=bool(common) or command is not None)


def named(name: str, credentials: Credentials, *, peer: Peer | None = None) -> Authenticate:
    """AUTHENTICATE by the mechanism that the caller names; `UsageError` if the credentials cannot answer it."""
    name = name.upper()
    if name not in {offer.name.upper() for offer in credentials.offers()}:
        raise UsageError(f"these credentials cannot answer {name}, only {_list(_names(credentials))}")
    peer = peer or Peer()
    # What the server offers is not known here, so that only the gs2 flags `p` and `n` are sure to be true.
    return _authenticate(name, credentials, peer if name.endswith("-PLUS") else attrs.evolve(peer, binding=None))


def _authenticate(name: str, credentials: Credentials, peer: Peer) -> Authenticate:
    def start() -> Mechanism:
        mechanism = credentials.mechanism(name, peer)
        if mechanism is None:
            raise UsageError(f"these credentials offer {name}, but do not give it")
        return mechanism

    return Authenticate(name, start)


def _with_usable_binding(peer: Peer) -> Peer:
    """A binding that SCRAM cannot use is none: claiming to support it (gs2 flag `y`) would be a lie."""
    if peer.binding is not None and not sasl.scram.can_bind(peer.binding):
        return attrs.evolve(peer, binding=None)
    return peer


def _is_apt(offer: Offer, peer: Peer, *, tls: bool) -> bool:
    if offer.name == "CRAM-MD5":
        return not tls
    return peer.binding is not None or not offer.name.endswith("-PLUS")


def _rank(offer: Offer) -> int:
    return _STRONGEST_FIRST.index(offer.name) if offer.name in _STRONGEST_FIRST else -1


def _nothing_fits(offered: set[str], credentials: Credentials, *, withheld: bool) -> UsageError:
    both = f"the server offers {_list(sorted(offered))}, these credentials can answer {_list(_names(credentials))}"
    if withheld:
        return UsageError(
            f"logging in would show the secret to everybody on the line: {both}; connect with TLS, "
            "or say that plaintext is meant (security=Security.PLAINTEXT)"
        )
    names = _names(credentials)
    wanted = f"AUTH={names[0]}" if names else "AUTH="
    return NotSupported(
        f"there is no way to log in that both sides have: {both}; use other credentials (a password, OAuth2, a client "
        "certificate), or connect with TLS if this server offers more there",
        capability=wanted,
    )


def _names(credentials: Credentials) -> list[str]:
    return [offer.name for offer in credentials.offers()] + (["the LOGIN command"] if credentials.login() else [])


def _list(names: list[str]) -> str:
    return ", ".join(names) or "nothing"
