"""What goes wrong is said with the classic exceptions, and nothing leaks."""

from __future__ import annotations

import socket
import ssl

import pytest

from mailkit import errors
from mailkit.protocol import IMAP4, IMAP4_SSL
from mailkit.protocol.wire.limits import Limits
from tests.certificates import Certificates
from tests.protocol.classic.paper import Paper
from tests.scripted import Peer, ScriptedServer, fixtures

certificates = fixtures.certificates


def test_the_exceptions_are_what_they_were() -> None:
    assert issubclass(IMAP4.error, errors.MailkitError)
    assert issubclass(IMAP4.abort, IMAP4.error)
    assert issubclass(IMAP4.readonly, IMAP4.abort)


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"* BYE no room", "error"),
        (b"hello", "abort"),
        (b"* 1 EXISTS", "abort"),
        (b"+ go", "abort"),
        (b"X1 OK hello", "abort"),
    ],
)
def test_what_is_no_greeting_raises(greeting: bytes, kind: str) -> None:
    with pytest.raises(IMAP4.error) as caught:
        Paper(greeting=greeting)
    assert type(caught.value).__name__ == kind


def test_a_greeting_is_kept_as_it_came() -> None:
    paper = Paper(greeting=b"* OK [CAPABILITY IMAP4rev1] Hello {5}")
    assert paper.welcome == b"* OK [CAPABILITY IMAP4rev1] Hello {5}"
    assert paper.state == "NONAUTH"
    assert Paper(greeting=b"* PREAUTH hi").state == "AUTH"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"* 1 FETCH (A {5}\r\nab",
        b"* 1 EXISTS\r\n%t O",
        b"* BYE going down\r\n",
        b"nonsense\r\n",
        b"X99 OK done\r\n",
        b"%t OK done\n",
        b"* 1 FETCH (A {99999999999999999999}\r\n",
        b"* 1 FETCH (A {5000000000}\r\n",
        b"+ go on\r\n",
    ],
)
def test_a_broken_conversation_raises_abort_and_stays_broken(said: bytes) -> None:
    paper = Paper(said, state="AUTH")
    for _ in range(2):
        with pytest.raises(IMAP4.abort) as caught:
            paper.noop()
        assert isinstance(caught.value.__cause__, errors.MailkitError)
    assert paper.sent == [b"T NOOP\r\n"]


def test_what_came_before_a_failure_is_not_lost() -> None:
    paper = Paper(b"* 1 EXISTS\r\n* BYE [UNAVAILABLE] going down\r\n", state="AUTH")
    with pytest.raises(IMAP4.abort, match="going down"):
        paper.noop()
    assert paper.untagged_responses == {"EXISTS": [b"1"], "BYE": [b"[UNAVAILABLE] going down"]}


def test_a_malformed_response_costs_only_itself() -> None:
    paper = Paper(b"* \r\n* 1 EXISTS\r\n%t OK done\r\n", state="AUTH")
    assert paper.noop() == ("OK", [b"done"])
    assert paper.response("EXISTS") == ("EXISTS", [b"1"])


def test_a_subclass_sets_its_own_limits() -> None:
    class Narrow(Paper):
        limits = Limits(line=100, literal=10, bare_line_feeds=False)

    assert Narrow(b"* 1 FETCH (A {10}\r\n0123456789)\r\n%t OK done\r\n", state="SELECTED").fetch("1", "A")[0] == "OK"
    for said in (b"* 1 FETCH (A {11}\r\n0123456789A)\r\n%t OK done\r\n", b"* " + b"x" * 200 + b"\r\n%t OK done\r\n"):
        with pytest.raises(IMAP4.abort):
            Narrow(said, state="SELECTED").fetch("1", "A")


def test_what_nobody_takes_does_not_grow_for_ever() -> None:
    class Narrow(Paper):
        limits = Limits(rows=5, bare_line_feeds=False)

    paper = Narrow(*(b"* %d EXISTS\r\n%%t OK done\r\n" % count for count in range(20)), state="AUTH")
    for _ in range(20):
        paper.noop()
    assert paper.response("EXISTS") == ("EXISTS", [b"14", b"15", b"16", b"17", b"18", b"19"])


def test_a_mailbox_that_can_only_be_read_raises_readonly() -> None:
    paper = Paper(b"* 3 EXISTS\r\n%t OK [READ-ONLY] done\r\n", state="AUTH")
    with pytest.raises(IMAP4.readonly, match=r"^INBOX is not writable$"):
        paper.select()
    assert paper.state == "SELECTED"
    with pytest.raises(IMAP4.readonly, match=r"^mailbox status changed to READ-ONLY$"):
        paper.noop()
    assert paper.select("INBOX", readonly=True)[0] == "OK"
    assert paper.is_readonly
    assert paper.noop()[0] == "OK"


def test_a_mailbox_that_becomes_read_only_raises_at_the_next_command() -> None:
    paper = Paper(b"* OK [READ-ONLY] now\r\n%t OK done\r\n", state="SELECTED")
    assert paper.noop()[0] == "OK"
    with pytest.raises(IMAP4.readonly):
        paper.noop()
    assert paper.sent == [b"T NOOP\r\n"]


def test_an_exception_in_a_with_block_closes_the_socket() -> None:
    with ScriptedServer(_hang_after_capability) as server:
        with pytest.raises(ZeroDivisionError), IMAP4(*server.address, timeout=0.2) as client:
            raise ZeroDivisionError
        assert client.socket().fileno() == -1


