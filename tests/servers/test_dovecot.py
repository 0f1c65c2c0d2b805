"""The throw-away Dovecot does what its docstrings say, checked with the standard library's client."""

from __future__ import annotations

import imaplib
import shlex
from select import select

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.server import User


def _login(server: Dovecot, user: str, password: str) -> imaplib.IMAP4:
    client = imaplib.IMAP4(server.host, server.port, timeout=10)
    client.login(user, password)
    return client


def test_a_fresh_user_has_an_empty_inbox(dovecot: Dovecot, fresh_user: User) -> None:
    with _login(dovecot, *fresh_user) as client:
        assert client.select() == ("OK", [b"0"])


def test_two_fresh_users_are_not_the_same(dovecot: Dovecot) -> None:
    assert dovecot.fresh_user() != dovecot.fresh_user()


@pytest.mark.parametrize("name", ["alice", "bob", "ldj", "tiny", "admin"])
def test_every_named_user_can_log_in(dovecot: Dovecot, name: str) -> None:
    _login(dovecot, name, dovecot.users[name]).logout()


def test_a_thousand_files_are_messages_in_the_order_written(dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name, "Big/One").add_all((b"Subject: %d\r\n\r\n" % n for n in range(1_000)), flags="S")
    with _login(dovecot, *fresh_user) as client:
        assert client.select("Big/One") == ("OK", [b"1000"])
        _, rows = client.uid("FETCH", "1,500,1000", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    subjects = [row[1].strip() for row in rows if isinstance(row, tuple)]
    assert subjects == [b"Subject: 0", b"Subject: 499", b"Subject: 999"]


def test_a_token_is_good_until_it_expires(dovecot: Dovecot) -> None:
    def authenticate(token: str) -> None:
        client = imaplib.IMAP4(dovecot.host, dovecot.port, timeout=10)
        try:
            client.authenticate("XOAUTH2", lambda _: f"user=bob\x01auth=Bearer {token}\x01\x01".encode())
        finally:
            client.logout()

    authenticate(dovecot.jwt("bob"))
    with pytest.raises(imaplib.IMAP4.error):
        authenticate(dovecot.jwt("bob", lifetime=-60))


def test_the_client_certificate_is_alice(dovecot: Dovecot) -> None:
    context = dovecot.ssl_context(client_certificate=True)
    with imaplib.IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=context, timeout=10) as client:
        assert client.authenticate("EXTERNAL", lambda _: b"")[0] == "OK"


def test_the_strict_address_wants_tls_before_a_login(dovecot: Dovecot) -> None:
    with imaplib.IMAP4(dovecot.strict_host, dovecot.port, timeout=10) as client:
        assert "LOGINDISABLED" in client.capabilities
        client.starttls(dovecot.ssl_context())
        client.login("alice", dovecot.users["alice"])


def test_a_child_process_is_logged_in_from_the_start(dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name).add(b"Subject: x\r\n\r\n")
    with imaplib.IMAP4_stream(shlex.join(dovecot.preauth_argv(fresh_user.name))) as client:
        assert client.state == "AUTH"
        assert client.select() == ("OK", [b"1"])


def test_a_kicked_user_hears_bye(dovecot: Dovecot, fresh_user: User) -> None:
    client = _login(dovecot, *fresh_user)
    dovecot.kick(fresh_user.name)
    select([client.socket()], [], [], 10)  # the session hears of it a moment later
    with pytest.raises(imaplib.IMAP4.abort):
        client.noop()
    client.shutdown()
