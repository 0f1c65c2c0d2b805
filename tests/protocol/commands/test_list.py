from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.command import Command
from mailkit.protocol.commands.list import List, Lsub
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.metadata import Metadata
from mailkit.protocol.values.rights import Rights
from mailkit.protocol.values.special_use import SpecialUse
from mailkit.protocol.values.status import MailboxStatus
from tests.protocol.answers import Conversation, answered, written

WRITTEN: list[tuple[Command[object], bytes]] = [
    (List(), b'LIST "" "*"'),
    (List(("/usr/staff/jones",), "~/Mail/"), b'LIST "~/Mail/" "/usr/staff/jones"'),
    (List(("INBOX", "Drafts", "Sent/%")), b'LIST "" ("INBOX" "Drafts" "Sent/%")'),
    (List(select=("SUBSCRIBED", "RECURSIVEMATCH")), b'LIST (SUBSCRIBED RECURSIVEMATCH) "" "*"'),
    (List(("%",), returns=("CHILDREN", "SPECIAL-USE")), b'LIST "" "%" RETURN (CHILDREN SPECIAL-USE)'),
    (List(("%",), status=("MESSAGES", "UNSEEN")), b'LIST "" "%" RETURN (STATUS (MESSAGES UNSEEN))'),
    (List(("%",), returns=("MYRIGHTS",), metadata=("/shared/vendor/cmu/cyrus-imapd/color",)),
     b'LIST "" "%" RETURN (MYRIGHTS METADATA (/shared/vendor/cmu/cyrus-imapd/color))'),
    (List(("Entwürfe/%",)), b'LIST "" "Entw&APw-rfe/%"'),
    (Lsub("comp.mail.*", "#news."), b'LSUB "#news." "comp.mail.*"'),
]  # fmt: skip


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_options_stand_where_the_grammar_has_them(command: Command[object], octets: bytes) -> None:
    assert written(command) == octets


def _listing(name: str, *attributes: str, delimiter: str | None = "/") -> Listing:
    return Listing(name, frozenset(attributes), delimiter)


LISTINGS = [
    (rb'LIST (\Noselect) "/" ~/Mail/foo', _listing("~/Mail/foo", "\\noselect")),
    (rb'LIST () "." INBOX', _listing("INBOX", delimiter=".")),
    (rb'LIST () "." inbox', _listing("INBOX", delimiter=".")),
    (rb'list (\Marked \NoInferiors) nil "in box"', _listing("in box", "\\marked", "\\noinferiors", delimiter=None)),
    (rb'LIST (\HasChildren) "\\" "a\\b"', _listing("a\\b", "\\haschildren", delimiter="\\")),
    (b'LIST () "/" {4}\r\na"{b', _listing('a"{b')),
    (b'LIST () "/" ""', _listing("")),
    (b'LIST () "/" Entw&APw-rfe', _listing("Entwürfe")),
    (b'LIST () "/" "&broken"', _listing("\U0010fe00&broken")),
    (b'LIST () "/" a]b', _listing("a]b")),
    (rb'LIST (\Subscribed \NonExistent) "/" "Foo" ("CHILDINFO" ("SUBSCRIBED" "special-use"))',
     Listing("Foo", frozenset({"\\subscribed", "\\nonexistent"}), "/",
             child_info=frozenset({"SUBSCRIBED", "SPECIAL-USE"}))),
    (rb'LIST () "/" New (OLDNAME ("Entw&APw-rfe"))', Listing("New", frozenset(), "/", "Entwürfe")),
    (rb'LIST () "/" x ("X-NEW" (a (b "c")) "CHILDINFO" ("SUBSCRIBED") tablecloth (("edge" "lacy")) vendor 5)',
     Listing("x", frozenset(), "/", child_info=frozenset({"SUBSCRIBED"}))),
    (rb'LIST () "/" x ()', _listing("x")),
    (b"LIST ( \\A   \\B ) NIL   x", _listing("x", "\\a", "\\b", delimiter=None)),
]  # fmt: skip


