"""Every scenario again, through what programs use: the classic interface, the blocking and the asyncio account.

What must come out is the same, said in each one's own words; anything else that escapes fails the test.
"""

from __future__ import annotations

import attrs
import pytest

from tests.certificates import Certificates
from tests.hostile import test_order, test_size, test_time, test_tls
from tests.hostile.apis import INTERFACES
from tests.hostile.interface import judge
from tests.hostile.scenario import Act, End, Scenario, answering, for_ever
from tests.scripted import Command, Peer

APIS = ("IMAP4", "Account", "AsyncAccount")


OTHERWISE = {
    # An IMAP4 asks for TLS when its program says so, and has been greeted before.
    ("IMAP4", "PREAUTH instead of a greeting"): (End.UNSENT,),
    ("IMAP4", "PREAUTH behind the greeting"): (End.UNSENT,),
    # What goes wrong on the socket itself is an OSError of its own kind.
    ("IMAP4", "no handshake at all"): (End.LATE,),
    # The session hands over what COPYUID says; an account makes a mapping of it, of no more than was copied.
    ("Account", "a UID set of everything"): (End.VIOLATION,),
    ("AsyncAccount", "a UID set of everything"): (End.VIOLATION,),
}
"""Where an interface does more or less than the session."""

SCENARIOS: dict[str, Scenario] = {
    **test_size.SHAPES,
    **test_order.ORDERS,
    **test_time.WAITS,
    **test_tls.ATTACKS,
}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("api", APIS)
def test_every_scenario_ends_as_it_must(api: str, name: str, certificates: Certificates) -> None:
    scenario = SCENARIOS[name]
    judge(INTERFACES[api](), attrs.evolve(scenario, ends=OTHERWISE.get((api, name), scenario.ends)), certificates)


LIKE_THE_SESSION = ("malformed rows without end", "a bomb of one line", "a bomb of many rows")
"""IMAP4 has no compression, and skips what is malformed in the same place."""
FLOODING = {
    **test_size.FLOODS,
    "EXISTS without end during IDLE": Scenario(
        answering("IDLE", for_ever(b"* 5 EXISTS\r\n", first=b"+ idling\r\n")), Act.WATCH, within=60
    ),
}
FLOODS = [
    *(("IMAP4", name) for name in test_size.FLOODS if name not in LIKE_THE_SESSION),
    *(("Account", name) for name in ("an endless greeting", "a bomb of one line")),
    ("Account", "EXISTS without end during IDLE"),
    *(("AsyncAccount", name) for name in ("an endless line", "a million rows in one answer")),
]


@pytest.mark.parametrize(("api", "name"), FLOODS)
def test_every_flood_ends_and_fills_no_memory(api: str, name: str) -> None:
    test_size.measured(FLOODING[name], api)


@pytest.mark.parametrize(
    ("verb", "act", "row"),
    [
        ("UID STORE", Act.STORE, b"* 100000 FETCH (UID 100000 FLAGS (\\Seen \\Answered))\r\n"),
        ("NOOP", Act.NOOP, b"* 100000 EXPUNGE\r\n"),
    ],
)
def test_three_hundred_thousand_messages_are_no_flood(verb: str, act: Act, row: bytes) -> None:
    """`IMAP4` holds what imaplib held: a row is its octets and little more."""
    scenario = Scenario(answering(verb, row * 300_000 + b"TAG OK done\r\n"), act, (End.FINE,), within=30)
    test_size.measured(scenario, "IMAP4")


@pytest.mark.parametrize(
    "row",
    [b"* 1 FETCH ()\r\n", b"* X%d y\r\n", b"* %d X%d y\r\n", b"* OK [A%d b] y\r\n"],
)
def test_no_kind_of_row_is_cheaper_than_it_is_counted(row: bytes) -> None:
    def reply(peer: Peer, command: Command) -> None:
        for start in range(0, 2_000_000, 1000):
            peer.send(b"".join(row.replace(b"%d", b"%d" % number) for number in range(start, start + 1000)))

    test_size.measured(Scenario(answering("NOOP", reply), within=60), "IMAP4")
