from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.commands.enable import Enable
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.mailbox import Create
from tests.protocol.answers import Conversation, answered, written


def test_what_was_enabled_is_told() -> None:
    assert written(Enable(("CONDSTORE", "X-GOOD-IDEA"))) == b"ENABLE CONDSTORE X-GOOD-IDEA"
    assert answered(Enable(("CONDSTORE", "X-GOOD-IDEA")), b"ENABLED X-GOOD-IDEA") == {"X-GOOD-IDEA"}
    assert answered(Enable(("CONDSTORE",)), b"ENABLED") == frozenset()
    assert "CONDSTORE" in answered(Enable(("QRESYNC",)), b"enabled qresync")
    with pytest.raises(UsageError):
        Enable(())
    with pytest.raises(UsageError):
        written(Enable(("a b",)))


@pytest.mark.parametrize(
    ("enabled", "utf8"),
    [(b"UTF8=ACCEPT", True), (b"CONDSTORE imap4rev2", True), (b"CONDSTORE", False), (b"", False)],
)
def test_names_are_utf8_once_the_server_has_enabled_that(enabled: bytes, utf8: bool) -> None:
    talk = Conversation()
    enabling = talk.send(Enable(("UTF8=ACCEPT", "IMAP4REV2", "CONDSTORE")))
    talk.receive(b"* ENABLED " + enabled + b"\r\nA1 OK done\r\n")
    talk.result(enabling)
    assert talk.engine.is_utf8 is utf8
    listing = talk.send(List())
    talk.receive('* LIST () "/" "Entwürfe"\r\n* LIST () "/" Entw&APw-rfe\r\nA2 OK done\r\n'.encode())
    first, second = talk.result(listing)
    assert (first.name == "Entwürfe", second.name == "Entwürfe") == (utf8, not utf8)
    creating = talk.engine.submit(Create("ü"))
    assert creating.shown.strip() == ('CREATE "\\xc3\\xbc"' if utf8 else "CREATE &APw-")


def test_nobody_switches_utf8_on_but_us() -> None:
    talk = Conversation()
    talk.send(Noop())
    talk.receive(b"* ENABLED UTF8=ACCEPT\r\nA1 OK done\r\n")
    assert not talk.engine.is_utf8


def test_a_server_of_imap4rev2_alone_needs_no_enable() -> None:
    for offered, utf8 in ((b"IMAP4rev2", True), (b"IMAP4rev1 IMAP4rev2", False), (b"IMAP4rev1", False)):
        talk = Conversation()
        talk.receive(b"* CAPABILITY " + offered + b"\r\n")
        listing = talk.send(List(("ü",)))
        talk.receive('* LIST () "/" "Entwürfe"\r\nA1 OK done\r\n'.encode())
        (found,) = talk.result(listing)
        assert (found.name == "Entwürfe") is utf8
        assert ("&APw-" in listing.shown) is not utf8
