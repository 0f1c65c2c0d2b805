"""What only Cyrus has of the extensions, and what it does in another way than Dovecot."""

from __future__ import annotations

import pytest

from mailkit.arrange.sorting import SortKey
from mailkit.arrange.thread import Thread as Tree
from mailkit.arrange.threading import Algorithm
from mailkit.errors import CommandRefused
from mailkit.protocol.commands.acl import GetAcl, ListRights, MyRights, RightsAction, SetAcl
from mailkit.protocol.commands.annotatemore import GetAnnotation, SetAnnotation
from mailkit.protocol.commands.append import Append
from mailkit.protocol.commands.changes import FetchChanges
from mailkit.protocol.commands.copy import Copy, Move
from mailkit.protocol.commands.enable import Enable
from mailkit.protocol.commands.expunge import UidExpunge
from mailkit.protocol.commands.fetch import EMAIL_ID, SAVE_DATE, THREAD_ID, Fetch, Preview
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.mailbox import Create, Delete
from mailkit.protocol.commands.metadata import GetMetadata, SetMetadata
from mailkit.protocol.commands.namespace import Namespace as GetNamespaces
from mailkit.protocol.commands.quota import GetQuota, GetQuotaRoot
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Known, Select
from mailkit.protocol.commands.sort import Sort
from mailkit.protocol.commands.status import Status
from mailkit.protocol.commands.store import Store, StoreAction
from mailkit.protocol.commands.thread import Thread
from mailkit.protocol.session import Session
from mailkit.protocol.values.append_message import AppendMessage
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.metadata import Annotation, Metadata
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.rights import Rights
from mailkit.protocol.values.search_key import ALL, Key
from mailkit.protocol.values.special_use import SpecialUse
from tests.protocol.commands.conftest import World
from tests.servers.cyrus import Cyrus

EVERYTHING = UidSet.parse("1:*")


def _mail(subject: str, *headers: str) -> AppendMessage:
    lines = [f"Subject: {subject}", "From: ldj@example.org", "Date: Mon, 1 Jan 2024 00:00:00 +0000", *headers]
    return AppendMessage("\r\n".join([*lines, "", "hello", ""]).encode())


async def _filled(session: Session, *subjects: str) -> UidSet:
    await session.run(Append("INBOX", tuple(_mail(subject, f"Message-ID: <{subject}@x>") for subject in subjects)))
    await session.run(Select("INBOX"))
    return (await session.run(Search(ALL))).uids


