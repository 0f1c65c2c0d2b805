"""The throw-away pymap does what its docstrings say, checked with the standard library's client."""

from __future__ import annotations

import imaplib

from tests.servers.pymap import Pymap


def test_a_fresh_user_has_an_empty_inbox(pymap: Pymap) -> None:
    with imaplib.IMAP4(pymap.host, pymap.port, timeout=10) as client:
        client.starttls(pymap.ssl_context())
        client.login(*pymap.fresh_user())
        assert client.select() == ("OK", [b"0"])


def test_the_demo_user_has_mail(pymap: Pymap) -> None:
    with imaplib.IMAP4(pymap.host, pymap.port, timeout=10) as client:
        client.login("demouser", pymap.users["demouser"])
        assert client.select() != ("OK", [b"0"])
