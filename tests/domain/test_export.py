"""Exports: what is written can be read by others, whatever the messages are and whatever happens on the way."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from mailkit import Flag, UidSet, UsageError
from tests.corpus import samples
from tests.domain.conftest import Connect, Open
from tests.domain.mini import open_mini
from tests.scripted.command import Command
from tests.scripted.mini import MiniServer, Session
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

TRICKY = (
    b"From: Ann <ann@example.org>\r\nSubject: tricky/name \xff\r\n\r\n"
    b"From here\r\n>From there\r\n From nowhere\r\nFrom  two\r\nlast line without an end"
)
MAIL = [
    TRICKY,
    b"",
    b"\r\n\r\n",
    b"Subject: long\r\n\r\n" + b"x" * 200_000 + b"\r\nFrom x\r\n",
    b"Subject: 5\r\n\r\nFrom ",
]


def within(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: path.name)


@pytest.fixture
def letters(dovecot: Dovecot, fresh_user: User) -> None:
    inbox = dovecot.maildir(fresh_user.name)
    inbox.add_all(MAIL[:4])
    inbox.add(MAIL[4], flags="FRS")


@pytest.mark.usefixtures("letters")
async def test_an_mbox_gives_back_what_was_put_in(open_dovecot: Open, tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    async with open_dovecot() as account:
        done = await account.inbox.messages.export(tmp_path / "mail", progress=lambda *now: told.append(now))
    assert done.messages == 5
    assert [(messages, total) for messages, total, _ in told] == [(number, 5) for number in range(1, 6)]
    assert done.octets == told[-1][2] == sum(map(len, MAIL))
    box = mailbox.mbox(tmp_path / "mail", create=False)
    found = [box.get_bytes(key).replace(b"\n>From ", b"\nFrom ") for key in box.keys()]  # noqa: SIM118  # its own
    # mboxrd is unquoted by one ">"; the standard library leaves that to others.
    assert found[0].replace(b"\n>>From", b"\n>From") == TRICKY.replace(b"\r\n", b"\n") + b"\n"
    assert found[3] == MAIL[3].replace(b"\r\n", b"\n")
    assert len(found) == 5
    assert (tmp_path / "mail").read_bytes().startswith(b"From ann@example.org ")
    box.close()
    async with open_dovecot() as account:
        with pytest.raises(FileExistsError):
            await account.inbox.messages.export(tmp_path / "mail")


@pytest.mark.usefixtures("letters")
async def test_a_maildir_keeps_octets_flags_and_dates(open_dovecot: Open, tmp_path: Path) -> None:
    async with open_dovecot() as account:
        await account.inbox.messages.where(uid=2).add_flags(Flag.FORWARDED)
        for _ in range(2):
            await account.inbox.messages.export(tmp_path / "box", "maildir")
        dates = [message.internal_date async for message in account.inbox.messages]
    files = within(tmp_path / "box" / "cur")
    assert len(files) == 10
    assert sorted(path.read_bytes() for path in files) == sorted(MAIL * 2)
    assert {int(path.stat().st_mtime) for path in files} == {int(date.timestamp()) for date in dates if date}
    box = mailbox.Maildir(tmp_path / "box", create=False)
    assert sorted(message.get_flags() for message in box) == ["", "", "", "", "", "", "FRS", "FRS", "P", "P"]
    assert within(tmp_path / "box" / "tmp") == []


@pytest.mark.usefixtures("letters")
async def test_emls_have_safe_names_of_their_own(open_dovecot: Open, tmp_path: Path) -> None:
    async with open_dovecot() as account:
        for _ in range(2):
            await account.inbox.messages.where(uid=[1, 5]).order_by("-size").export(str(tmp_path), "eml")
    assert [path.name for path in within(tmp_path)] == [
        "1 tricky_name ÿ (2).eml",
        "1 tricky_name ÿ.eml",
        "5 5 (2).eml",
        "5 5.eml",
    ]
    assert (tmp_path / "5 5.eml").read_bytes() == MAIL[4]


@pytest.mark.usefixtures("letters")
async def test_a_dry_run_writes_nothing(open_dovecot: Open, tmp_path: Path) -> None:
    async with open_dovecot() as account:
        plan = await account.inbox.messages[:2].export(tmp_path / "mail", dry_run=True)
        assert plan.uids == UidSet([1, 2])
        assert str(plan).startswith("would export 2 messages of 'INBOX' to ")
        with pytest.raises(UsageError, match="mbox, maildir or eml"):
            await account.inbox.messages.export(tmp_path / "mail", "pst")  # type: ignore[call-overload]  # what this test is about
    assert within(tmp_path) == []


async def test_the_corpus_goes_out_as_it_came_in(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, tmp_path: Path
) -> None:
    dovecot.maildir(fresh_user.name).add_all(sample.raw for sample in samples())
    async with open_dovecot() as account:
        await account.inbox.messages.export(tmp_path / "box", "maildir")
        await account.inbox.messages.export(tmp_path / "mail")
    found = sorted(path.read_bytes() for path in within(tmp_path / "box" / "cur"))
    assert found == sorted(sample.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for sample in samples())
    box = mailbox.mbox(tmp_path / "mail", create=False)
    assert len(box) == len(samples())
    box.close()


async def test_an_export_goes_on_over_a_lost_connection_and_leaves_out_what_is_gone(
    connect: Connect, tmp_path: Path
) -> None:
    mail = [b"Subject: %d\r\n\r\n" % number + b"x" * 10_000 for number in range(40)]
    with MiniServer({"INBOX": mail}) as server:

        def half(session: Session, command: Command) -> None:
            if b"BODY.PEEK[]" in command.rest and server.count("UID FETCH") == 2:
                server.expunge("INBOX", 40)
                session.send(b"* 6 FETCH (UID 6 BODY[] {%d}\r\n" % len(mail[5]) + mail[5][:5000])
                session.flush()
                session.peer.reset()

        server.before("UID FETCH", half)
        async with open_mini(connect, server) as account:
            done = await account.inbox.messages.export(tmp_path / "box", "eml")
    assert done.messages == 39
    assert sorted(path.read_bytes() for path in within(tmp_path / "box")) == sorted(mail[:39])
