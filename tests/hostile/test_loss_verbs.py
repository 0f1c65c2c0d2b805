"""Loss through what programs use: the connection is cut at every octet, in both directions, of every kind of verb.

What comes out is the whole result or the right error, which tells whether the command may have been carried out; what
was handed out before is right; and what must not be done twice is done once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from functools import cache

import attrs
import pytest

from mailkit import AsyncAccount, CannotConnect, ConnectionLost, opening
from mailkit.connecting.dial import Meanwhile
from mailkit.protocol import IMAP4
from mailkit.protocol.complete import complete
from mailkit.protocol.network import TLS, Address, Network, Transport
from tests.hostile.memory import AioMemory, Lines, MemoryIMAP4, ThreadMemory
from tests.scripted import Command

NEVER_USED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""To load the system's authorities takes longer than all else here."""
MESSAGE = b"Subject: x\r\n\r\nhello\r\n"
CAPABILITIES = b"IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ UIDPLUS IDLE UNSELECT"
GREETING = b"* OK [CAPABILITY " + CAPABILITIES + b"] ready\r\n"


def answer(capabilities: bytes) -> Callable[[Command], bytes]:
    """A server with three messages, which says the same whatever has been done."""
    selected = (
        b"* FLAGS (\\Seen \\Deleted)\r\n* 3 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] x\r\n"
        b"* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\nTAG OK [READ-WRITE] opened\r\n"
    )
    rows = b"".join(
        b"* %d FETCH (UID %d FLAGS (\\Seen) RFC822.SIZE %d BODY[] {%d}\r\n%b)\r\n"
        % (number, number, len(MESSAGE), len(MESSAGE), MESSAGE)
        for number in (1, 2, 3)
    )
    answers = {
        "AUTHENTICATE": b"TAG OK [CAPABILITY %b] in\r\n" % capabilities,
        "LOGIN": b"TAG OK in\r\n",
        "CAPABILITY": b"* CAPABILITY %b\r\nTAG OK\r\n" % capabilities,
        "SELECT": selected,
        "EXAMINE": selected.replace(b"READ-WRITE", b"READ-ONLY"),
        "UID SEARCH": b"* SEARCH 1 2 3\r\nTAG OK found\r\n",
        "UID FETCH": rows + b"TAG OK fetched\r\n",
        "APPEND": b"TAG OK [APPENDUID 7 8] stored\r\n",
        "UID COPY": b"TAG OK [COPYUID 9 1:3 11:13] copied\r\n",
        "UID MOVE": b"* OK [COPYUID 9 1:3 11:13] moved\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nTAG OK\r\n",
        "UID EXPUNGE": b"* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nTAG OK gone\r\n",
        "IDLE": b"+ idling\r\n* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n",
        "LOGOUT": b"* BYE\r\nTAG OK\r\n",
    }
    return lambda command: answers.get(command.verb, b"TAG OK done\r\n")


@attrs.frozen
class Story:
    """A verb; `tell` says what it has handed out, bit by bit."""

    act: Callable[[AsyncAccount, list[object]], Awaitable[object]]
    once: tuple[str, ...] = ()
    """What must not be sent twice."""
    capabilities: bytes = CAPABILITIES


async def _login(account: AsyncAccount, told: list[object]) -> None:
    told.append("in")


async def _select(account: AsyncAccount, told: list[object]) -> None:
    told.append(await account.inbox.messages.count())


async def _fetch(account: AsyncAccount, told: list[object]) -> None:
    async for message in account.inbox.messages.only("flags", "size", "raw"):
        seen = message.uid, str(message.flags), message.size, await message.raw()
        told.append(seen)  # what came before a cut counts


async def _append(account: AsyncAccount, told: list[object]) -> None:
    told.append(await account.inbox.append(MESSAGE, flags=["\\Seen"]))


async def _copy(account: AsyncAccount, told: list[object]) -> None:
    told.append(await account.inbox.messages.copy_to("Archive"))


async def _move(account: AsyncAccount, told: list[object]) -> None:
    told.append(await account.inbox.messages.move_to("Archive"))


