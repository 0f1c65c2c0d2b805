"""A program may take open, read, readline, send and shutdown into its own hands, and the rest then uses them."""

from __future__ import annotations

import shlex
import socket
import ssl
from collections.abc import Iterator

import pytest

from mailkit.protocol import IMAP4, IMAP4_SSL, IMAP4_session, IMAP4_stream
from mailkit.protocol.commands.login import Login
from mailkit.protocol.complete import complete
from mailkit.protocol.network import Address
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.session import Session
from mailkit.protocol.transport import ThreadNetwork
from tests.protocol.classic.paper import Paper
from tests.scripted import MiniServer, Peer, ScriptedServer
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

MESSAGE = b"Subject: one\r\n\r\nHello\r\n"


@pytest.fixture
def server() -> Iterator[MiniServer]:
    with MiniServer({"INBOX": [MESSAGE]}) as mini:
        yield mini


def test_each_line_and_each_literal_is_asked_for() -> None:
    paper = Paper(b"* 1 FETCH (A {5}\r\nab\r\nc B {0}\r\n)\r\n* 3 EXISTS\r\n%t OK done\r\n", state="SELECTED")
    paper.fetch("1", "(A B)")
    assert paper.calls == ["readline", "read 5", "readline", "readline", "readline", "readline"]


def test_logout_calls_shutdown() -> None:
    paper = Paper(b"* BYE\r\n%t OK\r\n")
    paper.logout()
    assert paper.calls[-1] == "shutdown"


def test_open_is_called_first_and_shutdown_when_the_greeting_is_none() -> None:
    calls: list[str] = []

    class Watched(Paper):
        def shutdown(self) -> None:
            calls.extend(self.calls)

    with pytest.raises(IMAP4.error, match="turned us away: no room"):
        Watched(greeting=b"* BYE no room")
    assert calls == ["open", "readline"]


def test_read_may_give_less_than_it_was_asked_for() -> None:
    class Slow(Paper):
        def read(self, size: int) -> bytes:
            return super().read(min(size, 2))

    slow = Slow(b"* 1 FETCH (A {5}\r\nab\r\nc)\r\n%t OK done\r\n", state="SELECTED")
    assert slow.fetch("1", "(A)") == ("OK", [(b"1 (A {5}", b"ab\r\nc"), b")"])
    assert slow.calls == ["readline", "read 2", "read 2", "read 1", "readline", "readline"]


class Watching(IMAP4):
    """Lets everything through, and keeps it."""

    def __init__(self, host: str, port: int) -> None:
        self.sent = b""
        self.received = b""
        self.is_shut = False
        super().__init__(host, port, timeout=10)

    def read(self, size: int) -> bytes:
        octets = super().read(size)
        self.received += octets
        return octets

    def readline(self) -> bytes:
        octets = super().readline()
        self.received += octets
        return octets

    def send(self, data: bytes) -> None:
        self.sent += data
        super().send(data)

    def shutdown(self) -> None:
        self.is_shut = True
        super().shutdown()


def test_a_whole_session_with_starttls_passes_through_the_overrides(dovecot: Dovecot, fresh_user: User) -> None:
    with Watching(dovecot.strict_host, dovecot.port) as client:
        client.starttls(dovecot.ssl_context())
        client.login(*fresh_user)
        client.append("INBOX", None, None, MESSAGE)
        assert client.select() == ("OK", [b"1"])
        _, rows = client.fetch("1", "(RFC822)")
        assert rows == [(b"1 (FLAGS (\\Seen \\Recent) RFC822 {23}", MESSAGE), b")"]
    assert client.is_shut
    assert client.sent.startswith(client.tagpre + b"1 CAPABILITY\r\n")
    assert client.sent.endswith(b" LOGOUT\r\n")
    assert client.received.startswith(b"* OK ")
    assert MESSAGE in client.received


def test_what_one_object_overrides_counts_too(server: MiniServer) -> None:
    with IMAP4(*server.address, timeout=10) as client:
        lines: list[bytes] = []
        readline = client.readline

        def watched() -> bytes:
            lines.append(readline())
            return lines[-1]

        client.readline = watched  # type: ignore[method-assign]  # that is the point
        client.noop()
        assert lines == [b"%s2 OK done\r\n" % client.tagpre] or lines[-1].startswith(client.tagpre + b"2 OK")


def test_open_may_bring_its_own_socket_and_file(server: MiniServer) -> None:
    class Own(IMAP4):
        def open(self, host: str = "", port: int = 0) -> None:  # type: ignore[override]  # as before Python 3.9
            self.sock = socket.create_connection(server.address, timeout=10)
            self.file = self.sock.makefile("rb")

    with Own() as client:
        assert client.login("alice", "alicepw")[0] == "OK"
        assert client.select() == ("OK", [b"1"])


def test_open_may_read_before_the_conversation_begins() -> None:
    def script(peer: Peer) -> None:
        assert peer.line() == b"CONNECT"
        peer.send(b"go ahead\r\n* PREAUTH hi\r\n")
        for answer in (b"* CAPABILITY IMAP4rev1\r\n", b"* BYE\r\n"):
            command = peer.command()
            peer.send(answer)
            peer.ok(command.tag)

    class Proxied(IMAP4):
        def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
            super().open(host, port, timeout)
            self.send(b"CONNECT\r\n")
            assert self.readline() == b"go ahead\r\n"

    with ScriptedServer(script) as server, Proxied(*server.address) as client:
        assert client.state == "AUTH"