def test_a_mailbox_is_made_for_a_use(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        identifier = await session.run(Create("Old Mail", (SpecialUse.ARCHIVE,)))
        assert identifier is not None
        assert (await session.run(Status("Old Mail", ("MAILBOXID",)))).mailbox_id == identifier
        assert (await session.run(Select("Old Mail"))).mailbox_id == identifier
        special = await session.run(List(select=("SPECIAL-USE",)))
        assert SpecialUse.ARCHIVE in {mailbox.special_use for mailbox in special}
        with pytest.raises(CommandRefused, match="USEATTR"):
            await session.run(Create("Everything", (SpecialUse.ALL,)))
        with pytest.raises(CommandRefused):
            await session.run(Delete("Old Mail"))  # Cyrus keeps what has a use

    world.tell(cyrus, cyrus.fresh_user(), story)


def test_rights_and_annotations_come_with_the_list(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        await session.run(SetMetadata("Sent", {"/private/comment": "grün".encode()}))
        asked = List(("INBOX", "Sent"), returns=("MYRIGHTS",), metadata=("/private/comment",))
        found = {mailbox.name: mailbox for mailbox in await session.run(asked)}
        assert all(mailbox.rights and mailbox.rights.admin for mailbox in found.values())
        assert found["Sent"].metadata is not None
        assert found["Sent"].metadata["/private/comment"] == "grün".encode()

    world.tell(cyrus, cyrus.fresh_user(), story)


def test_annotations_of_the_old_draft(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        await session.run(SetAnnotation("INBOX", "/comment", {"value.priv": b'my "comment"\r\n'}))
        found = await session.run(GetAnnotation("INBOX", ("/comment",), ("value.priv",)))
        assert found == (Annotation("INBOX", "/comment", Metadata({"value.priv": b'my "comment"\r\n'})),)
        everywhere = await session.run(GetAnnotation("*", ("/comment",)))
        assert ("INBOX", b'my "comment"\r\n') in {
            (annotation.mailbox, annotation.attributes.get("value.priv")) for annotation in everywhere
        }
        assert (await session.run(GetMetadata("INBOX", ("/private/comment",))))["/private/comment"] == (
            b'my "comment"\r\n'
        )
        await session.run(SetAnnotation("INBOX", "/comment", {"value.priv": None}))
        several = await session.run(GetAnnotation("INBOX", ("/comment", "/sort"), ("value.priv", "value.shared")))
        assert all(annotation.attributes.get("value.priv") is None for annotation in several)

    world.tell(cyrus, cyrus.fresh_user(), story)


def test_object_ids(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        uids = await _filled(session, "1")
        copied = await session.run(Copy(uids, "Sent"))
        assert copied is not None
        items = (EMAIL_ID, THREAD_ID, SAVE_DATE, Preview())
        (here,) = await session.run(Fetch(uids, items))
        assert here.email_id is not None
        assert here.thread_id is not None
        assert here.save_date is not None
        await session.run(Select("Sent"))
        (there,) = await session.run(Fetch(UidSet(copied.mapping().values()), items))
        assert (there.email_id, there.thread_id) == (here.email_id, here.thread_id)

    world.tell(cyrus, cyrus.fresh_user(), story)


def test_access_lists_quotas_and_namespaces(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        await session.run(SetAcl("Sent", "bob", Rights("lrs")))
        await session.run(SetAcl("Sent", "bob", Rights("w"), RightsAction.ADD))
        assert (await session.run(GetAcl("Sent")))["bob"] == Rights("lrsw")
        assert (await session.run(MyRights("Sent"))) >= Rights.READ_WRITE
        offered = await session.run(ListRights("Sent", "bob"))
        assert Rights("l") in offered.optional
        quotas = await session.run(GetQuotaRoot("INBOX"))
        assert quotas[0]["STORAGE"].limit == 1_000_000
        with pytest.raises(CommandRefused):
            await session.run(GetQuota(quotas[0].root))  # for administrators
        assert (await session.run(GetNamespaces())).shared[0].prefix == "Shared Folders/"
        assert (await session.capabilities()).append_limit == (1 << 32) - 1

    world.tell(cyrus, cyrus.fresh_user(), story)


def test_search_sort_and_thread(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        one, two, three = await _filled(session, "b", "a", "c")
        assert (await session.run(Search(Key("SUBJECT", ("a",)), ("COUNT", "ALL")))).uids == {two}
        assert (await session.run(Sort((SortKey("subject", reverse=True),), ALL))).uids == (three, one, two)
        extended = await session.run(Sort((SortKey("subject"),), ALL, ("ALL", "COUNT")))
        assert (extended.uids, extended.count) == ((two, one, three), 3)
        threads = await session.run(Thread(Algorithm.REFERENCES, ALL))
        assert set(threads) == {Tree(one), Tree(two), Tree(three)}

    world.tell(cyrus, cyrus.fresh_user(), story)


def test_resynchronisation_and_moving(world: World, cyrus: Cyrus) -> None:
    async def story(session: Session) -> None:
        uids = await _filled(session, "1", "2", "3")
        assert "QRESYNC" in await session.run(Enable(("QRESYNC",)))
        before = await session.run(Select("INBOX"))
        assert before.highest_modseq is not None
        assert before.uid_validity is not None
        moved = await session.run(Move(uids[:1], "Trash"))
        assert moved is not None
        assert list(moved.mapping()) == [uids[0]]
        assert session.engine.exists == 2
        await session.run(Store(uids[1:2], StoreAction.ADD, FlagSet([r"\Deleted"])))
        assert (await session.run(UidExpunge(EVERYTHING))).uids == uids[1:2]
        changes = await session.run(FetchChanges(EVERYTHING, before.highest_modseq))
        assert changes.vanished == uids[:2]
        known = Known(before.uid_validity, before.highest_modseq, uids)
        again = await session.run(Select("INBOX", known=known))
        assert (again.vanished, again.exists) == (uids[:2], 1)

    world.tell(cyrus, cyrus.fresh_user(), story)
