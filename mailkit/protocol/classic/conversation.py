"""One classic conversation: a session, and what the server has sent that nobody has taken yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailkit.protocol.classic.command import Classic, Reply
from mailkit.protocol.classic.failures import error, readonly, translated
from mailkit.protocol.classic.rows import Row, Rows, Untaken, rows_of, rows_of_done
from mailkit.protocol.classic.states import Commands
from mailkit.protocol.classic.trace import Trace
from mailkit.protocol.complete import complete
from mailkit.protocol.network import TLS
from mailkit.protocol.pending import Pending
from mailkit.protocol.response import Untagged
from mailkit.protocol.session import Session
from mailkit.protocol.state import State

_MOST_UNTAKEN = 8 << 20
_ROW = 64


class Conversation:
    """Runs commands one after the other and files every response under its name until it is taken.

    All errors are the classic ones, and `OSError` of reading.
    """

    def __init__(self, session: Session, trace: Trace) -> None:
        self.session = session
        self._trace = trace
        self._news: list[Untagged] = []  # what came while no command was under way, until its turn
        self._untaken: Untaken = {}
        session.listeners.append(self._news.append)

    # -- what has come

    @property
    def untaken(self) -> Untaken:
        """All that nobody has taken yet, by name; a program may change it."""
        news = self._news[:]
        del self._news[: len(news)]
        for response in news:
            self.file(rows_of(response))
        return self._untaken

    @untaken.setter
    def untaken(self, responses: Untaken) -> None:
        self._news.clear()
        self._untaken = responses

    def take(self, name: str) -> Rows:
        """What has come under a name, once; `[None]` for nothing."""
        rows = self.untaken.pop(name, None)
        return [None] if rows is None else [*rows]

    def file(self, entries: Iterable[tuple[str, Row]]) -> None:
        """Keep rows until somebody takes them."""
        for name, row in entries:
            if self._trace.level >= 5:
                self._trace.say(f"untagged_responses[{name}] += {row!r}")
            self._untaken.setdefault(name, []).append(row)

    # -- commands

    def greet(self) -> bytes:
        """Wait for the server's greeting."""
        with translated("greeting"):
            if self.session.state is State.GREETING:
                complete(self.session.greet())
        welcome = self.session.engine.welcome
        assert welcome is not None
        self.file(rows_of(welcome))
        return welcome.frame.head

    def prepare(self, name: str, *, state: str, is_readonly: bool) -> None:
        """What is done before any command: is it legal, and is the mailbox what it was?"""
        check(name, state)
        responses = self.untaken
        for status in ("OK", "NO", "BAD"):
            responses.pop(status, None)
        for rows in responses.values():
            # Nobody has asked for so much: the oldest goes.
            del rows[: -self.session.engine.limits.rows]
        _forget_the_oldest(responses)
        if "READ-ONLY" in responses and not is_readonly:
            raise readonly("mailbox status changed to READ-ONLY")

    def run(self, command: Classic) -> Reply:
        """Send a command, wait for what it comes to, and file what came with it; BAD raises `error`."""
        self._trace.hidden += command.secrets
        with translated(f"command: {command.verb}"):
            return self.finish(complete(self.session.begin(command)))

    def finish(self, pending: Pending[Reply]) -> Reply:
        """Wait for the end of a command that has begun; its rows are filed as they come, in their small shape."""
        try:
            while rows := complete(self.session.rows(pending)):
                self.file(self._entries(pending, rows))
            done = complete(self.session.complete(pending))
        except BaseException:
            self.file(self._entries(pending, pending.take_rows()))
            if self._trace.level >= 1:
                self._trace.remembered()
            raise
        self.file(rows_of_done(done))
        text = self._without_secrets(done.octets) if pending.command.secrets else done.octets
        reply = Reply(done.status, text)
        if self._trace.level >= 1 and reply.typ != "OK":
            self._trace.say(self._trace.hide(f"{reply.typ} response: {reply.text!r}"))
        if reply.typ == "BAD":
            raise error(self._trace.hide(f"{pending.command.verb} command error: BAD {[reply.text]}"))
        return reply

    def _entries(self, pending: Pending[Reply], rows: Iterable[Untagged]) -> Iterator[tuple[str, Row]]:
        """What came with the answer; a server that repeats the secrets of a login is not quoted."""
        for response in rows:
            for name, row in rows_of(response):
                is_told = isinstance(row, bytes) and pending.command.secrets
                yield name, self._without_secrets(_octets(row)) if is_told else row

    def _without_secrets(self, octets: bytes) -> bytes:
        return self._trace.hide(octets.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def farewell(self) -> Reply:
        """LOGOUT; BYE or the tagged response, whichever is first: a server may close as soon as it has said BYE."""
        with translated("command: LOGOUT"):
            pending = complete(self.session.begin(Classic("LOGOUT")))
            while rows := complete(self.session.rows(pending)):
                self.file(entry for row in rows for entry in rows_of(row))
                if "BYE" in self._untaken:
                    return Reply("BYE", _octets(self._untaken.pop("BYE")[-1]))
            return self.finish(pending)

    def start_tls(self, tls: TLS) -> None:
        """STARTTLS; what came before it is forgotten."""
        with translated("STARTTLS"):
            complete(self.session.start_tls(tls))
        self.untaken = {}


def check(name: str, state: str) -> None:
    """`error` where a command is known to be illegal in a state."""
    allowed = Commands.get(name)
    if allowed is not None and state not in allowed:
        raise error(f"command {name} illegal in state {state}, only allowed in states {', '.join(allowed)}")


def _forget_the_oldest(responses: Untaken) -> None:
    """A server may give every response another name, and nobody takes them."""
    held = {name: len(name) + sum(_ROW + len(_octets(row)) for row in rows) for name, rows in responses.items()}
    total = sum(held.values())
    for name, size in held.items():
        if total <= _MOST_UNTAKEN:
            return
        del responses[name]
        total -= size


def _octets(row: Row) -> bytes:
    return row[0] + row[1] if isinstance(row, tuple) else row
