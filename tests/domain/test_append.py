"""Messages appended: from objects, octets and files; one or thousands; refused early where that is possible."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO

import pytest

from mailkit import Account, Appended, Flag, MailboxNotFound, OverQuota, Security, TooBig, Upload, UsageError
from mailkit.changing.outgoing import Sendable, outgoing
from mailkit.protocol.wire.writer import Stream
from tests.domain.conftest import Open, OpenAs
from tests.scripted import MiniServer
from tests.servers.server import User

LETTER = b"Subject: hello\r\nFrom: ldj@example.org\r\n\r\ncaf\xc3\xa9\r\n"
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 4 * 1100 * 4 + b"\r\n"


def email_message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "žluťoučký kůň"
    message["From"] = "LDJ <ldj@example.org>"
    message.set_content("příliš\nžluťoučký\n")
    return message


def unseekable(octets: bytes) -> BinaryIO:
    """The reading end of a pipe that gives these octets."""
    reading, writing = os.pipe()
    os.write(writing, octets)
    os.close(writing)
    return os.fdopen(reading, "rb")


def sent(message: Sendable) -> bytes:
    """What would go over the wire."""
    with ExitStack() as stack:
        content = outgoing(message, stack).content
        if not isinstance(content, Stream):
            return content
        octets = b"".join(iter(lambda: content.source.read(8191), b""))
        assert len(octets) == content.size
        return octets


LINES = b"From: a\n\nb\n"


@pytest.mark.parametrize("repeat", [1, 20_000], ids=["small", "large"])
@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\nb\n", b"a\r\nb\r\n"),
        (b"a\r\nb\nc\r\n", b"a\r\nb\nc\r\n"),
        (b"a\rb\n", b"a\rb\r\n"),
        (b"abcdefg", b"abcdefg"),
    ],
)
def test_lines_get_crlf_where_there_is_none_and_nothing_else_is_touched(
    tmp_path: Path, octets: bytes, expected: bytes, repeat: int
) -> None:
    octets, expected = octets * repeat, expected * repeat
    file = tmp_path / "letter.eml"
    file.write_bytes(octets)
    assert sent(octets) == sent(file) == sent(io.BytesIO(octets)) == expected
    with unseekable(octets[:60_000]) as pipe:
        assert sent(pipe) == sent(octets[:60_000])


def test_crlf_across_two_chunks_is_seen(tmp_path: Path) -> None:
    octets = b"x" * (64 * 1024) + b"\r\n" + b"y\n" * 9
    file = tmp_path / "letter.eml"
    file.write_bytes(octets)
    assert sent(file) == octets


def test_a_file_is_sent_from_where_it_stands() -> None:
    file = io.BytesIO(b"skipped" + BIG)
    file.seek(7)
    assert sent(file) == BIG


def test_a_message_that_was_read_is_sent_as_it_was() -> None:
    long = b"Subject: " + b"word " * 60 + b"end\r\nX-Odd: no word\r\n\r\nbody\r\n"
    assert sent(message_from_bytes(long, policy=policy.default)) == long
    octets = sent(email_message())
    assert octets.partition(b"\r\n\r\n")[0].isascii()
    assert octets.count(b"\n") == octets.count(b"\r\n")


@pytest.mark.parametrize("message", ["a.eml", io.StringIO("text"), None], ids=["str", "text file", "None"])
def test_what_is_no_message_is_refused(message: Sendable) -> None:
    with pytest.raises(UsageError):
        sent(message)


async def test_a_message_of_any_kind_is_appended(open_dovecot: Open, tmp_path: Path) -> None:
    file = tmp_path / "big.eml"
    file.write_bytes(BIG)
    date = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)
    async with open_dovecot() as account:
        inbox = account.inbox
        first = await inbox.append(LETTER, flags=[Flag.SEEN, "$Work"], date=date)
        assert isinstance(first, Appended)
        assert first.uid == 1
        assert (await inbox.append(email_message())).uid == 2
        assert (await inbox.append(file)).uid == 3
        with file.open("rb") as opened, unseekable(LETTER) as pipe:
            assert (await inbox.append(opened)).uid == 4
            assert (await inbox.append(pipe)).uid == 5
        messages = [message async for message in inbox.messages.prefetch("raw")]
        assert [await message.raw() for message in messages] == [LETTER, sent(email_message()), BIG, BIG, LETTER]
        assert messages[0].internal_date == date
        assert set(messages[0].flags) >= {Flag.SEEN, "$Work"}
        assert messages[1].subject == "žluťoučký kůň"
        assert first.uid_validity == (await inbox.status("uid_validity")).uid_validity
        with pytest.raises(MailboxNotFound):
            await account.mailbox("nowhere").append(LETTER)
        with pytest.raises(UsageError, match="time zone"):
            await inbox.append(LETTER, date=datetime(2020, 1, 1))  # noqa: DTZ001  # what this test is about
        with pytest.raises(UsageError):
            await inbox.append(LETTER, flags=["two words"])
        with pytest.raises(FileNotFoundError):
            await inbox.append(tmp_path / "nothing")
        assert await inbox.messages.count() == 5


async def test_octets_with_nul_need_binary(open_dovecot: Open, open_pymap: Open) -> None:
    async with open_dovecot() as account:
        assert (await account.inbox.append(b"Subject: nul\r\n\r\na\0b\r\n")).uid == 1
    with MiniServer(users={"ldj": "pw"}) as server, mini(server) as blocking, pytest.raises(UsageError, match="BINARY"):
        blocking.inbox.append(b"Subject: nul\r\n\r\na\0b\r\n")


async def test_many_are_appended_in_their_order(open_dovecot: Open, tmp_path: Path) -> None:
    file = tmp_path / "big.eml"
    file.write_bytes(BIG)

    def letters() -> Iterator[Sendable | Upload]:
        for number in range(600):
            yield b"Subject: %d\r\n\r\n" % number
        yield Upload(file, [Flag.FLAGGED], datetime(2020, 1, 1, tzinfo=UTC))

    async with open_dovecot() as account:
        found = await account.inbox.append_many(letters(), flags=[Flag.SEEN])
        assert [one.uid for one in found] == list(range(1, 602))
        subjects = [message.subject async for message in account.inbox.messages]
        assert subjects == [*map(str, range(600)), "big"]
        assert await account.inbox.messages.where(flagged=True, seen=False).count() == 1
        assert await account.inbox.messages.where(seen=True).count() == 600
        assert await account.inbox.append_many([]) == []


async def test_both_kinds_of_append_run_on_pymap(open_pymap: Open) -> None:
    async with open_pymap() as account:
        before = await account.inbox.messages.count()
        one = await account.inbox.append(LETTER)
        many = await account.inbox.append_many([LETTER] * 3)
        assert one.uid is not None
        assert [where.uid for where in many] == [one.uid + 1, one.uid + 2, one.uid + 3]
        assert await account.inbox.messages.count() == before + 4


async def test_a_quota_refuses_before_the_upload(open_as: OpenAs) -> None:
    octets = 0

    def count(event: object) -> None:
        nonlocal octets
        octets += event.octets_out  # type: ignore[attr-defined]  # a CommandEvent

    async with open_as(User("tiny", "tinypw"), on_command=count) as account:
        with pytest.raises(OverQuota, match="nothing was sent"):
            await account.inbox.append(BIG)
        assert octets < len(BIG) // 100
        with pytest.raises(OverQuota):
            await account.inbox.append(b"Subject: medium\r\n\r\n" + b"x" * 30_000)
        with pytest.raises(OverQuota) as refused:
            await account.inbox.append_many([LETTER, b"Subject: medium\r\n\r\n" + b"x" * 30_000])
        assert refused.value.__notes__ == ["0 messages had been appended"]


def mini(server: MiniServer) -> Account:
    """An account on a scripted server."""
    url = f"imap://ldj@localhost:{server.port}"
    return Account.connect(url, credentials="pw", security=Security.PLAINTEXT)


BASIC = ("IMAP4rev1", "UIDPLUS")


@pytest.mark.parametrize("capability", ["APPENDLIMIT=100", "APPENDLIMIT"])
def test_a_limit_refuses_before_the_upload(capability: str) -> None:
    with MiniServer(users={"ldj": "pw"}, capabilities=(*BASIC, capability)) as server:

        def limit(session: object, command: object) -> None:
            session.untagged(b"STATUS INBOX (APPENDLIMIT 100)")  # type: ignore[attr-defined]  # a Session
            session.tagged(command, b"OK")  # type: ignore[attr-defined]  # a Session

        server.instead("STATUS", limit)
        with mini(server) as account:
            for _ in range(2):
                with pytest.raises(TooBig, match="more than 100, so nothing was sent"):
                    account.inbox.append(b"x" * 101)
            assert account.inbox.append(b"x" * 100).uid == 1
        assert server.count("APPEND") == 1
        assert server.count("STATUS") == (1 if capability == "APPENDLIMIT" else 0)


@pytest.mark.parametrize(("capability", "at_once"), [("LITERAL+", 40), ("LITERAL-", 40), ("IDLE", 0)])
def test_many_go_without_waiting_where_that_is_allowed(capability: str, at_once: int) -> None:
    with MiniServer(users={"ldj": "pw"}, capabilities=(*BASIC, capability)) as server:
        with mini(server) as account:
            found = account.inbox.append_many([LETTER] * 40)
            assert [one.uid for one in found] == list(range(1, 41))
        assert server.count("APPEND") == 40
    assert server.received[0].count(b"+}\r\nSubject") == at_once


def test_a_refusal_says_how_many_were_appended() -> None:
    with MiniServer(users={"ldj": "pw"}, capabilities=(*BASIC, "LITERAL+")) as server:
        server.refuse("APPEND", "NO [TOOBIG] too large", times=1)
        with mini(server) as account:
            with pytest.raises(TooBig) as refused:
                account.inbox.append_many([LETTER] * 4)
            assert refused.value.__notes__ == ["3 messages had been appended"]
            assert account.inbox.messages.count() == 3


def test_an_iterable_that_fails_leaves_the_account_usable() -> None:
    def letters() -> Iterator[bytes]:
        yield LETTER
        raise KeyError

    with MiniServer(users={"ldj": "pw"}) as server, mini(server) as account:
        with pytest.raises(KeyError):
            account.inbox.append_many(letters())
        assert account.inbox.append(LETTER).uid is not None
