"""The scripted peer does what it says, seen by the standard library's client and by raw sockets."""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator

import pytest

from tests.certificates import Certificates, Identity
from tests.scripted import (
    Command,
    Cut,
    CutProxy,
    DelayProxy,
    Malformed,
    MiniServer,
    Peer,
    ScriptedServer,
    ScriptTimeout,
    fixtures,
)

certificates = fixtures.certificates

MESSAGE = b"Subject: one\r\nFrom: A <a@example.org>\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"


def connect(server: ScriptedServer | CutProxy | DelayProxy) -> socket.socket:
    return socket.create_connection(server.address, timeout=5)


def read_all(sock: socket.socket) -> bytes:
    octets = b""
    while piece := sock.recv(4096):
        octets += piece
    return octets


# -- commands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "arguments"),
    [
        (b"a NOOP\r\n", ()),
        (b"a LOGIN alice {3}\r\nx\r\n\r\n", (b"alice", b"x\r\n")),
        (b'a SELECT "a \\"b\\\\"\r\n', (b'a "b\\',)),
        (b'a LIST "" (a% "*")\r\n', (b"", (b"a%", b"*"))),
        (b"a STORE 1 FLAGS ()\r\n", (b"1", b"FLAGS", ())),
        (b"a FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (To Cc)]<0.9>)\r\n",
         (b"1:*", (b"UID", b"BODY.PEEK[HEADER.FIELDS (To Cc)]<0.9>"))),
        (b"a APPEND x (\\Seen) ~{2+}\r\n\0\xff\r\n", (b"x", (b"\\Seen",), b"\0\xff")),
    ],
)  # fmt: skip
def test_arguments_are_compared_by_value(octets: bytes, arguments: tuple[object, ...]) -> None:
    assert Command.read(octets).arguments == arguments


@pytest.mark.parametrize("rest", [b'"open', b'"a\\b"', b"a  b", b"(a", b"a)", b"a\x01b", b"\xff", b'a"b"', b"a "])
def test_what_is_no_argument_is_malformed(rest: bytes) -> None:
    with pytest.raises(Malformed):
        _ = Command.read(b"a NOOP " + rest + b"\r\n").arguments


@pytest.mark.parametrize("octets", [b"\r\n", b"a+ NOOP\r\n", b"a\r\n", b"(a NOOP\r\n", b"a N\xffP\r\n"])
def test_a_command_needs_tag_and_verb(octets: bytes) -> None:
    with pytest.raises(Malformed):
        Command.read(octets)


def test_a_synchronising_literal_is_asked_for_and_the_other_is_not() -> None:
    commands: list[Command] = []

    def script(peer: Peer) -> None:
        commands.extend([peer.command(), peer.command()])

    with ScriptedServer(script) as server, connect(server) as sock:
        sock.sendall(b"a LOGIN {1}\r\n")
        assert sock.recv(99) == b"+ go on\r\n"
        sock.sendall(b'A "b"\r\nb UID FETCH {1+}\r\n1 FLAGS\r\n')
        assert read_all(sock) == b""
    assert [(c.tag, c.verb, c.rest, c.literals) for c in commands] == [
        (b"a", "LOGIN", b'{1}\r\nA "b"', (b"A",)),
        (b"b", "UID FETCH", b"{1+}\r\n1 FLAGS", (b"1",)),
    ]
    assert server.received == [b'a LOGIN {1}\r\nA "b"\r\nb UID FETCH {1+}\r\n1 FLAGS\r\n']


# -- the peer -----------------------------------------------------------------------------------


def test_octets_and_lines_are_exact_and_slow_when_asked() -> None:
    def script(peer: Peer) -> None:
        peer.send(b"\0\xff")
        assert peer.line() == b"one"
        assert peer.octets(3) == b"two"
        peer.send_slowly(b"abc", 0.02)

    with ScriptedServer(script) as server, connect(server) as sock:
        assert sock.recv(2) == b"\0\xff"
        sock.sendall(b"one\r\ntwo")
        started = time.monotonic()
        assert read_all(sock) == b"abc"
        assert time.monotonic() - started >= 0.04


def test_a_failed_assertion_in_a_script_fails_the_test() -> None:
    def script(peer: Peer) -> None:
        assert peer.line() == b"right"

    def talk() -> None:
        with ScriptedServer(script) as server, connect(server) as sock:
            sock.sendall(b"wrong\r\n")
            assert read_all(sock) == b""

    with pytest.raises(AssertionError, match="wrong"):
        talk()


