"""Odd things to say: each is legal in form or nearly so, and wrong in what it means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import attrs
import pytest

from mailkit import (
    ACL,
    AsyncAccount,
    AsyncMessages,
    Copied,
    Expunged,
    Limits,
    MailboxStatus,
    ProtocolViolation,
    Rights,
    opening,
)
from mailkit.connecting.dial import Meanwhile
from mailkit.protocol import IMAP4
from mailkit.protocol.complete import complete
from mailkit.protocol.values.metadata import Metadata
from mailkit.protocol.values.rights import RightsOffered
from tests.certificates import Certificates
from tests.hostile.apis import INTERFACES
from tests.hostile.interface import judge
from tests.hostile.memory import AioMemory, Lines, MemoryIMAP4, ThreadMemory
from tests.hostile.scenario import PREAUTH, Act, End, Scenario, answering, greeting_with, last, tag_of_another
from tests.hostile.test_loss_verbs import NEVER_USED
from tests.scripted import Command, Peer

FETCH = "UID FETCH"
TOLD = (End.VIOLATION, End.FINE)
LATER = b"\r\nTAG OK done\r\n"


def pending_literal(peer: Peer) -> None:
    """OK to an APPEND whose literal is still to come, in the place of the plus and again behind it."""
    tag = tag_of_another(peer)
    peer.send(b"+ go on\r\n%b OK [APPENDUID 1 9] taken\r\n" % tag)
    peer.wait_closed()


def storm(peer: Peer) -> None:
    """Ten thousand pluses for one literal."""
    tag = tag_of_another(peer)
    peer.send(b"+ go on\r\n" * 10_000)
    peer.send(b"%b OK\r\n" % tag)
    peer.wait_closed()


SYNCHRONISING = b"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"

ODD = {
    "a literal in a status text": Scenario(
        answering("NOOP", b"* OK [ALERT {3}\r\nabc] x\r\nTAG OK {2}\r\nxx\r\n"), Act.NOOP, TOLD
    ),
    "a literal for a number": Scenario(answering("SELECT", b"* {1}\r\n3 EXISTS" + LATER), Act.SELECT, TOLD),
    "a literal for a UID": Scenario(answering(FETCH, b"* 1 FETCH (UID {1}\r\n1 FLAGS ())" + LATER), Act.FETCH, TOLD),
    "a literal for a flag": Scenario(
        answering(FETCH, b"* 1 FETCH (UID 1 FLAGS ({5}\r\n\\Seen))" + LATER), Act.FETCH, TOLD
    ),
    "a literal for a name of an item": Scenario(
        answering(FETCH, b"* 1 FETCH (UID 1 {5}\r\nFLAGS ())" + LATER), Act.FETCH, TOLD
    ),
    "a greeting with a literal": Scenario(greeting_with(b"* OK {5}\r\nhello\r\n"), Act.NOTHING, TOLD),
    "nine thousand empty literals": Scenario(
        answering("NOOP", b"* X" + b" {0}\r\n" * 9000 + b"\r\n" + b"TAG OK\r\n"), Act.NOOP, (End.FINE,)
    ),
    "empty literals by the hundred thousand": Scenario(
        answering("NOOP", (b"* X" + b" {0}\r\n" * 9000 + b"\r\n") * 30 + b"TAG OK\r\n"), Act.NOOP, TOLD
    ),
    "OK while a literal is due": Scenario(greeting_with(SYNCHRONISING, pending_literal), Act.APPEND, (End.VIOLATION,)),
    "a storm of continuations": Scenario(greeting_with(SYNCHRONISING, storm), Act.APPEND, (End.VIOLATION,)),
    "capabilities of a megabyte": Scenario(
        answering(
            "LOGIN",
            b"* CAPABILITY IMAP4rev1" + b" AUTH=YYYYYYYY" * 70_000 + LATER,
            greeting=b"* OK [CAPABILITY IMAP4rev1] hi\r\n",
        ),
        Act.LOGIN,
        (End.FINE, End.VIOLATION),
    ),
    "FETCH for UID 0": Scenario(
        answering(FETCH, b"* 1 FETCH (UID 0 FLAGS (x) BODY[] {1}\r\nx)" + LATER), Act.FETCH, TOLD
    ),
    "FETCH for message 0": Scenario(
        answering(FETCH, b"* 0 FETCH (UID 1 FLAGS (x) BODY[] {1}\r\nx)" + LATER), Act.FETCH, TOLD
    ),
    "every item twice": Scenario(
        answering(FETCH, b"* 1 FETCH (UID 1 UID 2 FLAGS (a) FLAGS (b) BODY[] {1}\r\nx BODY[] {1}\r\ny)" + LATER),
        Act.FETCH,
        TOLD,
    ),
    "a UID beyond 32 bits": Scenario(answering(FETCH, b"* 1 FETCH (UID 4294967296 FLAGS ())" + LATER), Act.FETCH, TOLD),
    "a modification sequence beyond 63 bits": Scenario(
        answering(FETCH, b"* 1 FETCH (UID 1 MODSEQ (18446744073709551616) FLAGS ())" + LATER), Act.FETCH, TOLD
    ),
    "HIGHESTMODSEQ beyond 63 bits": Scenario(
        answering(
            "SELECT",
            b"* OK [HIGHESTMODSEQ 99999999999999999999999] x\r\n* OK [UIDVALIDITY 0] x\r\n* OK [UIDNEXT 4294967296] x"
            + LATER,
        ),
        Act.SELECT,
        TOLD,
    ),
    "a delimiter of two characters": Scenario(answering("LIST", b'* LIST () "//" a//b' + LATER), Act.LIST, TOLD),
    "a delimiter of none": Scenario(answering("LIST", b'* LIST () "" a' + LATER), Act.LIST, TOLD),
    "a delimiter that is a quote": Scenario(answering("LIST", b'* LIST () "\\"" "a\\"b"' + LATER), Act.LIST, TOLD),
    "a name with NUL and dots": Scenario(answering("LIST", b'* LIST () "/" {9}\r\n../../\0/x' + LATER), Act.LIST, TOLD),
    "a name of nothing": Scenario(answering("LIST", b'* LIST () "/" ""' + LATER), Act.LIST, TOLD),
    "a name in broken UTF-7": Scenario(answering("LIST", b'* LIST () "/" "&&AAA-&2AA-&"' + LATER), Act.LIST, TOLD),
    "ranges reversed and huge": Scenario(
        answering(
            "UID SEARCH",
            b'* ESEARCH (tag "TAG") UID ALL 4294967295:1,3:2,1:4294967295' + LATER,
            greeting=PREAUTH.replace(b"IDLE", b"ESEARCH"),
        ),
        Act.SEARCH,
        TOLD,
    ),
    "ESEARCH that finds nothing in words": Scenario(
        answering(
            "UID SEARCH",
            b'* ESEARCH (tag "TAG") UID ALL 0:0,*:* COUNT -1' + LATER,
            greeting=PREAUTH.replace(b"IDLE", b"ESEARCH"),
        ),
        Act.SEARCH,
        TOLD,
    ),
    "SEARCH results of everything twice": Scenario(
        answering("UID SEARCH", b"* SEARCH 3 1 1 3 2 0 4294967295 4294967296" + LATER), Act.SEARCH, TOLD
    ),
    "BYE in the middle of a literal": Scenario(
        answering(FETCH, last(b"* 1 FETCH (UID 1 BODY[] {100}\r\n* BYE so long\r\n")), Act.FETCH, (End.LOST,)
    ),
    "everything has vanished": Scenario(
        answering("NOOP", b"* VANISHED 1:4294967295\r\n* VANISHED (EARLIER) 1:4294967295" + LATER), Act.NOOP, TOLD
    ),
    "everything has vanished from what is fetched": Scenario(
        answering(FETCH, b"* VANISHED 1:4294967295" + LATER), Act.FETCH, TOLD
    ),
    "COPYUID of unequal sets": Scenario(answering("UID COPY", b"TAG OK [COPYUID 1 1:3 4:5] ok\r\n"), Act.COPY, TOLD),
    "COPYUID of what was not copied": Scenario(
        answering("UID COPY", b"TAG OK [COPYUID 1 7:9 4:6] ok\r\n"), Act.COPY, TOLD
    ),
    "COPYUID of zero": Scenario(answering("UID COPY", b"TAG OK [COPYUID 0 0 0] ok\r\n"), Act.COPY, TOLD),
    "APPENDUID of zero": Scenario(answering("APPEND", b"TAG OK [APPENDUID 0 0] ok\r\n"), Act.APPEND, TOLD),
    "APPENDUID of a thousand million": Scenario(
        answering("APPEND", b"TAG OK [APPENDUID 1 1:1000000000] ok\r\n"), Act.APPEND, TOLD
    ),
    "EXPUNGE of message 0": Scenario(answering("NOOP", b"* 0 EXPUNGE\r\n* 4294967295 EXPUNGE" + LATER), Act.NOOP, TOLD),
    "EXISTS that falls and rises": Scenario(
        answering("SELECT", b"* 4294967295 EXISTS\r\n* 0 EXISTS\r\n* 3 EXISTS" + LATER), Act.SELECT, TOLD
    ),
    "an empty line": Scenario(answering("NOOP", b"\r\n\r\n" + LATER), Act.NOOP, TOLD),
    "a tag and no more": Scenario(answering("NOOP", b"TAG\r\n"), Act.NOOP, TOLD),
    "a status in small letters": Scenario(answering("NOOP", b"TAG ok done\r\n"), Act.NOOP, TOLD),
    "a code in the code": Scenario(answering("NOOP", b"TAG OK [A [B [C] D] E] x\r\n"), Act.NOOP, TOLD),
    "a code of a megabyte": Scenario(answering("NOOP", b"TAG OK [X " + b"y" * 1_000_000 + b"] x\r\n"), Act.NOOP, TOLD),
    "flags by the hundred thousand": Scenario(
        answering("SELECT", b"* FLAGS (" + b" ".join(b"k%d" % n for n in range(100_000)) + b")" + LATER),
        Act.SELECT,
        TOLD,
        within=20,
    ),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("api", ["IMAP4", "Account", "AsyncAccount"])
def test_no_odd_answer_fools_or_hangs_the_client(api: str, name: str, certificates: Certificates) -> None:
    judge(INTERFACES[api](), ODD[name], certificates)


# -- lies in good form: what is not about what was asked is not believed

OFFERS = PREAUTH.replace(b"]", b" ESEARCH SORT ACL METADATA]")
OPENED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nTAG OK opened\r\n"
ROWS = b"".join(b"* %d FETCH (UID %d FLAGS ())\r\n" % (uid, uid) for uid in (1, 2, 3))
HONEST = {
    "SELECT": OPENED,
    "EXAMINE": OPENED,
    "UID SEARCH": b'* ESEARCH (tag "TAG") UID ALL 1:3\r\nTAG OK\r\n',
    "UID FETCH": ROWS + b"TAG OK\r\n",
}


@attrs.frozen
class Lie:
    """What is said to one verb, and what must come of it: a value, or an error."""

    verb: str
    said: bytes
    act: Callable[[AsyncAccount], Coroutine[object, object, object]]
    comes: object


def uids_of(messages: AsyncMessages) -> Coroutine[object, object, list[int]]:
    async def iterate() -> list[int]:
        return [message.uid async for message in messages]

    return iterate()


async def watched(account: AsyncAccount) -> list[object]:
    found: list[object] = []
    async for event in account.inbox.watch():
        found.append(event)
        if len(found) == 3:
            break
    return found


LIES = {
    "STATUS of another mailbox": Lie(
        "STATUS", b"* STATUS Other (MESSAGES 99)\r\nTAG OK\r\n", lambda a: a.inbox.status("messages"), MailboxStatus()
    ),
    "ACL of another mailbox": Lie("GETACL", b"* ACL Other bob lr\r\nTAG OK\r\n", lambda a: a.inbox.acl(), ACL()),
    "MYRIGHTS of another mailbox": Lie(
        "MYRIGHTS", b"* MYRIGHTS Other lr\r\nTAG OK\r\n", lambda a: a.inbox.my_rights(), Rights()
    ),
    "LISTRIGHTS of another mailbox": Lie(
        "LISTRIGHTS",
        b"* LISTRIGHTS Other bob lr\r\nTAG OK\r\n",
        lambda a: a.inbox.list_rights("bob"),
        RightsOffered(Rights()),
    ),
    "METADATA of another mailbox": Lie(
        "GETMETADATA",
        b"* METADATA Other (/private/comment x)\r\nTAG OK\r\n",
        lambda a: a.inbox.metadata("/private/comment"),
        Metadata(()),
    ),
    "SORT that names messages twice": Lie(
        "UID SORT",
        b"* SORT 3 3 1 1 2 9\r\nTAG OK\r\n",
        lambda a: uids_of(a.inbox.messages.only("flags").order_by("subject")),
        [3, 1, 2],
    ),
    "FETCH of other messages, and twice": Lie(
        "UID FETCH",
        b"* 7 FETCH (UID 7 FLAGS ())\r\n* 1 FETCH (UID 0 FLAGS ())\r\n" + ROWS + ROWS + b"TAG OK\r\n",
        lambda a: uids_of(a.inbox.messages.only("flags")),
        [1, 2, 3],
    ),
    "four thousand million messages found": Lie(
        "UID SEARCH",
        b'* ESEARCH (tag "TAG") UID ALL 4294967295:1\r\nTAG OK\r\n',
        lambda a: uids_of(a.inbox.messages.only("flags").where(seen=True)),
        ProtocolViolation,
    ),
    "four thousand million messages to be compared": Lie(
        "UID SEARCH",
        b'* ESEARCH (tag "TAG") UID ALL 4294967295:1\r\nTAG OK\r\n',
        lambda a: a.inbox.changes(),
        ProtocolViolation,
    ),
    "COPYUID of messages that were not copied": Lie(
        "UID COPY",
        b"TAG OK [COPYUID 5 7:9 4:6] ok\r\n",
        lambda a: a.inbox.messages.where(uid=(1, 2, 3)).copy_to("Other"),
        Copied(5, {}),
    ),
    "everything vanishes": Lie(
        "IDLE",
        b"+ idling\r\n* VANISHED 1:4294967295\r\n",
        watched,
        [Expunged(1), Expunged(2), Expunged(3)],
    ),
    "more expunged than there were": Lie(
        "IDLE", b"+ idling\r\n" + b"* 1 EXPUNGE\r\n" * 20_000, watched, [Expunged(1), Expunged(2), Expunged(3)]
    ),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
@pytest.mark.parametrize("kind", [ThreadMemory, AioMemory], ids=["Account", "AsyncAccount"])
def test_what_is_not_about_what_was_asked_is_not_believed(kind: type[ThreadMemory | AioMemory], lie: Lie) -> None:
    def answer(command: Command) -> bytes:
        return lie.said if command.verb == lie.verb else HONEST.get(command.verb, b"TAG OK\r\n")

    async def story() -> object:
        lines = Lines(answer, OFFERS)
        account = AsyncAccount(
            await opening.connect(
                kind(lines), Meanwhile(), "imaps://alice@server", credentials="pw", ssl_context=NEVER_USED
            )
        )
        try:
            return await lie.act(account)
        except ProtocolViolation as problem:
            return type(problem)
        finally:
            await account.close()

    assert (complete(story()) if kind is ThreadMemory else asyncio.run(story())) == lie.comes


def test_a_server_that_greets_and_says_goodbye_at_once_is_left_with_an_abort() -> None:
    for greeting in (b"* OK hello\r\n* BYE no\r\n", b"* PREAUTH hello\r\n* BYE no\r\n"):
        with pytest.raises(IMAP4.abort, match="goodbye"):
            MemoryIMAP4(Lines(lambda _: b"", greeting).next())


def test_a_classic_idle_that_is_flooded_ends_with_the_limit() -> None:
    """With a limit that is quicker to pass than that of a million."""

    class Narrow(MemoryIMAP4):
        limits = Limits(rows=1000, bare_line_feeds=False)

    flood = b"+ idling\r\n" + b"* 5 EXISTS\r\n" * 2000
    offers = b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK\r\n"
    lines = Lines(lambda command: flood if command.verb == "IDLE" else offers, PREAUTH)
    imap = Narrow(lines.next())
    with pytest.raises(IMAP4.abort, match="1000 responses"), imap.idle() as idler:
        for name, _ in idler:
            assert name == "EXISTS"