@pytest.mark.parametrize(("response", "listing"), LISTINGS)
def test_a_mailbox_is_read(response: bytes, listing: Listing) -> None:
    assert answered(List(), response) == [listing]


def test_subscriptions_are_read() -> None:
    assert answered(Lsub(), b'LSUB () "." #news.comp.mail.mime', rb'LSUB (\Noselect) "." "#news"') == [
        _listing("#news.comp.mail.mime", delimiter="."),
        _listing("#news", "\\noselect", delimiter="."),
    ]


def test_attributes_say_what_a_mailbox_is() -> None:
    trash = _listing("x", "\\trash", "\\hasnochildren", "\\subscribed")
    assert (trash.special_use, trash.has_children) == (SpecialUse.TRASH, False)
    assert trash.is_selectable
    assert trash.is_subscribed
    plain = _listing("x", "\\nonexistent")
    assert (plain.special_use, plain.has_children, plain.is_selectable, plain.is_subscribed) == (
        None, None, False, False
    )  # fmt: skip
    assert _listing("x", "\\haschildren").has_children is True


def test_statuses_rights_and_annotations_go_to_their_mailboxes() -> None:
    found = answered(
        List(returns=("MYRIGHTS",), status=("MESSAGES",), metadata=("/shared/color",)),
        b'LIST () "." "INBOX"',
        b'STATUS "INBOX" (MESSAGES 17)',
        b'MYRIGHTS "INBOX" lrswipkxtecda',
        b'METADATA "INBOX" ("/shared/color" "#b71c1c")',
        b'LIST () "." "f&APw-"',
        b"METADATA f&APw- (/shared/color NIL)",
        rb'LIST (\NoSelect) "." "bar"',
    )
    inbox, foo, bar = found
    assert inbox.status == MailboxStatus(messages=17)
    assert inbox.rights == Rights("lrswipkxtea")
    assert inbox.metadata == Metadata({"/shared/color": b"#b71c1c"})
    assert (foo.name, foo.status, foo.rights, foo.metadata) == ("fü", None, None, Metadata({"/shared/color": None}))
    assert (bar.status, bar.rights, bar.metadata) == (None, None, None)


def test_what_was_not_asked_for_is_news() -> None:
    talk = Conversation()
    pending = talk.send(List())
    talk.receive(
        b"* STATUS x (MESSAGES 1)\r\n* MYRIGHTS x lr\r\n* METADATA x /shared/a\r\n* LIST () NIL x\r\nA1 OK\r\n"
    )
    assert [row.name for row in talk.news] == [b"STATUS", b"MYRIGHTS", b"METADATA"]
    assert talk.result(pending) == [_listing("x", delimiter=None)]


def test_in_utf8_mode_names_are_utf8() -> None:
    (found,) = answered(List(), 'LIST () "/" "Entwürfe/&APw-" (OLDNAME ("ä"))'.encode(), utf8=True)
    assert (found.name, found.old_name) == ("Entwürfe/&APw-", "ä")
    assert written(List(("ü",)), utf8=True) == 'LIST "" "ü"'.encode()


@pytest.mark.parametrize(
    "hostile",
    [b"LIST", b"LIST ()", b'LIST () "/"', b'LIST "/" x', b'LIST (() "/" x', b"LIST () / x", b'LIST () "/" x (a)',
     b'LIST () "/" x (OLDNAME y)', b'LIST () "/" x (CHILDINFO', b"LIST " + b"(" * 500, b'LIST () "/" "x',
     b'LIST () "/" (x)', b'LIST () "/" x (OLDNAME ())'],
)  # fmt: skip
def test_a_broken_listing_costs_only_itself(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(List(), hostile)
    talk = Conversation()
    pending = talk.send(List())
    talk.receive(b"* " + hostile + b"\r\n" + b'* LIST () "/" good\r\nA1 OK done\r\n')
    found, problems = talk.lenient(pending)
    assert (found, len(problems)) == ([_listing("good")], 1)
