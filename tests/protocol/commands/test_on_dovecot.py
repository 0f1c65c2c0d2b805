"""Every command on a real Dovecot, as its users would have it done."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest

from mailkit.arrange.sorting import SortKey
from mailkit.arrange.thread import Thread as Tree
from mailkit.arrange.threading import Algorithm
from mailkit.errors import CommandRefused, MailboxExists, MailboxNotFound, OverQuota
from mailkit.protocol.commands.acl import DeleteAcl, GetAcl, ListRights, MyRights, RightsAction, SetAcl
from mailkit.protocol.commands.append import Append
from mailkit.protocol.commands.changes import FetchChanges
from mailkit.protocol.commands.copy import Copy, Move
from mailkit.protocol.commands.enable import Enable
from mailkit.protocol.commands.expunge import Expunge, UidExpunge
from mailkit.protocol.commands.fetch import FLAGS, SAVE_DATE, SIZE, BinarySize, Content, Fetch, Preview
from mailkit.protocol.commands.id import Id
from mailkit.protocol.commands.idle import Idle
from mailkit.protocol.commands.list import List, Lsub
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.mailbox import Create, Delete, Rename, Subscribe, Unsubscribe
from mailkit.protocol.commands.metadata import GetMetadata, SetMetadata
from mailkit.protocol.commands.namespace import Namespace as GetNamespaces
from mailkit.protocol.commands.quota import GetQuota, GetQuotaRoot, SetQuota
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Check, Close, Examine, Known, Select, Unselect
from mailkit.protocol.commands.sort import Sort
from mailkit.protocol.commands.status import Status
from mailkit.protocol.commands.store import Store, StoreAction
from mailkit.protocol.commands.thread import Thread
from mailkit.protocol.response import Untagged
from mailkit.protocol.session import Session
from mailkit.protocol.values.append_message import AppendMessage, Form
from mailkit.protocol.values.depth import Depth
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.namespace import Namespace
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.rights import Rights
from mailkit.protocol.values.saved import SAVED
from mailkit.protocol.values.search_key import ALL, Key
from mailkit.protocol.values.sections import Section
from mailkit.protocol.wire.writer import Stream
from tests.protocol.commands.conftest import World
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

EVERYTHING = UidSet.parse("1:*")
SEEN = FlagSet([r"\Seen"])
DELETED = FlagSet([r"\Deleted"])


def _mail(subject: str, *headers: str, body: str = "hello") -> AppendMessage:
    lines = [f"Subject: {subject}", "From: ldj@example.org", *headers, "", body, ""]
    return AppendMessage("\r\n".join(lines).encode())


async def _filled(session: Session, *subjects: str) -> UidSet:
    """INBOX, open, with a message for each subject."""
    for subject in subjects:
        await session.run(Append("INBOX", (_mail(subject),)))
    await session.run(Select("INBOX"))
    return (await session.run(Search(ALL))).uids


def test_mailboxes(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        await session.run(Create("Entwürfe & Co"))
        await session.run(Create('Entwürfe & Co/"1"'))
        with pytest.raises(MailboxExists):
            await session.run(Create('Entwürfe & Co/"1"'))
        await session.run(Rename("Entwürfe & Co", "日本語"))
        await session.run(Subscribe("日本語"))
        listed = {mailbox.name: mailbox for mailbox in await session.run(List(returns=("CHILDREN", "SUBSCRIBED")))}
        assert {"INBOX", "日本語", '日本語/"1"'} <= listed.keys()
        assert listed["日本語"].is_subscribed
        assert listed["日本語"].has_children
        assert "日本語" in [mailbox.name for mailbox in await session.run(Lsub())]
        subscribed = await session.run(List(select=("SUBSCRIBED",), status=("MESSAGES", "UIDNEXT")))
        assert ("日本語", 0) in [(mailbox.name, mailbox.status and mailbox.status.messages) for mailbox in subscribed]
        several = await session.run(List(("INBOX", "日本語"), select=("RECURSIVEMATCH", "SUBSCRIBED")))
        assert [mailbox.name for mailbox in several] == ["日本語"]
        await session.run(Unsubscribe("日本語"))
        await session.run(Delete('日本語/"1"'))
        await session.run(Delete("日本語"))
        with pytest.raises(MailboxNotFound):
            await session.run(Delete("日本語"))
        special = await session.run(List(returns=("SPECIAL-USE",)))
        assert all(mailbox.special_use is None for mailbox in special if mailbox.name == "INBOX")

    world.tell(dovecot, fresh_user, story)


def test_append(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        moment = datetime(2024, 2, 29, 12, 30, 1, tzinfo=UTC)
        octets = b"Subject: streamed\r\n\r\nbody\r\n"
        streamed = AppendMessage(Stream(BytesIO(octets), len(octets)), FlagSet([r"\Seen", "$Work"]), moment)
        first = await session.run(Append("INBOX", (streamed,)))
        many = await session.run(Append("INBOX", (_mail("a"), _mail("b"), streamed_again(octets))))
        binary = AppendMessage(octets, form=Form.BINARY)
        third = await session.run(Append("INBOX", (binary,)))
        assert first is not None
        assert many is not None
        assert third is not None
        assert (first.uids.count, many.uids.count, third.uids.count) == (1, 3, 1)
        await session.run(Select("INBOX"))
        (found,) = await session.run(Fetch(first.uids, (FLAGS, SIZE, Content())))
        assert found.flags == {r"\Seen", "$Work", r"\Recent"}
        assert found.sections == {Section(): octets}
        with pytest.raises(MailboxNotFound) as refused:
            await session.run(Append("nowhere", (_mail("x"),)))
        assert refused.value.code == "TRYCREATE"

    def streamed_again(octets: bytes) -> AppendMessage:
        return AppendMessage(Stream(BytesIO(octets), len(octets)))

    world.tell(dovecot, fresh_user, story)


def test_copy_move_and_expunge(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        uids = await _filled(session, "1", "2", "3", "4")
        await session.run(Create("Work"))
        copied = await session.run(Copy(uids[:2], "Work"))
        assert copied is not None
        assert list(copied.mapping()) == list(uids[:2])
        moved = await session.run(Move(uids[2:3], "Work"))
        assert moved is not None
        assert list(moved.mapping()) == [uids[2]]
        assert session.engine.exists == 3
        await session.run(Store(uids, StoreAction.ADD, DELETED))
        expunged = await session.run(UidExpunge(uids[:1]))
        assert expunged.numbers == (1,)
        assert (await session.run(Expunge())).numbers in ((1, 1), (2, 1))
        assert session.engine.exists == 0
        assert (await session.run(Status("Work", ("MESSAGES",)))).messages == 3
        assert await session.run(Copy(UidSet.of(uids[0]), "Work")) is None

    world.tell(dovecot, fresh_user, story)


def test_search_sort_and_thread(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        await session.run(
            Append(
                "INBOX",
                (
                    _mail("b", "Message-ID: <1@x>", "Date: Mon, 1 Jan 2024 00:00:00 +0000"),
                    _mail("Re: b", "Message-ID: <2@x>", "References: <1@x>", "Date: Tue, 2 Jan 2024 00:00:00 +0000"),
                    _mail("a", "Message-ID: <3@x>", "Date: Wed, 3 Jan 2024 00:00:00 +0000", body="grün"),
                    _mail("Re: b", "Message-ID: <4@x>", "References: <1@x>", "Date: Thu, 4 Jan 2024 00:00:00 +0000"),
                ),
            )
        )
        await session.run(Select("INBOX"))
        one, two, three, four = (await session.run(Search(ALL))).uids
        assert (await session.run(Search(Key("BODY", ("grün",))))).uids == {three}
        assert (await session.run(Search(Key("BODY", ("grün",)), charset="iso-8859-15"))).uids == {three}
        extended = await session.run(Search(ALL, ("MIN", "MAX", "COUNT", "ALL")))
        assert (extended.min, extended.max, extended.count, extended.uids.count) == (one, four, 4, 4)
        assert (await session.run(Search(ALL, partial=(1, 2)))).partial == {one, two}
        await session.run(Search(Key("SUBJECT", ("Re",)), ("SAVE",)))
        assert {data.uid for data in await session.run(Fetch(UidSet.of(two, four), (FLAGS,)))} == {two, four}
        assert (await session.run(Search(Key("UID", (SAVED,))))).uids == {two, four}
        await session.run(Store(SAVED, StoreAction.ADD, SEEN))
        assert (await session.run(Search(Key("SEEN")))).uids == {two, four}

        by_subject = (SortKey("subject"), SortKey("date", reverse=True))
        assert (await session.run(Sort(by_subject, ALL))).uids == (three, four, two, one)
        esort = await session.run(Sort(by_subject, ALL, ("ALL", "COUNT", "MIN", "MAX")))
        assert (esort.uids, esort.count, esort.min, esort.max) == ((three, four, two, one), 4, three, one)
        assert (await session.run(Sort((SortKey("display-from"),), Key("UID", (UidSet.of(99),))))).uids == ()

        threads = await session.run(Thread(Algorithm.REFERENCES, ALL))
        assert threads == (Tree(one, (Tree(two), Tree(four))), Tree(three))
        assert (await session.run(Thread(Algorithm.ORDERED_SUBJECT, Key("SEEN"))))[0].uids == (two, four)
        assert await session.run(Thread(Algorithm.REFS, Key("UID", (UidSet.of(99),)))) == ()

    world.tell(dovecot, fresh_user, story)


def test_access_lists(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        await session.run(Create("Shared"))
        assert (await session.run(MyRights("Shared"))).admin
        await session.run(SetAcl("Shared", "bob", Rights("lr")))
        await session.run(SetAcl("Shared", "bob", Rights("sw"), RightsAction.ADD))
        await session.run(SetAcl("Shared", "bob", Rights("r"), RightsAction.REMOVE))
        assert (await session.run(GetAcl("Shared")))["bob"] == Rights("lsw")
        offered = await session.run(ListRights("Shared", "bob"))
        assert {"l", "r"} <= {letter for rights in (offered.required, *offered.optional) for letter in rights}
        await session.run(DeleteAcl("Shared", "bob"))
        assert "bob" not in await session.run(GetAcl("Shared"))

    world.tell(dovecot, fresh_user, story)


def test_quotas(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        (quota,) = await session.run(GetQuotaRoot("INBOX"))
        assert await session.run(GetQuota(quota.root)) == quota
        assert quota["storage"].limit > 0
        with pytest.raises(CommandRefused):
            await session.run(SetQuota(quota.root, {"STORAGE": 5}))
        with pytest.raises(CommandRefused):
            await session.run(GetQuota("no such root"))

    async def admin(session: Session) -> None:
        (quota,) = await session.run(GetQuotaRoot("INBOX"))
        await session.run(SetQuota(quota.root, {"STORAGE": limit}))

    async def admin_again(session: Session) -> None:
        # Dovecot tells the new limit to later sessions.
        (quota,) = await session.run(GetQuotaRoot("INBOX"))
        assert quota["STORAGE"].limit == limit

    async def full(session: Session) -> None:
        with pytest.raises(OverQuota):
            await session.run(Append("INBOX", (_mail("large", body="x" * 30_000),)))

    world.tell(dovecot, fresh_user, story)
    limit = 2048 if world.name == "threads" else 4096
    for part in (admin, admin_again):
        world.tell(dovecot, User("admin", dovecot.users["admin"]), part)
    world.tell(dovecot, User("tiny", dovecot.users["tiny"]), full)


def test_metadata(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        await session.run(SetMetadata("INBOX", {"/private/comment": b'say "hi"\r\n', "/private/vendor/a/b": b"1"}))
        found = await session.run(GetMetadata("INBOX", ("/private/comment", "/private/nothing")))
        assert found["/private/comment"] == b'say "hi"\r\n'
        assert found.get("/private/nothing") is None
        deep = await session.run(GetMetadata("INBOX", ("/private/vendor",), depth=Depth.ALL))
        assert deep["/private/vendor/a/b"] == b"1"
        short = await session.run(GetMetadata("INBOX", ("/private/comment",), 3))
        assert (short.get("/private/comment"), short.longest) == (None, 10)
        await session.run(SetMetadata("INBOX", {"/private/comment": None}))
        assert (await session.run(GetMetadata("INBOX", ("/private/comment",))))["/private/comment"] is None
        await session.run(SetMetadata("", {"/private/vendor/mine": "ü".encode()}))
        assert (await session.run(GetMetadata("", ("/private/vendor/mine",))))["/private/vendor/mine"] == "ü".encode()

    world.tell(dovecot, fresh_user, story)


def test_namespace_and_id(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        namespaces = await session.run(GetNamespaces())
        assert namespaces.personal == (Namespace("", "/"),)
        assert namespaces.other_users[0].delimiter == "/"
        assert (await session.run(Id({"name": "mailkit", "version": None})))["name"] == "Dovecot"
        assert "name" in await session.run(Id())

    world.tell(dovecot, fresh_user, story)


def test_resynchronisation(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        uids = await _filled(session, "1", "2", "3")
        assert "CONDSTORE" in await session.run(Enable(("QRESYNC", "X-UNKNOWN")))
        before = await session.run(Select("INBOX", condstore=True))
        assert before.highest_modseq is not None
        assert before.uid_validity is not None
        await session.run(Store(uids[:1], StoreAction.ADD, SEEN))
        await session.run(Store(uids[1:2], StoreAction.ADD, DELETED))
        expunged = await session.run(UidExpunge(uids[1:2]))
        assert (expunged.uids, expunged.numbers) == (uids[1:2], ())
        assert session.engine.exists == 2
        changes = await session.run(FetchChanges(EVERYTHING, before.highest_modseq))
        assert [(change.uid, change.flags and change.flags.seen) for change in changes.changed] == [(uids[0], True)]
        assert changes.vanished == uids[1:2]
        rejected = (await session.run(Store(uids[:1], StoreAction.SET, FlagSet(), before.highest_modseq))).rejected
        assert rejected == uids[:1]
        await session.run(Unselect())
        known = Known(before.uid_validity, before.highest_modseq, uids)
        again = await session.run(Examine("INBOX", known=known))
        assert again.vanished == uids[1:2]
        assert [change.uid for change in again.changed] == [uids[0]]
        assert again.is_read_only

    world.tell(dovecot, fresh_user, story)


def test_small_things(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        uids = await _filled(session, "1")
        await session.run(Check())
        await session.run(Noop())
        items = (SAVE_DATE, Preview(), Content(Section("1"), decoded=True), BinarySize("1"))
        (data,) = await session.run(Fetch(uids, items))
        assert data.save_date is not None
        assert data.preview == "hello"
        assert data.binary == {Section("1"): b"hello\r\n"}
        assert data.binary_sizes == {"1": 7}
        status = await session.run(Status("INBOX", ("MESSAGES", "SIZE", "UIDVALIDITY", "HIGHESTMODSEQ")))
        assert (status.messages, (status.size or 0) > 0) == (1, True)
        await session.run(Close())

    world.tell(dovecot, fresh_user, story)


def test_idle_hears_of_new_mail_and_ends(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        await _filled(session)
        heard: list[Untagged] = []
        session.listeners.append(heard.append)
        idle = await session.begin(Idle())
        await session.wait_for(lambda: idle.is_continued, 5)
        dovecot.maildir(fresh_user.name).add(b"Subject: new\r\n\r\n")
        assert await session.wait_for(lambda: any(row.name == b"EXISTS" for row in heard), 10)
        await session.interrupt(idle)
        await session.finish(idle)
        assert session.engine.exists == 1

    world.tell(dovecot, fresh_user, story)


def test_compression(world: World, dovecot: Dovecot, fresh_user: User) -> None:
    async def story(session: Session) -> None:
        await session.compress()
        uids = await _filled(session, "compressed " * 50)
        (data,) = await session.run(Fetch(uids, (Content(),)))
        assert b"compressed" in (data.sections[Section()] or b"")
        with pytest.raises(CommandRefused, match="COMPRESSIONACTIVE"):
            await session.compress()
        await session.run(Noop())

    world.tell(dovecot, fresh_user, story)
