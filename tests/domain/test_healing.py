"""What happens when connections are lost: what does no harm is repeated, the rest is the caller's to hear of."""

from __future__ import annotations

import pytest

from mailkit import (
    AuthenticationFailed,
    CommandRefused,
    ConnectionLost,
    MailboxChanged,
    OAuth2,
    Password,
    Security,
    TimedOut,
    UidSet,
)
from mailkit.account import Connecting
from tests.domain.conftest import Connect
from tests.scripted.command import Command
from tests.scripted.mailstore import Message
from tests.scripted.mini import DEFAULT_CAPABILITIES, MiniServer
from tests.scripted.session import Session

MAIL = [Message(b"Subject: %d\r\n\r\nhello %d\r\n" % (number, number)) for number in range(1200)]


def open_mini(connect: Connect, server: MiniServer, **options: object) -> Connecting:
    return connect(
        f"imap://alice@127.0.0.1:{server.port}",
        **{"credentials": "alicepw", "security": Security.PLAINTEXT, "timeout": 5.0, **options},
    )


def cut(session: Session, _: Command) -> None:
    session.peer.reset()


async def test_a_lost_connection_is_made_again_and_the_command_repeated(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        server.before("STATUS", cut, times=2)
        async with open_mini(connect, server) as account:
            assert (await account.inbox.status("messages")).messages == 3
        assert server.count("LOGIN") + server.count("AUTHENTICATE") == 3


async def test_without_reconnect_the_loss_is_the_callers(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        server.before("STATUS", cut, times=1)
        async with open_mini(connect, server, reconnect=False) as account:
            with pytest.raises(ConnectionLost) as lost:
                await account.inbox.status("messages")
            assert lost.value.may_have_run
            assert (await account.inbox.status("messages")).messages == 3


@pytest.mark.parametrize(("reconnect", "times"), [(False, 1), (True, 2)])
async def test_a_server_that_is_silent_is_asked_twice_at_most_and_once_without_reconnect(
    connect: Connect, reconnect: bool, times: int
) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        server.instead("STATUS", lambda session, _: session.peer.sleep(20))
        async with open_mini(connect, server, reconnect=reconnect, timeout=0.3) as account:
            with pytest.raises(TimedOut):
                await account.inbox.status("messages")
            assert server.count("STATUS") == times


async def test_a_server_that_stays_away_is_given_up(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        async with open_mini(connect, server) as account:
            server.before("STATUS", cut)
            with pytest.raises(ConnectionLost):
                await account.inbox.status("messages")
            assert server.count("STATUS") == 4


async def test_an_iteration_goes_on_where_it_was(connect: Connect) -> None:
    cuts = 0

    def cut_in_the_middle(session: Session, command: Command) -> None:
        nonlocal cuts
        cuts += 1
        for number in (1, 2, 3):
            session.untagged(b"%d FETCH (UID %d FLAGS () RFC822.SIZE 9)" % (number, number))
        session.flush()
        session.peer.reset()

    with MiniServer({"INBOX": MAIL}) as server:
        server.instead("UID FETCH", cut_in_the_middle, times=1)
        server.before("UID FETCH", cut, times=1)
        async with open_mini(connect, server) as account:
            uids = [message.uid async for message in account.inbox.messages.only("flags", "size")]
        assert uids == list(range(1, 1201))
        assert cuts == 1
        assert server.count("UID SEARCH") == 1


async def test_a_token_is_asked_again_at_each_connection(connect: Connect) -> None:
    tokens: list[str] = []

    def token() -> str:
        tokens.append(f"token-{len(tokens)}")
        return tokens[-1]

    def welcome(session: Session, command: Command) -> None:
        session.authenticated = True
        session.tagged(command, b"OK welcome")

    with MiniServer(capabilities=(*DEFAULT_CAPABILITIES, "AUTH=OAUTHBEARER")) as server:
        server.instead("AUTHENTICATE", welcome)
        server.before("STATUS", cut, times=1)
        async with open_mini(connect, server, credentials=OAuth2("alice", token)) as account:
            await account.inbox.status("messages")
    assert tokens == ["token-0", "token-1"]


async def test_another_uidvalidity_is_an_error_before_anything_is_done(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages.where(uid=2)
            assert await messages.count() == 1
            with server.lock:
                server.mailboxes[b"INBOX"].uid_validity += 1
            with pytest.raises(MailboxChanged, match="nothing was done"):
                await messages.add_flags("$Work")
        assert server.count("UID STORE") == 0


async def test_a_wrong_password_is_not_tried_twice(connect: Connect) -> None:
    with MiniServer() as server:
        with pytest.raises(AuthenticationFailed):
            await open_mini(connect, server, credentials=Password("alice", "wrong"))
        assert server.count("LOGIN") + server.count("AUTHENTICATE") == 1


async def test_a_throttled_command_is_repeated_after_the_pause_that_the_server_wants(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:3]}) as server:
        server.refuse("STATUS", "NO [THROTTLED] Suggested Backoff Time: 20 milliseconds", times=1)
        async with open_mini(connect, server) as account:
            assert (await account.inbox.status("messages")).messages == 3
            server.refuse("STATUS", "NO [THROTTLED] Suggested Backoff Time: 300000 milliseconds", times=1)
            with pytest.raises(CommandRefused) as refused:
                await account.inbox.status("messages")
            assert refused.value.retryable


async def test_a_server_that_allows_one_connection_gets_one(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL[:20], "Other": MAIL[:1]}) as server:

        def turn_away(session: Session, command: Command) -> None:
            if session.peer.number > 0:
                session.peer.send(b"* BYE [UNAVAILABLE] too many connections\r\n")
                session.peer.close()

        server.before("GREETING", turn_away)
        async with open_mini(connect, server) as account:
            async for _ in account.inbox.messages.only("flags"):
                assert await account.mailbox("Other").messages.uids() == UidSet([1])
