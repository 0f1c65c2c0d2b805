"""The two programs of the documentation run, changed only in their import and in Python 3's print."""

from __future__ import annotations

import functools
import getpass

import pytest

from mailkit import protocol
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

SHOW = """
M = IMAP4()
M.login(getpass.getuser(), getpass.getpass())
M.select()
typ, data = M.search(None, 'ALL')
for num in data[0].split():
    typ, data = M.fetch(num, '(RFC822)')
    print('Message %s\\n%s\\n' % (num, data[0][1]))
M.close()
M.logout()
"""

DELETE_ALL = """
typ, data = M.search(None, 'ALL')
for num in data[0].split():
    M.store(num, '+FLAGS', '\\\\Deleted')
M.expunge()
"""


def test_the_programs_of_the_documentation_run(
    dovecot: Dovecot, fresh_user: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box = dovecot.maildir(fresh_user.name)
    box.add(b"Subject: one\r\n\r\n1\r\n")
    box.add(b"Subject: two\r\n\r\n2\r\n")
    monkeypatch.setattr(getpass, "getuser", lambda: fresh_user.name)
    monkeypatch.setattr(getpass, "getpass", lambda: fresh_user.password)
    here = functools.partial(protocol.IMAP4, dovecot.host, dovecot.port, timeout=10)

    exec(SHOW, {"IMAP4": here, "getpass": getpass})
    assert capsys.readouterr().out == (
        "Message b'1'\nb'Subject: one\\r\\n\\r\\n1\\r\\n'\n\nMessage b'2'\nb'Subject: two\\r\\n\\r\\n2\\r\\n'\n\n"
    )

    with here() as client:
        client.login(*fresh_user)
        client.select()
        exec(DELETE_ALL, {"M": client})
        assert client.search(None, "ALL") == ("OK", [b""])


def test_the_names_of_the_module_are_there_and_load_nothing_before_they_are_asked_for() -> None:
    assert set(protocol.__all__) <= set(dir(protocol))
    for name in protocol.__all__:
        assert getattr(protocol, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'IMAP5'"):
        _ = protocol.IMAP5  # type: ignore[attr-defined]  # that is the point
