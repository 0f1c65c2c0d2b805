"""Reading messages: texts, headers, attachments, files in ranges, what is enclosed, what is broken."""

from __future__ import annotations

import base64
import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from mailkit import Address, Limits, MessageGone, ProtocolViolation
from mailkit.protocol.commands.append import Append
from mailkit.protocol.values.append_message import AppendMessage
from mailkit.reading.whole import TooDeep
from tests.corpus import ExpectedAttachment, People, Sample, samples
from tests.domain.conftest import Connect, Open
from tests.domain.mini import open_mini, without
from tests.scripted.command import Command
from tests.scripted.mini import DEFAULT_CAPABILITIES, MiniServer, Session
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

RANGE = 256 * 1024


def parts(*bodies: bytes) -> bytes:
    head = b"Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"".join(b"--b\r\n" + body + b"\r\n" for body in bodies) + b"--b--\r\n"


def encoded(content: bytes, width: int = 76) -> bytes:
    text = base64.b64encode(content)
    return b"\r\n".join(text[at : at + width] for at in range(0, len(text), width))


def attached(content: bytes, name: str = "data.bin", width: int = 76) -> bytes:
    head = f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return parts(b"Content-Type: text/plain\r\n\r\nhello", head.encode() + encoded(content, width))


CONTENT = bytes((at * at + at // 251) % 256 for at in range(700_000))


# -- the corpus


def people(addresses: tuple[Address, ...]) -> People:
    return tuple((one.name, one.email) for one in addresses)


def author_unless(other: People | None, sample: Sample) -> People:
    return sample.expected.from_ if other is None else other


@pytest.mark.parametrize("prefetched", [(), ("structure", "text", "html"), ("raw",), ("structure", "raw")], ids=str)
async def test_every_message_of_the_corpus_is_read_as_it_should_be(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, prefetched: tuple[str, ...]
) -> None:
    inbox = dovecot.maildir(fresh_user.name)
    for sample in samples():
        inbox.add(sample.raw)
    wrong: list[str] = []
    async with open_dovecot() as account:
        number = 0
        async for message in account.inbox.messages.prefetch(*prefetched):
            sample = samples()[number]
            number += 1
            found: list[ExpectedAttachment] = []
            header_defects = message.defects
            text, html = await message.text(), await message.html()
            defects = list(message.defects[len(header_defects) :])
            for attachment in await message.attachments():
                content = await attachment.read()
                defects += attachment.defects
                found.append(
                    ExpectedAttachment.of(
                        attachment.filename, attachment.content_type, content, inline=attachment.is_inline
                    )
                )
            wrong += [
                f"{sample.name}: {what}: {got!r} is not {wanted!r}"
                for what, got, wanted in (
                    ("text", text, sample.expected.text),
                    ("html", html, sample.expected.html),
                    ("attachments", tuple(found), sample.expected.attachments),
                    ("subject", " ".join(message.subject.split()), sample.expected.subject or ""),
                    ("date", message.date, sample.expected.date),
                    ("from", people(message.from_), sample.expected.from_),
                    ("to", people(message.to), sample.expected.to),
                    ("cc", people(message.cc), sample.expected.cc),
                    ("bcc", people(message.bcc), sample.expected.bcc),
                    ("sender", people(message.sender), author_unless(sample.expected.sender, sample)),
                    ("reply-to", people(message.reply_to), author_unless(sample.expected.reply_to, sample)),
                    ("defects", sorted(defects), sorted(sample.expected.defects)),
                    ("defects of the header", header_defects, sample.expected.header_defects),
                )
                if got != wanted
            ]
            subject = (await message.headers("subject")).all("Subject")[-1:]
            assert " ".join(" ".join(subject).split()) == (sample.expected.subject or "")
            assert (await message.email()).get("Message-ID") == (await message.headers()).get("message-id")
        assert number == len(samples())
    assert wrong == []


async def test_of_a_message_in_hand_nothing_more_is_fetched(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, tmp_path: Path
) -> None:
    dovecot.maildir(fresh_user.name).add_all([attached(b"one", "a.txt"), attached(b"two", "b.txt")])
    sent: list[str] = []
    async with open_dovecot(on_command=lambda event: sent.append(event.verb)) as account:
        found = [message async for message in account.inbox.messages.prefetch("raw", "text")]
        assert sent[-1] == "UID FETCH"
        del sent[:]
        for message in found:
            assert await message.text() == "hello"
            assert await message.html() is None
            assert (await message.headers("subject"))["Subject"] == "parts"
            assert len(await message.raw()) == message.size
            (attachment,) = await message.attachments()
            saved = await attachment.save(tmp_path)
            async with await attachment.open() as file:
                assert saved.read_bytes() == await attachment.read() == await file.read()
        assert sent == []


# -- texts and headers


LETTER = (
    b"Received: from a\r\nReceived: from b\r\n\tby c\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nX-Raw: caf\xc3\xa9\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n"
)


async def test_headers_are_decoded_repeated_and_without_case(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User
) -> None:
    dovecot.maildir(fresh_user.name).add(LETTER)
    async with open_dovecot() as account:
        for message in (await account.inbox.messages.get(1), await account.inbox.messages.prefetch("headers").get(1)):
            assert message is not None
            headers = await message.headers()
            assert headers["SUBJECT"] == headers["subject"] == "café"
            assert headers["X-Raw"] == "café"
            assert headers.all("received") == ("from a", "from b\tby c")
            assert list(headers) == ["Received", "Subject", "X-Raw", "Content-Type"]
            assert len(headers) == 4
            assert "x-none" not in headers
            assert [name for name, _ in (await message.headers("subject", "RECEIVED")).fields] == [
                "Received",
                "Received",
                "Subject",
            ]
        assert await account.inbox.messages.where(seen=True).count() == 0


async def test_a_message_without_a_text_has_none(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name).add_all(
        [b"Content-Type: text/html\r\n\r\n<p>hi\r\n", b"Subject: empty\r\n\r\n", b"", b"\r\n", b"no header at all"]
    )
    async with open_dovecot() as account:
        found = [(await message.text(), await message.html()) async for message in account.inbox.messages]
        assert found[:2] == [(None, "<p>hi\n"), ("", None)]
        for message in [message async for message in account.inbox.messages]:
            assert isinstance(await message.raw(), bytes)
            await message.email()
            await message.headers()
            assert await message.attachments() == []


INSIDE = b"Subject: inside\r\nFrom: Ada <ada@example.org>\r\n" + attached(b"deep", "deep.txt").partition(b"\r\n")[2]


async def test_messages_inside_are_messages(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    simple = b"Subject: simple\r\nContent-Type: text/plain\r\n\r\njust text"
    raw = parts(
        b"Content-Type: text/plain\r\n\r\nouter",
        b"Content-Type: message/rfc822\r\n\r\n" + INSIDE,
        b"Content-Type: message/rfc822\r\n\r\n" + simple,
    )
    dovecot.maildir(fresh_user.name).add(raw)
    async with open_dovecot() as account:
        message = await account.inbox.messages.first()
        assert message is not None
        first, second = await message.enclosed()
        assert (first.subject, second.subject) == ("inside", "simple")
        assert first.from_[0].email == "ada@example.org"
        assert await first.text() == "hello"
        assert await second.text() == "just text"
        assert (await second.headers("subject"))["subject"] == "simple"
        (attachment,) = await first.attachments()
        assert (attachment.filename, await attachment.read()) == ("deep.txt", b"deep")
        assert (await second.raw()).rstrip() == simple
        assert (await first.email())["from"] == "Ada <ada@example.org>"
        assert [one.content_type for one in await message.attachments()] == ["message/rfc822"] * 2
        assert (await (await message.attachments())[1].email())["subject"] == "simple"
        assert await message.text() == "outer"


async def test_inline_images_are_found_by_content_id(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    raw = parts(
        b'Content-Type: text/html\r\n\r\n<img src="cid:logo@x">',
        b"Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==",
    ).replace(b"multipart/mixed", b"multipart/related")
    dovecot.maildir(fresh_user.name).add(raw)
    async with open_dovecot() as account:
        message = await account.inbox.messages.first()
        assert message is not None
        for name in ("logo@x", "cid:logo@x", "<logo@x>"):
            image = await message.part(name)
            assert image is not None
            assert image.is_inline
            assert await image.read() == b"\x89PNG"
        assert await message.part("other@x") is None


async def test_the_deepest_message_does_not_raise(open_dovecot: Open, dovecot: Dovecot, fresh_user: User) -> None:
    raw = b"Subject: deep\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(2000)
    )
    dovecot.maildir(fresh_user.name).add(raw)
    async with open_dovecot() as account:
        message = await account.inbox.messages.first()
        assert message is not None
        found = await message.email()
        assert found["subject"] == "deep"
        assert any(isinstance(defect, TooDeep) for defect in found.defects)
        await message.text()


# -- attachments as files


async def read_in_places(file: object, content: bytes) -> None:
    """Reads and seeks of every kind give what a file on disk gives."""
    wanted = io.BytesIO(content)
    for offset, whence, count in (
        (0, io.SEEK_SET, 10),
        (0, io.SEEK_CUR, 100_000),
        (500_000, io.SEEK_SET, 20),
        (-19, io.SEEK_CUR, 7),
        (3, io.SEEK_SET, 300_000),
        (-22, io.SEEK_END, 22),
        (len(content) // 2 + 1, io.SEEK_SET, 5),
        (0, io.SEEK_END, 5),
        (0, io.SEEK_SET, -1),
    ):
        assert await file.seek(offset, whence) == wanted.seek(offset, whence)  # type: ignore[attr-defined]  # of either API
        assert await file.read(count) == wanted.read(count)  # type: ignore[attr-defined]  # of either API
        assert file.tell() == wanted.tell()  # type: ignore[attr-defined]  # of either API


ENCODINGS = {
    "base64": attached(CONTENT),
    "base64 in long lines": attached(CONTENT, width=1000),
    "base64 in odd lines": attached(CONTENT, width=75),
    "base64 in uneven lines": parts(
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + encoded(CONTENT[:300_003])
        + b"\r\n"
        + encoded(CONTENT[300_003:])
    ),
    "7bit": parts(b"Content-Type: application/octet-stream\r\n\r\n" + encoded(CONTENT)),
    "quoted-printable": parts(
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + b"=\r\n".join(
            b"".join(b"=%02X" % octet for octet in CONTENT[at : at + 20]) for at in range(0, len(CONTENT), 20)
        )
    ),
}


@pytest.mark.parametrize("prefetched", [(), ("raw",)], ids=["from the server", "in hand"])
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_an_attachment_is_a_file(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, encoding: str, prefetched: tuple[str, ...]
) -> None:
    content = encoded(CONTENT) if encoding == "7bit" else CONTENT
    dovecot.maildir(fresh_user.name).add(ENCODINGS[encoding])
    async with open_dovecot() as account:
        message = await account.inbox.messages.prefetch(*prefetched).first()
        assert message is not None
        attachment = (await message.attachments())[-1]
        async with await attachment.open() as file:
            await read_in_places(file, content)
        assert await attachment.read() == content


@pytest.mark.parametrize("prefetched", [(), ("raw",)], ids=["from the server", "in hand"])
async def test_a_message_is_a_file(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, prefetched: tuple[str, ...]
) -> None:
    raw = attached(CONTENT)
    dovecot.maildir(fresh_user.name).add(raw)
    async with open_dovecot() as account:
        message = await account.inbox.messages.prefetch(*prefetched).first()
        assert message is not None
        file = await message.open()
        await read_in_places(file, raw)
        file.close()
        with pytest.raises(ValueError, match="closed"):
            await file.read(1)


async def test_a_list_of_what_is_in_a_zip_costs_a_few_ranges(connect: Connect) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("big.bin", CONTENT * 4)
        archive.writestr("small.txt", "small")
    raw = b"Subject: zip\r\n\r\n" + encoded(packed.getvalue())
    structure = b'("application" "zip" NIL NIL NIL "base64" %d)' % len(encoded(packed.getvalue()))
    with MiniServer({"INBOX": [raw]}) as server:
        server.mailboxes[b"INBOX"].messages[0].data[b"BODYSTRUCTURE"] = structure
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            (attachment,) = await message.attachments()
            file = await attachment.open()
            if isinstance(getattr(file, "inner", None), io.BufferedReader):
                del server.commands[:]
                with zipfile.ZipFile(file.inner) as archive:  # type: ignore[attr-defined]  # the blocking file
                    assert archive.namelist() == ["big.bin", "small.txt"]
                    assert archive.read("small.txt") == b"small"
                assert server.count("UID FETCH") <= 12  # 256 KiB each, of 3.8 MB


async def test_the_next_range_is_asked_for_before_this_one_is_read(connect: Connect) -> None:
    with MiniServer({"INBOX": [b"\r\n" + bytes(100) * 10_000]}) as server:
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            del server.commands[:]
            file = await message.open()
            first = await file.read(10)
            assert len(first) == 10
            await account.mailbox("INBOX").status()  # comes behind it
            assert [command.rest for command in server.commands][:2] == [
                b"1 (UID BODY.PEEK[]<0.%d>)" % RANGE,
                b"1 (UID BODY.PEEK[]<%d.%d>)" % (RANGE, RANGE),
            ]
            file.close()


# -- saving


def is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None


async def test_saved_names_are_safe_and_nothing_is_overwritten(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, tmp_path: Path
) -> None:
    dovecot.maildir(fresh_user.name).add(attached(CONTENT, "../../etc/passwd"))
    (tmp_path / "passwd.bin").write_bytes(b"mine")
    async with open_dovecot() as account:
        message = await account.inbox.messages.first()
        assert message is not None
        (attachment,) = await message.attachments()
        saved = [await attachment.save(tmp_path), await attachment.save(str(tmp_path), "../x.bin")]
        assert [path.name for path in saved] == ["passwd (2).bin", "x.bin"]
        assert all(path.parent == tmp_path and path.read_bytes() == CONTENT for path in saved)
        assert (tmp_path / "passwd.bin").read_bytes() == b"mine"
        with pytest.raises(FileNotFoundError, match="no such folder to save into"):
            await attachment.save(tmp_path / "nowhere")
        whole = [await message.save(tmp_path), await message.save(tmp_path / "it.eml"), await message.save(tmp_path)]
        assert [path.name for path in whole] == ["1 parts.eml", "it.eml", "1 parts (2).eml"]
        assert all(path.read_bytes() == attached(CONTENT, "../../etc/passwd") for path in whole)


async def test_what_fails_leaves_no_file(connect: Connect, tmp_path: Path) -> None:
    with MiniServer({"INBOX": [LETTER]}) as server:
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            server.expunge("INBOX", 1)
            server.instead("UID FETCH", lambda session, command: session.tagged(command, b"OK nothing"))
            with pytest.raises(MessageGone):
                await message.save(tmp_path)
            server.refuse("UID FETCH", "NO no")
            with pytest.raises(FileNotFoundError):
                await message.save(tmp_path / "missing" / "x.eml")
    assert is_empty(tmp_path)


async def test_a_connection_lost_in_the_middle_of_a_file_costs_nothing(connect: Connect, tmp_path: Path) -> None:
    raw = b"Subject: big\r\n\r\n" + encoded(CONTENT)

    def half(session: Session, command: Command) -> None:
        session.send(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % len(raw) + raw[:400_000])
        session.flush()
        session.peer.reset()

    with MiniServer({"INBOX": [raw]}) as server:
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            server.instead("UID FETCH", half, times=1)
            path = await message.save(tmp_path)
            assert path.read_bytes() == raw


@pytest.mark.parametrize(
    "answer",
    [
        b'* 1 FETCH (UID 1 BODY[] "Subject: quoted")\r\n',
        b"* 1 FETCH (BODY[] {15}\r\nSubject: quoted UID 1)\r\n",
        b"* 1 FETCH (UID 1 BODY[] {15}\r\nSubject: quoted)\r\n",
    ],
)
async def test_however_a_server_sends_it_a_message_is_saved(connect: Connect, tmp_path: Path, answer: bytes) -> None:
    def send(session: Session, command: Command) -> None:
        session.send(answer)
        session.tagged(command, b"OK done")

    with MiniServer({"INBOX": [LETTER]}) as server:
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            server.instead("UID FETCH", send)
            assert (await message.save(tmp_path)).read_bytes() == b"Subject: quoted"
            assert await message.raw() == b"Subject: quoted"


# -- large ones


async def test_memory_stays_flat_while_large_messages_are_saved(
    open_dovecot: Open, dovecot: Dovecot, fresh_user: User, tmp_path: Path
) -> None:
    raw = attached(CONTENT * 30)  # 28 MB
    dovecot.maildir(fresh_user.name).add_all([raw] * 2)
    async with open_dovecot() as account:
        messages = [message async for message in account.inbox.messages.prefetch("structure")]
        tracemalloc.start()
        for message in messages:
            path = await message.save(tmp_path)
            assert path.stat().st_size == len(raw)
            path.unlink()
        (attachment,) = await messages[0].attachments()
        path = await attachment.save(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert path.stat().st_size == len(CONTENT) * 30
        assert peak < 4_000_000


async def test_a_message_larger_than_a_literal_may_be_is_read_because_its_size_is_known(connect: Connect) -> None:
    raw = b"Subject: large\r\n\r\n" + b"x" * 3_000_000
    with MiniServer({"INBOX": [raw]}) as server:
        limits = Limits(literal=1_000_000, response=1_100_000)
        async with open_mini(connect, server, limits=limits) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            assert await message.raw() == raw


async def test_a_literal_far_larger_than_announced_is_refused(connect: Connect) -> None:
    def more(session: Session, command: Command) -> None:
        session.send(b"* 1 FETCH (UID 1 BODY[] {900000000}\r\n")

    with MiniServer({"INBOX": [b"\r\n" + b"x" * 2_000_000]}) as server:
        async with open_mini(connect, server, limits=Limits(literal=1_000_000), reconnect=False) as account:
            message = await account.inbox.messages.first()
            assert message is not None
            server.instead("UID FETCH", more)
            with pytest.raises(ProtocolViolation, match="octets in answer"):
                await message.raw()


# -- decoded by the server


@pytest.mark.parametrize("spoilt", [b"", b"NO [UNKNOWN-CTE] no", b"short"])
async def test_what_the_server_decodes_is_taken_only_where_it_is_sound(
    connect: Connect, tmp_path: Path, spoilt: bytes
) -> None:
    def binary(session: Session, command: Command) -> None:
        if b"BINARY" not in command.rest:
            octets = encoded(CONTENT)
            session.send(b"* 1 FETCH (UID 1 BODY[1] {%d}\r\n%b)\r\n" % (len(octets), octets))
        elif spoilt.startswith(b"NO"):
            session.tagged(command, spoilt)
            return
        else:
            octets = CONTENT[: len(CONTENT) // 2] if spoilt else CONTENT
            session.send(b"* 1 FETCH (UID 1 BINARY[1] ~{%d}\r\n%b)\r\n" % (len(octets), octets))
        session.tagged(command, b"OK done")

    structure = b'("application" "x" NIL NIL NIL "base64" %d)' % len(encoded(CONTENT))
    with MiniServer({"INBOX": [LETTER]}, capabilities=(*DEFAULT_CAPABILITIES, "BINARY")) as server:
        server.mailboxes[b"INBOX"].messages[0].data[b"BODYSTRUCTURE"] = structure
        async with open_mini(connect, server) as account:
            message = await account.inbox.messages.prefetch("structure").first()
            assert message is not None
            server.instead("UID FETCH", binary)
            (attachment,) = await message.attachments()
            assert await attachment.read() == CONTENT
            assert (await attachment.save(tmp_path)).read_bytes() == CONTENT
        assert any(b"BINARY.PEEK[1]" in command.rest for command in server.commands)
        assert any(b"BODY.PEEK[1]" in command.rest for command in server.commands) == bool(spoilt)


async def test_one_broken_message_costs_its_neighbours_nothing(connect: Connect) -> None:
    with MiniServer({"INBOX": [LETTER] * 3}, capabilities=without("ESEARCH")) as server:
        server.mailboxes[b"INBOX"].messages[1].data[b"ENVELOPE"] = b'("broken" ((('
        async with open_mini(connect, server) as account:
            first, second, third = [message async for message in account.inbox.messages.only("flags", "envelope")]
            assert first.subject == third.subject == "café"
            assert second.subject == ""
            assert second.defects
            assert not first.defects
            assert not third.defects


async def test_content_is_read_on_pymap(open_pymap: Open, tmp_path: Path) -> None:
    async with open_pymap() as account:
        messages = account.inbox.messages
        await messages.pool.run(Append("INBOX", (AppendMessage(attached(CONTENT[:99_999])),)))
        message = await messages.last()
        assert message is not None
        assert (await message.text() or "").rstrip() == "hello"
        (attachment,) = await message.attachments()
        assert await attachment.read() == CONTENT[:99_999]
        assert (await attachment.save(tmp_path)).read_bytes() == CONTENT[:99_999]
        assert (await message.headers("subject"))["Subject"] == "parts"