def test_a_silent_client_is_a_timeout() -> None:
    server = ScriptedServer(Peer.wait_closed, timeout=0.1)
    with pytest.raises(ScriptTimeout), server, connect(server) as sock:
        read_all(sock)


@pytest.mark.parametrize(
    "script",
    [
        lambda peer: peer.line(),
        lambda peer: peer.sleep(60),
        lambda peer: [peer.send(b"*" * 65536) for _ in iter(int, 1)],
        lambda peer: peer.send_slowly(b"*" * 1000, 1),
    ],
    ids=["waits", "sleeps", "floods", "drips"],
)
def test_the_end_of_the_block_ends_every_script(script: object) -> None:
    assert callable(script)
    started = time.monotonic()
    with ScriptedServer(script) as server, connect(server):
        pass
    assert time.monotonic() - started < 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scripted")]
    with pytest.raises(ConnectionRefusedError):
        connect(server)


def test_reset_close_and_half_close_are_told_apart() -> None:
    def half(peer: Peer) -> None:
        peer.send(b"x")
        peer.half_close()
        assert peer.line() == b"still heard"

    scripts = (lambda peer: peer.reset(), lambda peer: peer.close(), half)
    with ScriptedServer(*scripts) as server:
        with pytest.raises(ConnectionResetError), connect(server) as sock:  # it may come before the connect has ended
            sock.recv(1)
        with connect(server) as sock:
            assert read_all(sock) == b""
        with connect(server) as sock:
            assert read_all(sock) == b"x"
            sock.sendall(b"still heard\r\n")
            server.finish()
    assert server.received[2] == b"still heard\r\n"


def test_closing_on_unread_octets_loses_nothing() -> None:
    def script(peer: Peer) -> None:
        assert peer.line() == b"a"
        peer.send(b"* BYE\r\n")

    with ScriptedServer(script) as server, connect(server) as sock:
        sock.sendall(b"a\r\nb\r\n")
        assert read_all(sock) == b"* BYE\r\n"
    assert server.received == [b"a\r\nb\r\n"]


@pytest.mark.parametrize("size", range(6))
def test_a_cut_comes_after_exactly_so_many_octets_sent(size: int) -> None:
    def script(peer: Peer) -> None:
        peer.send(b"abc")
        peer.send(b"abc")

    with ScriptedServer(script, cuts=(Cut(sent=size),)) as server:
        with connect(server) as sock:
            assert read_all(sock) == b"abcabc"[:size]
        with connect(server) as sock:
            assert read_all(sock) == b"abcabc"


@pytest.mark.parametrize("size", range(5))
def test_a_cut_comes_after_exactly_so_many_octets_received(size: int) -> None:
    with ScriptedServer(lambda peer: peer.wait_closed(), cuts=(Cut(received=size),)) as server, connect(server) as sock:
        sock.sendall(b"abcde")
        server.finish()
    assert server.received == [b"abcde"[:size]]


def test_ipv6_is_served() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with ScriptedServer(lambda peer: peer.send(b"six"), ipv6=True) as server, connect(server) as sock:
        assert read_all(sock) == b"six"


# -- TLS ----------------------------------------------------------------------------------------


def test_starttls_in_mid_script_and_close_notify(certificates: Certificates) -> None:
    def script(peer: Peer) -> None:
        peer.send(b"* OK\r\n")
        assert peer.line() == b"go"
        peer.start_tls()
        assert peer.line() == b"inside"
        peer.send(b"x" * 100_000)

    with ScriptedServer(script, tls=certificates.server.server_context()) as server, connect(server) as plain:
        assert plain.recv(99) == b"* OK\r\n"
        plain.sendall(b"go\r\n")
        context = certificates.client_context()
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as sock:
            sock.sendall(b"inside\r\n")
            assert read_all(sock) == b"x" * 100_000
    assert server.received == [b"go\r\ninside\r\n"]


def test_a_tls_cut_is_no_close_notify(certificates: Certificates) -> None:
    context = certificates.server.server_context()
    careful = certificates.client_context()
    careful.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # Debian's Python 3.11.2 sets it
    with (
        ScriptedServer(lambda peer: peer.tls_cut(), tls=context, implicit_tls=True) as server,
        careful.wrap_socket(connect(server), server_hostname="127.0.0.1", suppress_ragged_eofs=False) as sock,
        pytest.raises(ssl.SSLError, match=r"EOF occurred in violation|UNEXPECTED_EOF_WHILE_READING"),
    ):
        sock.recv(1)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("self_signed", "self-signed"), ("wrong_host", "not valid for 'localhost'"), ("expired", "expired")],
)
def test_a_careful_client_refuses_a_bad_certificate(certificates: Certificates, name: str, reason: str) -> None:
    identity = getattr(certificates, name)
    assert isinstance(identity, Identity)
    with ScriptedServer(lambda _: None, tls=identity.server_context(), implicit_tls=True) as server:
        with connect(server) as sock, pytest.raises(ssl.SSLCertVerificationError, match=reason):
            certificates.client_context().wrap_socket(sock, server_hostname="localhost")
        server.finish()
    assert server.connections[0].tls_error is not None


