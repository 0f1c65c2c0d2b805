from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.commands.status import Status
from mailkit.protocol.values.status import MailboxStatus
from tests.protocol.answers import Conversation, answered, written


def test_items_stand_in_parentheses() -> None:
    assert written(Status("blurdybloop", ("UIDNEXT", "MESSAGES"))) == b"STATUS blurdybloop (UIDNEXT MESSAGES)"
    assert written(Status("ü b", ("SIZE",))) == b'STATUS "&APw- b" (SIZE)'
    assert written(Status("ü", ("SIZE",)), utf8=True) == 'STATUS "ü" (SIZE)'.encode()


STATUSES = [
    (b"STATUS x (MESSAGES 231 UIDNEXT 44292)", MailboxStatus(messages=231, uid_next=44292)),
    (b'STATUS "x" (RECENT 0 UNSEEN 1 UIDVALIDITY 4294967295)',
     MailboxStatus(recent=0, unseen=1, uid_validity=4294967295)),
    (b"STATUS {1}\r\nx (HIGHESTMODSEQ 7011231777 SIZE 9223372036854775807)",
     MailboxStatus(highest_modseq=7011231777, size=(1 << 63) - 1)),
    (b"STATUS x (DELETED 3 DELETED-STORAGE 4096)", MailboxStatus(deleted=3, deleted_storage=4096)),
    (b"STATUS x (APPENDLIMIT 257890)", MailboxStatus(append_limit=257890)),
    (b"STATUS x (APPENDLIMIT NIL)", MailboxStatus()),
    (b"STATUS x (MAILBOXID (F2212ea87-6097-4256-9d51-71338625))",
     MailboxStatus(mailbox_id="F2212ea87-6097-4256-9d51-71338625")),
    (b"STATUS x ()", MailboxStatus()),
    (b"status x ( messages  1  X-NEW (a (b)) x-text \"y z\" )", MailboxStatus(messages=1)),
]  # fmt: skip


@pytest.mark.parametrize(("response", "status"), STATUSES)
def test_a_status_is_read(response: bytes, status: MailboxStatus) -> None:
    assert answered(Status("x", ("MESSAGES",)), response) == status


@pytest.mark.parametrize(
    ("mailbox", "spelling"),
    [("INBOX", b"inbox"), ("inbox", b"INBOX"), ("Entwürfe", b"Entw&APw-rfe"), ("Entwürfe", '"Entwürfe"'.encode()),
     ("a b", b'"a b"'), ("", b'""')],
)  # fmt: skip
def test_many_may_be_asked_for_at_once(mailbox: str, spelling: bytes) -> None:
    talk = Conversation()
    first, second = talk.send(Status("other", ("MESSAGES",))), talk.send(Status(mailbox, ("MESSAGES",)))
    talk.receive(b"* STATUS %b (MESSAGES 2)\r\n* STATUS third (MESSAGES 3)\r\nA2 OK done\r\n" % spelling)
    talk.receive(b"* STATUS other (MESSAGES 1)\r\nA1 OK done\r\n")
    assert (talk.result(first).messages, talk.result(second).messages) == (1, 2)
    assert len(talk.news) == 1


@pytest.mark.parametrize(
    "hostile",
    [b"STATUS x", b"STATUS x (MESSAGES)", b"STATUS x (MESSAGES -1)", b"STATUS x (MESSAGES y)",
     b"STATUS x (MESSAGES 9223372036854775808)", b"STATUS x (MAILBOXID ())", b"STATUS x (MAILBOXID", b"STATUS x (("],
)  # fmt: skip
def test_a_broken_status_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(Status("x", ("MESSAGES",)), hostile)


def test_a_status_without_a_name_is_news_and_no_more() -> None:
    talk = Conversation()
    pending = talk.send(Status("x", ("MESSAGES",)))
    talk.receive(b'* STATUS (\r\n* STATUS "\r\n* STATUS\r\nA1 OK done\r\n')
    assert talk.result(pending) == MailboxStatus()
    assert len(talk.news) == 3
