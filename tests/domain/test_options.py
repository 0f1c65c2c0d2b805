"""What few need and nobody may be without: items that not every server has, alerts, ways to log in and to open."""

from __future__ import annotations

import socket
import time

import pytest

from mailkit import ConnectionLost, Flag, NotFetched, Security
from mailkit.mime.preview import preview_of_html, preview_of_plain
from mailkit.protocol.values.capability import Capabilities
from tests.corpus import samples
from tests.domain.conftest import Connect, Open, OpenAs
from tests.domain.mini import open_mini, without
from tests.scripted import MiniServer
from tests.scripted.mini import DEFAULT_CAPABILITIES
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

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


async def test_where_the_server_makes_no_preview_it_is_made_of_the_first_octets(connect: Connect) -> None:
    long = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Grüße aus Köln. ".encode() * 20_000
    with MiniServer({"INBOX": [LETTER, long]}, capabilities=without("PREVIEW")) as server:
        async with open_mini(connect, server) as account:
            found = [message async for message in account.inbox.messages.prefetch("preview")]
            assert [message.preview for message in found] == [
                "The first words are shown.",
                ("Grüße aus Köln. " * 20)[:200].rstrip(),
            ]
            one = await account.inbox.messages.where(uid=2).only("preview").first()
            assert one is not None
            assert one.preview == found[1].preview
            told = await account.inbox.messages.prefetch("preview").explain()
            assert told.second_step == ("preview",)
            assert "then    preview" in str(told)
            assert told.round_trips(2) is None
    fetches = [command.octets for command in server.commands if b"UID FETCH" in command.octets]
    assert len(fetches) == 4
    assert fetches[1].strip().endswith(b"UID FETCH 1:2 (UID BODY.PEEK[1]<0.2048>)")


@pytest.mark.parametrize("items", [("preview",), ("preview", "text"), ("preview", "html", "raw")], ids=str)
async def test_a_preview_begins_as_the_text_does(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, monkeypatch: pytest.MonkeyPatch, items: tuple[str, ...]
) -> None:
    has = Capabilities.__contains__
    monkeypatch.setattr(Capabilities, "__contains__", lambda self, name: name != "PREVIEW" and has(self, name))
    inbox = dovecot.maildir(fresh_user.name)
    inbox.add_all([sample.raw for sample in samples()])
    async with open_dovecot() as account:
        found = [message.preview async for message in account.inbox.messages.only(*items)]
        for sample, preview in zip(samples(), found, strict=True):
            text, html = sample.expected.text or "", sample.expected.html or ""
            words = preview_of_plain(text) or preview_of_html(html)
            assert preview is not None
            assert words.startswith(preview), sample.name
            assert bool(words) == bool(preview), sample.name
        assert await account.inbox.messages.where(seen=True).count() == 0


async def test_previews_are_made_on_pymap(open_pymap: Open) -> None:
    async with open_pymap() as account:
        await account.mailbox("Box").create()
        await account.mailbox("Box").append(LETTER)
        (message,) = [one async for one in account.mailbox("Box").messages.prefetch("preview")]
        assert message.preview == "The first words are shown."


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
