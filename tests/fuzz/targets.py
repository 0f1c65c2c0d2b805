"""What is fuzzed: a function per layer that takes any octets and fails on whatever is not promised.

The promise is the same everywhere: any octets give a value or `ProtocolViolation`, never another exception.
"""

from __future__ import annotations

import contextlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import mailkit.protocol.commands
import mailkit.protocol.values
from mailkit.arrange.base_subject import base_subject
from mailkit.arrange.message_ids import message_ids
from mailkit.errors import ProtocolViolation, UsageError
from mailkit.mime.flowed import unflow
from mailkit.mime.parameters import decode_parameters
from mailkit.mime.parse import parse
from mailkit.mime.transfer import decode_transfer
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.commands.fetch import ENVELOPE, FLAGS, STRUCTURE, Content, Fetch
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.commands.search import Search
from mailkit.protocol.commands.select import Select
from mailkit.protocol.commands.status import Status
from mailkit.protocol.engine import Engine
from mailkit.protocol.response import Untagged, untagged
from mailkit.protocol.state import State
from mailkit.protocol.values.address import Address
from mailkit.protocol.values.dates import message_date
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.names import decode_name, encode_name
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import ALL
from mailkit.protocol.values.words import decode_words
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.reader import Reader

_LIMITS = Limits(line=4096, literal=4096, response=16384)


def readers() -> dict[str, Callable[[Reader], object]]:
    """Every `read_…` of a production: those that take a reader and nothing else."""
    modules = [
        import_module(info.name)
        for package in (mailkit.protocol.values, mailkit.protocol.commands)
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
    return {
        name: read
        for module in modules
        for name, read in vars(module).items()
        if name.startswith("read_") and read.__module__ == module.__name__ and _takes_a_reader(read)
    }


def _takes_a_reader(read: Callable[..., object]) -> bool:
    arguments = inspect.signature(read).parameters.values()
    return [one.name for one in arguments if one.default is one.empty] == ["reader"]


READERS = readers()


def frames(octets: bytes, cuts: Iterator[int], limits: Limits = _LIMITS) -> list[Frame]:
    """The frames of these octets, fed in pieces of these sizes."""
    framer = Framer(limits)
    found = []
    at = 0
    while at < len(octets):
        size = next(cuts)
        framer.feed(octets[at : at + size])
        at += size
        while (frame := framer.next_frame()) is not None:
            found.append(frame)
    return found


def _sizes(seed: int) -> Iterator[int]:
    while True:
        seed = (seed * 75 + 74) % 65537
        yield seed % 7 + 1


def framer(octets: bytes) -> None:
    """However the octets are cut, the frames are the same, or the same limit is passed."""
    outcomes: list[list[Frame] | None] = []
    for cuts in (iter([len(octets) or 1]), iter([1] * len(octets)), _sizes(len(octets))):
        try:
            outcomes.append(frames(octets, cuts))
        except ProtocolViolation:
            outcomes.append(None)
    assert outcomes[0] == outcomes[1] == outcomes[2]


def reader(octets: bytes) -> None:
    """Every reader on the same response."""
    try:
        found = frames(b"* X " + octets + b"\r\n", iter([len(octets) + 6]))
    except ProtocolViolation:
        return
    for frame in found[:1]:
        for read in READERS.values():
            with contextlib.suppress(ProtocolViolation):
                read(Reader(frame, 4))


def _select(machine: Engine, greeting: bytes) -> None:
    machine.framer.feed(greeting)
    machine.advance()
    machine.state = State.SELECTED


def _hear(machine: Engine, octets: bytes) -> bool:
    """Send all that is queued and take in the answer; whether the conversation can go on."""
    while machine.next_piece() is not None:
        pass
    try:
        machine.framer.feed(octets)
        machine.advance()
    except ProtocolViolation:
        return False
    return True


def engine(octets: bytes) -> None:
    """A conversation with commands under way, whose other side says this."""
    machine = Engine(limits=_LIMITS)
    _select(machine, b"* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH LITERAL+] hello\r\n")
    commands: tuple[Command[object], ...] = (
        Fetch(UidSet([1, 2, 3]), (FLAGS, ENVELOPE, STRUCTURE, Content())),
        Search(ALL, ("ALL", "COUNT")),
        List(status=("MESSAGES",)),
        Status("box", ("MESSAGES",)),
        Noop(),
        Select("INBOX"),
    )
    pendings = [machine.submit(command) for command in commands]
    if not _hear(machine, octets):
        return
    while machine.next_piece() is not None:
        pass
    for pending in pendings:
        if pending.done is not None and pending.done.is_ok:
            with contextlib.suppress(ProtocolViolation):
                pending.command.fold(Answer(pending.take_rows(), pending.done))


def fetch(octets: bytes) -> None:
    """A FETCH alone, so answered: it tells the same by the run and by frames, by the short way and by the grammar."""
    assert _fetched(octets, by_runs=True) == _fetched(octets, by_runs=False)


def _fetched(octets: bytes, *, by_runs: bool) -> object:
    news: list[Untagged] = []
    problems: list[ProtocolViolation] = []
    machine = Engine(
        limits=_LIMITS,
        on_update=news.append,
        on_problem=problems.append,
        on_frame=None if by_runs else lambda _: None,
    )
    _select(machine, b"* PREAUTH hello\r\n")
    command = Fetch(UidSet([1, 2, 3, 11]), (FLAGS, ENVELOPE, STRUCTURE, Content()))
    pending = machine.submit(command)
    if not _hear(machine, octets):
        return None
    rows = pending.take()
    told: list[MessageData] = []
    if by_runs:
        told += command.read(rows, problems)
    for row in [] if by_runs else map(untagged, rows):
        try:
            data = read_message_data(row.reader(), row.number or 0)
        except ProtocolViolation as problem:
            problems.append(problem)
            continue
        told += [data] if data.uid in command.uids else []
    return told, news, len(problems), pending.done, machine.frames


def text(octets: bytes) -> None:
    """What decodes words, dates, names, addresses and sets of numbers."""
    decode_words(octets)
    message_date(octets)
    name = decode_name(octets)
    with contextlib.suppress(UsageError):
        assert encode_name(name) == octets or octets.upper() == b"INBOX"
    words = octets.decode("latin-1")
    base_subject(words)
    message_ids(words)
    for parse_text in (UidSet.parse, Address.parse):
        with contextlib.suppress(UsageError):
            parse_text(words)


def mime(octets: bytes) -> None:
    """What reads whole messages and the content of their parts."""
    parse(octets)
    for encoding in ("base64", "quoted-printable", "x-uuencode", "7bit", "nonsense"):
        decode_transfer(octets, encoding)
    unflow(octets.decode("latin-1"), delsp=True)
    half = len(octets) // 2
    decode_parameters([("filename*0*", octets[:half]), ("filename*1", octets[half:]), ("name", octets)])


TARGETS: dict[str, Callable[[bytes], None]] = {
    "framer": framer,
    "reader": reader,
    "engine": engine,
    "fetch": fetch,
    "text": text,
    "mime": mime,
}
