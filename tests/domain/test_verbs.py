"""What is done to messages: on Dovecot and pymap, and on servers that lack what makes it safe."""

from __future__ import annotations

import pytest

from mailkit import (
    CommandRefused,
    Flag,
    FlagSet,
    MailboxChanged,
    MailboxNotFound,
    MessageGone,
    NotSupported,
    OverQuota,
    ProtocolViolation,
    SpecialUse,
    UidSet,
    UsageError,
)
from mailkit.protocol.commands.append import Append
from mailkit.protocol.values.append_message import AppendMessage
from tests.domain.conftest import Connect, Open, OpenAs
from tests.domain.mini import open_mini, without
from tests.scripted.command import Command
from tests.scripted.mailstore import Mailbox, Message
from tests.scripted.mini import DEFAULT_CAPABILITIES, MiniServer, Session
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

MAIL = [f"Subject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\nhello\r\n".encode() for number in range(6)]
TRASH = (b"\\Trash",)


@pytest.fixture
def letters(dovecot: Dovecot, fresh_user: User) -> None:
    """Six in the INBOX; somebody else has marked the last one as deleted."""
    inbox = dovecot.maildir(fresh_user.name)
    inbox.add_all(MAIL[:5])
    inbox.add(MAIL[5], flags="T")


@pytest.mark.usefixtures("letters")
async def test_flags_are_set_and_nothing_else_changes(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        stored = await messages.where(uid=[1, 2, 77]).add_flags(Flag.FLAGGED, "$Work")
        assert stored.changed == UidSet([1, 2])
        assert not stored.rejected
        await messages.where(uid=2).set_flags(Flag.SEEN)
        first, second = await messages.get(1), await messages.get(2)
        assert first is not None
        assert second is not None
        assert first.flags >= {Flag.FLAGGED, "$Work"}
        assert second.flags - {Flag.RECENT} == {Flag.SEEN}
        await second.mark_unseen()
        await second.add_flags(Flag.ANSWERED)
        await first.remove_flags("$Work", "$NeverHeardOf")
        again = [message.flags - {Flag.RECENT} async for message in messages[:2]]
        assert again == [FlagSet((Flag.FLAGGED,)), FlagSet((Flag.ANSWERED,))]
        await messages[:2].set_flags()
        assert [message.flags - {Flag.RECENT} async for message in messages[:2]] == [FlagSet(), FlagSet()]
        assert await messages.where(deleted=True).uids() == UidSet([6])


async def test_the_flags_that_messages_have_then_are_told_if_they_are_wanted(
    open_dovecot: Open, open_pymap: Open, open_cyrus: OpenAs, cyrus: Cyrus
) -> None:
    for account in (await open_dovecot(), await open_pymap(), await open_cyrus(cyrus.fresh_user())):
        async with account:
            await account.mailbox("Told").create()
            put = await account.mailbox("Told").append_many(MAIL[:3])
            first, second, third = (one.uid or 0 for one in put)
            messages = account.mailbox("Told").messages
            assert (await messages.where(uid=second).add_flags(Flag.ANSWERED)).flags == {}
            told = (await messages.add_flags(Flag.SEEN, silent=False)).flags
            assert {uid: flags - {Flag.RECENT} for uid, flags in told.items()} == {
                first: FlagSet((Flag.SEEN,)),
                second: FlagSet((Flag.SEEN, Flag.ANSWERED)),
                third: FlagSet((Flag.SEEN,)),
            }
            async for message in messages.where(uid=[first, second]):  # the next FETCH is on its way
                told = (await message.remove_flags(Flag.SEEN, silent=False)).flags
                assert Flag.SEEN not in told[message.uid]
                assert list(told) == [message.uid]
            assert (await messages.set_flags(Flag.DRAFT, silent=False)).flags[third] - {Flag.RECENT} == {Flag.DRAFT}
            told = (await messages.add_flags(Flag.DRAFT, silent=False)).flags  # as they were already
            assert [*sorted(told)] == [first, second, third]
            plan = await messages.add_flags(Flag.SEEN, silent=False, dry_run=True)
            assert f"UID STORE {first}:{third} +FLAGS (\\Seen)" in str(plan)


async def test_many_that_are_to_tell_are_asked_some_at_a_time(connect: Connect) -> None:
    with MiniServer({"INBOX": [MAIL[0]] * 10_001}) as server:
        async with open_mini(connect, server) as account:
            stored = await account.inbox.messages.add_flags(Flag.SEEN, silent=False)
            assert len(stored.flags) == 10_001
        assert server.verbs.count("UID STORE") == 2


@pytest.mark.usefixtures("letters")
async def test_a_message_that_has_changed_since_is_left_alone(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        before = [message.modseq async for message in messages.prefetch("modseq")]
        await messages.where(uid=3).mark_seen()
        (first, third) = [message async for message in messages.where(uid=[1, 3]).prefetch("modseq")]
        assert third.modseq > first.modseq == before[0]
        stored = await messages[:4].add_flags(Flag.FLAGGED, unchanged_since=first.modseq)
        assert stored.rejected == UidSet([3])
        assert stored.changed == UidSet([1, 2, 4])
        assert await messages.where(flagged=True).uids() == UidSet([1, 2, 4])
        assert (await third.add_flags(Flag.FLAGGED, unchanged_since=third.modseq)).changed == UidSet([3])


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("verb", ["copy_to", "move_to"])
async def test_copies_and_moves_tell_the_new_uids(open_dovecot: Open, verb: str) -> None:
    async with open_dovecot() as account:
        target = account.mailbox("Archive & Co")
        with pytest.raises(MailboxNotFound):
            await getattr(account.inbox.messages, verb)(target)
        await account.mailbox("Sent").messages.exists()
        done = await getattr(account.inbox.messages[1:3], verb)(account.mailbox("Sent"))
        assert done.mapping == {2: 1, 3: 2}
        assert done.uid_validity == (await account.mailbox("Sent").status("uid_validity")).uid_validity
        assert [message.subject async for message in account.mailbox("Sent").messages] == ["1", "2"]
        left = {"copy_to": [1, 2, 3, 4, 5, 6], "move_to": [1, 4, 5, 6]}[verb]
        assert list(await account.inbox.messages.uids()) == left
        first = await account.inbox.messages.first()
        assert first is not None
        assert (await getattr(first, verb)("Sent")).mapping == {1: 3}


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("Seen",), r"write '\\\\Seen'"),
        (("$Work", "deleted"), r"'\\\\Deleted'"),
        (([Flag.SEEN],), "a flag is a str"),
        ((), "name"),
    ],
    ids=str,
)
async def test_flags_that_nobody_means_are_refused(open_dovecot: Open, flags: tuple[str, ...], words: str) -> None:
    async with open_dovecot() as account:
        await account.inbox.append(MAIL[0])
        with pytest.raises(UsageError, match=words):
            await account.inbox.messages.add_flags(*flags)
        if flags:
            with pytest.raises(UsageError):
                await account.inbox.append(MAIL[0], flags=flags)
        with pytest.raises(UsageError, match="one text is no set of flags"):
            await account.inbox.append(MAIL[0], flags="\\Seen")
        await account.inbox.messages.remove_flags("Seen")  # it may be there
        assert [message.flags - {Flag.RECENT} async for message in account.inbox.messages] == [FlagSet()]


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("verb", ["copy_to", "move_to"])
async def test_a_mailbox_is_named_by_its_use_as_well(open_dovecot: Open, verb: str) -> None:
    async with open_dovecot() as account:
        messages = account.inbox.messages
        await account.mailbox("Sent").create()
        for number, sent in enumerate((account.mailbox(SpecialUse.SENT), SpecialUse.SENT, "Sent"), 1):
            await getattr(messages.where(uid=number), verb)(sent)
        message = await messages.get(4)
        assert message is not None
        await getattr(message, verb)(account.mailbox(SpecialUse.SENT))
        assert await account.mailbox(SpecialUse.SENT).messages.where(larger_than=1).count() == 4
        assert "'Sent'" in str(await account.mailbox(SpecialUse.SENT).messages[:1].explain())
        plan = await account.mailbox(SpecialUse.SENT).messages.export("sent", dry_run=True)
        assert plan.mailbox == "Sent"
        with pytest.raises(MailboxNotFound, match="Archive"):
            await getattr(messages, verb)(SpecialUse.ARCHIVE)
        with pytest.raises(UsageError, match="not empty"):
            await getattr(messages, verb)("")