def test_old_tls_can_be_offered_and_is_refused(certificates: Certificates) -> None:
    context = certificates.server.server_context(maximum=ssl.TLSVersion.TLSv1_1)
    server = ScriptedServer(lambda _: None, tls=context, implicit_tls=True)
    with server, connect(server) as sock, pytest.raises(ssl.SSLError):
        certificates.client_context().wrap_socket(sock, server_hostname="localhost")


def test_both_sides_are_compressed_after_deflate_starts() -> None:
    def script(peer: Peer) -> None:
        peer.start_deflate()
        assert peer.line() == b"a" * 1000
        peer.send(b"b" * 1000)

    deflate = zlib.compressobj(wbits=-15)
    with ScriptedServer(script) as server, connect(server) as sock:
        sock.sendall(deflate.compress(b"a" * 1000 + b"\r\n") + deflate.flush(zlib.Z_SYNC_FLUSH))
        answer = read_all(sock)
    assert len(answer) < 100
    assert zlib.decompressobj(wbits=-15).decompress(answer) == b"b" * 1000


# -- proxies ------------------------------------------------------------------------------------


def echo(peer: Peer) -> None:
    while True:
        peer.send(peer.line() + b"\r\n")


@pytest.mark.parametrize("size", range(7))
def test_the_cut_proxy_counts_octets_to_the_client(size: int) -> None:
    with ScriptedServer(echo) as server, CutProxy(server.address, size) as proxy, connect(proxy) as sock:
        sock.sendall(b"abc\r\nde\r\n")
        assert read_all(sock) == b"abc\r\nde\r\n"[:size]


def test_the_cut_proxy_counts_octets_to_the_server() -> None:
    with ScriptedServer(echo) as server, CutProxy(server.address, 7, "to_server") as proxy:
        with connect(proxy) as sock:
            sock.sendall(b"abc\r\nde\r\n")
            assert read_all(sock) in (b"abc\r\n", b"")
        with connect(proxy) as sock:
            sock.sendall(b"abc\r\nde\r\n")
            sock.shutdown(socket.SHUT_WR)
            assert read_all(sock) == b"abc\r\nde\r\n"
    assert server.received == [b"abc\r\nde", b"abc\r\nde\r\n"]


def test_the_cut_proxy_can_reset() -> None:
    with ScriptedServer(echo) as server, CutProxy(server.address, 2, reset=True) as proxy, connect(proxy) as sock:
        sock.sendall(b"abc\r\n")
        with pytest.raises(ConnectionResetError):
            read_all(sock)


def test_the_delay_proxy_delays_each_way_and_counts_turns() -> None:
    with ScriptedServer(echo) as server, DelayProxy(server.address, 0.05) as proxy, connect(proxy) as sock:
        for burst in (b"a\r\nb\r\n", b"c\r\n"):
            started = time.monotonic()
            sock.sendall(burst)
            received = b""
            while len(received) < len(burst):
                received += sock.recv(99)
            assert time.monotonic() - started >= 0.1
        assert proxy.turns == 2


# -- the small server ---------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[MiniServer]:
    with MiniServer({"INBOX": [MESSAGE, MESSAGE + b"two\r\n"], "Sent": []}) as mini:
        yield mini


@pytest.fixture
def client(server: MiniServer) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(*server.address, timeout=5) as connection:
        connection.login("alice", "alicepw")
        yield connection