async def _store(account: AsyncAccount, told: list[object]) -> None:
    told.append(await account.inbox.messages.add_flags("\\Seen"))


async def _idle(account: AsyncAccount, told: list[object]) -> None:
    watch = account.inbox.watch(timeout=None)
    async for event in watch:
        told.append(event)
        break
    await watch.aclose()  # type: ignore[attr-defined]  # a generator


STORIES = {
    "login": Story(_login),
    "select": Story(_select),
    "fetch": Story(_fetch),
    "append": Story(_append, once=("APPEND",)),
    "copy": Story(_copy, once=("UID COPY",)),
    "move": Story(_move, once=("UID MOVE",), capabilities=CAPABILITIES + b" MOVE"),
    "move without MOVE": Story(_move, once=("UID COPY",)),
    "store": Story(_store),
    "idle": Story(_idle),
}


async def tell(
    story: Story, lines: Lines, network: Network, *, reconnect: bool
) -> tuple[list[object], Exception | None]:
    """What was told, and what ended it."""
    told: list[object] = []
    try:
        pool = await opening.connect(
            network,
            Meanwhile(),
            "imaps://alice@server.example",
            credentials="pw",
            ssl_context=NEVER_USED,
            reconnect=reconnect,
        )
        lines.is_open = True
        account = AsyncAccount(pool)
        try:
            await story.act(account, told)
        finally:
            await account.close()
    except Exception as problem:  # noqa: BLE001  # which one it is, is what is tested
        return told, problem
    return told, None


def lines_of(story: Story, **cut: int) -> Lines:
    greeting = b"* OK [CAPABILITY " + story.capabilities + b"] ready\r\n"
    return Lines(answer(story.capabilities), greeting, **cut)


@cache
def untouched(name: str) -> tuple[list[object], int, int]:
    """What is told when nothing happens, and how many octets the server says and hears."""
    story = STORIES[name]
    lines = lines_of(story)
    told, problem = complete(tell(story, lines, ThreadMemory(lines), reconnect=False))
    assert problem is None, repr(problem)
    assert told
    (line,) = lines.made
    return told, line.said, line.heard


def cuts(name: str, stride: int = 1) -> Iterator[dict[str, int]]:
    _, said, heard = untouched(name)
    yield from ({"sent": octets} for octets in range(0, said, stride))
    yield from ({"received": octets} for octets in range(0, heard, stride))


_NO_MATTER = ("IDLE", "DONE", "LOGOUT")
"""Whether they have run is nobody's concern."""


def judge(name: str, lines: Lines, told: list[object], problem: Exception | None, *, reconnect: bool) -> None:
    story, whole = STORIES[name], untouched(name)[0]
    assert told == whole[: len(told)], "wrong data was handed out"
    for verb in story.once:
        assert lines.count(verb) <= 1, f"{verb} was sent twice"
    if problem is None:
        assert told == whole
        return
    assert isinstance(problem, ConnectionLost), repr(problem)
    first = lines.made[0]
    unanswered = [command.verb for command in first.commands[first.answered :] if command.verb not in _NO_MATTER]
    if unanswered and not isinstance(problem, CannotConnect) and not reconnect:
        assert problem.may_have_run, f"the server has {unanswered}"
    if not problem.may_have_run:
        assert not any(lines.count(verb) for verb in story.once), "it has run, and the error denies it"
    # Whoever connects hears at once if that fails.
    if reconnect and lines.is_open:
        assert story.once, "this could have been made up for"
        assert problem.may_have_run, "nothing has run, so this could have been made up for"


@pytest.mark.parametrize("name", STORIES)
def test_a_verb_that_is_cut_off_anywhere_tells_what_is_known(name: str) -> None:
    for cut in cuts(name):
        lines = lines_of(STORIES[name], **cut)
        told, problem = complete(tell(STORIES[name], lines, ThreadMemory(lines), reconnect=False))
        judge(name, lines, told, problem, reconnect=False)


