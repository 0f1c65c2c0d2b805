"""What is known of the server and of the connection's state, from what it has said."""

from __future__ import annotations

from abc import ABC, abstractmethod

from mailkit.errors import ProtocolViolation
from mailkit.protocol import values
from mailkit.protocol.response import Status, Untagged
from mailkit.protocol.state import State, after
from mailkit.protocol.values.capability import Capabilities

_STATES_OF_GREETING = {"OK": State.NOT_AUTHENTICATED, "PREAUTH": State.AUTHENTICATED, "BYE": State.LOGOUT}
_LOGINS = frozenset({"LOGIN", "AUTHENTICATE", "UNAUTHENTICATE"})
_ENABLE = frozenset({"ENABLE"})
_SELECTS = frozenset({"SELECT", "EXAMINE"})
_NOTED = frozenset({b"CAPABILITY", b"ENABLED", b"EXISTS", b"EXPUNGE", b"VANISHED"})


class Known(ABC):
    """State, capabilities and counts, folded from responses in the order in which they come."""

    def __init__(self) -> None:
        self.state: State = State.GREETING
        self.greeting: Status | None = None
        self.welcome: Untagged | None = None
        """The greeting as it came."""
        self.bye: Status | None = None
        self.capabilities: Capabilities | None = None
        self.exists: int = 0
        """Messages in the selected mailbox, as last told."""
        self.departures: int = 0
        """Grows when a message leaves what is selected, or another mailbox is: as long as it stays, all are there."""
        self.is_utf8: bool = False
        """Whether UTF8=ACCEPT or IMAP4rev2 has been enabled: names and strings are UTF-8 (RFC 6855, RFC 9051)."""
        self.enabled: Capabilities = Capabilities()
        """What has been switched on by ENABLE."""
        self._offered: Capabilities | None = None  # told while a login was under way, to hold once it has succeeded

    @abstractmethod
    def runs(self, verbs: frozenset[str]) -> bool:
        """Whether a command of one of these verbs is under way."""

    @property
    def speaks_utf8(self) -> bool:
        """A server that has no IMAP4rev1 knows no modified UTF-7, and nothing need be enabled (RFC 9051 §5.1)."""
        offered = self.capabilities
        return self.is_utf8 or (offered is not None and "IMAP4REV2" in offered and "IMAP4REV1" not in offered)

    def greeted(self, row: Untagged, greeting: Status) -> None:
        """The greeting has come."""
        self.welcome = row
        self.greeting = greeting
        self.state = _STATES_OF_GREETING[greeting.status]
        if greeting.status == "BYE":
            self.bye = greeting

    def note(self, row: Untagged) -> None:
        """Untagged data has come, for whomever."""
        name = row.name
        if name not in _NOTED:
            return
        if name == b"EXISTS":
            self.exists = row.number or 0
        elif name == b"EXPUNGE":
            self._gone(1)
        elif name == b"CAPABILITY":
            self._offer(Capabilities.parse(row.frame.head[row.start :]))
        elif name == b"ENABLED":
            self._enabled(row)
        else:
            self._vanished(row)

    def note_code(self, status: Status) -> None:
        """A status has come, perhaps with capabilities in its code."""
        if status.code is not None and isinstance(status.code.value, Capabilities):
            self._offer(status.code.value)

    def answered(self, verb: str, status: Status) -> None:
        """A command of this verb has been answered; its code is noted after this."""
        if verb in _LOGINS and status.is_ok:
            # What was told before is void (RFC 9051 §6.2.2); Dovecot tells what holds now just before the OK.
            self.capabilities = self._offered
        self._offered = None
        if verb == "UNAUTHENTICATE" and status.is_ok:
            self.enabled, self.is_utf8 = Capabilities(), False  # nothing is any more (RFC 8437 §3)
        self.state = after(verb, self.state, ok=status.is_ok)
        if verb in _SELECTS or self.state is not State.SELECTED:
            self.departures += 1
        if self.state is not State.SELECTED:
            self.exists = 0

    def forget(self) -> None:
        """TLS begins: nothing counts that was said before."""
        self.capabilities = self._offered = self.bye = None
        self.exists = 0

    def _offer(self, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        if self.runs(_LOGINS):
            self._offered = capabilities

    def _enabled(self, row: Untagged) -> None:
        """`response-data =/ "*" SP enable-data CRLF`; `enable-data = "ENABLED" *(SP capability)` (RFC 5161)"""
        if self.runs(_ENABLE):
            enabled = Capabilities.parse(row.frame.head[row.start :])
            self.enabled = Capabilities([*self.enabled.advertised, *enabled.advertised])
            self.is_utf8 = self.is_utf8 or "UTF8=ACCEPT" in enabled or "IMAP4REV2" in enabled

    def _vanished(self, row: Untagged) -> None:
        """What takes the place of EXPUNGE once QRESYNC is enabled; EARLIER ones were not counted (RFC 7162 §3.2.10)."""
        try:
            gone = values.updates.read_vanished(row.reader())
        except ProtocolViolation:
            return  # whoever it belongs to reads it again, and reports it
        if not gone.earlier:
            self._gone(gone.uids.count)

    def _gone(self, count: int) -> None:
        self.exists = max(0, self.exists - count)
        self.departures += 1
