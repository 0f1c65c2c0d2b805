"""Accounts: ways to open one, what is known of the server, sessions lent for raw commands."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading

import pytest

from mailkit import (
    Account,
    AsyncAccount,
    CannotConnect,
    MailboxNotFound,
    MailkitError,
    Namespace,
    Security,
    SpecialUse,
    TimedOut,
    UsageError,
)
from mailkit.protocol import IMAP4
from mailkit.protocol.commands.login import Logout, Noop
from mailkit.protocol.commands.status import Status
from tests.domain.conftest import Connect, Open, OpenAs
from tests.scripted import MiniServer
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.process import short_folder
from tests.servers.server import User


async def test_what_the_server_offers_is_known_without_asking(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        assert "MOVE" in account.capabilities
        assert "UIDPLUS" in account.capabilities
        assert "XYZZY" not in account.capabilities


async def test_namespaces_are_told(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        found = await account.namespaces()
        assert found.personal == (Namespace("", "/"),)
        assert found.other_users == (Namespace("shared/", "/"),)
        assert found.shared == (Namespace("Public/", "/"),)


async def test_the_server_says_who_it_is(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        assert (await account.server_id())["name"] == "Dovecot"
        assert (await account.server_id({"name": 'a "test"', "os": None}))["name"] == "Dovecot"


async def test_a_child_process_is_an_account(connect: Connect, dovecot: Dovecot) -> None:
    user = dovecot.fresh_user()
    dovecot.maildir(user.name).add_all([b"Subject: one\r\n\r\n"])
    spawn = AsyncAccount.spawn if connect is AsyncAccount.connect else None
    if spawn is None:
        with Account.spawn(dovecot.preauth_argv(user.name)) as account:
            assert [message.subject for message in account.inbox.messages] == ["one"]
    else:
        async with spawn(dovecot.preauth_argv(user.name)) as account_:
            assert [message.subject async for message in account_.inbox.messages] == ["one"]


@pytest.mark.parametrize("argv", [["/nonexistent/imapd"], ["true"], ["echo", "hello"]])
def test_a_process_that_is_no_server_is_said_to_be_none(argv: list[str]) -> None:
    with pytest.raises(MailkitError, match=r"cannot start|closed|not a greeting"):
        Account.spawn(argv, timeout=5)


def test_a_process_that_wants_a_login_says_so() -> None:
    with pytest.raises(CannotConnect, match="login"):
        Account.spawn(["sh", "-c", "echo '* OK ready'; read line"], timeout=5)


def test_a_unix_socket_is_a_way(dovecot: Dovecot) -> None:
    user = dovecot.fresh_user()
    with pytest.raises(CannotConnect, match="nowhere"):
        Account.connect(path="/nowhere", user=user.name, credentials=user.password)


async def test_a_session_is_lent_and_comes_back(open_dovecot: Open, connect: Connect) -> None:
    if connect is not AsyncAccount.connect:
        pytest.skip("threads are lent an IMAP4")
    async with open_dovecot(max_connections=1) as account:
        await account.mailbox("Sent").create()
        async with account.session("INBOX") as session:
            await session.run(Noop())
            assert (await session.run(Status("INBOX", ("MESSAGES",)))).messages == 0
        assert await account.mailbox("Sent").messages.count() == 0
        with pytest.raises(KeyError):
            async with account.session():
                raise KeyError
        assert await account.inbox.messages.count() == 0
        async with account.session(SpecialUse.SENT) as session:
            assert session.engine.exists == 0
        async with account.session() as session:
            await session.run(Logout())
        assert await account.inbox.messages.count() == 0


@pytest.mark.parametrize(("greeting", "sent"), [(b"* OK Coremail System IMap Server Ready", True), (b"* OK hi", False)])
def test_id_is_sent_where_servers_insist(greeting: bytes, sent: bool) -> None:
    with MiniServer({"INBOX": []}, users={"ldj": "pw"}) as server:
        server.instead("GREETING", lambda session, _: session.peer.send(greeting + b"\r\n"))
        url = f"imap://ldj@localhost:{server.port}"
        with Account.connect(url, credentials="pw", security=Security.PLAINTEXT) as account:
            assert account.inbox.messages.count() == 0
    assert (b" ID (" in server.received[0]) is sent


async def test_the_greater_part_runs_on_cyrus(open_cyrus: OpenAs, cyrus: Cyrus) -> None:
    user: User = cyrus.fresh_user()
    async with open_cyrus(user) as account:
        assert (await account.namespaces()).personal == (Namespace("", "/"),)
        assert "Cyrus" in ((await account.server_id())["name"] or "")
        assert {"INBOX", "Trash"} <= {box.name for box in await account.mailboxes(with_status=("messages",))}
        with pytest.raises(UsageError):
            account.mailbox("")


async def test_a_compressed_account_does_the_same(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name).add_all([b"Subject: one\r\n\r\n" + b"x" * 70 + b"\r\n"])
    events: list[str] = []
    async with open_dovecot(compress=True, on_command=lambda event: events.append(event.verb)) as account:
        (message,) = [message async for message in account.inbox.messages.prefetch("raw")]
        assert len(await message.raw()) == 16 + 72
    assert "COMPRESS" in events


def test_a_connection_is_lent_as_an_imap4(dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name).add_all([b"Subject: one\r\n\r\n"] * 3)
    url = f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}"
    options = {"credentials": fresh_user.password, "ssl_context": dovecot.ssl_context(), "max_connections": 1}
    with Account.connect(url, **options) as account:  # type: ignore[arg-type]  # options of several types
        with account.raw("INBOX") as imap:
            assert isinstance(imap, IMAP4)
            assert imap.state == "SELECTED"
            assert imap.response("EXISTS") == ("EXISTS", [b"3"])
            assert imap.uid("SEARCH", "ALL") == ("OK", [b"1 2 3"])
            _, data = imap.fetch("1", "(BODY.PEEK[HEADER])")
            assert data[0] == (b"1 (BODY[HEADER] {16}", b"Subject: one\r\n\r\n")
            assert imap.select("Sent") == ("OK", [b"0"])
            assert imap.select("nowhere")[0] == "NO"
        with pytest.raises(IMAP4.error, match="illegal in state LOGOUT"):
            imap.list()
        assert account.inbox.messages.count() == 3
        with account.raw() as imap:
            assert imap.state == "AUTH"
            assert imap.list()[0] == "OK"
            imap.logout()
        assert account.inbox.messages.count() == 3
        with pytest.raises(MailboxNotFound), account.raw("nowhere"):
            pass
        with pytest.raises(KeyError), account.raw():
            raise KeyError
        assert account.inbox.messages.count() == 3


def relay(listener: socket.socket, port: int) -> None:
    """Carry one connection over to a TCP port."""
    with listener.accept()[0] as near, socket.create_connection(("127.0.0.1", port)) as far:

        def carry(source: socket.socket, target: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while octets := source.recv(4096):
                    target.sendall(octets)
                target.shutdown(socket.SHUT_WR)

        back = threading.Thread(target=carry, args=(far, near))
        back.start()
        carry(near, far)
        back.join()


async def test_a_unix_socket_is_an_account(connect: Connect, dovecot: Dovecot, fresh_user: User) -> None:
    folder = short_folder("socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "imap"))
        listener.listen()
        thread = threading.Thread(target=relay, args=(listener, dovecot.port))
        thread.start()
        async with connect(path=str(folder / "imap"), user=fresh_user.name, credentials=fresh_user.password) as account:
            assert await account.inbox.messages.count() == 0
        thread.join()
    shutil.rmtree(folder)


def test_utf8_is_enabled_where_nothing_works_without_it() -> None:
    for offered, sent in (("UTF8=ONLY", 1), ("UTF8=ACCEPT", 0)):
        with MiniServer(users={"ldj": "pw"}, capabilities=("IMAP4rev1", "ENABLE", offered)) as server:
            url = f"imap://ldj@localhost:{server.port}"
            with Account.connect(url, credentials="pw", security=Security.PLAINTEXT) as account:
                assert "UTF8=ACCEPT" in account.capabilities
        assert server.count("ENABLE") == sent


async def test_an_account_shows_whose_it_is(open_dovecot: Open, fresh_user: User) -> None:
    async with open_dovecot() as account:
        assert repr(account).endswith(f"Account {fresh_user.name}@localhost>")


def test_a_process_shows_which(dovecot: Dovecot) -> None:
    argv = dovecot.preauth_argv("alice")
    with Account.spawn(argv) as account:
        assert repr(account) == f"<Account {argv[0]}>"


async def test_a_port_that_waits_for_tls_is_guessed_at(connect: Connect, dovecot: Dovecot, fresh_user: User) -> None:
    url = f"imap://{fresh_user.name}@localhost:{dovecot.tls_port}"
    with pytest.raises(TimedOut, match="imaps://"):
        await connect(url, credentials="x", timeout=0.5)


def test_a_connection_that_nobody_has_awaited_says_so() -> None:
    assert "await it" in repr(AsyncAccount.connect("imaps://ada@mail.example.org"))
