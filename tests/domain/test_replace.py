"""A message replaced by another: by REPLACE where it is offered, else so that no doubt costs the old one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailkit import (
    Appended,
    AsyncAccount,
    CommandRefused,
    ConnectionLost,
    Flag,
    FlagSet,
    MailboxChanged,
    MailkitError,
    MessageGone,
    NotSupported,
    OverQuota,
    ProtocolViolation,
    UidSet,
)
from tests.domain.conftest import Connect, Open
from tests.domain.mini import open_mini, without
from tests.scripted import Command, Message, MiniServer, Session
from tests.scripted.mini import DEFAULT_CAPABILITIES
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

MAIL = [f"Subject: draft {number}\r\n\r\nhello\r\n".encode() for number in range(3)]
NEW = b"Subject: better\r\n\r\nhello again\r\n"
WITH_REPLACE = (*DEFAULT_CAPABILITIES, "REPLACE")


async def _story(account: AsyncAccount, folder: Path) -> None:
    inbox = account.inbox
    old = await inbox.messages.get(2)
    assert old is not None
    (folder / "new.eml").write_bytes(NEW)
    done = await old.replace(folder / "new.eml")
    assert done == Appended((await inbox.status("uid_validity")).uid_validity, 4)
    assert list(await inbox.messages.uids()) == [1, 3, 4]
    new = await inbox.messages.get(4)
    assert new is not None
    assert await new.raw() == NEW
    assert new.flags - {Flag.RECENT} == FlagSet((Flag.DRAFT, "$Work")), "the flags of the old one"
    date = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert (await new.replace(NEW, flags=[Flag.SEEN], date=date)).uid == 5
    newest = await inbox.messages.get(5)
    assert newest is not None
    assert (newest.flags - {Flag.RECENT}, newest.internal_date) == (FlagSet((Flag.SEEN,)), date)
    with pytest.raises(MessageGone):
        await new.replace(NEW)
    assert list(await inbox.messages.uids()) == [1, 3, 5]
    assert await inbox.messages.where(deleted=True).uids() == UidSet.of(3), "what somebody else has marked"


async def test_without_replace_it_is_appended_and_the_old_one_removed(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, tmp_path: Path
) -> None:
    inbox = dovecot.maildir(fresh_user.name)
    inbox.add(MAIL[0])
    inbox.add(MAIL[1], flags="D")
    inbox.add(MAIL[2], flags="T")
    async with open_dovecot() as account:
        await account.inbox.messages.where(uid=2).add_flags("$Work")
        await _story(account, tmp_path)


def replaces(session: Session, command: Command) -> None:
    """`UID REPLACE`, as RFC 8508 has it."""
    server, (uid, name, *options, octets) = session.server, command.arguments
    mailbox = session.mailbox(name)
    found = [message for message in mailbox.messages if b"%d" % message.uid == uid]
    if not found:
        session.tagged(command, b"NO no such message")
        return
    assert isinstance(octets, bytes)
    message = Message(octets)
    for option in options:
        if isinstance(option, tuple):
            message.flags = {flag for flag in option if isinstance(flag, bytes)}
        else:
            message.internal_date = option
    with server.lock:
        mailbox.add(message)
        session.untagged(b"OK [APPENDUID %d %d] it is there" % (mailbox.uid_validity, message.uid))
        mailbox.remove(found)
        session.report_changes()
    session.tagged(command, b"OK replaced")


async def test_replace_does_it_in_one_command(connect: Connect, tmp_path: Path) -> None:
    drafts = [Message(MAIL[0]), Message(MAIL[1], {b"\\Draft", b"$Work"}), Message(MAIL[2], {b"\\Deleted"})]
    with MiniServer({"INBOX": drafts}, capabilities=WITH_REPLACE) as server:
        server.instead("UID REPLACE", replaces)
        async with open_mini(connect, server) as account:
            await _story(account, tmp_path)
        assert server.count("UID REPLACE") == 2
        assert {"APPEND", "UID STORE", "UID EXPUNGE"}.isdisjoint(server.verbs)


async def test_a_server_that_tells_no_uid_leaves_it_open(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}, capabilities=WITH_REPLACE) as server:
        server.instead("UID REPLACE", lambda session, command: session.tagged(command, b"OK replaced"))
        async with open_mini(connect, server) as account:
            old = await account.inbox.messages.get(1)
            assert old is not None
            assert await old.replace(NEW) == Appended(None, None)


def _refuse_append(server: MiniServer) -> None:
    server.refuse("APPEND", "NO [OVERQUOTA] full")


def _tell_no_uid(server: MiniServer) -> None:
    server.instead("APPEND", lambda session, command: session.tagged(command, b"OK appended"))


def _append_elsewhere(server: MiniServer) -> None:
    server.instead("APPEND", lambda session, command: session.tagged(command, b"OK [APPENDUID 99 1] appended"))


def _lose_the_answer(server: MiniServer) -> None:
    server.after("APPEND", lambda session, _: session.peer.reset())


def _refuse_mark(server: MiniServer) -> None:
    server.refuse("UID STORE", "NO [NOPERM] hands off")


def _renew(server: MiniServer) -> None:
    def renew(session: Session, _: Command) -> None:
        server.mailboxes[b"INBOX"].uid_validity += 1
        session.peer.reset()

    server.before("UID STORE", renew, times=1)


@pytest.mark.parametrize(
    ("bend", "error"),
    [
        (_refuse_append, OverQuota),
        (_tell_no_uid, ProtocolViolation),
        (_append_elsewhere, MailboxChanged),
        (_lose_the_answer, ConnectionLost),
        (_refuse_mark, CommandRefused),
        (_renew, MailboxChanged),
    ],
)
async def test_any_doubt_keeps_the_old_one(
    connect: Connect, bend: Callable[[MiniServer], None], error: type[MailkitError]
) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            old = await account.inbox.messages.get(2)
            assert old is not None
            bend(server)
            with pytest.raises(error):
                await old.replace(NEW)
        assert [message.uid for message in server.mailboxes[b"INBOX"].messages][:3] == [1, 2, 3]
        assert server.count("UID EXPUNGE") == 0


async def test_with_neither_nothing_is_done(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}, capabilities=without("UIDPLUS")) as server:
        async with open_mini(connect, server) as account:
            old = await account.inbox.messages.get(2)
            assert old is not None
            with pytest.raises(NotSupported, match="nothing was done"):
                await old.replace(NEW)
        assert server.count("APPEND") == 0
