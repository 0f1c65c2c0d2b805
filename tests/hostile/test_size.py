"""Size and shape: whatever a server sends, it is bounded in memory and time, or it is an error of the server's."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.certificates import Certificates
from tests.hostile.interface import Interface, judge
from tests.hostile.scenario import PREAUTH, Act, End, Reply, Scenario, answering, for_ever, greeting_with, last
from tests.scripted import Command, Peer, ScriptedServer

FETCH = "UID FETCH"
COMPRESSING = PREAUTH.replace(b"]", b" COMPRESS=DEFLATE]")


def endless(octets: bytes) -> Scenario:
    """A greeting that never ends."""

    def then(peer: Peer) -> None:
        while True:
            peer.send(octets * 4096)

    return Scenario(greeting_with(b"* OK ", then), Act.NOTHING)


def nested(before: bytes, after: bytes = b"", depth: int = 100_000) -> bytes:
    return before + b"(" * depth + b")" * depth + after + b"\r\nTAG OK done\r\n"


def bomb(line: bytes) -> Reply:
    """COMPRESS is agreed to, and what follows expands a thousandfold."""

    def reply(peer: Peer, command: Command) -> None:
        peer.ok(command.tag)
        packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
        plain = line * (8_000_000 // len(line))
        first, again = (packer.compress(plain) + packer.flush(zlib.Z_SYNC_FLUSH) for _ in range(2))
        peer.send(first)
        while True:
            peer.send(again)  # what went before is the same each time, so this is what the packer would give

    return reply


TOLD = (End.VIOLATION, End.FINE)
"""A malformed row costs only itself, or the connection."""

SHAPES = {
    "a literal of 9999999999 octets": Scenario(answering("NOOP", b"* X {9999999999}\r\n")),
    "a literal of more than 64 bits": Scenario(answering("NOOP", b"* X {18446744073709551617}\r\n")),
    "a literal of 5000 digits": Scenario(answering("NOOP", b"* X {" + b"7" * 5000 + b"}\r\nTAG OK\r\n")),
    "a negative literal": Scenario(answering("NOOP", b"* X {-3}\r\nTAG OK\r\n")),
    "a literal of nothing": Scenario(answering("NOOP", b"* X {0}\r\n\r\nTAG OK\r\n"), ends=(End.FINE,)),
    "a literal cut off": Scenario(
        answering(FETCH, last(b"* 1 FETCH (UID 1 BODY[] {100}\r\nabc")),
        Act.FETCH,
        (End.LOST,),
    ),
    "many literals in one response": Scenario(answering("NOOP", b"* X" + b" {0}\r\n" * 20_000 + b"\r\nTAG OK\r\n")),
    "BODYSTRUCTURE 100,000 deep": Scenario(
        answering(FETCH, nested(b"* 1 FETCH (UID 1 BODYSTRUCTURE ", b")")), Act.FETCH, TOLD
    ),
    "ENVELOPE 100,000 deep": Scenario(answering(FETCH, nested(b"* 1 FETCH (UID 1 ENVELOPE ", b")")), Act.FETCH, TOLD),
    "FLAGS 100,000 deep": Scenario(answering(FETCH, nested(b"* 1 FETCH (UID 1 FLAGS ", b")")), Act.FETCH, TOLD),
    "an unknown item 100,000 deep": Scenario(answering(FETCH, nested(b"* 1 FETCH (UID 1 X ", b")")), Act.FETCH, TOLD),
    "LIST 100,000 deep": Scenario(answering("LIST", nested(b"* LIST ")), Act.LIST, TOLD),
    "groups without end in an ENVELOPE": Scenario(
        answering(
            FETCH,
            b'* 1 FETCH (UID 1 ENVELOPE (NIL NIL ((NIL NIL "g" NIL)' + b'(NIL NIL "h" NIL)' * 50_000 + b") NIL NIL NIL "
            b"NIL NIL NIL NIL))\r\nTAG OK\r\n",
        ),
        Act.FETCH,
        TOLD,
    ),
    "numbers that are none": Scenario(
        answering("UID SEARCH", b"* SEARCH -1 99999999999999999999 1e9 0x10\r\nTAG OK\r\n"), Act.SEARCH, TOLD
    ),
    "a message number beyond 64 bits": Scenario(
        answering(FETCH, b"* 99999999999999999999 FETCH (UID 1)\r\nTAG OK\r\n"), Act.FETCH, TOLD
    ),
    "EXISTS beyond 64 bits": Scenario(
        answering("SELECT", b"* 99999999999999999999999999 EXISTS\r\nTAG OK\r\n"), Act.SELECT, TOLD
    ),
    "NUL in a line": Scenario(answering("NOOP", b"* OK a\0b\r\n* X \0\r\nTAG OK \0\r\n"), ends=(End.FINE,)),
    "eight-bit octets": Scenario(
        answering("LIST", b'* LIST (\\\xff) "\xfe" "\xff\xfe"\r\nTAG OK \xff\r\n'), Act.LIST, TOLD
    ),
    "a UID set of everything": Scenario(
        answering("UID COPY", b"TAG OK [COPYUID 1 1:4294967295 1:4294967295] ok\r\n"), Act.COPY, (End.FINE,)
    ),
    "a code that never closes": Scenario(answering("NOOP", b"TAG OK [ALERT no bracket\r\n"), ends=(End.FINE,)),
    "a thousand brackets": Scenario(answering("NOOP", b"TAG OK " + b"[" * 1000 + b"\r\n"), ends=(End.FINE,)),
}


@pytest.mark.parametrize("scenario", SHAPES.values(), ids=SHAPES)
def test_no_shape_of_response_does_harm(interface: Interface, scenario: Scenario, certificates: Certificates) -> None:
    judge(interface, scenario, certificates)


FLOODS = {
    "an endless greeting": endless(b"x"),
    "an endless line": Scenario(answering("NOOP", for_ever(b"x", first=b"* X "))),
    "an endless tagged line": Scenario(answering("NOOP", for_ever(b"x", first=b"TAG OK "))),
    "an endless response of literals": Scenario(
        answering("NOOP", for_ever(b" {1000}\r\n" + b"x" * 1000, first=b"* X"))
    ),
    "rows without end that nobody asked for": Scenario(answering("NOOP", for_ever(b"* 5 EXISTS\r\n")), within=60),
    "long rows without end that nobody asked for": Scenario(
        answering("NOOP", for_ever(b"* X " + b"y" * 9000 + b"\r\n"))
    ),
    "malformed rows without end": Scenario(answering("NOOP", for_ever(b"*\r\n")), within=60),
    "rows without end in one answer": Scenario(
        answering("LIST", for_ever(b'* LIST () "/" box\r\n')), Act.LIST, within=30
    ),
    "a million rows in one answer": Scenario(
        answering("LIST", b'* LIST () "/" box\r\n' * 1_000_000 + b"TAG OK\r\n"), Act.LIST, within=30
    ),
    "FETCH without end": Scenario(
        answering(FETCH, for_ever(b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n")), Act.FETCH, within=30
    ),
    "many messages of the largest size": Scenario(
        answering(FETCH, for_ever(b"x" * 1_000_000, first=b"* 1 FETCH (UID 1 BODY[] {50331648}\r\n")),
        Act.FETCH,
        within=30,
    ),
    "literals that nobody asked for": Scenario(
        answering("NOOP", for_ever(b"* X {40000}\r\n" + b"x" * 40_000 + b"\r\n")), within=30
    ),
    "continuations without end": Scenario(answering("NOOP", for_ever(b"+ more\r\n"))),
    "a bomb of one line": Scenario(answering("COMPRESS", bomb(b"x" * 1000), greeting=COMPRESSING), Act.COMPRESS),
    "a bomb of many rows": Scenario(
        answering("COMPRESS", bomb(b"* 5 EXISTS\r\n"), greeting=COMPRESSING), Act.COMPRESS, within=60
    ),
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("kind", ["threads", "asyncio"])
def test_a_flood_ends_and_fills_no_memory(flood: str, kind: str) -> None:
    measured(FLOODS[flood], kind)


def measured(scenario: Scenario, interface: str) -> None:
    """Play a scenario in a process of its own: what it takes beyond its base is measured by the kernel."""
    root = Path(__file__).parents[2]
    with ScriptedServer(scenario.script, timeout=60) as server:
        argv = [sys.executable, "-m", "tests.hostile.measure", interface, scenario.act.name, str(server.port)]
        done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False, timeout=scenario.within + 20)
    assert done.returncode == 0, done.stderr
    end, mebibytes, seconds = done.stdout.split()
    assert End[end] in scenario.ends
    assert float(mebibytes) < 64
    assert float(seconds) < scenario.within


def test_a_slow_flood_while_we_send_ends_too(interface: Interface, certificates: Certificates) -> None:
    def reply(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.line()
        while True:
            peer.send(b"* X " + b"y" * 60_000 + b"\r\n")

    judge(interface, Scenario(reply, Act.APPEND), certificates)