async def test_a_mailbox_of_another_account_is_no_target(open_dovecot: Open) -> None:
    async with open_dovecot() as account, open_dovecot() as other:
        with pytest.raises(UsageError, match="of another account"):
            await account.inbox.messages.move_to(other.inbox)


@pytest.mark.usefixtures("letters")
async def test_delete_means_the_trash(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name, "Trash")
    async with open_dovecot() as account:
        messages = account.inbox.messages
        deleted = await messages[:2].delete()
        assert (deleted.trash, deleted.uids) == ("Trash", UidSet([1, 2]))
        assert deleted.moved is not None
        assert deleted.moved.mapping == {1: 1, 2: 2}
        assert list(await messages.uids()) == [3, 4, 5, 6]
        trash = account.mailbox("Trash").messages
        with pytest.raises(UsageError, match="Trash itself"):
            await trash.delete()
        assert (await trash[:1].delete(permanently=True)).trash is None
        assert list(await trash.uids()) == [2]
        third = await messages.get(3)
        assert third is not None
        await third.delete(permanently=True)
        assert list(await messages.uids()) == [4, 5, 6]


@pytest.mark.usefixtures("letters")
async def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User
) -> None:
    dovecot.maildir(fresh_user.name, "Trash")
    async with open_dovecot() as account:
        messages = account.inbox.messages[:3]
        one = await messages.first()
        assert one is not None
        plans = [
            await messages.mark_seen(dry_run=True),
            await messages.mark_unseen(dry_run=True),
            await messages.add_flags("x", dry_run=True),
            await messages.remove_flags(Flag.SEEN, dry_run=True),
            await messages.set_flags(Flag.SEEN, dry_run=True),
            await messages.copy_to("Sent", dry_run=True),
            await messages.move_to("Sent", dry_run=True),
            await messages.delete(dry_run=True),
            await messages.delete(permanently=True, dry_run=True),
            await one.delete(dry_run=True),
        ]
        assert [plan.uids for plan in plans] == [UidSet([1, 2, 3])] * 9 + [UidSet([1])]
        assert [plan.commands for plan in plans] == [
            (r"UID STORE 1:3 +FLAGS.SILENT (\Seen)",),
            (r"UID STORE 1:3 -FLAGS.SILENT (\Seen)",),
            ("UID STORE 1:3 +FLAGS.SILENT (x)",),
            (r"UID STORE 1:3 -FLAGS.SILENT (\Seen)",),
            (r"UID STORE 1:3 FLAGS.SILENT (\Seen)",),
            ("UID COPY 1:3 Sent",),
            ("UID MOVE 1:3 Sent",),
            ("UID MOVE 1:3 Trash",),
            (r"UID STORE 1:3 +FLAGS.SILENT (\Deleted)", "UID EXPUNGE 1:3"),
            ("UID MOVE 1 Trash",),
        ]
        assert str(plans[7]) == "would move 3 messages of 'INBOX' to 'Trash': 1:3\n  UID MOVE 1:3 Trash"
        assert list(await account.inbox.messages.uids()) == [1, 2, 3, 4, 5, 6]
        assert await account.inbox.messages.where(seen=True).count() == 0
        assert str(await account.inbox.messages.where(uid=99).delete(dry_run=True)).startswith("would move 0 messages")


