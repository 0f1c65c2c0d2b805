"""Servers and users for all tests. A server is started when the first test asks for it, once a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailkit.protocol.network import Bell
from tests.scripted.fixtures import certificates
from tests.servers import availability
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.pymap import Pymap
from tests.servers.server import User
from tests.worlds import Asyncio, Threads, World

__all__ = ["certificates"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tested and why: once for each reason, not for each test."""
    for line in availability.left_out(terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot."""
    availability.require("dovecot")
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    """A running pymap."""
    availability.require("pymap")
    with Pymap() as server:
        yield server


@pytest.fixture(scope="session")
def cyrus() -> Iterator[Cyrus]:
    """A running Cyrus."""
    availability.require("cyrus")
    with Cyrus() as server:
        yield server


@pytest.fixture
def fresh_user(dovecot: Dovecot) -> User:
    """A user of `dovecot` that no other test sees."""
    return dovecot.fresh_user()


@pytest.fixture(params=[Threads, Asyncio], ids=["threads", "asyncio"])
def world(request: pytest.FixtureRequest) -> World:
    """Threads, then asyncio: a test of the protocol layer runs on both."""
    made: World = request.param()
    return made


@pytest.fixture
def waits(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Bell]:
    """The bells that somebody has waited for, in `world`, one for each time: it grows while the test runs."""
    found: list[Bell] = []
    kind = type(world.network.bell())
    wait = kind.wait

    async def noted(self: Bell, seconds: float | None) -> None:
        found.append(self)
        await wait(self, seconds)

    monkeypatch.setattr(kind, "wait", noted)
    return found
