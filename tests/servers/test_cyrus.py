"""The throw-away Cyrus does what its docstrings say, checked with the standard library's client."""

from __future__ import annotations

import imaplib

from tests.servers.cyrus import Cyrus


def test_a_fresh_user_has_the_usual_mailboxes(cyrus: Cyrus) -> None:
    with imaplib.IMAP4(cyrus.host, cyrus.port, timeout=10) as client:
        client.login(*cyrus.fresh_user())
        assert client.select() == ("OK", [b"0"])
        assert client.select("Trash") == ("OK", [b"0"])


def test_the_administrator_logs_in_as_another(cyrus: Cyrus) -> None:
    with imaplib.IMAP4_SSL(cyrus.host, cyrus.tls_port, ssl_context=cyrus.ssl_context(), timeout=10) as client:
        client.authenticate("PLAIN", lambda _: b"bob\0admin\0" + cyrus.users["admin"].encode())
        assert client.select() == ("OK", [b"0"])


def test_the_client_certificate_is_alice(cyrus: Cyrus) -> None:
    context = cyrus.ssl_context(client_certificate=True)
    with imaplib.IMAP4_SSL(cyrus.host, cyrus.tls_port, ssl_context=context, timeout=10) as client:
        assert client.authenticate("EXTERNAL", lambda _: b"")[0] == "OK"


def test_the_strict_port_wants_tls_before_a_login(cyrus: Cyrus) -> None:
    with imaplib.IMAP4(cyrus.host, cyrus.strict_port, timeout=10) as client:
        assert "LOGINDISABLED" in str(client.capability())
        client.starttls(cyrus.ssl_context())
        client.login("alice", cyrus.users["alice"])