@pytest.mark.usefixtures("letters")
async def test_labels_are_refused_where_it_is_not_gmail(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        for verb in ("add_labels", "remove_labels", "set_labels"):
            with pytest.raises(NotSupported, match="X-GM-EXT-1"):
                await getattr(account.inbox.messages, verb)("work")


async def test_labels_are_changed_as_gmail_wants_it(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}, capabilities=(*DEFAULT_CAPABILITIES, "X-GM-EXT-1")) as server:
        server.instead("UID STORE", lambda session, command: session.tagged(command, b"OK done"))
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages[:2]
            assert (await messages.add_labels(r"\Important", "zażółć gęślą")).changed == UidSet([1, 2])
            await messages.remove_labels("a b")
            await messages.set_labels()
            with pytest.raises(UsageError, match="labels"):
                await messages.add_labels()
        sent = [command.rest for command in server.commands if command.verb == "UID STORE"]
        assert sent[0].startswith(b"1:2 +X-GM-LABELS.SILENT (\\Important ")
        assert sent[1:] == [b'1:2 -X-GM-LABELS.SILENT ("a b")', b"1:2 X-GM-LABELS.SILENT ()"]


@pytest.mark.parametrize(
    ("permanent", "flags", "words"),
    [
        (rb"(\Seen \Deleted)", ("$Work",), r"does not keep \$Work"),
        (rb"(\Seen \*)", (Flag.FLAGGED,), r"does not keep \\Flagged"),
        (rb"()", (Flag.SEEN,), r"does not keep \\Seen"),
        (rb"(\Seen \*)", (Flag.RECENT,), "server's alone"),
        (rb"(\Seen \*)", (), "name the flags"),
    ],
)
async def test_a_flag_that_cannot_be_kept_is_refused_before_it_is_sent(
    connect: Connect, permanent: bytes, flags: tuple[str, ...], words: str
) -> None:
    def limited(session: Session, _: Command) -> None:
        session.untagged(b"OK [PERMANENTFLAGS " + permanent + b"] limited")

    with MiniServer({"INBOX": MAIL}) as server:
        server.after("SELECT", limited)
        async with open_mini(connect, server) as account:
            with pytest.raises(UsageError, match=words):
                await account.inbox.messages.add_flags(*flags)
            await account.inbox.messages.remove_flags("$NeverHeardOf")
        assert server.count("UID STORE") == 1


