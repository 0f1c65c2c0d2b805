"""The main road: connect, list, search, iterate, read, flag; on Dovecot and on pymap."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailkit import (
    AsyncAccount,
    AuthenticationFailed,
    CannotConnect,
    CertificateRejected,
    Flag,
    From,
    LargerThan,
    MailboxNotFound,
    MailkitError,
    NotFetched,
    Seen,
    UidSet,
    UsageError,
)
from tests.domain.conftest import Connect, Open
from tests.servers.dovecot import Dovecot
from tests.servers.server import User


def letter(number: int, sender: str = "LDJ <ldj@example.org>") -> bytes:
    """A message with a text and an attachment."""
    return (
        f"From: {sender}\r\nTo: Ada <ada@example.org>\r\nSubject: =?utf-8?q?h=C3=A9?= llo {number}\r\n"
        f"Date: Tue, 24 Nov 2026 10:00:{number % 60:02} +0100\r\nMessage-ID: <{number}@example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"caf=C3=A9 {number}\r\n"
        '--x\r\nContent-Type: application/pdf; name="../a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        "JVBERg==\r\n--x--\r\n"
    ).encode()


@pytest.fixture
def letters(dovecot: Dovecot, fresh_user: User) -> None:
    """Ten letters of LDJ and two of Bob in the INBOX."""
    inbox = dovecot.maildir(fresh_user.name)
    inbox.add_all(letter(number) for number in range(10))
    inbox.add_all(letter(number, "Bob <bob@example.org>") for number in (10, 11))


@pytest.mark.usefixtures("letters")
async def test_the_ten_line_script_runs(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        found = [message async for message in account.mailbox("INBOX").messages.where(from_="LDJ")]
    assert [message.subject for message in found] == [f"hé llo {number}" for number in range(10)]
    first = found[0]
    assert first.date == datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)
    assert str(first.from_[0]) == "LDJ <ldj@example.org>"
    assert first.size == len(letter(0))
    assert Flag.SEEN not in first.flags
    assert first.message_id == "<0@example.org>"
    assert first.internal_date is not None
    assert first.internal_date.tzinfo is not None
    with pytest.raises(NotFetched, match=r"prefetch\('structure'\)"):
        _ = first.structure


@pytest.mark.usefixtures("letters")
async def test_criteria_compose(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        assert await messages.where((From("LDJ") & ~Seen()) | LargerThan(1 << 20)).count() == 10
        assert await messages.exclude(from_="LDJ").uids() == UidSet([11, 12])
        assert await messages.where(since=date(2026, 11, 1), has_attachment=True).where(uid=range(1, 4)).count() == 3
        assert await messages.where(filename="a.pdf")[-2:].uids() == UidSet([11, 12])
        assert not await messages.where(subject="nothing like it").exists()
        assert await messages.where(matching=lambda one: one.subject.endswith("1")).uids() == UidSet([2, 12])
        assert await messages.where(matching=lambda one: one.size > 0)[-2:].count() == 2
        with pytest.raises(UsageError, match="form_"):
            messages.where(form_="x")  # type: ignore[call-arg]  # what this test is about


@pytest.mark.usefixtures("letters")
async def test_one_message_is_had_by_rank_or_uid(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        for got, uid in ((await messages.first(), 1), (await messages.last(), 12), (await messages.get(7), 7)):
            assert got is not None
            assert got.uid == uid
        assert await messages.get(99) is None
        assert await messages.where(from_="nobody").first() is None
        assert [message.uid async for message in messages[3:5]] == [4, 5]


@pytest.mark.usefixtures("letters")
async def test_flags_are_added_and_removed(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        await messages.where(from_="Bob").add_flags(Flag.FLAGGED, "$Work")
        assert await messages.where(flagged=True, keyword="$Work").uids() == UidSet([11, 12])
        await messages.where(uid=11).remove_flags("$Work")
        await messages[:3].mark_seen()
        assert await messages.where(seen=True).uids() == UidSet([1, 2, 3])
        await messages.where(uid=2).mark_unseen()
        assert await messages.where(seen=True).uids() == UidSet([1, 3])
        got = await messages.get(12)
        assert got is not None
        assert {Flag.FLAGGED, "$Work"} <= set(got.flags)


@pytest.mark.usefixtures("letters")
async def test_content_is_decoded_and_nothing_is_marked_seen(open_dovecot: Open, tmp_path: Path) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        message = await messages.get(3)
        assert message is not None
        assert await message.text() == "café 2"
        assert await message.html() is None
        assert await message.raw() == letter(2)
        (attachment,) = await message.attachments()
        assert (attachment.filename, attachment.content_type) == ("../a.pdf", "application/pdf")
        assert await attachment.read() == b"%PDF"
        first, second = await attachment.save(tmp_path), await attachment.save(tmp_path)
        assert first.parent == second.parent == tmp_path
        assert first != second
        assert first.read_bytes() == second.read_bytes() == b"%PDF"
        texts = [await one.text() async for one in messages.prefetch("text")]
        assert texts == [f"café {number}" for number in range(12)]
        assert await messages.where(seen=True).count() == 0


@pytest.mark.usefixtures("letters")
async def test_other_commands_may_run_inside_an_iteration(open_dovecot: Open) -> None:
    async with open_dovecot(max_connections=1) as account:
        seen = 0
        async for message in account.inbox.messages:
            assert (await account.mailbox("Sent").status("messages")).messages == 0
            assert await account.mailbox("Sent").messages.count() == 0
            assert message.uid
            seen += 1
        assert seen == 12


@pytest.mark.usefixtures("letters")
async def test_mailboxes_are_listed_with_their_counts(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        boxes = {box.name: box for box in await account.mailboxes(with_status=("messages", "unseen"))}
        status = boxes["INBOX"].last_status
        assert status is not None
        assert (status.messages, status.unseen) == (12, 12)
        assert [box.name for box in await account.mailboxes("Sen%")] == ["Sent"]
        status = await account.mailbox("INBOX").status()
        assert (status.messages, status.uid_next) == (12, 13)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"credentials": "wrong"}, AuthenticationFailed, "password"),
        ({"host": "nowhere.invalid"}, CannotConnect, "unknown host"),
        ({"port": 1}, CannotConnect, "refused"),
        ({"ssl_context": None}, CertificateRejected, "ssl_context"),
    ],
)
async def test_what_cannot_be_connected_says_why(
    open_dovecot: Open, options: dict[str, object], error: type[MailkitError], words: str
) -> None:
    with pytest.raises(error, match=words):
        await open_dovecot(**options)


async def test_a_missing_mailbox_is_said_to_be_missing(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        with pytest.raises(MailboxNotFound):
            await account.mailbox("nope").messages.count()
        with pytest.raises(MailboxNotFound):
            await account.mailbox("nope").status()


async def test_any_text_is_one_harmless_search(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        assert await account.inbox.messages.where(subject='a" OR ALL \r\nA1 LOGOUT').count() == 0
        assert await account.inbox.messages.where(body="żółć", from_='"\\').count() == 0


async def test_starttls_is_made(connect: Connect, dovecot: Dovecot, fresh_user: User) -> None:
    url = f"imap://{fresh_user.name}@localhost:{dovecot.port}"
    async with connect(url, credentials=fresh_user.password, ssl_context=dovecot.ssl_context()) as account:
        assert await account.inbox.messages.count() == 0


async def test_the_road_runs_on_pymap(open_pymap: Open) -> None:
    async with open_pymap() as account:
        assert "INBOX" in [box.name for box in await account.mailboxes()]
        async for message in account.inbox.messages:
            assert await message.raw()
        await account.inbox.messages.mark_seen()
        assert await account.inbox.messages.where(seen=False).count() == 0


async def test_a_proxy_may_connect_in_our_place(open_dovecot: Open, dovecot: Dovecot) -> None:
    asked: list[tuple[str, int]] = []

    def open_socket(host: str, port: int) -> socket.socket:
        asked.append((host, port))
        return socket.create_connection(("127.0.0.1", dovecot.tls_port))

    async with open_dovecot(host="localhost", port=7, open_socket=open_socket) as account:
        assert await account.inbox.messages.count() == 0
    assert asked == [("localhost", 7)]


async def test_a_token_provider_does_not_hold_up_the_loop(connect: Connect, dovecot: Dovecot, fresh_user: User) -> None:
    threads: list[int] = []

    def password() -> str:
        threads.append(threading.get_ident())
        return fresh_user.password

    url = f"imaps://localhost:{dovecot.tls_port}"
    async with connect(url, user=fresh_user.name, credentials=password, ssl_context=dovecot.ssl_context()) as account:
        assert await account.inbox.messages.count() == 0
    is_blocking = connect is not AsyncAccount.connect
    assert (threads == [threading.get_ident()]) is is_blocking