def test_select_fetch_store_search(server: MiniServer, client: imaplib.IMAP4) -> None:
    assert client.select() == ("OK", [b"2"])
    assert client.uid("fetch", "2", "(BODY.PEEK[TEXT] FLAGS)") == (
        "OK", [(b"2 (UID 2 BODY[TEXT] {12}", b"Hello\r\ntwo\r\n"), b" FLAGS ())"],
    )  # fmt: skip
    assert client.fetch("1", "(BODY[HEADER.FIELDS (SUBJECT)]<0.9>)") == (
        "OK", [(b"1 (BODY[HEADER.FIELDS (SUBJECT)]<0> {9}", b"Subject: "), b" FLAGS (\\Seen))"],
    )  # fmt: skip
    assert client.store("1", "+FLAGS", r"(\Deleted x)") == ("OK", [rb"1 (FLAGS (\Deleted \Seen x))"])
    assert client.search(None, "OR", "(DELETED SEEN)", "UID", "7") == ("OK", [b"1"])
    assert client.search(None, "TEXT", '"two"', "NOT", "SEEN") == ("OK", [b"2"])
    assert client.uid("search", "RETURN (MIN COUNT ALL)", "ALL")[0] == "OK"
    assert client.untagged_responses["ESEARCH"] == [b'(TAG "%s") UID MIN 1 COUNT 2 ALL 1:2' % server.commands[-1].tag]
    assert client.expunge() == ("OK", [b"1"])
    sender = b'(("A" NIL "a" "example.org"))'
    assert client.fetch("1", "(UID ENVELOPE)") == (
        "OK", [b'1 (UID 2 ENVELOPE (NIL "one" %s %s %s NIL NIL NIL NIL "<1@example.org>"))' % (sender, sender, sender)],
    )  # fmt: skip


def test_mailboxes_and_their_status(server: MiniServer, client: imaplib.IMAP4) -> None:
    assert client.create('"New box"')[0] == "OK"
    assert client.list('""', "%") == (
        "OK", [b'(\\HasNoChildren) "/" INBOX', b'(\\HasNoChildren) "/" "New box"', b'(\\HasNoChildren) "/" Sent'],
    )  # fmt: skip
    assert client.status("INBOX", "(MESSAGES UIDNEXT UNSEEN)") == ("OK", [b"INBOX (MESSAGES 2 UIDNEXT 3 UNSEEN 2)"])
    assert client.rename("Sent", "Old")[0] == "OK"
    assert client.delete("Sent") == ("NO", [b"[NONEXISTENT] no such mailbox"])
    assert sorted(server.mailboxes) == [b"INBOX", b"New box", b"Old"]


def test_append_copy_move_tell_uids(server: MiniServer, client: imaplib.IMAP4) -> None:
    assert client.append("Sent", r"(\Seen)", '"17-Jul-1996 02:44:25 -0700"', MESSAGE) == (
        "OK", [b"[APPENDUID 1 1] done"],
    )  # fmt: skip
    assert server.mailboxes[b"Sent"].messages[0].octets == MESSAGE
    client.select()
    assert client.copy("1:2", "Sent") == ("OK", [b"[COPYUID 1 1:2 2:3] done"])
    assert client.uid("move", "1", "Sent")[0] == "OK"
    assert [message.uid for message in server.mailboxes[b"INBOX"].messages] == [2]
    assert client.copy("1", "Nowhere") == ("NO", [b"[TRYCREATE] no such mailbox"])


def test_authenticate_plain_and_a_wrong_password(server: MiniServer) -> None:
    with imaplib.IMAP4(*server.address, timeout=5) as client:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login("alice", "wrong")
        assert client.authenticate("PLAIN", lambda _: b"\0alice\0alicepw")[0] == "OK"


def test_what_is_not_offered_is_unknown() -> None:
    server = MiniServer({"INBOX": [MESSAGE]}, capabilities=["IMAP4rev1"], preauth=True)
    with server, imaplib.IMAP4(*server.address, timeout=5) as client:
        client.select()
        with pytest.raises(imaplib.IMAP4.error, match="unknown command"):
            client.uid("move", "1", "INBOX")


def test_8_bit_octets_are_refused_outside_of_literals(server: MiniServer) -> None:
    with connect(server) as sock, sock.makefile("rb") as lines:
        sock.sendall(b'a LOGIN "\xff" x\r\nb LOGIN {1+}\r\n\xff x\r\n')
        lines.readline()
        assert lines.readline() == b"a BAD 8-bit octets outside of literals\r\n"
        assert lines.readline() == b"b NO [AUTHENTICATIONFAILED] wrong user or password\r\n"