# -- servers that lack what makes it safe


def others_mark(server: MiniServer) -> None:
    """Somebody else has marked the last message of the INBOX as deleted."""
    server.set_flags("INBOX", 6, "\\Deleted")


def uids_in(server: MiniServer, mailbox: str = "INBOX") -> list[int]:
    return [message.uid for message in server.mailboxes[mailbox.encode()].messages]


def bodies_in(server: MiniServer, *mailboxes: str) -> list[bytes]:
    return sorted(message.octets for name in mailboxes for message in server.mailboxes[name.encode()].messages)


@pytest.mark.parametrize("capabilities", [without(), without("MOVE")], ids=["MOVE", "no MOVE"])
async def test_what_others_have_marked_survives_every_verb(connect: Connect, capabilities: tuple[str, ...]) -> None:
    trash = Mailbox.of(attributes=TRASH)
    with MiniServer({"INBOX": MAIL, "Other": [], "Trash": trash}, capabilities=capabilities) as server:
        others_mark(server)
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages
            assert (await messages.where(uid=1).move_to("Other")).mapping == {1: 1}
            await messages.where(uid=2).copy_to("Other")
            await messages.where(uid=2).delete()
            await messages.where(uid=3).delete(permanently=True)
            await messages.where(uid=4).add_flags(Flag.DELETED)
            await account.mailbox("Other").messages.count()
        assert uids_in(server) == [4, 5, 6]
        assert uids_in(server, "Other") == [1, 2]
        assert uids_in(server, "Trash") == [1]
        assert {"EXPUNGE", "CLOSE"}.isdisjoint(server.verbs)


@pytest.mark.parametrize("capabilities", [without("UIDPLUS", "MOVE"), without("UIDPLUS")])
async def test_without_uidplus_nothing_is_removed_and_nothing_begun(
    connect: Connect, capabilities: tuple[str, ...]
) -> None:
    with MiniServer({"INBOX": MAIL, "Other": []}, capabilities=capabilities) as server:
        others_mark(server)
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages[:2]
            with pytest.raises(NotSupported, match="UIDPLUS"):
                await messages.delete(permanently=True)
            with pytest.raises(NotSupported, match="UIDPLUS"):
                await messages.delete(permanently=True, dry_run=True)
            if "MOVE" not in capabilities:
                with pytest.raises(NotSupported, match="neither MOVE nor UIDPLUS"):
                    await messages.move_to("Other")
        assert {"UID COPY", "UID STORE", "EXPUNGE", "UID EXPUNGE"}.isdisjoint(server.verbs)
        assert len(uids_in(server)) == 6


async def test_without_a_trash_delete_refuses(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            with pytest.raises(NotSupported, match="which mailbox is the Trash"):
                await account.inbox.messages.delete()
        assert len(uids_in(server)) == 6


async def test_a_copy_that_is_refused_for_quota_loses_nothing(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL, "Other": []}, capabilities=without("MOVE")) as server:
        server.refuse("UID COPY", "NO [OVERQUOTA] full")
        async with open_mini(connect, server) as account:
            with pytest.raises(OverQuota):
                await account.inbox.messages[:3].move_to("Other")
        assert uids_in(server) == [1, 2, 3, 4, 5, 6]
        assert not any(message.flags for message in server.mailboxes[b"INBOX"].messages)
        assert {"UID STORE", "UID EXPUNGE"}.isdisjoint(server.verbs)


