"""The classic object as a connection: how it is opened, read from, written to, traced and left."""

from __future__ import annotations

import contextlib
import sys
from io import BufferedReader
from socket import SHUT_RDWR, create_connection
from socket import socket as Socket  # noqa: N812  # a method is called socket
from types import TracebackType
from typing import BinaryIO, ClassVar, Self, TypeAlias

import attrs

from mailkit.protocol.classic import failures
from mailkit.protocol.classic.arguments import Argument, Literal, Word, word
from mailkit.protocol.classic.backend import Backend, ReadsAhead
from mailkit.protocol.classic.command import Classic, asks_for_contents
from mailkit.protocol.classic.conversation import Conversation
from mailkit.protocol.classic.failures import translated
from mailkit.protocol.classic.rows import Rows, Text, Untaken
from mailkit.protocol.classic.trace import Trace
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.transport import ThreadNetwork, keep_alive
from mailkit.protocol.wire.limits import Limits

IMAP4_PORT = 143
_STATES = {
    State.NOT_AUTHENTICATED: "NONAUTH",
    State.AUTHENTICATED: "AUTH",
    State.SELECTED: "SELECTED",
}
VERSIONS = ("IMAP4REV1", "IMAP4REV2", "IMAP4")

_AT_ONCE = 1 << 20


