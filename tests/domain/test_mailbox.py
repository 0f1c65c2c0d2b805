"""Mailboxes: made, found, renamed and removed; their names, rights and quotas."""

from __future__ import annotations

import pytest

from mailkit import (
    ACL,
    Account,
    CommandRefused,
    MailboxExists,
    MailboxNotFound,
    NotFetched,
    NotSupported,
    PermissionDenied,
    Quota,
    Rights,
    Security,
    SpecialUse,
    UidSet,
    UsageError,
)
from tests.domain.conftest import Open, OpenAs
from tests.scripted import Command, MiniServer, Session
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

NAMES = ["plain", "with space", 'quo"te', "back\\slash", "żółć ☃ 😀", "a&b", "100%", "*star*", "{5}", "NIL", "(x)"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_mailbox_lives_by_any_name(open_dovecot: Open, name: str) -> None:
    async with open_dovecot() as account:
        box = account.mailbox(name)
        assert not await box.exists()
        await box.create()
        assert await box.exists()
        assert (await box.status("messages")).messages == 0
        assert name in [one.name for one in await account.mailboxes()]
        await box.subscribe()
        assert name in [one.name for one in await account.mailboxes(subscribed=True)]
        await box.unsubscribe()
        assert name not in [one.name for one in await account.mailboxes(subscribed=True)]
        renamed = await box.rename(f"{name} again")
        assert (await renamed.exists(), await box.exists()) == (True, False)
        await renamed.delete()
        assert not await renamed.exists()


@pytest.mark.parametrize("name", ["", "half \ud800"])
async def test_a_name_that_cannot_be_is_refused_before_anything_is_sent(open_dovecot: Open, name: str) -> None:
    async with open_dovecot() as account:
        with pytest.raises(UsageError):
            await account.mailbox(name).exists()


async def test_what_is_there_or_not_has_an_error_of_its_own(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        await account.mailbox("here").create()
        await account.mailbox("there").create()
        for doing, error in (
            (account.mailbox("here").create(), MailboxExists),
            (account.mailbox("here").rename("there"), MailboxExists),
            (account.mailbox("nowhere").rename("elsewhere"), MailboxNotFound),
            (account.mailbox("nowhere").delete(), MailboxNotFound),
            (account.mailbox("nowhere").look_up(), MailboxNotFound),
            (account.mailbox("nowhere").acl(), MailboxNotFound),
        ):
            with pytest.raises(error):
                await doing


async def test_a_mailbox_made_anew_is_not_taken_for_the_old_one(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        box = account.mailbox("Work")
        for _ in range(2):
            await box.create()
            await box.messages.add_flags("x")
            assert await box.messages.count() == 0
            await box.delete()


async def test_the_tree_is_walked_up_and_down(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        with pytest.raises(NotFetched, match="look_up"):
            _ = account.mailbox("Work/2026/May").parent
        for name in ("Work/2026/May", "Work/2026/June", "Work/2025", "Workshop"):
            await account.mailbox(name).create()
        assert sorted(box.name for box in await account.mailbox("Work").children()) == ["Work/2025", "Work/2026"]
        may = await account.mailbox("Work/2026/May").look_up()
        assert (may.path, may.delimiter) == (("Work", "2026", "May"), "/")
        assert may.parent is not None
        assert may.parent.parent == account.mailbox("Work")
        assert may.parent.parent.parent is None
        assert account.mailbox("a/b").path == ("a", "b")
        assert account.inbox.parent is None
        await account.mailbox("Work").rename("Play")
        assert [box.name for box in await account.mailbox("Play/2026").children()] != []


async def test_inbox_is_one_name_however_it_is_written(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        assert account.mailbox("inbox") == account.inbox
        assert account.mailbox("inbox").name == "INBOX"


async def test_a_special_use_is_what_the_server_says(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        await account.mailbox("Trash").create()
        trash = account.mailbox(SpecialUse.TRASH)
        assert await trash.exists()
        assert trash.name == "Trash"
        assert (await trash.look_up()).special_use is SpecialUse.TRASH
        with pytest.raises(MailboxNotFound, match="guess=True"):
            await account.mailbox(SpecialUse.ARCHIVE).exists()
        await account.mailbox("Archiv").create()
        archive = account.mailbox(SpecialUse.ARCHIVE, guess=True)
        assert await archive.exists()
        assert archive.name == "Archiv"


async def test_special_uses_are_given_where_the_server_lets_us(
    open_dovecot: Open, open_cyrus: OpenAs, cyrus: Cyrus
) -> None:
    async with open_dovecot() as account:
        with pytest.raises(NotSupported):
            await account.mailbox("Old").create(special_use=SpecialUse.ARCHIVE)
    async with open_cyrus(cyrus.fresh_user()) as account:
        await account.mailbox("Old").create(special_use=SpecialUse.ARCHIVE)
        archive = account.mailbox(SpecialUse.ARCHIVE)
        assert (await archive.look_up()).name == "Old"


async def test_status_items_need_what_the_server_lacks(open_dovecot: Open, open_pymap: Open) -> None:
    async with open_dovecot() as account:
        status = await account.inbox.status("size", "highest_modseq", "uid_validity")
        assert status.size == 0
        assert status.highest_modseq
        with pytest.raises(UsageError, match="no status item"):
            await account.inbox.status("colour")
    async with open_pymap() as account:
        with pytest.raises(NotSupported, match="CONDSTORE"):
            await account.inbox.status("highest_modseq")


async def test_a_mailbox_is_shared_by_its_rights(open_as: OpenAs, dovecot: Dovecot) -> None:
    owner, friend = dovecot.fresh_user(), dovecot.fresh_user()
    async with open_as(owner) as ours, open_as(friend) as theirs:
        box = ours.mailbox("Shared")
        await box.create()
        shared = theirs.mailbox(f"shared/{owner.name}/Shared")
        await box.set_rights(friend.name, Rights.READ_ONLY)
        acl = await box.acl()
        assert isinstance(acl, ACL)
        assert acl[friend.name] == Rights("lrs")
        assert await shared.my_rights() == Rights("lrs")
        assert await shared.messages.count() == 0
        await box.grant(friend.name, "wi")
        await box.revoke(friend.name, "s")
        async with open_as(friend) as later:  # the server looks once for each connection
            assert await later.mailbox(shared.name).my_rights() == Rights("lrwi")
        assert (await box.list_rights(friend.name)).optional
        with pytest.raises(PermissionDenied):
            await shared.set_rights(friend.name, Rights.FULL)
        await box.remove_rights(friend.name)
        assert friend.name not in await box.acl()
        assert await box.my_rights() >= Rights.FULL


async def test_quotas_are_read_by_all_and_set_by_the_admin(open_as: OpenAs) -> None:
    async with open_as(User("tiny", "tinypw")) as account:
        (quota,) = await account.inbox.quotas()
        assert isinstance(quota, Quota)
        assert quota["STORAGE"].limit == 20
        assert await account.quota(quota.root) == quota
        with pytest.raises(CommandRefused, match="admin"):
            await account.set_quota(quota.root, {"STORAGE": 1 << 20})
    async with open_as(User("admin", "adminpw")) as account:
        (quota,) = await account.inbox.quotas()
        await account.set_quota(quota.root, {"STORAGE": 4096})
    async with open_as(User("admin", "adminpw")) as account:
        assert (await account.quota(quota.root))["STORAGE"].limit == 4096


async def test_expunge_takes_what_this_account_marked_and_nothing_else(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User
) -> None:
    dovecot.maildir(fresh_user.name).add_all(b"Subject: %d\r\n\r\n" % number for number in range(6))
    async with open_dovecot() as account, open_dovecot() as other:
        await other.inbox.messages.where(uid=[1, 2]).add_flags("\\Deleted")
        assert await account.inbox.expunge() == UidSet()
        await account.inbox.messages.where(uid=[3, 4, 5]).add_flags("\\Deleted")
        await account.inbox.messages.where(uid=4).remove_flags("\\Deleted")
        await other.inbox.messages.where(uid=5).remove_flags("\\Deleted")
        assert await account.inbox.expunge() == UidSet([3])
        assert await account.inbox.messages.uids() == UidSet([1, 2, 4, 5, 6])
        assert await account.inbox.expunge() == UidSet()


async def test_the_verbs_run_on_pymap(open_pymap: Open) -> None:
    async with open_pymap() as account:
        box = account.mailbox("Żaba")
        await box.create()
        with pytest.raises(MailboxExists):
            await box.create()
        assert await box.exists()
        await box.subscribe()
        renamed = await box.rename("Frog")
        assert "Frog" in [one.name for one in await account.mailboxes()]
        await renamed.delete()
        with pytest.raises(MailboxNotFound):
            await renamed.status()
        for doing in (box.acl(), box.quotas(), account.namespaces()):
            with pytest.raises(NotSupported):
                await doing


def small(*capabilities: str, **mailboxes: list[bytes]) -> MiniServer:
    """A server that offers little."""
    return MiniServer(mailboxes, users={"ldj": "pw"}, capabilities=("IMAP4rev1", *capabilities))


def open_small(server: MiniServer) -> Account:
    url = f"imap://ldj@localhost:{server.port}"
    return Account.connect(url, credentials="pw", security=Security.PLAINTEXT)


def test_special_uses_are_found_where_there_is_only_xlist() -> None:
    with small("XLIST", Papierkorb=[]) as server:

        def xlist(session: Session, command: Command) -> None:
            session.untagged(b'XLIST (\\HasNoChildren \\Trash) "/" Papierkorb')
            session.untagged(b'XLIST (\\Inbox \\HasNoChildren) "/" INBOX')
            session.tagged(command, b"OK done")

        server.instead("XLIST", xlist)
        with open_small(server) as account:
            assert account.mailbox(SpecialUse.TRASH).name == "Papierkorb"
            assert account.mailbox(SpecialUse.TRASH).messages.count() == 0
            with pytest.raises(MailboxNotFound):
                account.mailbox(SpecialUse.SENT)
        assert server.count("XLIST") == 1


def test_subscriptions_are_listed_without_list_extended() -> None:
    with small(Work=[], Play=[]) as server, open_small(server) as account:
        account.mailbox("Work").subscribe()
        assert [box.name for box in account.mailboxes(subscribed=True)] == ["Work"]
        assert server.count("LSUB") == 1


def test_a_refusal_without_a_code_is_understood_by_looking() -> None:
    with small(Work=[]) as server, open_small(server) as account:
        for verb in ("CREATE", "RENAME", "DELETE", "STATUS"):
            server.refuse(verb, "NO no")
        with pytest.raises(MailboxExists):
            account.mailbox("Work").create()
        with pytest.raises(MailboxExists):
            account.inbox.rename("Work")
        for doing in (account.mailbox("no").delete, account.mailbox("no").status):
            with pytest.raises(MailboxNotFound):
                doing()
        with pytest.raises(CommandRefused) as refused:
            account.mailbox("new").create()
        assert type(refused.value) is CommandRefused


def test_statuses_are_asked_one_by_one_without_list_status() -> None:
    with small(Work=[b"Subject: one\r\n\r\n"]) as server, open_small(server) as account:
        boxes = {box.name: box.last_status for box in account.mailboxes(with_status=("messages",))}
        status = boxes["Work"]
        assert status is not None
        assert status.messages == 1
        assert server.count("STATUS") == 2


def test_expunge_needs_uidplus() -> None:
    with small(INBOX=[b"Subject: one\r\n\r\n"]) as server, open_small(server) as account:
        account.inbox.messages.add_flags("\\Deleted")
        with pytest.raises(NotSupported, match="UIDPLUS"):
            account.inbox.expunge()
        assert server.count("EXPUNGE") == 0
        assert account.inbox.messages.count() == 1
