"""What a session tells about itself: to its log, and to those who want to know."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from mailkit.errors import CommandRefused, MailkitError
from mailkit.protocol.command import Hider
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Status
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.writer import Piece

if TYPE_CHECKING:
    from logging import Logger

    from mailkit.protocol.command_event import CommandEvent

_MOST_SKIPPED = 20
_DEBUG = 10  # as in logging


class Reporter:
    """Tells without telling secrets: what commands have named as such is `***` even where a server repeats it."""

    def __init__(
        self,
        *,
        on_command: Callable[[CommandEvent], object] | None = None,
        on_alert: Callable[[str], object] | None = None,
        on_wire: Callable[[Piece | Frame], object] | None = None,
    ) -> None:
        self._on_command = on_command
        self._on_alert = on_alert
        self._on_wire = on_wire
        self._secrets: tuple[Hider, ...] = ()
        self._alerts: deque[str] = deque()
        self._skipped = 0

    @property
    def wants_frames(self) -> bool:
        """Whether anybody looks at what passes on the wire."""
        return self._on_wire is not None or _is_debugged()

    def keep_quiet_about(self, secrets: tuple[Hider, ...]) -> None:
        """Never show these."""
        self._secrets += tuple(secret for secret in secrets if secret not in self._secrets)

    def hide(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = secret.hide(text)
        return text

    def passing(self, what: Piece | Frame) -> None:
        """A piece of a command goes out, or a response has come in."""
        if self._on_wire is not None:
            self._on_wire(what)
        if _is_debugged():
            if isinstance(what, Piece):
                _log().debug("> %s", what.shown)
            else:
                _log().debug("< %s", self.hide(str(what)))

    def status(self, status: Status) -> None:
        """Note an alert; `alert` tells it."""
        if status.code is not None and status.code.name == "ALERT":
            self._alerts.append(status.text)

    def alert(self) -> None:
        """Tell the alerts that have come (RFC 9051 §7.1: they must reach the user)."""
        while self._alerts:
            text = self._alerts.popleft()
            _log().warning("the server alerts: %s", text)
            if self._on_alert is not None:
                self._on_alert(text)

    def forget_alerts(self) -> None:
        """What was said before TLS may be anybody's word."""
        self._alerts.clear()

    def skipped(self, problem: MailkitError, verb: str | None = None) -> None:
        """A malformed response was passed over; a server that sends many is told of no more."""
        self._skipped += 1
        if self._skipped <= _MOST_SKIPPED:
            _log().warning("%sskipped a malformed response: %s", f"{verb}: " if verb else "", self.hide(str(problem)))

    def over(self, pending: Pending[object]) -> None:
        """A command is over, or given up; told once."""
        if pending.is_reported or self._on_command is None:
            return
        pending.is_reported = True
        # Here and not above: few want to know.
        from mailkit.protocol.command_event import CommandEvent  # noqa: PLC0415

        no_status = "ABANDONED" if pending.is_abandoned else "LOST"
        status = no_status if pending.done is None else pending.done.status
        self._on_command(
            CommandEvent(
                pending.command.verb,
                pending.tag.decode("ascii"),
                status,
                (time.monotonic() - pending.began_at) * 1000,
                pending.octets_in,
                pending.octets_out,
            )
        )

    def refused(self, pending: Pending[object], done: Status) -> CommandRefused:
        """The error for a command that was answered NO or BAD."""
        code = done.code.name if done.code else None
        return CommandRefused.of(pending.shown.strip(), done.status, code, done.text)


def _log() -> Logger:
    # Here and not above: logging takes long to load, and most sessions have nothing to say.
    import logging  # noqa: PLC0415

    return logging.getLogger("mailkit.protocol")


def _is_debugged() -> bool:
    """Whether the log takes what passes on the wire: where logging is not even loaded, nobody has asked it to."""
    return "logging" in sys.modules and _log().isEnabledFor(_DEBUG)
