"""Every mechanism against a real server, driven by the standard library's client."""

from __future__ import annotations

import imaplib
from collections.abc import Callable

import pytest

from mailkit.credentials import Anonymous, Credentials, External, OAuth2, Password
from mailkit.protocol.sasl.choose import named
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, Peer
from tests.servers.dovecot import Dovecot

WAYS: dict[str, Callable[[Dovecot], Credentials]] = {
    name: lambda server: Password("bob", server.users["bob"])
    for name in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")
} | {
    "OAUTHBEARER": lambda server: OAuth2("bob", lambda: server.jwt("bob")),
    "XOAUTH2": lambda server: OAuth2("bob", lambda: server.jwt("bob")),
    "EXTERNAL": lambda _: External(),
    "ANONYMOUS": lambda _: Anonymous("sirhc"),
}


def _authenticate(server: Dovecot, mechanism: Mechanism) -> None:
    """Raises imaplib's error where the server refuses or the mechanism cancels."""
    begun = False

    def answer(challenge: bytes) -> bytes | None:
        nonlocal begun
        first = None if begun else mechanism.first()
        begun = True
        try:
            return mechanism.step(challenge) if first is None else first
        except Cancelled:
            return None

    context = server.ssl_context(client_certificate=mechanism.name == "EXTERNAL")
    client = imaplib.IMAP4_SSL(server.host, server.tls_port, ssl_context=context, timeout=10)
    try:
        client.authenticate(mechanism.name, answer)
        mechanism.verify()
    finally:
        client.logout()


@pytest.mark.parametrize("name", WAYS)
def test_every_mechanism_logs_in(dovecot: Dovecot, name: str) -> None:
    peer = Peer(dovecot.host, dovecot.tls_port)
    _authenticate(dovecot, named(name, WAYS[name](dovecot), peer=peer).start())


def test_an_authorization_identity_logs_in_as_another(dovecot: Dovecot) -> None:
    master = Password(dovecot.master.name, dovecot.master.password, authzid="bob")
    _authenticate(dovecot, named("PLAIN", master).start())


@pytest.mark.parametrize("name", ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_a_wrong_password_is_refused(dovecot: Dovecot, name: str) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        _authenticate(dovecot, named(name, Password("bob", "wrong")).start())


@pytest.mark.parametrize("name", ["OAUTHBEARER", "XOAUTH2"])
def test_a_bad_token_is_refused_in_words(dovecot: Dovecot, name: str) -> None:
    mechanism = named(name, OAuth2("bob", dovecot.jwt("bob", lifetime=-60))).start()
    with pytest.raises(imaplib.IMAP4.error):
        _authenticate(dovecot, mechanism)
    assert (mechanism.failure() or "").startswith("status=")
