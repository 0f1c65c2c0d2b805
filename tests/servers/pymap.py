"""A throw-away pymap: pure Python, in memory, with little more than IMAP4rev1."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from tests.servers.process import Owner, Process, free_ports
from tests.servers.pymap_users import FRESH_PASSWORD, FRESH_USERS
from tests.servers.server import Server, User

_ROOT = Path(__file__).parents[2]


class Pymap(Server):
    """A running pymap. It knows STARTTLS, no TLS from the start; `demouser` (`demopass`) has some example mail."""

    def __init__(self) -> None:
        super().__init__("pymap", Owner.ourselves())
        self.users = {"demouser": "demopass"}
        self._fresh = itertools.count()

    def fresh_user(self) -> User:
        """A user that nobody used before, with an empty INBOX; there are some hundreds."""
        return User(FRESH_USERS[next(self._fresh)], FRESH_PASSWORD)

    def _launch(self) -> Process:
        (self.port,) = free_ports(1)
        pair = self.certificates.server
        arguments: list[str | Path] = [
            "--host",
            self.host,
            "--port",
            str(self.port),
            "--cert",
            pair.certificate,
            "--key",
            pair.key,
        ]
        return self.owner.spawn(
            [sys.executable, "-m", "tests.servers.pymap_users", *arguments, "users", "--demo-data"],
            log=self.folder / "log",
            env={"PYTHONPATH": os.pathsep.join((str(_ROOT), os.environ.get("PYTHONPATH", "")))},
        )
