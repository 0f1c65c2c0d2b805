"""What few need and nobody may be without: items that not every server has, alerts, ways to log in and to open."""

from __future__ import annotations

import socket
import time

import pytest

from mailkit import ConnectionLost, Flag, NotFetched, Security
from tests.domain.conftest import Connect, Open, OpenAs
from tests.domain.mini import open_mini, without
from tests.scripted import MiniServer
from tests.scripted.mini import DEFAULT_CAPABILITIES
from tests.servers.cyrus import Cyrus

LETTER = b"Subject: hello\r\nMessage-ID: <1@x>\r\n\r\nThe first words are shown.\r\n"


async def test_a_preview_and_the_date_of_arrival_come_without_the_text(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        await account.inbox.append(LETTER)
        (message,) = [one async for one in account.inbox.messages.prefetch("preview", "save_date")]
        assert message.preview == "The first words are shown."
        assert message.save_date is not None
        assert message.save_date.tzinfo is not None
        with pytest.raises(NotFetched):
            _ = message.modseq


async def test_ids_last_longer_than_uids(open_cyrus: OpenAs, cyrus: Cyrus) -> None:
    async with open_cyrus(cyrus.fresh_user()) as account:
        inbox, other = account.inbox, account.mailbox("Other")
        await inbox.append(LETTER)
        (first,) = [one async for one in inbox.messages.prefetch("email_id", "thread_id")]
        assert first.email_id
        assert first.thread_id
        await other.create()
        await first.move_to("Other")
        (moved,) = [one async for one in other.messages.where(email_id=first.email_id).prefetch("email_id")]
        assert moved.email_id == first.email_id


async def test_what_people_must_be_told_is_told(connect: Connect) -> None:
    told: list[str] = []
    with MiniServer({"INBOX": [LETTER]}) as server:
        server.after("EXAMINE", lambda session, _: session.untagged(b"OK [ALERT] the disk is nearly full"))
        async with open_mini(connect, server, on_alert=told.append) as account:
            assert await account.inbox.messages.count() == 1
    assert told == ["the disk is nearly full"]


async def test_connecting_has_a_timeout_of_its_own(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # it takes the connection and never says a word
        began = time.monotonic()
        with pytest.raises(ConnectionLost):
            await connect(
                host="127.0.0.1",
                port=mute.getsockname()[1],
                user="alice",
                credentials="alicepw",
                security=Security.TLS,
                timeout=60.0,
                connect_timeout=0.2,
            )
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("capabilities", "sent"),
    [
        ((*DEFAULT_CAPABILITIES, "AUTH=PLAIN"), b"AUTHENTICATE PLAIN AGFsaWNlAGFsaWNlcHc="),
        ((*without("SASL-IR"), "AUTH=PLAIN"), b"AUTHENTICATE PLAIN\r\nAGFsaWNlAGFsaWNlcHc="),
        ((*DEFAULT_CAPABILITIES, "AUTH=GSSAPI"), b'LOGIN alice "alicepw"'),
    ],
)
async def test_the_first_response_waits_where_it_must(
    connect: Connect, capabilities: tuple[str, ...], sent: bytes
) -> None:
    with MiniServer({"INBOX": [LETTER]}, capabilities=capabilities) as server:
        async with open_mini(connect, server) as account:
            assert await account.inbox.messages.count() == 1
        assert b" " + sent + b"\r\n" in server.received[0]


async def test_who_only_reads_opens_for_reading(connect: Connect) -> None:
    with MiniServer({"INBOX": [LETTER]}) as server:
        async with open_mini(connect, server) as account:
            assert [await message.raw() async for message in account.inbox.messages] == [LETTER]
            assert (server.count("EXAMINE"), server.count("SELECT")) == (1, 0)
            await account.inbox.messages.add_flags(Flag.SEEN)
            assert server.count("SELECT") == 1