def test_idle_hears_of_changes_at_once(server: MiniServer) -> None:
    with connect(server) as sock, sock.makefile("rb") as lines:
        sock.sendall(b"a LOGIN alice alicepw\r\nb SELECT INBOX\r\nc IDLE\r\n")
        while lines.readline() != b"+ idling\r\n":
            pass
        server.deliver("INBOX", MESSAGE)
        assert lines.readline() == b"* 3 EXISTS\r\n"
        server.expunge("INBOX", 1)
        assert lines.readline() == b"* 1 EXPUNGE\r\n"
        server.set_flags("INBOX", 2, "\\Seen")
        assert lines.readline() == b"* 1 FETCH (UID 2 FLAGS (\\Seen))\r\n"
        server.push(b"* OK still here\r\n")
        assert lines.readline() == b"* OK still here\r\n"
        sock.sendall(b"DONE\r\n")
        assert lines.readline() == b"c OK done\r\n"


def test_an_expunge_waits_while_numbers_are_in_use(server: MiniServer, client: imaplib.IMAP4) -> None:
    client.select()
    server.expunge("INBOX", 1)
    assert client.fetch("2", "(UID)") == ("OK", [b"2 (UID 2)"])
    assert client.noop()[0] == "OK"
    assert client.response("EXPUNGE") == ("EXPUNGE", [b"1"])


def test_hooks_come_before_instead_and_after(server: MiniServer, client: imaplib.IMAP4) -> None:
    server.before("NOOP", lambda session, _: session.untagged(b"OK before"))
    server.after("NOOP", lambda session, _: session.untagged(b"9 EXISTS"), times=1)
    client.noop()
    assert client.response("EXISTS") == ("EXISTS", [b"9"])
    server.refuse("SELECT", "NO [UNAVAILABLE] later", times=1)
    assert client.select() == ("NO", [b"[UNAVAILABLE] later"])
    assert client.select()[0] == "OK"
    server.instead("FETCH", lambda session, _: session.bye(), times=1)
    with pytest.raises(imaplib.IMAP4.abort):
        client.fetch("1", "(UID)")
    assert server.verbs[-4:] == ["NOOP", "SELECT", "SELECT", "FETCH"]
    assert server.count("SELECT") == 2


def test_a_literal_can_be_refused() -> None:
    with MiniServer(preauth=True, literal_limit=10) as server, imaplib.IMAP4(*server.address, timeout=5) as client:
        assert client.append("INBOX", "", "", MESSAGE) == ("NO", [b"[TOOBIG] too large"])
        assert client.append("INBOX", "", "", b"short")[0] == "OK"
    assert server.count("APPEND") == 1


def test_the_small_server_starts_tls(certificates: Certificates) -> None:
    server = MiniServer(tls=certificates.server.server_context())
    with server, imaplib.IMAP4("localhost", server.port, timeout=5) as client:
        assert "STARTTLS" in client.capabilities
        client.starttls(certificates.client_context())
        assert "STARTTLS" not in client.capabilities
        client.login("alice", "alicepw")


def test_sixteen_clients_at_once_are_kept_apart(server: MiniServer) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with imaplib.IMAP4(*server.address, timeout=10) as client:
                client.login("alice", "alicepw")
                client.select()
                for _ in range(5):
                    client.append("INBOX", "", "", MESSAGE)
                    client.noop()
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failures
    assert [message.uid for message in server.mailboxes[b"INBOX"].messages] == list(range(1, 83))


def test_round_trips_are_counted(server: MiniServer) -> None:
    server.instead("CHECK", lambda session, _: session.peer.reset())
    with connect(server) as sock:
        sock.recv(999)
        sock.sendall(b"a LOGIN alice alicepw\r\nb SELECT INBOX\r\n")
        while not sock.recv(999).endswith(b"b OK [READ-WRITE] done\r\n"):
            pass
        sock.sendall(b"c CHECK\r\n")
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    assert server.round_trips == 2


def test_rev2_answers_search_and_select_its_own_way() -> None:
    capabilities = ["IMAP4rev1", "IMAP4rev2", "ENABLE"]
    server = MiniServer({"INBOX": [MESSAGE]}, capabilities=capabilities, preauth=True)
    with server, connect(server) as sock, sock.makefile("rb") as lines:
        sock.sendall(b"a ENABLE IMAP4rev2\r\nb SELECT INBOX\r\nc UID SEARCH ALL\r\nd UID MOVE 1 INBOX\r\ne LOGOUT\r\n")
        heard = lines.read().split(b"\r\n")
    assert b"* ENABLED IMAP4REV2" in heard
    assert b'* LIST () "/" "INBOX"' in heard
    assert b'* ESEARCH (TAG "c") UID ALL 1' in heard
    assert heard[-7:] == [
        b"* OK [COPYUID 1 1 2] moved",
        b"* 1 EXPUNGE",
        b"* 1 EXISTS",
        b"d OK done",
        b"* BYE see you",
        b"e OK done",
        b"",
    ]