def test_who_is_told_nothing_in_time_gets_a_timeout_error() -> None:
    with ScriptedServer(_hang_after_capability) as server:
        client = IMAP4(*server.address, timeout=0.1)
        with pytest.raises(TimeoutError):
            client.noop()
        client.shutdown()


def test_a_greeting_that_does_not_come_in_time_is_a_timeout_error_and_closes() -> None:
    with ScriptedServer(lambda peer: peer.wait_closed()) as server, pytest.raises(TimeoutError):
        IMAP4(*server.address, timeout=0.1)


def test_timeout_is_that_of_the_socket_and_zero_is_refused() -> None:
    with ScriptedServer(_serve) as server, IMAP4(*server.address, timeout=7) as client:
        assert client.sock.gettimeout() == 7
        client.socket().settimeout(8)
        assert client.noop()[0] == "OK"
    with pytest.raises(ValueError, match="timeout=0"):
        IMAP4("127.0.0.1", 1, timeout=0)


def test_nobody_there_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        IMAP4("127.0.0.1", port)
    with pytest.raises(ConnectionRefusedError):
        IMAP4_SSL("127.0.0.1", port)


def test_a_connection_that_is_cut_raises_abort_and_shutdown_may_be_called_twice() -> None:
    with ScriptedServer(_close_after_capability) as server:
        client = IMAP4(*server.address, timeout=5)
        with pytest.raises(IMAP4.abort):
            client.noop()
        client.shutdown()
        client.shutdown()
        with pytest.raises(IMAP4.abort):
            client.noop()


def test_octets_before_tls_end_the_connection(certificates: Certificates) -> None:
    def script(peer: Peer) -> None:
        _greet(peer, b"IMAP4rev1 STARTTLS")
        command = peer.command()
        peer.send(command.tag + b" OK go\r\n* CAPABILITY IMAP4rev1 INJECTED\r\n")
        peer.wait_closed()

    for kind in (IMAP4, _ByLines):
        with ScriptedServer(script, tls=certificates.server.server_context()) as server:
            client = kind(*server.address, timeout=5)
            with pytest.raises(IMAP4.abort):
                client.starttls(certificates.client_context())
            assert client.socket().fileno() == -1


class _ByLines(IMAP4):
    def readline(self) -> bytes:
        return super().readline()


@pytest.mark.parametrize("answer", [b"NO not now", b"BAD what"])
def test_starttls_that_is_refused_raises_error_and_closes(answer: bytes) -> None:
    def script(peer: Peer) -> None:
        _greet(peer, b"IMAP4rev1 STARTTLS")
        command = peer.command()
        peer.send(command.tag + b" " + answer + b"\r\n")
        peer.wait_closed()

    with ScriptedServer(script) as server:
        client = IMAP4(*server.address, timeout=5)
        with pytest.raises(IMAP4.error):
            client.starttls()
        assert client.socket().fileno() == -1


def test_starttls_that_is_not_offered_raises_abort_and_sends_nothing() -> None:
    paper = Paper()
    with pytest.raises(IMAP4.abort, match="not supported"):
        paper.starttls()
    assert paper.sent == []


def test_what_was_said_before_tls_is_forgotten(certificates: Certificates) -> None:
    def script(peer: Peer) -> None:
        _greet(peer, b"IMAP4rev1 STARTTLS INJECTED", before=b'* LIST () "/" trap\r\n')
        peer.ok(peer.command().tag)
        peer.start_tls()
        _serve_rest(peer, b"IMAP4rev1")

    context = certificates.server.server_context()
    with ScriptedServer(script, tls=context) as server, IMAP4(*server.address, timeout=5) as client:
        assert "LIST" in client.untagged_responses
        client.starttls(certificates.client_context())
        assert client.untagged_responses == {}
        assert client.capabilities == ("IMAP4REV1",)
        assert isinstance(client.sock, ssl.SSLSocket)


def _greet(peer: Peer, offers: bytes, *, before: bytes = b"") -> None:
    peer.send(b"* OK hi\r\n")
    command = peer.command()
    peer.send(before + b"* CAPABILITY " + offers + b"\r\n")
    peer.ok(command.tag)


def _serve(peer: Peer) -> None:
    peer.send(b"* OK hi\r\n")
    _serve_rest(peer, b"IMAP4rev1")


def _serve_rest(peer: Peer, offers: bytes) -> None:
    while True:
        command = peer.command()
        if command.verb == "CAPABILITY":
            peer.send(b"* CAPABILITY " + offers + b"\r\n")
        if command.verb == "LOGOUT":
            peer.send(b"* BYE\r\n")
        peer.ok(command.tag)
        if command.verb == "LOGOUT":
            return


def _hang_after_capability(peer: Peer) -> None:
    _greet(peer, b"IMAP4rev1")
    peer.wait_closed()


def _close_after_capability(peer: Peer) -> None:
    _greet(peer, b"IMAP4rev1")


def test_starttls_on_a_connection_that_is_gone_raises_abort() -> None:
    paper = Paper(b"* BYE going down\r\n", offers=b"IMAP4rev1 STARTTLS")
    with pytest.raises(paper.abort):
        paper.noop()
    with pytest.raises(paper.abort, match="going down"):
        paper.starttls()