async def test_quota_on_a_real_server_loses_nothing(connect: Connect, dovecot: Dovecot) -> None:
    dovecot.maildir("tiny").add_all([b"Subject: big\r\n\r\n" + b"x" * 9000 + b"\r\n"])
    url = f"imaps://tiny@localhost:{dovecot.tls_port}"
    async with connect(url, credentials="tinypw", ssl_context=dovecot.ssl_context()) as account:
        before = await account.inbox.messages.count()
        with pytest.raises(OverQuota):
            for _ in range(4):
                await account.inbox.messages.copy_to("Sent")
        assert await account.inbox.messages.count() == before


async def test_a_copy_without_a_word_which_is_doubt_and_keeps_the_source(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL, "Other": []}, capabilities=without("MOVE")) as server:
        server.instead("UID COPY", lambda session, command: session.tagged(command, b"OK done"))
        async with open_mini(connect, server) as account:
            with pytest.raises(ProtocolViolation, match="all have been kept"):
                await account.inbox.messages[:3].move_to("Other")
            assert (await account.inbox.messages.where(uid=99).move_to("Other")).mapping == {}
        assert uids_in(server) == [1, 2, 3, 4, 5, 6]
        assert {"UID STORE", "UID EXPUNGE"}.isdisjoint(server.verbs)


async def test_only_what_was_copied_is_removed(connect: Connect) -> None:
    def one_of_three(session: Session, command: Command) -> None:
        session.tagged(command, b"OK [COPYUID 1 2 1] the others are busy")

    with MiniServer({"INBOX": MAIL, "Other": []}, capabilities=without("MOVE")) as server:
        server.instead("UID COPY", one_of_three)
        async with open_mini(connect, server) as account:
            assert (await account.inbox.messages[:3].move_to("Other")).mapping == {2: 1}
        assert uids_in(server) == [1, 3, 4, 5, 6]


@pytest.mark.parametrize("verb", ["UID STORE", "UID EXPUNGE"])
async def test_a_move_that_fails_behind_the_copy_keeps_the_source(connect: Connect, verb: str) -> None:
    with MiniServer({"INBOX": MAIL, "Other": []}, capabilities=without("MOVE")) as server:
        server.refuse(verb)
        async with open_mini(connect, server) as account:
            with pytest.raises(CommandRefused, match="not today"):
                await account.inbox.messages[:2].move_to("Other")
        assert uids_in(server) == [1, 2, 3, 4, 5, 6]


# -- the world outside


def renewed(server: MiniServer) -> None:
    """The mailbox is deleted and another one of its name made, with other mail under the same UIDs."""
    server.mailboxes[b"INBOX"] = Mailbox.of(*(b"Subject: another\r\n\r\n" for _ in MAIL))
    server.mailboxes[b"INBOX"].uid_validity = 7


VERBS = [
    ("add_flags", ("$x",)),
    ("remove_flags", ("$x",)),
    ("set_flags", ("$x",)),
    ("mark_seen", ()),
    ("mark_unseen", ()),
    ("copy_to", ("Other",)),
    ("move_to", ("Other",)),
    ("delete", ()),
    ("text", ()),
    ("raw", ()),
    ("attachments", ()),
    ("headers", ()),
]


@pytest.mark.parametrize(("verb", "arguments"), VERBS)
async def test_a_verb_never_meets_a_message_of_another_mailbox(
    connect: Connect, verb: str, arguments: tuple[str, ...]
) -> None:
    trash = Mailbox.of(attributes=TRASH)
    with MiniServer({"INBOX": MAIL, "Other": [], "Trash": trash}) as server:
        async with open_mini(connect, server, max_connections=1) as account:
            message = await account.inbox.messages.get(2)
            assert message is not None
            await account.mailbox("Other").messages.count()
            renewed(server)
            del server.commands[:]
            with pytest.raises(MailboxChanged, match="UIDVALIDITY"):
                await getattr(message, verb)(*arguments)
            # What only reads is sent together with EXAMINE; its answer is dropped.
            assert {"SELECT", "EXAMINE"} >= set(server.verbs) - {"UID FETCH"}


async def test_a_mailbox_that_changes_in_the_middle_stops_a_verb(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL, "Other": []}) as server:

        def cut(session: Session, _: Command) -> None:
            renewed(server)
            session.peer.reset()

        server.before("UID STORE", cut, times=1)
        async with open_mini(connect, server) as account:
            with pytest.raises(MailboxChanged):
                await account.inbox.messages.mark_seen()
        assert not any(message.flags for message in server.mailboxes[b"INBOX"].messages)