def test_a_file_that_is_no_buffered_reader_is_read_by_lines(server: MiniServer) -> None:
    class Odd(IMAP4):
        def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
            super().open(host, port, timeout)
            self.file = self.sock.makefile("rwb")  # type: ignore[assignment]  # it is one, but typeshed does not say so

    with Odd(*server.address, timeout=10) as client:
        client.login("alice", "alicepw")
        client.select()
        assert client.fetch("1", "(RFC822.SIZE)") == ("OK", [b"1 (RFC822.SIZE 23)"])


def test_a_program_may_read_and_write_by_itself_between_commands() -> None:
    def script(peer: Peer) -> None:
        peer.send(b"* PREAUTH hi\r\n")
        first = peer.command()
        peer.send(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
        peer.send(first.tag + b" OK done\r\n* 1 EXI")
        assert peer.line() == b"X1 IDLE"
        peer.send(b"STS\r\n+ idling\r\n* 2 EXISTS\r\n12345")
        assert peer.line() == b"DONE"
        peer.send(b"X1 OK done\r\n")
        last = peer.command()
        peer.send(b"* BYE\r\n")
        peer.ok(last.tag)

    with ScriptedServer(script) as server, IMAP4(*server.address, timeout=10) as client:
        client.send(b"X1 IDLE\r\n")
        assert client.readline().endswith(b"STS\r\n")
        assert client.readline() == b"+ idling\r\n"
        assert client.readline() == b"* 2 EXISTS\r\n"
        assert client.read(5) == b"12345"
        client.send(b"DONE\r\n")
        assert client.readline() == b"X1 OK done\r\n"


def test_a_child_process_by_the_shell_or_by_arguments(dovecot: Dovecot, fresh_user: User) -> None:
    dovecot.maildir(fresh_user.name).add(MESSAGE)
    argv = dovecot.preauth_argv(fresh_user.name)
    for command in (shlex.join(argv), argv):
        with IMAP4_stream(command) as client:
            assert client.state == "AUTH"
            assert client.command is command
            assert client.select() == ("OK", [b"1"])
            assert client.readfile is client.file
            assert client.host is None
        assert client.process.returncode is not None


def test_a_child_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.protocol.imap4._PATIENCE", 0.1)
    say = "printf '* PREAUTH hi\\r\\n'; read tag rest; printf '* CAPABILITY IMAP4rev1\\r\\n%s OK\\r\\n' $tag"
    client = IMAP4_stream(["/bin/sh", "-c", f"{say}; exec sleep 60"])
    client.shutdown()
    assert client.process.returncode == -9


def test_a_child_that_cannot_be_started_is_an_os_error() -> None:
    with pytest.raises(OSError, match="no-such-program"):
        IMAP4_stream(["/no-such-program"])


def test_tls_is_verified_unless_a_context_says_else(dovecot: Dovecot) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAP4_SSL(dovecot.host, dovecot.tls_port, timeout=10)
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    with IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=careless, timeout=10) as client:
        assert isinstance(client.ssl(), ssl.SSLSocket)
        assert client.ssl() is client.socket()
    with IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=dovecot.ssl_context()) as client:
        assert client.noop()[0] == "OK"


def test_starttls_verifies_too_and_never_goes_on_in_plaintext(dovecot: Dovecot) -> None:
    client = IMAP4(dovecot.host, dovecot.port, timeout=10)
    with pytest.raises(ssl.SSLCertVerificationError):
        client.starttls()
    with pytest.raises(IMAP4.abort):
        client.noop()
    assert client.socket().fileno() == -1


def test_files_of_a_client_certificate_are_the_old_form(dovecot: Dovecot, cyrus: Cyrus) -> None:
    pair = dovecot.client_cert
    context = dovecot.ssl_context()
    with pytest.raises(ValueError, match="mutually exclusive"):
        IMAP4_SSL("", 993, str(pair.key), str(pair.certificate), context)
    with pytest.raises(ValueError, match="certfile must be specified"):
        IMAP4_SSL("", 993, str(pair.key))
    with pytest.warns(DeprecationWarning, match="certfile"), pytest.raises(ssl.SSLCertVerificationError):
        IMAP4_SSL(dovecot.host, dovecot.tls_port, str(pair.key), str(pair.certificate))


def test_annotations_on_cyrus(cyrus: Cyrus) -> None:
    with IMAP4(cyrus.host, cyrus.port, timeout=10) as client:
        client.login(*cyrus.fresh_user())
        assert client.setannotation("INBOX", "/comment", '("value.priv" "mine alone")')[0] == "OK"
        assert client.getannotation("INBOX", "/comment", "value.priv") == (
            "OK",
            [b'INBOX "/comment" ("value.priv" "mine alone")'],
        )
        assert client.setannotation("INBOX", '"/comment"', '("value.priv" NIL)')[0] == "OK"
        assert client.getannotation("INBOX", '"/comment"', '"value.priv"')[1] in (
            [None],
            [b'INBOX "/comment" ("value.priv" NIL)'],
        )


def test_a_session_that_is_open_goes_on_as_a_classic_object(server: MiniServer) -> None:
    async def opened() -> Session:
        network = ThreadNetwork()
        session = Session(await network.connect(Address(*server.address), None, 5), network, timeout=5)
        await session.greet()
        await session.run(Login("alice", Secret("alicepw")))
        return session

    session = complete(opened())
    client = IMAP4_session(session)
    assert client.state == "AUTH"
    assert client.select() == ("OK", [b"1"])
    assert client.fetch("1", "(RFC822.SIZE)") == ("OK", [b"1 (RFC822.SIZE 23)"])
    assert session.engine.exists == 1
    assert client.logout()[0] == "BYE"
    assert not session.is_usable
