"""A classic object whose server is a list of answers: no socket, since all that reads and writes is overridden."""

from __future__ import annotations

import re
from collections import deque

from mailkit.protocol import IMAP4

_ANNOUNCES = re.compile(rb"\{\d+\}\r\n\Z")


class Paper(IMAP4):
    """What it sends is kept in `sent`, a command each, with the tag as `T`; what it reads are `answers`, one a command.

    `%t` in an answer is the tag; one that holds no tagged response leaves the command under way. CAPABILITY is answered
    with `offers`, and a literal is let go, unless `refuses` stands in the place of `+`.
    """

    def __init__(
        self,
        *answers: bytes,
        offers: bytes = b"IMAP4rev1",
        greeting: bytes = b"* OK [ALERT] ready",
        state: str | None = None,
        refuses: bytes | None = None,
    ) -> None:
        self.sent: list[bytes] = []
        self.calls: list[str] = []
        self.refuses = refuses
        self._offers = offers
        self._answers = deque(answers)
        self._unread = bytearray(greeting + b"\r\n")
        self._tag = b""
        self._is_whole = True
        super().__init__("server.example", 1430)
        if state is not None:
            self.state = state
        self.sent.clear()
        self.calls.clear()
        self.untagged_responses = {}

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Nothing is opened."""
        self.host, self.port = host, port
        self.calls.append("open")

    def read(self, size: int) -> bytes:
        """So many octets of the answers."""
        self.calls.append(f"read {size}")
        return self._take(size)

    def readline(self) -> bytes:
        """A line of the answers; nothing once they are read."""
        self.calls.append("readline")
        end = self._unread.find(b"\n") + 1 or len(self._unread)
        return self._take(end)

    def send(self, data: bytes) -> None:
        """Keep what is sent, and put the answer where it will be read."""
        if self._is_whole:
            self._tag, _, rest = data.partition(b" ")
            self.sent.append(b"T " + rest)
        else:
            self.sent[-1] += data
        self._is_whole = not _ANNOUNCES.search(data)
        if self.sent[-1] == b"T CAPABILITY\r\n":
            self._say(b"* CAPABILITY %s\r\n%%t OK done\r\n" % self._offers)
        elif self._is_whole:
            self._say(self._answers.popleft() if self._answers else b"%t OK done\r\n")
        elif self.refuses is not None:
            self._is_whole = True
            self._say(self.refuses)
        else:
            self._say(b"+ go\r\n")

    def shutdown(self) -> None:
        """Nothing is closed."""
        self.calls.append("shutdown")

    def _take(self, size: int) -> bytes:
        octets = bytes(self._unread[:size])
        del self._unread[:size]
        return octets

    def _say(self, octets: bytes) -> None:
        if octets.startswith(b"+ ") and octets != b"+ go\r\n":
            self._is_whole = False  # a challenge: what comes next belongs to the same command
        self._unread += octets.replace(b"%t", self._tag)
