"""What `debug` shows: commands and responses, with secrets hidden before they come here."""

from __future__ import annotations

import sys
import time
from collections import deque

from mailkit.protocol.classic.rows import Untaken
from mailkit.protocol.command import Hider
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.writer import Piece

_KEPT = 10


class Trace:
    """Writes to standard error what `level` asks for, and remembers the last ten lines that passed.

    From 1: the connection, refusals, and after an abort the lines remembered; from 3: capabilities, and what is not
    taken yet at a NOOP; from 4: every line; from 5: what is filed.
    """

    def __init__(self, level: int) -> None:
        self.level = level
        self.hidden: tuple[Hider, ...] = ()
        """What is never shown, whoever says it."""
        self._last: deque[tuple[float, str]] = deque(maxlen=_KEPT)

    def hide(self, text: str) -> str:
        """The text without secrets."""
        for secret in self.hidden:
            text = secret.hide(text)
        return text

    def line(self, passing: Piece | Frame) -> None:
        """A piece of a command on its way out, or a response on its way in."""
        text = f"> {passing.shown!r}" if isinstance(passing, Piece) else f"< {str(passing)!r}"
        text = self.hide(text)
        if self.level >= 4:
            self.say(text)
        else:
            self._last.append((time.time(), text))

    def say(self, text: str, at: float | None = None) -> None:
        """One message without secrets, whoever has said them, with the minute and second of its time."""
        text = self.hide(text)
        moment = time.time() if at is None else at
        clock = time.strftime("%M:%S", time.localtime(moment))
        sys.stderr.write(f"  {clock}.{int(moment * 100) % 100:02} {text}\n")
        sys.stderr.flush()

    def remembered(self) -> None:
        """Say the last lines once more."""
        self.say(f"last {len(self._last)} IMAP4 interactions:")
        for at, text in self._last:
            self.say(text, at)

    def untaken(self, responses: Untaken) -> None:
        """Say which untagged responses nobody has taken."""
        if responses:
            self.say(
                "untagged responses dump:" + "\n\t\t".join(f"{name}: {rows!r}" for name, rows in responses.items())
            )