async def test_a_verb_that_fails_on_the_way_says_what_it_has_done(connect: Connect) -> None:
    scattered = [Message(MAIL[0], uid=uid) for uid in range(10_000, 16_000, 2)]
    with MiniServer({"INBOX": scattered, "Other": []}) as server:

        def second(session: Session, command: Command) -> None:
            if server.count("UID COPY") == 2:
                session.tagged(command, b"NO [OVERQUOTA] full")
            else:
                session.tagged(command, b"OK done")

        server.instead("UID COPY", second)
        async with open_mini(connect, server) as account:
            with pytest.raises(OverQuota) as caught:
                await account.inbox.messages.copy_to("Other")
        done = caught.value.done
        assert isinstance(done, UidSet)
        assert done.count > 1000
        assert done.min == 10_000
        assert "of 3000" in caught.value.__notes__[0]
        assert max(len(command.octets) for command in server.commands) <= 8192


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_expunge_by_another_between_search_and_store_hits_no_wrong_message(
    connect: Connect, when: str
) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        getattr(server, when)("UID STORE", lambda *_: server.expunge("INBOX", 1, 3), times=1)
        async with open_mini(connect, server) as account:
            await account.inbox.messages.where(uid=[2, 3, 5]).mark_seen()
            assert [message.uid async for message in account.inbox.messages.where(seen=True)] == [2, 5]
        seen = [message.uid for message in server.mailboxes[b"INBOX"].messages if b"\\Seen" in message.flags]
        assert seen == [2, 5]


async def test_an_expunge_by_another_between_search_and_fetch_hits_no_wrong_message(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        server.before("UID FETCH", lambda *_: server.expunge("INBOX", 1, 4), times=1)
        async with open_mini(connect, server) as account:
            found = {message.uid: message.subject async for message in account.inbox.messages}
            assert all(subject == str(uid - 1) for uid, subject in found.items())
            assert set(found) >= {2, 3, 5, 6}
            assert await account.inbox.messages.get(4) is None


async def test_a_message_that_is_gone_says_so(connect: Connect) -> None:
    with MiniServer({"INBOX": MAIL}) as server:
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.get(3)
            assert message is not None
            server.expunge("INBOX", 3)
            await account.mailbox("INBOX").status()
            await account.inbox.messages.mark_unseen()
            with pytest.raises(MessageGone, match="message 3"):
                await message.raw()


UNASKED = b"* 2 FETCH (FLAGS (\\Deleted))\r\n* 1 FETCH (UID 1 FLAGS (\\Flagged $other))\r\n* 9 EXISTS\r\n"


@pytest.mark.parametrize("verb", ["UID SEARCH", "UID FETCH", "UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_news_of_other_messages_reach_no_wrong_one(connect: Connect, verb: str, when: str) -> None:
    def news(session: Session, _: Command) -> None:
        session.send(UNASKED)

    trash = Mailbox.of(attributes=TRASH)
    with MiniServer({"INBOX": MAIL, "Other": [], "Trash": trash}) as server:
        getattr(server, when)(verb, news)
        async with open_mini(connect, server) as account:
            messages = account.inbox.messages.where(uid=range(2, 7))
            assert [message.uid async for message in messages] == [2, 3, 4, 5, 6]
            assert all([not message.flags async for message in messages])
            assert (await messages[:1].mark_seen()).changed == UidSet([2])
            assert (await messages[:1].copy_to("Other")).mapping == {2: 1}
            assert (await messages[1:2].move_to("Other")).mapping == {3: 2}
            await messages.where(uid=4).delete(permanently=True)
            assert [message.subject async for message in messages] == ["1", "4", "5"]
            assert [await message.raw() async for message in messages] == [MAIL[1], MAIL[4], MAIL[5]]


async def test_the_verbs_run_on_pymap(open_pymap: Open) -> None:
    async with open_pymap() as account:
        messages = account.inbox.messages
        for octets in MAIL:
            await messages.pool.run(Append("INBOX", (AppendMessage(octets),)))
        await account.mailbox("Kept").create()
        first = await messages.first()
        assert first is not None
        await first.add_flags(Flag.FLAGGED)
        assert first.uid in await messages.where(flagged=True).uids()
        assert await first.raw()
        with pytest.raises(UsageError, match="keep"):
            await first.add_flags("$Work")
        copied = await first.copy_to("Kept")
        assert list(copied.mapping) == [first.uid]
        moved = await messages[-1:].move_to("Kept")
        assert len(moved.mapping) == 1
        count = await messages.count()
        await messages[:1].delete(permanently=True)
        assert await messages.count() == count - 1