class Connection:
    """What every classic command stands on. The public face of it is `IMAP4`."""

    error: TypeAlias = failures.error  # noqa: PYI042  # the classic name
    """Any fault; the reason is a string."""
    abort: TypeAlias = failures.abort  # noqa: PYI042  # the classic name
    """The connection is of no more use; a new one may be."""
    readonly: TypeAlias = failures.readonly  # noqa: PYI042  # the classic name
    """A mailbox opened for writing can only be read."""

    limits: ClassVar[Limits] = Limits(bare_line_feeds=False)
    """How much a server may send before the connection is given up; a subclass may set its own."""
    contents: ClassVar[int] = 1 << 30
    """How many octets a FETCH that asks for more than flags and numbers may bring beyond `limits`."""

    PROTOCOL_VERSION: str
    """"IMAP4REV1", or what else the server speaks: "IMAP4" (RFC 1730), "IMAP4REV2" (RFC 9051)."""
    host: str | None
    port: int | None
    sock: Socket
    file: BinaryIO
    welcome: bytes
    """The server's greeting, as it came."""

    def __init__(self, host: str = "", port: int = IMAP4_PORT, timeout: float | None = None) -> None:
        self._trace = Trace(_module_debug())
        self._conversation = Conversation(self._session(), self._trace)
        self.state: str = "LOGOUT"
        """"NONAUTH", "AUTH", "SELECTED" or "LOGOUT"; a program that knows better may say so."""
        self.capabilities: tuple[str, ...] = ()
        """What the server offers, in upper case."""
        self.is_readonly = False
        """Whether the mailbox was opened for reading only."""
        self.literal: bytes | None = None
        """Octets that the next command ends in, as a literal."""
        self.utf8_enabled = False
        """Whether UTF8=ACCEPT is in force (RFC 6855): text may be any."""
        if timeout is None:
            self.open(host, port)
        else:
            self.open(host, port, timeout)
        try:
            self._connect()
        except BaseException:
            with contextlib.suppress(OSError):
                self.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out; the socket is closed whatever happens."""
        if self.state == "LOGOUT":
            return
        try:
            self.logout()
        except BaseException as failure:
            with contextlib.suppress(OSError):
                self.shutdown()
            if not isinstance(failure, OSError):
                raise

    # -- what a subclass may override

    def open(self, host: str = "", port: int = IMAP4_PORT, timeout: float | None = None) -> None:
        """Connect to a host (empty: this one); `read`, `readline`, `send` and `shutdown` use the connection.

        `timeout` is in seconds, None is the global default of sockets; 0 raises `ValueError`. `OSError` says why not.
        """
        self.host = host
        self.port = port
        self.sock = self._create_socket(timeout)
        self.file = self.sock.makefile("rb")

    def read(self, size: int) -> bytes:
        """Read `size` octets from the server; fewer at the end of the stream."""
        octets = self._take_back()
        if len(octets) >= size:
            self._give(octets[size:])
            return octets[:size]
        parts = [octets]
        left = size - len(octets)
        while left and (part := self.file.read(min(left, _AT_ONCE))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def readline(self) -> bytes:
        """Read a line from the server, its CRLF included."""
        octets = self._take_back()
        line, end, rest = octets.partition(b"\n")
        if end:
            self._give(rest)
            return line + end
        octets += self.file.readline(self.limits.line + 1)
        if len(octets) > self.limits.line:
            raise self.error(f"got more than {self.limits.line} bytes")
        return octets

    def send(self, data: bytes) -> None:
        """Send octets to the server."""
        sys.audit("imaplib.send", self, data)
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close what `open` has opened; `logout` calls it."""
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            # The server may have closed its end before.
            self.sock.shutdown(SHUT_RDWR)
        self.sock.close()

    def socket(self) -> Socket:
        """The socket that the connection runs on."""
        return self.sock

    def _create_socket(self, timeout: float | None) -> Socket:
        if timeout is not None and not timeout:
            raise ValueError("Non-blocking socket (timeout=0) is not supported")
        sys.audit("imaplib.open", self, self.host, self.port)
        address = (self.host or None, self.port)
        sock = create_connection(address) if timeout is None else create_connection(address, timeout)
        keep_alive(sock)
        return sock

    # -- what has come

    @property
    def untagged_responses(self) -> Untaken:
        """What the server has sent and no method has taken yet; `response` takes it."""
        return self._conversation.untaken

    @untagged_responses.setter
    def untagged_responses(self, responses: Untaken) -> None:
        self._conversation.untaken = responses

    def response(self, code: str) -> tuple[str, Rows]:
        """Take what has come under a name or a response code: `(code, rows)`, or `(code, [None])` for nothing."""
        return code, self._conversation.take(code.upper())

    def recent(self) -> tuple[str, Rows]:
        """How many messages are recent: what the server has said last, or says now; `[None]` where it says nothing."""
        rows = self._conversation.take("RECENT")
        if rows[-1]:
            return "OK", rows
        typ, text = self.noop()
        return self._untagged_response(typ, text, "RECENT")

    # -- the trace

    @property
    def debug(self) -> int:
        """How much is written to standard error; over 3, every command and response. Secrets are `***`."""
        return self._trace.level

    @debug.setter
    def debug(self, level: int) -> None:
        self._trace.level = level

    def print_log(self) -> None:
        """Write the last ten lines that passed to standard error."""
        self._trace.remembered()

    # -- for the command methods

    @property
    def tagpre(self) -> bytes:
        """What every tag begins with."""
        return self._conversation.session.engine.tag_prefix.encode("ascii", "replace")

    @tagpre.setter
    def tagpre(self, prefix: bytes) -> None:
        self._conversation.session.engine.tag_prefix = prefix.decode("ascii", "replace")

    def capability(self) -> tuple[str, Rows]:
        """Ask what the server offers; data is one row of names (RFC 9051 §6.1.1)."""
        typ, text = self._command("CAPABILITY")
        return self._untagged_response(typ, text, "CAPABILITY")

    def noop(self) -> tuple[str, Text]:
        """Do nothing, and hear what is new (RFC 9051 §6.1.2)."""
        if self.debug >= 3:
            self._trace.untaken(self.untagged_responses)
        return self._command("NOOP")

    def logout(self) -> tuple[str, Text]:
        """Say goodbye and close the connection; the result is the server's BYE."""
        self.state = "LOGOUT"
        self._prepare("LOGOUT")
        reply = self._conversation.farewell()
        self.shutdown()
        return reply.typ, [reply.text]

    @property
    def _encoding(self) -> str:
        return "utf-8" if self.utf8_enabled else "ascii"

    @property
    def _reads_itself(self) -> bool:
        """Whether reading is as it is here: a program that reads in its own way may hold back what has come."""
        mine = self.read, self.readline
        theirs = Connection.read, Connection.readline
        return all(getattr(method, "__func__", None) is default for method, default in zip(mine, theirs, strict=True))

    @property
    def _buffered(self) -> ReadsAhead | None:
        return self.file if self._reads_itself and isinstance(self.file, BufferedReader) else None

    def _heed_timeout(self) -> None:
        """The socket's timeout, which a program may set at any time, bounds every step of an answer as a whole, too."""
        sock = getattr(self, "sock", None)
        if isinstance(sock, Socket) and self._reads_itself:
            self._conversation.session.timeout = sock.gettimeout() or None

    def _session(self) -> Session:
        limits = self.limits if self._reads_itself else attrs.evolve(self.limits, answering=None)
        return Session(Backend(self), ThreadNetwork(), limits=limits, timeout=None, on_wire=self._trace.line)

    def _connect(self) -> None:
        """Meet the server: its greeting, its capabilities, its version."""
        if self.debug >= 1:
            self._trace.say(f"new IMAP4 connection, tag={self.tagpre!r}")
        self._heed_timeout()
        self.welcome = self._conversation.greet()
        self.state = _STATES.get(self._conversation.session.state, "LOGOUT")  # it may have said BYE at once
        self._get_capabilities()
        for version in VERSIONS:
            if version in self.capabilities:
                self.PROTOCOL_VERSION = version
                return
        raise self.error("server not IMAP4 compliant")

    def _get_capabilities(self) -> None:
        _, rows = self.capability()
        self._learn_capabilities(rows)
        if not self.capabilities:
            raise self.error("no CAPABILITY response from server")
        if self.debug >= 3:
            self._trace.say(f"CAPABILITIES: {self.capabilities!r}")

    def _refresh_capabilities(self) -> None:
        """The server may offer something else now: it has said what, or is asked (RFC 9051 §6.2.2)."""
        rows = self._conversation.take("CAPABILITY")
        if rows[-1] is None:
            typ, rows = self.capability()
            if typ != "OK":
                return
        self._learn_capabilities(rows)

    def _learn_capabilities(self, rows: Rows) -> None:
        last = rows[-1]
        if isinstance(last, bytes):
            self.capabilities = tuple(last.decode("ascii", "replace").upper().split())

    def _simple_command(self, name: str, *args: Argument | None) -> tuple[str, Text]:
        """Send a command; None among the arguments is left out."""
        with translated(name):
            words = [word(arg, self._encoding) for arg in args if arg is not None]
        return self._command(name, *words)

    def _command(self, name: str, *words: Word) -> tuple[str, Text]:
        """Send a command and wait for what it comes to; BAD raises `error`."""
        last = [Literal(self.literal)] if self.literal is not None else []
        self.literal = None
        self._prepare(name)
        beyond = self.contents if asks_for_contents(name, words) else 0
        reply = self._conversation.run(Classic(name, (*words, *last), beyond=beyond))
        return reply.typ, [reply.text]

    def _prepare(self, name: str) -> None:
        self._heed_timeout()
        self._conversation.prepare(name.removeprefix("UID "), state=self.state, is_readonly=self.is_readonly)

    def _untagged_response(self, typ: str, dat: Text, name: str) -> tuple[str, Rows]:
        """The result of a command whose data is in untagged responses: they, or after NO the server's words."""
        return (typ, [*dat]) if typ == "NO" else (typ, self._conversation.take(name))

    def _take_back(self) -> bytes:
        """What the session has received beyond the last response, for a program that reads by itself."""
        return self._conversation.session.engine.framer.drain()

    def _give(self, octets: bytes) -> None:
        if octets:
            self._conversation.session.engine.framer.feed(octets)


def _module_debug() -> int:
    """The level that a program has set for the module as a whole."""
    level = getattr(sys.modules["mailkit.protocol"], "Debug", 0)
    return level if isinstance(level, int) else 0
