"""Selections: order, slices, threads, counts, pages, and what they cost on the wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import mailkit.pool
from mailkit import From, LargerThan, MailkitError, Seen, Subject, UidSet, UsageError
from mailkit.arrange.sorting import SortKey
from mailkit.connecting.connections import Place
from tests.domain.conftest import Connect, Open
from tests.domain.mini import open_mini, without
from tests.scripted.command import Command
from tests.scripted.mini import MiniServer, Session
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

LETTERS = [
    # subject, sender, hour, answers
    ("lunch", "Cy <cy@example.org>", 5, ()),
    ("Re: lunch", "ada@example.org", 3, (0,)),
    ("budget", "Bob <bob@example.org>", 9, ()),
    ("Re: Re: lunch", "Cy <cy@example.org>", 7, (0, 1)),
    ("apples", "dora@example.org", 1, ()),
    ("Re: budget", "ada@example.org", 2, (2,)),
]


def letter(number: int) -> bytes:
    subject, sender, hour, answers = LETTERS[number]
    references = " ".join(f"<{answered}@x>" for answered in answers)
    return (
        f"From: {sender}\r\nSubject: {subject}\r\nDate: Tue, 24 Nov 2026 {hour:02}:00:00 +0000\r\n"
        f"Message-ID: <{number}@x>\r\nReferences: {references}\r\n\r\n{'x' * 100 * (number % 3)}\r\n"
    ).encode()


MAIL = [letter(number) for number in range(len(LETTERS))]


@pytest.fixture
def letters(dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name).add_all(MAIL)


ORDERS = [
    (("date",), [5, 6, 2, 1, 4, 3]),
    (("-date",), [3, 4, 1, 2, 6, 5]),
    (("subject", "-date"), [5, 3, 6, 4, 1, 2]),
    (("from", "date"), [6, 2, 3, 1, 4, 5]),
    (("-size", "subject"), sorted(range(1, 7), key=lambda uid: -len(MAIL[uid - 1]))),
]


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize(("keys", "uids"), ORDERS)
async def test_the_server_sorts(open_dovecot: Open, keys: tuple[str, ...], uids: list[int]) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages.order_by(*keys)
        assert [message.uid async for message in messages] == uids
        assert [message.uid async for message in messages[:2]] == uids[:2]
        assert [message.uid async for message in messages[-2:]] == uids[-2:]
        assert [message.uid async for message in account.inbox.messages.where(uid=range(1, 4)).order_by(*keys)] == [
            uid for uid in uids if uid < 4
        ]


@pytest.mark.parametrize(("keys", "uids"), ORDERS)
async def test_the_client_sorts_where_the_server_cannot(
    connect: Connect, keys: tuple[str, ...], uids: list[int]
) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages.order_by(*keys)
            assert [message.uid async for message in messages] == uids
            assert [message.uid async for message in messages[1:3]] == uids[1:3]
            first, last = await messages.first(), await messages.last()
            assert first is not None
            assert last is not None
            assert (first.uid, last.uid) == (uids[0], uids[-1])
            assert (await messages.explain()).is_sorted_here


def test_an_order_by_what_there_is_not_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="colour"):
        SortKey.parse("-colour")


@pytest.mark.usefixtures("letters")
async def test_what_the_client_finishes_keeps_the_order(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages.where(matching=lambda message: message.uid % 2 == 0).order_by("-date")
        assert [message.uid async for message in messages] == [4, 2, 6]
        assert [message.uid async for message in messages[-1:]] == [6]
        assert await messages.count() == 3


TREES = {
    "references": [[5], [3, 6], [1, 2, 4]],
    "refs": [[5], [1, 2, 4], [3, 6]],
    "orderedsubject": [[5], [6, 3], [2, 1, 4]],
}


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("algorithm", TREES)
async def test_threads_are_the_same_by_server_and_by_client(
    connect: Connect, open_dovecot: Open, algorithm: str
) -> None:
    async with open_dovecot() as account:
        there = await account.inbox.messages.threads(algorithm)
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            here = await account.inbox.messages.threads(algorithm)
    for threads in (there, here):
        found = [[message.uid for message in thread.messages] for thread in threads]
        assert sorted(found) == sorted(TREES[algorithm])
    assert [list(depths(thread)) for thread in there] == [list(depths(thread)) for thread in here]


def depths(thread: object) -> list[int]:
    return [depth for depth, _ in thread.levels()]  # type: ignore[attr-defined]  # of either API


@pytest.mark.usefixtures("letters")
async def test_threads_of_a_slice_have_only_its_messages(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        threads = await account.inbox.messages[-3:].threads("refs")
        assert sorted(message.uid for thread in threads for message in thread.messages) == [4, 5, 6]
        (alone,) = await account.inbox.messages.where(subject="apples").threads()
        assert alone.message is not None
        assert alone.message.subject == "apples"
        with pytest.raises(UsageError, match="algorithm"):
            await account.inbox.messages.threads("magic")


@pytest.mark.usefixtures("letters")
async def test_pages_have_their_size(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        pages = [[message.uid for message in page] async for page in account.inbox.messages.pages(4)]
        assert pages == [[1, 2, 3, 4], [5, 6]]
        with pytest.raises(UsageError, match="page"):
            [page async for page in account.inbox.messages.pages(0)]


SLICES = [
    slice(None, 2), slice(2, 4), slice(-2, None), slice(-4, -2), slice(1, -1), slice(-3, 5), slice(4, 2),
    slice(3, None), slice(None, -4), slice(None, 0), slice(-1, None), slice(None, 1), slice(50, 60), slice(-60, -50),
]  # fmt: skip


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("part", SLICES, ids=str)
async def test_a_slice_is_what_it_is_of_a_list(open_dovecot: Open, connect: Connect, part: slice) -> None:
    everything, even = list(range(1, 7)), [2, 4, 6]
    with MiniServer({"INBOX": MAIL}, capabilities=without("ESEARCH")) as server:
        for opening in (open_dovecot(), open_mini(connect, server)):
            async with opening as account:
                messages = account.inbox.messages
                assert [message.uid async for message in messages[part]] == everything[part]
                assert list(await messages[part].uids()) == everything[part]
                assert await messages[part].count() == len(everything[part])
                assert await messages[part].exists() == bool(everything[part])
                some = messages.where(matching=lambda message: message.uid % 2 == 0)[part]
                assert [message.uid async for message in some] == even[part]
                assert await some.count() == len(even[part])


def partial(session: Session, command: Command) -> None:
    """`SEARCH RETURN (PARTIAL a:b)` (RFC 9394)."""
    options = command.arguments[1]
    assert isinstance(options, tuple)
    assert options[0] == b"PARTIAL"
    asked = options[1]
    assert isinstance(asked, bytes)
    first, last = map(int, asked.split(b":"))
    uids = [message.uid for message in session.view]
    if first < 0:
        uids.reverse()
    part = sorted(uids[abs(first) - 1 : abs(last)])
    told = b"%d:%d" % (part[0], part[-1]) if part else b"NIL"
    session.untagged(b'ESEARCH (TAG "%b") UID PARTIAL (%b %b)' % (command.tag, asked, told))
    session.tagged(command, b"OK done")


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        (slice(-2, None), b"PARTIAL -1:-2"),
        (slice(None, 2), b"PARTIAL 1:2"),
        (slice(2, 4), b"PARTIAL 3:4"),
        (slice(-4, -2), b"PARTIAL -3:-4"),
        (slice(50, 60), b"PARTIAL 51:60"),
    ],
)
async def test_a_server_with_partial_tells_no_more_than_the_slice(connect: Connect, part: slice, sent: bytes) -> None:
    with MiniServer({"INBOX": MAIL}, capabilities=(*without(), "PARTIAL")) as server:
        server.instead("UID SEARCH", partial)
        async with open_mini(connect, server) as account:
            assert [message.uid async for message in account.inbox.messages[part]] == list(range(1, 7))[part]
        searches = [command.octets for command in server.commands if command.verb == "UID SEARCH"]
        assert len(searches) == 1
        assert sent in searches[0]


async def test_the_newest_of_thousands_cost_one_search_and_one_fetch_of_as_many(connect: Connect) -> None:
    with MiniServer({"INBOX": [MAIL[0]] * 3000}) as server:
        async with open_mini(connect, server) as account:
            newest = [message.uid async for message in account.inbox.messages[-20:]]
            assert newest == list(range(2981, 3001))
            assert server.verbs.count("UID SEARCH") == 1
            assert server.verbs.count("UID FETCH") == 1
            del server.commands[:]
            last = await account.inbox.messages.last()
            assert last is not None
            assert last.uid == 3000
            assert await account.inbox.messages.where(matching=lambda _: True)[-2:].uids() == UidSet([2999, 3000])
            assert server.verbs.count("UID FETCH") <= 3


@pytest.mark.parametrize("extended", [True, False], ids=["ESEARCH", "SEARCH"])
async def test_a_slice_of_an_open_mailbox_is_searched_by_its_numbers(connect: Connect, extended: bool) -> None:
    capabilities = without() if extended else without("ESEARCH")
    with MiniServer({"INBOX": [MAIL[0]] * 3000}, capabilities=capabilities) as server:
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages
            assert await messages.count() == 3000
            del server.commands[:]
            assert await messages[-20:].uids() == UidSet(range(2981, 3001))
            assert await messages[100:102].uids() == UidSet([101, 102])
            assert await messages[2999:].uids() == UidSet([3000])
        searches = [command.octets for command in server.commands if command.verb == "UID SEARCH"]
        assert [octets.split()[-1] for octets in searches] == [b"2981:3000", b"101:102", b"3000"]


def refuses_numbers(session: Session, command: Command) -> None:
    session.tagged(command, b"BAD invalid messageset")


def knows_fewer(session: Session, command: Command) -> None:
    session.untagged(b"SEARCH 5")
    session.tagged(command, b"OK done")


def hears_of_a_departure(session: Session, command: Command) -> None:
    session.untagged(b"SEARCH 5 6")
    session.untagged(b"2 EXPUNGE")
    session.tagged(command, b"OK done")


@pytest.mark.parametrize("surprise", [refuses_numbers, knows_fewer, hears_of_a_departure])
async def test_a_slice_whose_numbers_are_out_of_date_is_searched_among_all(
    connect: Connect, surprise: Callable[[Session, Command], None]
) -> None:
    def search(session: Session, command: Command) -> None:
        if command.arguments[-1] == b"5:6":
            surprise(session, command)
        else:
            session.untagged(b"SEARCH 1 3 4 5 7")
            session.tagged(command, b"OK done")

    with MiniServer({"INBOX": MAIL}, capabilities=without("ESEARCH")) as server:
        async with open_mini(connect, server) as account:
            await account.inbox.messages.count()
            server.instead("UID SEARCH", search)
            assert await account.inbox.messages[-2:].uids() == UidSet([5, 7])


async def test_a_slice_goes_by_the_connection_that_looked_last(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailkit.pool, "_NEWS_SECONDS", 0.0)
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server, max_connections=2) as account:
            messages = account.inbox.messages
            async with messages.pool.lease(Place("INBOX"), for_long=True):  # it hears nothing meanwhile
                assert await messages[-1:].uids() == UidSet([6])
                server.deliver("INBOX", MAIL[0])
                assert await messages[-1:].uids() == UidSet([7])
                assert server.verbs.count("EXAMINE") == 2


async def test_one_message_by_uid_costs_one_fetch(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            await account.inbox.messages.exists()
            del server.commands[:]
            assert await account.inbox.messages.get(4) is not None
            assert await account.inbox.messages.get(400) is None
            assert [verb for verb in server.verbs if verb != "NOOP"] == ["UID FETCH", "UID FETCH"]
            assert [message.uid async for message in account.inbox.messages.where(uid=[2, 5, 77])] == [2, 5]


async def test_counting_fetches_and_lists_nothing(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages
            assert await messages.where(from_="ada").count() == 2
            assert await messages.where(from_="nobody").count() == 0
            assert await messages[-4:].count() == 4
            assert server.verbs.count("UID FETCH") == 0
            assert all(b"COUNT" in command.octets for command in server.commands if command.verb == "UID SEARCH")


@pytest.mark.usefixtures("letters")
async def test_an_explanation_says_what_will_be_sent(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        told = await messages.where(From("ada") | LargerThan(99), has_attachment=False).prefetch("structure").explain()
        assert told.server == ('UID SEARCH RETURN (ALL) OR FROM "ada" LARGER 99',)
        assert told.client == "HasAttachment(value=False)"
        assert "BODYSTRUCTURE" in told.items
        assert told.round_trips(0) == 2
        assert told.round_trips(500) == 3
        assert told.round_trips(501) == 4
        assert "UID SEARCH" in str(told)
        told = await messages.order_by("-date").explain()
        assert told.server == ("UID SORT (REVERSE DATE) UTF-8 ALL",)
        assert (await messages.where(uid=7).explain()).server == ()
        assert (await messages.prefetch("raw").explain()).round_trips(9) is None


async def test_an_explanation_counts_as_the_planner_does(connect: Connect) -> None:
    with MiniServer({"INBOX": [MAIL[0]] * 1201}) as server:
        async with open_mini(connect, server) as account:
            for messages in (account.inbox.messages, account.inbox.messages.order_by("-date")):
                told = await messages.explain()
                del server.commands[:]
                assert len([message async for message in messages]) == 1201
                counted = sum(verb.startswith("UID ") for verb in server.verbs)
                assert counted == (told.round_trips(1201) or 0) - 1  # the SELECT was made to explain


@pytest.mark.usefixtures("letters")
async def test_a_hundred_thousand_uids_in_a_search_are_split(open_dovecot: Open) -> None:
    many = UidSet(range(2, 200_002, 2))
    async with open_dovecot() as account:
        messages = account.inbox.messages
        assert await messages.where(uid=many).uids() == UidSet([2, 4, 6])
        assert await messages.where(uid=many, from_="ada").uids() == UidSet([2, 6])
        assert await messages.exclude(uid=many).uids() == UidSet([1, 3, 5])
        assert await messages.where(Subject("apples") | Subject("lunch"), uid=many).count() == 2
        assert [message.uid async for message in messages.where(uid=many).order_by("-date")] == [4, 2, 6]
        assert [message.uid async for message in messages.where(uid=many)[-1:]] == [6]
        plan = await messages.where(uid=many).mark_seen(dry_run=True)
        assert plan.uids == UidSet([2, 4, 6])


async def test_no_search_is_longer_than_servers_take(connect: Connect) -> None:
    many = UidSet(range(2, 20_002, 2))
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages
            assert await messages.where(From("ada") | Subject("apples"), uid=many).uids() == UidSet([2, 6])
            assert await messages.exclude(From("ada"), uid=many).uids() == UidSet([1, 3, 4, 5])
        assert max(len(command.octets) for command in server.commands) <= 8192


def bad_charset(answer: bytes) -> object:
    def refuse(session: Session, command: Command) -> None:
        if b"CHARSET" in command.octets and b"ISO-8859-1" not in command.octets:
            session.tagged(command, answer)
        else:
            session.untagged(b"SEARCH 1 2 3 4 5 6")
            session.tagged(command, b"OK done")

    return refuse


ANSWERS = [b"NO [BADCHARSET] no", b"NO [BADCHARSET (US-ASCII)] no", b"BAD no CHARSET here"]


@pytest.mark.parametrize("answer", ANSWERS)
async def test_where_no_charset_is_taken_the_client_finishes(connect: Connect, answer: bytes) -> None:
    mail = [*MAIL[:5], b"Subject: =?utf-8?b?xbzDs8WCxIc=?=\r\nFrom: x@y\r\n\r\n\r\n"]
    with MiniServer({"INBOX": mail}, capabilities=without("ESEARCH")) as server:
        server.instead("UID SEARCH", bad_charset(answer))  # type: ignore[arg-type]  # a hook
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages
            assert await messages.where(subject="żółć").uids() == UidSet([6])
            assert [message.uid async for message in messages.where(subject="żółć")] == [6]
            assert await messages.where(subject="żółć").count() == 1
            assert await messages.exclude(subject="żółć").count() == 5
            with pytest.raises(UsageError, match="only a server can search"):
                await messages.where(body="żółć").count()


async def test_a_charset_that_the_server_lists_is_used(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}, capabilities=without("ESEARCH")) as server:
        server.instead("UID SEARCH", bad_charset(b"NO [BADCHARSET (US-ASCII ISO-8859-1)] no"))  # type: ignore[arg-type]
        async with open_mini(connect, server) as account:
            assert await account.inbox.messages.where(body="café").count() == 6
        assert any(b"ISO-8859-1" in command.octets for command in server.commands)


async def test_another_refusal_of_a_search_is_told(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        server.refuse("UID SEARCH", "NO [LIMIT] too much")
        async with open_mini(connect, server) as account:
            with pytest.raises(MailkitError, match="too much"):
                await account.inbox.messages.where(subject="ż").count()


async def test_the_road_runs_on_pymap_too(open_pymap: Open) -> None:
    async with open_pymap() as account:
        messages = account.inbox.messages
        total = await messages.count()
        assert total == len([message async for message in messages])
        assert len([message async for message in messages[-2:]]) == min(2, total)
        newest = [message.uid async for message in messages.order_by("-date")]
        assert sorted(newest) == list(await messages.uids())
        assert sum(len(thread.messages) for thread in await messages.threads()) == total
        assert await messages.where(subject="żółć").count() == 0


async def test_a_selection_is_neither_true_nor_false_and_shows_what_it_is(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        for selection in (messages, messages.where(subject="nothing")):
            with pytest.raises(UsageError, match="exists"):
                bool(selection)
        shown = repr(messages.where(From("ada") | ~Seen(), subject="x").order_by("-date", "size")[:20])
        assert shown.endswith(
            "Messages of 'INBOX' where (From(text='ada') | Seen(value=False)) & Subject(text='x') by -date, size [:20]>"
        )
        assert repr(messages[-3:]).endswith("Messages of 'INBOX' [-3:]>")


async def test_what_is_matched_is_a_snapshot_without_verbs(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        await account.inbox.append(MAIL[0])
        with pytest.raises(AttributeError, match="text"):
            await account.inbox.messages.where(matching=lambda message: message.text() is None).count()  # type: ignore[attr-defined]  # so it is


@pytest.mark.parametrize(("item", "home"), [("subject", "envelope"), ("has_attachment", "structure")])
async def test_an_item_that_is_part_of_another_says_of_which(open_dovecot: Open, item: str, home: str) -> None:
    async with open_dovecot() as account:
        with pytest.raises(UsageError, match=f"it is in '{home}'"):
            account.inbox.messages.only(item)
