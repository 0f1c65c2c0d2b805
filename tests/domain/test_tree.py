"""Watching which mailboxes there are: what others do is told, once, on servers that help and on those that do not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest

from mailkit import (
    Account,
    ConnectionLost,
    MailboxCreated,
    MailboxDeleted,
    MailboxEvent,
    MailboxRenamed,
    MailboxSubscribed,
    MailboxUnsubscribed,
    Security,
)
from mailkit.account import Connecting
from mailkit.tree import Leaf, compare
from tests.domain.conftest import Connect, Open, OpenAs
from tests.domain.mini import open_mini, without
from tests.scripted import MiniServer
from tests.scripted.mailstore import Mailbox
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

Deed = Callable[[Account], object]
LIFE: list[tuple[Deed, list[MailboxEvent]]] = [
    (lambda other: other.mailbox("Work").create(), [MailboxCreated("Work")]),
    (lambda other: other.mailbox("Work").subscribe(), [MailboxSubscribed("Work")]),
    (lambda other: other.mailbox("Work").unsubscribe(), [MailboxUnsubscribed("Work")]),
    (lambda other: other.mailbox("Work").rename("Réussi"), [MailboxRenamed("Work", "Réussi")]),
    (lambda other: other.mailbox("Réussi").delete(), [MailboxDeleted("Réussi")]),
]


class Others:
    """What others do, one deed as soon as the one before has been told."""

    def __init__(self, other: Account, deeds: Iterable[Deed]) -> None:
        self._other = other
        self._deeds = list(deeds)
        self._may_act = threading.Semaphore(0)

    def act(self) -> None:
        """The next deed may come."""
        self._may_act.release()

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Act meanwhile."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            for _ in self._deeds:
                self.act()
            thread.join()

    def _run(self) -> None:
        for deed in self._deeds:
            assert self._may_act.acquire(timeout=20)
            deed(self._other)


async def watched(
    opening: Connecting, others: Others, told: list[list[MailboxEvent]], **options: float
) -> list[MailboxEvent]:
    """All that is told of these deeds."""
    found: list[MailboxEvent] = []
    steps = [sum(len(events) for events in told[:number]) for number in range(1, len(told) + 1)]
    async with opening as account:
        with others.acting():
            async for event in account.watch(timeout=5, **{"poll_every": 0.02, **options}):
                if event.name not in ("Work", "Réussi"):
                    continue  # Cyrus is still making those that everybody gets
                found.append(event)
                if len(found) == steps[-1]:
                    break
                if len(found) in steps:
                    others.act()
    return found


def starting(others: Others) -> Callable[[object], None]:
    """Lets others begin as soon as the mailboxes have been listed."""
    begun = threading.Event()

    def heard(event: object) -> None:
        if getattr(event, "verb", "") in ("STATUS", "LIST") and not begun.is_set():
            begun.set()
            threading.Timer(0.3, others.act).start()

    return heard


async def test_what_others_do_to_mailboxes_is_told(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    url = f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}"
    with Account.connect(url, credentials=fresh_user.password, ssl_context=dovecot.ssl_context()) as other:
        others = Others(other, [deed for deed, _ in LIFE])
        told = [events for _, events in LIFE]
        found = await watched(open_dovecot(on_command=starting(others)), others, told)
    assert found == [event for events in told for event in events]


async def test_what_others_do_to_mailboxes_is_told_on_cyrus(open_cyrus: OpenAs, cyrus: Cyrus) -> None:
    user = cyrus.fresh_user()
    url = f"imaps://{user.name}@localhost:{cyrus.tls_port}"
    with Account.connect(url, credentials=user.password, ssl_context=cyrus.ssl_context()) as other:
        others = Others(other, [deed for deed, _ in LIFE])
        told = [events for _, events in LIFE]
        found = await watched(open_cyrus(user, on_command=starting(others)), others, told)
    assert found == [event for events in told for event in events]


@pytest.mark.parametrize("lacking", [(), ("LIST-EXTENDED", "SPECIAL-USE")], ids=str)
async def test_what_others_do_to_mailboxes_is_told_by_servers_that_can_less(
    connect: Connect, lacking: tuple[str, ...]
) -> None:
    inbox = Mailbox(uid_validity=7)  # those that are made have another one
    with MiniServer({"INBOX": inbox}, capabilities=without(*lacking)) as server:
        url = f"imap://alice@127.0.0.1:{server.port}"
        with Account.connect(url, credentials="alicepw", security=Security.PLAINTEXT) as other:
            others = Others(other, [deed for deed, _ in LIFE])
            told = [events for _, events in LIFE]
            found = await watched(open_mini(connect, server, on_command=starting(others)), others, told)
    assert found == [event for events in told for event in events]


async def test_a_watch_over_mailboxes_ends_when_nothing_happens(open_pymap: Open) -> None:
    async with open_pymap() as account:
        assert [event async for event in account.watch(timeout=0.1, poll_every=0.03)] == []


async def test_a_watch_over_mailboxes_goes_on_after_a_lost_connection(connect: Connect) -> None:
    with MiniServer({"INBOX": []}) as server:
        server.before("LIST", lambda session, _: session.peer.close(), times=2)
        async with open_mini(connect, server) as account:
            assert [event async for event in account.watch(timeout=0.1, poll_every=0.03)] == []
        with pytest.raises(ConnectionLost):
            server.before("LIST", lambda session, _: session.peer.close(), times=1)
            async with open_mini(connect, server, reconnect=False) as account:
                assert [event async for event in account.watch(timeout=0.1, poll_every=0.03)] == []


# -- comparing


def leaves(*found: Leaf) -> dict[str, Leaf]:
    return {leaf.name: leaf for leaf in found}


COMPARED = [
    ([Leaf("a", identity=1)], [Leaf("b", identity=1)], [MailboxRenamed("a", "b")]),
    ([Leaf("a", identity=1)], [Leaf("b", identity=2)], [MailboxDeleted("a"), MailboxCreated("b")]),
    ([Leaf("a")], [Leaf("b")], [MailboxDeleted("a"), MailboxCreated("b")]),
    ([Leaf("a")], [Leaf("b", old_name="a")], [MailboxRenamed("a", "b")]),
    ([Leaf("a")], [Leaf("a"), Leaf("b", old_name="a")], [MailboxCreated("b")]),
    # One UIDVALIDITY for all: nobody can tell.
    (
        [Leaf("a", identity=1), Leaf("c", identity=1)],
        [Leaf("b", identity=1), Leaf("c", identity=1)],
        [MailboxDeleted("a"), MailboxCreated("b")],
    ),
    # A tree is moved.
    (
        [Leaf("a", identity=1), Leaf("a/x", identity=2)],
        [Leaf("b", identity=1), Leaf("b/x", identity=2)],
        [MailboxRenamed("a", "b"), MailboxRenamed("a/x", "b/x")],
    ),
    # INBOX gives its messages away and stays.
    ([Leaf("INBOX", identity=1)], [Leaf("INBOX", identity=1), Leaf("b", identity=2)], [MailboxCreated("b")]),
    ([Leaf("a", True, 1)], [Leaf("b", True, 1)], [MailboxRenamed("a", "b")]),
    ([Leaf("a", True, 1)], [Leaf("b", False, 1)], [MailboxRenamed("a", "b"), MailboxUnsubscribed("b")]),
    ([], [Leaf("a", True)], [MailboxCreated("a"), MailboxSubscribed("a")]),
    ([Leaf("a", True)], [], [MailboxDeleted("a")]),
    ([Leaf("a", identity=1)], [Leaf("a", identity=1)], []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "events"), COMPARED)
def test_two_looks_are_compared(before: list[Leaf], after: list[Leaf], events: list[MailboxEvent]) -> None:
    assert compare(leaves(*before), leaves(*after)) == events
