"""An IMAP server for a moment: pymap in a process of its own, in memory, reached from this machine only."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

_ROOT = Path(__file__).parents[1]
_PATIENCE = 20.0
"""Seconds that the server may take until it greets; it needs one on an idle machine."""


class EmbeddedServer:
    """A server that runs for the time of a `with` block, with the letters of `demo.letters` in the mail of `user`.

    It speaks IMAP without TLS on the loopback interface, so a client must say `Security.PLAINTEXT`.
    """

    host: ClassVar[str] = "127.0.0.1"
    user: ClassVar[str] = "ada"
    password: ClassVar[str] = "tides"

    def __enter__(self) -> Self:
        self.port = _free_port(self.host)
        argv = [sys.executable, "-m", "demo.pymap_with_letters", "--host", self.host, "--port", str(self.port)]
        # The child ends when this pipe closes: however we die, it does not outlive us.
        self._process = subprocess.Popen(
            [*argv, "--no-tls", "letters", "--demo-user", self.user, "--demo-password", self.password],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            self._wait_for_greeting()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def url(self) -> str:
        """What `Account.connect` is given."""
        return f"imap://{self.user}@{self.host}:{self.port}"

    def _wait_for_greeting(self) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            if _greets(self.host, self.port):
                return
            time.sleep(0.02)
        self._process.kill()
        _, complaint = self._process.communicate()
        raise RuntimeError(f"the embedded server did not start: {complaint.decode()[-2000:]}")

    def _stop(self) -> None:
        self._process.kill()
        self._process.communicate()


def _free_port(host: str) -> int:
    with socket.socket() as one:
        one.bind((host, 0))
        port: int = one.getsockname()[1]
        return port


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2) as one:
            return one.recv(4) == b"* OK"
    except OSError:
        return False
