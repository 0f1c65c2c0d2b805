"""A small IMAP server for ordinary work, correct in what it does, that a test can bend at any point."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import attrs

from tests.scripted.command import Announced, Command, Malformed
from tests.scripted.mailstore import Mailbox, Message
from tests.scripted.peer import Cut, Peer
from tests.scripted.server import ScriptedServer
from tests.scripted.session import Refused, Session
from tests.scripted.verbs import NEEDS, UNLOCKED, VERBS

__all__ = ["DEFAULT_CAPABILITIES", "Hook", "MiniServer", "Refused", "Session"]

DEFAULT_CAPABILITIES = (
    "IMAP4rev1",
    "SASL-IR",
    "LITERAL+",
    "ID",
    "ENABLE",
    "IDLE",
    "NAMESPACE",
    "CHILDREN",
    "UIDPLUS",
    "MOVE",
    "ESEARCH",
    "UNSELECT",
    "SPECIAL-USE",
    "LIST-STATUS",
)

Hook: TypeAlias = "Callable[[Session, Command], None]"


@attrs.define
class _Planned:
    when: str
    verb: str
    hook: Hook
    times: int | None

    def take(self) -> bool:
        if self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class MiniServer(ScriptedServer):
    """Serves `mailboxes` (name on the wire to messages or `Mailbox`) to `users` (name to password).

    Hooks run in the connection's thread: `before` a verb is carried out, `instead` of it (the hook then
    answers itself), or `after` its untagged data and before its tagged answer. `times` limits how often.
    The verb `GREETING` stands for the greeting, with an empty command.
    A literal larger than `literal_limit` is refused with `NO [TOOBIG]` or `BAD`.
    A client that is silent for `timeout` seconds fails the test.
    """

    def __init__(
        self,
        mailboxes: Mapping[str, Mailbox | Iterable[Message | bytes]] | None = None,
        *,
        users: Mapping[str, str] | None = None,
        capabilities: Iterable[str] = DEFAULT_CAPABILITIES,
        preauth: bool = False,
        literal_limit: int | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        ipv6: bool = False,
        timeout: float = 60.0,
        cuts: tuple[Cut | None, ...] = (),
    ) -> None:
        super().__init__(tls=tls, implicit_tls=implicit_tls, ipv6=ipv6, timeout=timeout, cuts=cuts)
        self.mailboxes: dict[bytes, Mailbox] = {}
        for name, content in {"INBOX": (), **(mailboxes or {})}.items():
            self.mailboxes[name.encode()] = content if isinstance(content, Mailbox) else Mailbox.of(*content)
        self.users = {name.encode(): password.encode() for name, password in (users or {"alice": "alicepw"}).items()}
        self.capabilities = [name.encode() for name in capabilities]
        self.subscribed: set[bytes] = set()
        self.commands: list[Command] = []
        """All commands of all connections in order of arrival, before they are carried out."""
        self.sessions: list[Session] = []
        self.lock = threading.RLock()
        """Held while a command is carried out, never while octets are waited for."""
        self.starts_tls = tls is not None and not implicit_tls
        self._preauth = preauth
        self._literal_limit = literal_limit
        self._planned: list[_Planned] = []

    # -- bending it -----------------------------------------------------------------------------

    def before(self, verb: str, hook: Hook, *, times: int | None = None) -> None:
        """Run this before the verb is carried out."""
        self._planned.append(_Planned("before", verb, hook, times))

    def instead(self, verb: str, hook: Hook, *, times: int | None = None) -> None:
        """Run this instead of the verb; a server without the verb gains it."""
        self._planned.append(_Planned("instead", verb, hook, times))

    def after(self, verb: str, hook: Hook, *, times: int | None = None) -> None:
        """Run this between the verb's untagged data and its tagged answer."""
        self._planned.append(_Planned("after", verb, hook, times))

    def refuse(self, verb: str, answer: str = "NO [CANNOT] not today", *, times: int | None = None) -> None:
        """Answer the verb with this tagged NO or BAD."""
        self.instead(verb, lambda session, command: session.tagged(command, answer.encode()), times=times)

    # -- the world outside the client -----------------------------------------------------------

    def deliver(self, mailbox: str, octets: bytes, *flags: str) -> Message:
        """New mail arrives; idling clients hear of it at once."""
        with self.lock:
            message = self.mailboxes[mailbox.encode()].add(Message(octets, {flag.encode() for flag in flags}))
        self.tell_idlers()
        return message

    def expunge(self, mailbox: str, *uids: int) -> None:
        """Somebody else removes messages."""
        with self.lock:
            box = self.mailboxes[mailbox.encode()]
            box.remove([message for message in box.messages if message.uid in uids])
        self.tell_idlers()

    def set_flags(self, mailbox: str, uid: int, *flags: str) -> None:
        """Somebody else sets a message's flags."""
        with self.lock:
            box = self.mailboxes[mailbox.encode()]
            next(message for message in box.messages if message.uid == uid).flags = {f.encode() for f in flags}
            box.changes += 1
        self.tell_idlers()

    def push(self, octets: bytes) -> None:
        """Send these octets to every client now, whatever it is doing."""
        for session in list(self.sessions):
            session.peer.send(octets)

    def tell_idlers(self) -> None:
        """Idling sessions report what has changed."""
        with self.lock:
            for session in self.sessions:
                if session.idling:
                    session.report_changes()
                    session.flush()

    # -- what a test counts ---------------------------------------------------------------------

    def count(self, verb: str) -> int:
        """How many commands of this verb have arrived."""
        return sum(command.verb == verb for command in self.commands)

    @property
    def verbs(self) -> list[str]:
        """The verbs in order of arrival."""
        return [command.verb for command in self.commands]

    @property
    def round_trips(self) -> int:
        """See `Peer.turns`; summed over all connections."""
        return sum(peer.turns for peer in self.connections)

    # -- serving --------------------------------------------------------------------------------

    def run(self, peer: Peer) -> None:
        session = Session(self, peer, authenticated=self._preauth)
        greeting = Command(b"*", "GREETING", b"", (), b"")
        self._hooks("before", greeting, session)
        if not self._hooks("instead", greeting, session):
            session.untagged(
                (b"PREAUTH" if self._preauth else b"OK") + b" [CAPABILITY " + session.capability() + b"] ready"
            )
        session.flush()
        with self.lock:
            self.sessions.append(session)
        try:
            while not session.ended:
                self._serve_one(session)
        finally:
            with self.lock:
                self.sessions.remove(session)

    def _serve_one(self, session: Session) -> None:
        try:
            command = session.peer.command(self._refuse_literal)
        except Malformed as error:
            session.untagged(b"BAD " + str(error).encode("ascii", "replace"))
            session.flush()
            return
        self.commands.append(command)
        self._hooks("before", command, session)
        if self._hooks("instead", command, session):
            session.flush()
            return
        answer = self._carry_out(session, command)
        if command.verb == "LOGOUT":
            session.ended = True
        session.flush()
        self._hooks("after", command, session)
        session.tagged(command, answer)
        session.flush()
        if command.verb == "STARTTLS" and answer.startswith(b"OK"):
            session.peer.start_tls()
        if command.verb == "COMPRESS" and answer.startswith(b"OK"):
            session.peer.start_deflate()
        self.tell_idlers()

    def _carry_out(self, session: Session, command: Command) -> bytes:
        """The text of the tagged answer; untagged data is left with the session."""
        verb = VERBS.get(command.verb)
        if verb is None or not self._offers(command.verb):
            return b"BAD unknown command"
        try:
            session.check(command)
            if command.verb in UNLOCKED:
                answer = verb(session, command)
            else:
                with self.lock:
                    answer = verb(session, command)
        except Refused as refusal:
            answer = refusal.answer
        except (Malformed, IndexError, ValueError, TypeError, AttributeError) as error:
            answer = b"BAD " + repr(error).encode("ascii", "replace")
        with self.lock:
            # An EXPUNGE here would change the meaning of numbers the client uses (RFC 9051 §7.5.1).
            session.report_changes(expunges=command.verb not in ("FETCH", "STORE", "SEARCH"))
        return answer

    def _offers(self, verb: str) -> bool:
        needed = NEEDS.get(verb)
        return (
            needed is None
            or needed in self.capabilities
            or (b"IMAP4rev2" in self.capabilities and verb not in ("ID", "COMPRESS"))
        )

    def _hooks(self, when: str, command: Command, session: Session) -> bool:
        with self.lock:
            due = [p for p in self._planned if (p.when, p.verb) == (when, command.verb) and p.take()]
        for planned in due if when != "instead" else due[:1]:
            planned.hook(session, command)
        return bool(due)

    def _refuse_literal(self, verb: str, literal: Announced) -> bytes | None:
        if self._literal_limit is None or literal.size <= self._literal_limit:
            return None
        return b"NO [TOOBIG] too large" if verb == "APPEND" else b"BAD [TOOBIG] too large"
