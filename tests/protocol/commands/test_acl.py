from __future__ import annotations

import pytest

from mailkit.protocol.command import Command
from mailkit.protocol.commands.acl import DeleteAcl, GetAcl, ListRights, MyRights, RightsAction, SetAcl
from mailkit.protocol.values.rights import ACL, Rights, RightsOffered
from tests.protocol.answers import answered, written

WRITTEN: list[tuple[Command[object], bytes]] = [
    (SetAcl("INBOX/Drafts", "Chris", Rights("lrswi")), b"SETACL INBOX/Drafts Chris lrswi"),
    (SetAcl("INBOX/Drafts", "John", Rights("wi"), RightsAction.ADD), b"SETACL INBOX/Drafts John +wi"),
    (SetAcl("a b", "-fred", Rights("wt"), RightsAction.REMOVE), b'SETACL "a b" -fred -wt'),
    (SetAcl("x", "fred", Rights()), b'SETACL x fred ""'),
    (SetAcl("x", "fred", Rights("lrkxte"), rfc2086=True), b"SETACL x fred lrcd"),
    (SetAcl("x", "fred", Rights("lrkxte")), b"SETACL x fred lrkxte"),
    (SetAcl("x", "mit space", Rights("l")), b'SETACL x "mit space" l'),
    (SetAcl("x", "müller", Rights("l")), b"SETACL x {7+}\r\nm\xc3\xbcller l"),
    (DeleteAcl("INBOX", "Fred"), b"DELETEACL INBOX Fred"),
    (GetAcl("Entwürfe"), b"GETACL Entw&APw-rfe"),
    (ListRights("~/Mail/saved", "smith"), b"LISTRIGHTS ~/Mail/saved smith"),
    (MyRights("INBOX"), b"MYRIGHTS INBOX"),
]


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_acl_commands_are_written(command: Command[object], octets: bytes) -> None:
    assert written(command) == octets


@pytest.mark.parametrize(
    ("response", "acl"),
    [
        (b"ACL INBOX Fred rwipslxetad -Fred wetd David lrswideta",
         {"Fred": "rwipslxetad", "-Fred": "wet", "David": "lrswiteta"}),
        (b"ACL INBOX", {}),
        (b'ACL "INBOX" "anyone" ""', {"anyone": ""}),
        (b'acl {5}\r\nINBOX {7}\r\nm\xc3\xbcller "lr"', {"müller": "lr"}),
        (b'ACL INBOX "a \\"b\\"" lrX!', {'a "b"': "lr"}),
    ],
)  # fmt: skip
def test_an_access_list_is_read(response: bytes, acl: dict[str, str]) -> None:
    found = answered(GetAcl("INBOX"), response)
    assert found == ACL({who: Rights.parse(rights.encode()) for who, rights in acl.items()})


def test_the_rights_that_can_be_given_are_read() -> None:
    offered = answered(ListRights("~/Mail/saved", "smith"), b"LISTRIGHTS ~/Mail/saved smith la r swicdkxte")
    assert offered == RightsOffered(Rights("la"), (Rights("r"), Rights("swikxte")))
    none = answered(
        ListRights("archive/imap", "anyone"), b'LISTRIGHTS archive/imap anyone "" l r s w i p k x t e c d a 0 1 9'
    )
    assert none.required == Rights()
    assert [str(right) for right in none.optional][:4] == ["l", "r", "s", "w"]
    assert none.optional[-1] == Rights("9")
    assert answered(ListRights("a", "b"), b"LISTRIGHTS a b") == RightsOffered(Rights())


def test_one_s_own_rights_are_read() -> None:
    assert answered(MyRights("INBOX"), b"MYRIGHTS INBOX rwiptsldaex") == Rights("lrswiptexa")
    assert answered(MyRights("INBOX"), b'MYRIGHTS "INBOX" ""') == Rights()
    assert answered(MyRights("INBOX")) == Rights()
