from __future__ import annotations

import pytest

from mailkit.protocol.command import Command
from mailkit.protocol.commands.select import Check, Close, Examine, Known, Select, Selected, Unselect
from mailkit.protocol.state import State
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.updates import FlagsChanged
from tests.protocol.answers import Conversation, answered, written

KNOWN = Known(67890007, 20050715194045000, UidSet.parse("41,43:211,214:541"))
MATCHED = Known(
    67890007,
    90060115194045000,
    UidSet.parse("41:211,214:541"),
    (SequenceSet.parse("1,3,11"), UidSet.parse("1,4,13")),
)

WRITTEN: list[tuple[Command[object], bytes]] = [
    (Select("INBOX"), b"SELECT INBOX"),
    (Examine("a b"), b'EXAMINE "a b"'),
    (Select("Entwürfe"), b"SELECT Entw&APw-rfe"),
    (Select("INBOX", condstore=True), b"SELECT INBOX (CONDSTORE)"),
    (Select("INBOX", known=Known(67890007, 1)), b"SELECT INBOX (QRESYNC (67890007 1))"),
    (Select("INBOX", known=KNOWN), b"SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))"),
    (Examine("INBOX", condstore=True, known=MATCHED),
     b"EXAMINE INBOX (CONDSTORE QRESYNC (67890007 90060115194045000 41:211,214:541 (1,3,11 1,4,13)))"),
    (Check(), b"CHECK"),
    (Close(), b"CLOSE"),
    (Unselect(), b"UNSELECT"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_opening_and_leaving_a_mailbox_is_written(command: Command[object], octets: bytes) -> None:
    assert written(command) == octets


FLAGS = FlagSet.parse(r"(\Answered \Flagged \Deleted \Seen \Draft)")


def test_the_rfc_s_example_is_read() -> None:
    """RFC 9051 §6.3.2 and RFC 3501 §6.3.1, together."""
    found = answered(
        Select("INBOX"),
        b"172 EXISTS",
        b"1 RECENT",
        b"OK [UNSEEN 12] Message 12 is first unseen",
        b"OK [UIDVALIDITY 3857529045] UIDs valid",
        b"OK [UIDNEXT 4392] Predicted next UID",
        b"FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
        b"OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited",
        b"OK [HIGHESTMODSEQ 715194045007] yes",
        b"OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Ok",
        b'LIST () "/" INBOX ("OLDNAME" ("inbox"))',
        done=b"OK [READ-WRITE] SELECT completed",
    )
    assert found == Selected(
        172,
        1,
        FLAGS,
        FlagSet.read(rb"\Deleted \Seen \*"),
        3857529045,
        4392,
        12,
        715194045007,
        "F2212ea87-6097-4256-9d51-71338625",
        listing=Listing("INBOX", frozenset(), "/", "INBOX"),
    )


def test_what_is_not_told_is_none() -> None:
    assert answered(Select("x"), b"0 EXISTS", b"FLAGS ()", done=b"OK done") == Selected()
    examined = answered(Examine("x"), b"OK [NOMODSEQ] none", b"OK [UIDNOTSTICKY] odd", done=b"OK [READ-ONLY] done")
    assert (examined.is_read_only, examined.highest_modseq, examined.are_uids_sticky) == (True, None, False)


def test_a_resync_tells_what_vanished_and_what_changed() -> None:
    """RFC 7162 §3.2.5.1"""
    found = answered(
        Select("INBOX", known=KNOWN),
        b"VANISHED (EARLIER) 41,43:116,118,120:211,214:540",
        b"49 FETCH (UID 117 FLAGS (\\Seen \\Answered) MODSEQ (90060115194045001))",
        b"50 FETCH (UID 119 FLAGS (\\Draft $MDNSent) MODSEQ (90060115194045308))",
        b"OK [CLOSED] Previous mailbox is now closed",
        b"314 EXISTS",
        b"15 RECENT",
        b"OK [UIDVALIDITY 67890007] UIDVALIDITY",
        b"OK [HIGHESTMODSEQ 90060115205545359] Highest",
        b"VANISHED (EARLIER) 41,43:116,118,120:211,214:540",
        b"49 FETCH (UID 117 FLAGS (\\Seen \\Answered) MODSEQ (90060115194045001))",
        b"51 FETCH (UID 541 FLAGS (\\Seen $Forwarded) MODSEQ (90060115194045001))",
        done=b"OK [READ-WRITE] mailbox selected",
    )
    assert found.exists == 314
    assert found.vanished == UidSet.parse("41,43:116,118,120:211,214:540")
    assert found.changed == (
        FlagsChanged(49, 117, FlagSet.parse(r"\Seen \Answered"), 90060115194045001),
        FlagsChanged(51, 541, FlagSet.parse(r"\Seen $Forwarded"), 90060115194045001),
    )


def test_what_was_told_of_the_mailbox_before_does_not_count() -> None:
    found = answered(Select("x"), b"9 EXISTS", b"OK [UIDNEXT 9] old", b"OK [CLOSED] now", b"2 EXISTS")
    assert found == Selected(2)


def test_without_a_resync_flags_are_news() -> None:
    talk = Conversation()
    pending = talk.send(Select("x"))
    talk.receive(b"* 1 FETCH (FLAGS (\\Seen))\r\n* 3 EXISTS\r\nA1 OK done\r\n")
    assert [row.name for row in talk.news] == [b"FETCH"]
    assert talk.result(pending).exists == talk.engine.exists == 3
    assert talk.engine.state is State.SELECTED


def test_rows_that_break_the_grammar_cost_only_themselves() -> None:
    talk = Conversation()
    pending = talk.send(Select("x", known=KNOWN))
    talk.receive(
        b"* 3 EXISTS\r\n* VANISHED (EARLIER) x\r\n* 1 FETCH (UID\r\n* FLAGS\r\n* LIST (\r\n* OK [UIDNEXT x] what\r\n"
        b"* OK [PERMANENTFLAGS (\r\n* VANISHED 5\r\nA1 OK done\r\n"
    )
    found, problems = talk.lenient(pending)
    assert found == Selected(3, vanished=UidSet.of(5))
    assert len(problems) == 3


def test_leaving_a_mailbox_leaves_the_state() -> None:
    for command in (Close(), Unselect()):
        talk = Conversation()
        talk.send(command)
        talk.receive(b"A1 OK done\r\n")
        assert talk.engine.state is State.AUTHENTICATED
