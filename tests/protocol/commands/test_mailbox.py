from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.command import Command
from mailkit.protocol.commands.mailbox import Create, Delete, Rename, Subscribe, Unsubscribe
from mailkit.protocol.values.special_use import SpecialUse
from tests.protocol.answers import answered, written

WRITTEN: list[tuple[Command[object], bytes]] = [
    (Create("owatagusiam/"), b"CREATE owatagusiam/"),
    (Create("MyDrafts", (SpecialUse.DRAFTS,)), rb"CREATE MyDrafts (USE (\Drafts))"),
    (Create("Everything", (SpecialUse.SENT, SpecialUse.ARCHIVE)), rb"CREATE Everything (USE (\Sent \Archive))"),
    (Create("a b"), b'CREATE "a b"'),
    (Create("Entwürfe"), b"CREATE Entw&APw-rfe"),
    (Create('say "hi" \\ %'), b'CREATE "say \\"hi\\" \\\\ %"'),
    (Delete("blurdybloop"), b"DELETE blurdybloop"),
    (Delete("NIL"), b'DELETE "NIL"'),
    (Delete(""), b'DELETE ""'),
    (Rename("blurdybloop", "sarasoop"), b"RENAME blurdybloop sarasoop"),
    (Rename("inbox", "old mail"), b'RENAME INBOX "old mail"'),
    (Subscribe("#news.comp.mail.mime"), b"SUBSCRIBE #news.comp.mail.mime"),
    (Unsubscribe("#news.comp.mail.mime"), b"UNSUBSCRIBE #news.comp.mail.mime"),
]


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_names_are_written_as_the_grammar_wants_them(command: Command[object], octets: bytes) -> None:
    assert written(command) == octets
    assert answered(command) is None


def test_in_utf8_mode_names_go_as_they_are() -> None:
    assert written(Create("Entwürfe"), utf8=True) == 'CREATE "Entwürfe"'.encode()
    assert written(Rename("A&B", "é"), utf8=True) == 'RENAME A&B "é"'.encode()


def test_create_tells_the_mailbox_id() -> None:
    assert answered(Create("foo"), done=b"OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Completed") == (
        "F2212ea87-6097-4256-9d51-71338625"
    )
    assert answered(Create("foo"), done=b"OK [TRYCREATE] odd") is None


@pytest.mark.parametrize("name", ["a\r\nb", "a\0b", "\ud800"])
def test_a_name_that_cannot_be_sent_is_refused_before_anything_is(name: str) -> None:
    for command in (Create(name), Rename("a", name)):
        with pytest.raises(UsageError):
            written(command, utf8=True)
