"""IDLE is a context manager that iterates what comes, for as long as it was told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from mailkit.protocol import IMAP4, IMAP4_SSL
from tests.protocol.classic.paper import Paper
from tests.scripted import Command, Peer, ScriptedServer
from tests.servers.dovecot import Dovecot
from tests.servers.server import User


def _server(during: Callable[[Peer, Command], object], after: bytes = b"") -> ScriptedServer:
    """A peer that idles once: `during` says what comes before DONE."""

    def script(peer: Peer) -> None:
        peer.send(b"* PREAUTH hi\r\n")
        command = peer.command()
        peer.send(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
        peer.ok(command.tag)
        command = peer.command()
        assert command.verb == "IDLE"
        during(peer, command)
        assert peer.line() == b"DONE"
        peer.send(after)
        peer.ok(command.tag)
        command = peer.command()
        peer.send(b"* BYE\r\n")
        peer.ok(command.tag)

    return ScriptedServer(script)


@pytest.fixture
def busy() -> Iterator[IMAP4]:
    """A connection whose server tells three things at once, before and after it lets us idle, and then one more."""

    def during(peer: Peer, command: Command) -> None:
        peer.send(b"* 1 EXISTS\r\n+ idling\r\n* 1 RECENT\r\n* 1 FETCH (X {3}\r\na\r\n FLAGS ())\r\n")
        peer.sleep(0.3)
        peer.send(b"* OK [ALERT] still here\r\n")

    with _server(during, after=b"* 7 EXISTS\r\n") as server, IMAP4(*server.address, timeout=5) as client:
        yield client


NEWS = [("EXISTS", [b"1"]), ("RECENT", [b"1"]), ("FETCH", [(b"1 (X {3}", b"a\r\n"), b" FLAGS ())"])]


def test_everything_that_comes_is_given_until_the_time_is_over(busy: IMAP4) -> None:
    began = time.monotonic()
    with busy.idle(duration=0.6) as idler:
        assert list(idler) == [*NEWS, ("OK", [b"[ALERT] still here"]), ("ALERT", [b""])]
        assert 0.5 < time.monotonic() - began < 3
        assert list(idler) == []
    assert busy.response("EXISTS") == ("EXISTS", [b"7"])


def test_without_a_duration_it_waits_longer_than_the_socket_would(busy: IMAP4) -> None:
    with busy.idle() as idler:
        busy.socket().settimeout(0.1)
        for number, (name, rows) in enumerate(idler, 1):
            if number == 4:
                assert (name, rows) == ("OK", [b"[ALERT] still here"])
                break
        busy.socket().settimeout(5)
    assert busy.state == "AUTH"


def test_a_burst_ends_when_nothing_comes_for_a_while(busy: IMAP4) -> None:
    with busy.idle(duration=5) as idler:
        assert list(idler.burst(interval=0.1)) == NEWS
        assert list(idler.burst(interval=0.1)) == [("OK", [b"[ALERT] still here"]), ("ALERT", [b""])]


def test_a_burst_waits_no_longer_than_the_duration(busy: IMAP4) -> None:
    with busy.idle(duration=0.1) as idler:
        list(idler.burst())
        assert list(idler.burst()) == []


def test_what_is_not_taken_is_for_response(busy: IMAP4) -> None:
    with busy.idle(duration=1) as idler:
        assert next(idler) == NEWS[0]
    assert busy.response("RECENT") == ("RECENT", [b"1"])
    assert busy.response("FETCH") == ("FETCH", NEWS[2][1])
    assert busy.response("EXISTS") == ("EXISTS", [b"7"])


def test_no_command_goes_while_it_idles(busy: IMAP4) -> None:
    with busy.idle(duration=0.01) as idler:
        with pytest.raises(IMAP4.error, match="illegal in state IDLING"):
            busy.noop()
        list(idler)
    assert busy.state == "AUTH"


def test_an_exception_inside_is_what_comes_out(busy: IMAP4) -> None:
    with pytest.raises(ZeroDivisionError), busy.idle(duration=1):
        raise ZeroDivisionError
    assert busy.state == "AUTH"


def test_a_connection_that_ends_raises_abort() -> None:
    def during(peer: Peer, command: Command) -> None:
        peer.send(b"+ idling\r\n* 1 EXISTS\r\n* BYE going down\r\n")
        peer.close()

    with _server(during) as server:
        client = IMAP4(*server.address, timeout=5)
        with pytest.raises(IMAP4.abort, match="going down"), client.idle() as idler:
            assert next(idler) == ("EXISTS", [b"1"])
            assert next(idler) == ("BYE", [b"going down"])
            next(idler)
        client.shutdown()


def test_a_flood_still_ends() -> None:
    def during(peer: Peer, command: Command) -> None:
        peer.send(b"+ idling\r\n" + b"* 1 EXISTS\r\n" * 20_000)

    with _server(during) as server, IMAP4(*server.address, timeout=5) as client:
        with client.idle(duration=0.05) as idler:
            taken = sum(1 for _ in idler)
        left = [row for row in client.response("EXISTS")[1] if row is not None]
        assert taken + len(left) == 20_000
        assert client.state == "AUTH"


@pytest.mark.parametrize("answer", [b"%t NO not here\r\n", b"%t BAD what\r\n"])
def test_a_refusal_raises_error(answer: bytes) -> None:
    paper = Paper(answer, offers=b"IMAP4rev1 IDLE", state="AUTH")
    with pytest.raises(IMAP4.error), paper.idle():
        pass
    assert paper.state == "AUTH"
    assert paper.noop()[0] == "OK"


def test_a_server_without_idle_is_not_asked() -> None:
    paper = Paper(state="AUTH")
    with pytest.raises(IMAP4.error, match="does not support"):
        paper.idle()
    assert paper.sent == []


def test_an_idler_is_for_a_with_statement() -> None:
    with pytest.raises(IMAP4.error, match="with statement"):
        next(Paper(offers=b"IMAP4rev1 IDLE", state="AUTH").idle(1))


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_news_of_dovecot(dovecot: Dovecot, fresh_user: User, tls: bool) -> None:
    def connect() -> IMAP4:
        if tls:
            return IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=dovecot.ssl_context(), timeout=10)
        return IMAP4(dovecot.host, dovecot.port, timeout=10)

    with connect() as one, connect() as other:
        for client in (one, other):
            client.login(*fresh_user)
        one.select()
        with one.idle(duration=0.1) as idler:
            assert list(idler) == []
        with one.idle(duration=10) as idler:
            other.append("INBOX", None, None, b"Subject: x\r\n\r\n")
            assert next(idler.burst(0.2)) == ("EXISTS", [b"1"])
        assert one.noop()[0] == "OK"
