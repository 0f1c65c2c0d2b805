"""What a small server knows of one connection: its state, its view of the selected mailbox, its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.scripted.command import Command
from tests.scripted.mailstore import Mailbox, Message
from tests.scripted.peer import Peer

if TYPE_CHECKING:
    from tests.scripted.mini import MiniServer

_ANY_STATE = {"CAPABILITY", "NOOP", "LOGOUT", "ID"}
_BEFORE_LOGIN = {"LOGIN", "AUTHENTICATE", "STARTTLS"}
_SELECTED = {"CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE"}


class Refused(Exception):
    """A verb is answered with this NO or BAD instead of being carried out."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer)
        self.answer = answer


class Session:
    """One connection of a `MiniServer`. What is said is sent by `flush`, which the server does before it waits."""

    def __init__(self, server: MiniServer, peer: Peer, *, authenticated: bool) -> None:
        self.server = server
        self.peer = peer
        self.authenticated = authenticated
        self.enabled: set[bytes] = set()
        self.selected: Mailbox | None = None
        self.read_only = False
        self.view: list[Message] = []
        """The messages by number, as the client has been told."""
        self.idling = False
        self.compressed = False
        self.ended = False
        self._known_flags: dict[int, frozenset[bytes]] = {}
        self._seen_changes = 0
        self._pending = bytearray()

    # -- saying ---------------------------------------------------------------------------------

    def send(self, octets: bytes) -> None:
        """Exactly these octets, with the next flush."""
        self._pending += octets

    def untagged(self, text: bytes) -> None:
        self._pending += b"* " + text + b"\r\n"

    def tagged(self, command: Command, text: bytes) -> None:
        self._pending += command.tag + b" " + text + b"\r\n"

    def flush(self) -> None:
        """Send all that has been said."""
        with self.server.lock:
            pending, self._pending = bytes(self._pending), bytearray()
        if pending:
            self.peer.send(pending)

    def bye(self, text: bytes = b"going down") -> None:
        """Say BYE and close."""
        self.untagged(b"BYE " + text)
        self.flush()
        self.ended = True
        self.peer.close()

    # -- knowing --------------------------------------------------------------------------------

    def capability(self) -> bytes:
        """The capabilities in this state."""
        names = list(self.server.capabilities)
        if not self.authenticated:
            if self.server.starts_tls and not self.peer.is_tls:
                names.append(b"STARTTLS")
            if not any(name.startswith(b"AUTH=") for name in names):
                names.append(b"AUTH=PLAIN")
        return b" ".join(names)

    def check(self, command: Command) -> None:
        """Refuse what this state, or the grammar of what was agreed, does not allow."""
        verb = command.verb.removeprefix("UID ")
        if verb in _BEFORE_LOGIN and self.authenticated:
            raise Refused(b"BAD already authenticated")
        if verb not in _ANY_STATE | _BEFORE_LOGIN and not self.authenticated:
            raise Refused(b"BAD not authenticated")
        if verb in _SELECTED and self.selected is None:
            raise Refused(b"BAD no mailbox selected")
        capabilities = self.server.capabilities
        if command.has_nonsynchronising_literal and not {b"LITERAL+", b"LITERAL-", b"IMAP4rev2"} & {*capabilities}:
            raise Refused(b"BAD no such literals here")
        large = any(len(literal) > 4096 for literal in command.literals)
        if large and b"LITERAL+" not in capabilities and command.has_nonsynchronising_literal:
            raise Refused(b"BAD literal larger than 4096")
        if not {b"UTF8=ACCEPT", b"IMAP4REV2"} & self.enabled and not command.rest_without_literals.isascii():
            raise Refused(b"BAD 8-bit octets outside of literals")

    def mailbox(self, name: object, code: bytes = b"NONEXISTENT") -> Mailbox:
        """The mailbox of this name on the wire; INBOX in any case."""
        assert isinstance(name, bytes)
        key = b"INBOX" if name.upper() == b"INBOX" else name
        if key not in self.server.mailboxes:
            raise Refused(b"NO [" + code + b"] no such mailbox")
        return self.server.mailboxes[key]

    def select(self, mailbox: Mailbox | None, *, read_only: bool = False) -> None:
        self.selected, self.read_only = mailbox, read_only
        self.view = list(mailbox.messages) if mailbox else []
        self._seen_changes = mailbox.changes if mailbox else 0
        self._known_flags = {message.uid: frozenset(message.flags) for message in self.view}

    def knows_flags(self, message: Message) -> None:
        """The client has been told this message's flags."""
        self._known_flags[message.uid] = frozenset(message.flags)

    def report_changes(self, *, expunges: bool = True) -> None:
        """Say what has become of the selected mailbox: EXPUNGE, EXISTS, FETCH of flags."""
        if self.selected is None or self.selected.changes == self._seen_changes:
            return
        present = {message.uid for message in self.selected.messages}
        if expunges:
            for number in range(len(self.view), 0, -1):
                if self.view[number - 1].uid not in present:
                    self.untagged(b"%d EXPUNGE" % number)
                    del self.view[number - 1]
        largest = self.view[-1].uid if self.view else 0
        new = [message for message in self.selected.messages if message.uid > largest]
        if new:
            self.view += new
            self.untagged(b"%d EXISTS" % len(self.view))
        for number, message in enumerate(self.view, 1):
            if message in new:
                self.knows_flags(message)
            elif frozenset(message.flags) != self._known_flags.get(message.uid):
                self.untagged(b"%d FETCH (UID %d FLAGS %s)" % (number, message.uid, message.render_flags()))
                self.knows_flags(message)
        if expunges:
            self._seen_changes = self.selected.changes