@pytest.mark.parametrize("name", STORIES)
def test_a_verb_that_is_cut_off_anywhere_is_made_up_for_or_tells_that_it_may_have_run(name: str) -> None:
    for cut in cuts(name, 3):
        lines = lines_of(STORIES[name], **cut)
        told, problem = complete(tell(STORIES[name], lines, ThreadMemory(lines), reconnect=True))
        judge(name, lines, told, problem, reconnect=True)


@pytest.mark.parametrize("reconnect", [False, True])
@pytest.mark.parametrize("name", STORIES)
def test_on_an_event_loop_it_is_the_same(name: str, reconnect: bool) -> None:
    async def all_of_them() -> None:
        for cut in cuts(name, 7):
            lines = lines_of(STORIES[name], **cut)
            told, problem = await tell(STORIES[name], lines, AioMemory(lines), reconnect=reconnect)
            judge(name, lines, told, problem, reconnect=reconnect)

    asyncio.run(all_of_them())


class _Once(ThreadMemory):
    """Lets nobody in again."""

    async def connect(self, address: Address, tls: TLS | None, timeout: float | None) -> Transport:
        if self.lines.made:
            raise CannotConnect("closed for today")
        return await super().connect(address, tls, timeout)


def test_a_move_without_move_that_is_half_done_says_so_even_if_the_rest_was_never_sent() -> None:
    friendly = answer(CAPABILITIES)

    def leaving(command: Command) -> bytes:
        return friendly(command) + (b"* BYE that was all\r\n" if command.verb == "UID COPY" else b"")

    for reconnect in (False, True):
        lines = Lines(leaving, GREETING)
        _, problem = complete(tell(STORIES["move without MOVE"], lines, _Once(lines), reconnect=reconnect))
        assert isinstance(problem, CannotConnect)
        assert problem.may_have_run, "the copies are there: who moves again has them twice"
        assert any("the copies are in 'Archive'" in note for note in problem.__notes__)
        assert lines.count("UID STORE") == 0


# -- the classic interface


def _idling(imap: IMAP4) -> object:
    with imap.idle(duration=5) as idler:
        return next(idler)


CLASSIC: dict[str, Callable[[IMAP4], object]] = {
    "login": lambda imap: imap.login_plain("alice", "pw"),
    "select": lambda imap: imap.select(),
    "fetch": lambda imap: imap.uid("FETCH", "1:3", "(FLAGS BODY.PEEK[])"),
    "append": lambda imap: imap.append("INBOX", None, None, MESSAGE),
    "copy": lambda imap: imap.uid("COPY", "1:3", "Archive"),
    "store": lambda imap: imap.uid("STORE", "1:3", "+FLAGS", r"(\Seen)"),
    "idle": _idling,
}


def classic(name: str, lines: Lines) -> tuple[object, Exception | None]:
    try:
        imap = MemoryIMAP4(lines.next())
        if name != "login":
            imap.state = "AUTH"
        if name not in ("login", "select", "append"):
            imap.select()
        return CLASSIC[name](imap), None
    except Exception as problem:  # noqa: BLE001  # which one it is, is what is tested
        return None, problem


@pytest.mark.parametrize("name", CLASSIC)
def test_a_classic_command_that_is_cut_off_anywhere_tells_whether_it_may_have_run(name: str) -> None:
    answers = answer(CAPABILITIES)
    greeting = GREETING if name == "login" else GREETING.replace(b"OK", b"PREAUTH", 1)
    lines = Lines(answers, greeting)
    whole, problem = classic(name, lines)
    assert problem is None, repr(problem)
    said, heard = lines.made[0].said, lines.made[0].heard
    for cut in (*({"sent": at} for at in range(said)), *({"received": at} for at in range(heard))):
        lines = Lines(answers, greeting, **cut)
        got, problem = classic(name, lines)
        (line,) = lines.made
        if problem is None:
            assert got == whole
            continue
        assert isinstance(problem, IMAP4.error | OSError), repr(problem)
        has_it = len(line.commands) > line.answered
        assert isinstance(problem, IMAP4.abort), repr(problem)
        assert problem.may_have_run or not has_it, "the server has the whole command, and the error denies it"
