"""Login: no secret in the clear, no weaker way than was offered, no proof left unchecked, and no secret shown."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable

import pytest
from scramp import ScramMechanism

from mailkit.credentials import OAuth2, Password
from mailkit.errors import AuthenticationFailed, MailkitError, NotSupported, ProtocolViolation, UsageError
from mailkit.protocol.authentication import authenticate, log_in
from mailkit.protocol.command_event import CommandEvent
from mailkit.protocol.commands.login import Login, Noop
from mailkit.protocol.network import TLS
from mailkit.protocol.sasl.scram import MAX_ITERATIONS, MIN_ITERATIONS, Scram
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from tests.certificates import Certificates
from tests.hostile.captured import everything_shown
from tests.hostile.interface import PASSWORD
from tests.scripted import Peer, Script, ScriptedServer
from tests.worlds import World


def greeted(capabilities: bytes, then: Callable[[Peer], None]) -> Script:
    def script(peer: Peer) -> None:
        peer.send(b"* OK [CAPABILITY IMAP4rev1 " + capabilities + b"] ready\r\n")
        then(peer)

    return script


async def logging_in(session: Session, *, plaintext_allowed: bool = False) -> None:
    await log_in(session, Password("alice", PASSWORD), host="localhost", port=143, plaintext_allowed=plaintext_allowed)


@pytest.mark.parametrize(
    ("capabilities", "plaintext_allowed", "kind"),
    [
        (b"LOGINDISABLED", True, NotSupported),
        (b"LOGINDISABLED STARTTLS", False, UsageError),
        (b"AUTH=PLAIN", False, UsageError),
        (b"AUTH=LOGIN", False, UsageError),
        (b"", False, UsageError),
    ],
)
def test_no_secret_is_sent_where_it_must_not_be(
    world: World, capabilities: bytes, plaintext_allowed: bool, kind: type[Exception]
) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(kind):
            await logging_in(session, plaintext_allowed=plaintext_allowed)
        await session.close()

    with ScriptedServer(greeted(capabilities, Peer.wait_closed)) as server:
        world.tell(story(server))
        server.finish()
    assert server.received == [b""]


def test_a_refused_scram_is_not_followed_by_plain(world: World) -> None:
    def then(peer: Peer) -> None:
        peer.send(b"%b NO [AUTHENTICATIONFAILED] try something simpler\r\n" % peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(AuthenticationFailed):
            await logging_in(session, plaintext_allowed=True)
        await session.close()

    script = greeted(b"SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN", then)
    with ScriptedServer(script) as server:
        world.tell(story(server))
        server.finish()
    assert server.received[0].count(b"AUTHENTICATE") == 1
    assert b"LOGIN" not in server.received[0]
    assert base64.b64encode(f"\0alice\0{PASSWORD}".encode()) not in server.received[0]


def scram(*, lie: bool = False, iterations: int = MIN_ITERATIONS, silent: bool = False) -> Callable[[Peer], None]:
    """A server's side of SCRAM-SHA-256, which can lie about what it knows, and may prove nothing."""

    def then(peer: Peer) -> None:
        command = peer.command()
        mechanism = ScramMechanism("SCRAM-SHA-256")
        known = mechanism.make_auth_info("another" if lie else PASSWORD, iteration_count=MIN_ITERATIONS)
        server = mechanism.make_server(lambda _: known)
        server.set_client_first(base64.b64decode(command.octets.split()[-1]).decode())
        first = server.get_server_first().replace(f"i={MIN_ITERATIONS}", f"i={iterations}")
        peer.send(b"+ " + base64.b64encode(first.encode()) + b"\r\n")
        answer = peer.line()
        if answer == b"*":
            peer.send(command.tag + b" BAD cancelled\r\n")
        elif silent:
            peer.ok(command.tag)
        elif lie:
            proof = base64.b64encode(hashlib.sha256(b"made up").digest()).decode()
            peer.send(b"+ " + base64.b64encode(f"v={proof}".encode()) + b"\r\n")
            if peer.line() == b"*":
                peer.ok(command.tag)
        else:
            server.set_client_final(base64.b64decode(answer).decode())
            peer.send(b"+ " + base64.b64encode(server.get_server_final().encode()) + b"\r\n")
            peer.line()
            peer.ok(command.tag)
        peer.wait_closed()

    return then


def test_scram_with_an_honest_server_works(world: World) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        await logging_in(session)
        assert session.state is State.AUTHENTICATED
        await session.close()

    with ScriptedServer(greeted(b"SASL-IR AUTH=SCRAM-SHA-256", scram())) as server:
        world.tell(story(server))


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        (scram(lie=True), ProtocolViolation),
        (scram(silent=True), ProtocolViolation),
        (scram(iterations=MIN_ITERATIONS - 1), AuthenticationFailed),
        (scram(iterations=1), AuthenticationFailed),
        (scram(iterations=MAX_ITERATIONS + 1), AuthenticationFailed),
        (scram(iterations=10**9), AuthenticationFailed),
    ],
    ids=["a wrong proof", "no proof", "few iterations", "one iteration", "many iterations", "a thousand million"],
)
def test_a_server_that_proves_nothing_or_asks_too_much_is_not_believed(
    world: World, then: Callable[[Peer], None], kind: type[Exception]
) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(kind):
            await logging_in(session)
        if kind is ProtocolViolation:
            assert not session.is_usable
        await session.close()

    with ScriptedServer(greeted(b"SASL-IR AUTH=SCRAM-SHA-256", then)) as server:
        world.tell(story(server))


@pytest.mark.parametrize("challenge", [b"+ \r\n", b"+ !!!\r\n", b"+ AAAA\r\n", b"+\r\n", b"+ " + b"A" * 9000 + b"\r\n"])
@pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN", b"CRAM-MD5", b"SCRAM-SHA-1"])
def test_challenges_without_end_are_cancelled_or_end_the_connection(
    world: World, challenge: bytes, mechanism: bytes
) -> None:
    def then(peer: Peer) -> None:
        command = peer.command()
        for _ in range(200):
            peer.send(challenge)
            if peer.line() == b"*":
                peer.send(b"%b BAD cancelled\r\n" % command.tag)
                break
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises((AuthenticationFailed, ProtocolViolation)):
            await logging_in(session, plaintext_allowed=True)
        await session.close()

    with ScriptedServer(greeted(b"AUTH=" + mechanism, then)) as server:
        world.tell(story(server))
        server.finish()
    assert server.received[0].count(b"\r\n") < 80


def test_a_server_that_ignores_our_star_is_left(world: World) -> None:
    def then(peer: Peer) -> None:
        peer.command()
        while True:
            peer.send(b"+ !\r\n" * 50)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(ProtocolViolation, match="challenges"):
            await logging_in(session, plaintext_allowed=True)
        assert not session.is_usable

    with ScriptedServer(greeted(b"SASL-IR AUTH=PLAIN", then)) as server:
        world.tell(story(server))


def test_a_login_given_up_halfway_leaves_no_connection_that_might_be_logged_in(world: World) -> None:
    def then(peer: Peer) -> None:
        peer.command()
        peer.sleep(20)

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, timeout=0.3)
        with pytest.raises(MailkitError):
            await authenticate(session, Scram("SCRAM-SHA-256", "alice", Secret(PASSWORD)))
        assert not session.is_usable

    with ScriptedServer(greeted(b"SASL-IR AUTH=SCRAM-SHA-256", then)) as server:
        world.tell(story(server))


# -- nothing is shown

ECHO = PASSWORD.encode()
BASE64 = base64.b64encode(f"\0alice\0{PASSWORD}".encode())

ECHOES = {
    "in the refusal": b"TAG NO [AUTHENTICATIONFAILED] no, not %b\r\n" % ECHO,
    "in BAD": b"TAG BAD %b\r\n" % ECHO,
    "in an alert": b"* OK [ALERT] your password is %b\r\nTAG OK in\r\n" % ECHO,
    "in BYE": b"* BYE %b is wrong\r\n" % ECHO,
    "in an unknown tag": b"%b OK\r\n" % ECHO,
    "in nonsense": b"%b\r\n" % ECHO,
    "in a malformed row": b"* (%b\r\nTAG OK in\r\n" % ECHO,
    "in a code": b"TAG NO [X-%b] no\r\n" % ECHO,
    "in the next answer": b"TAG OK in\r\n",
    "in a challenge": b"+ %b\r\nTAG NO\r\n" % ECHO,
    "in capabilities": b"* CAPABILITY %b\r\nTAG OK\r\n" % ECHO,
}


@pytest.mark.parametrize("reply", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize(
    "way", [b"AUTH=PLAIN SASL-IR", b"AUTH=LOGIN", b""], ids=["PLAIN", "LOGIN", "the LOGIN command"]
)
def test_a_password_is_shown_nowhere_even_if_the_server_repeats_it(
    world: World, certificates: Certificates, caplog: pytest.LogCaptureFixture, reply: bytes, way: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[CommandEvent] = []
    alerts: list[str] = []
    errors: list[str] = []
    objects: list[object] = []

    def then(peer: Peer) -> None:
        command = peer.command()
        while command.verb == "CAPABILITY":
            peer.send(b"* CAPABILITY IMAP4rev1\r\n%b OK\r\n" % command.tag)
            command = peer.command()
        if way == b"AUTH=LOGIN":
            for _ in range(2):
                peer.send(b"+ \r\n")
                peer.line()
        peer.send(reply.replace(b"TAG", command.tag))
        while True:
            command = peer.command()
            peer.send(b"%b BAD I know %b\r\n" % (command.tag, ECHO))

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(
            server.address,
            tls=TLS("localhost", certificates.client_context()),
            on_command=events.append,
            on_alert=alerts.append,
        )
        for attempt in (logging_in(session), session.run(Noop())):
            try:
                await attempt
            except MailkitError as problem:
                errors.append(everything_shown(problem))
        objects.append(vars(session))
        await session.close()

    with ScriptedServer(greeted(way, then), tls=certificates.server.server_context(), implicit_tls=True) as server:
        world.tell(story(server))
        server.finish()
    assert errors
    assert ECHO in server.received[0] or base64.b64encode(ECHO) in server.received[0] or BASE64 in server.received[0]
    captured = "\n".join([caplog.text, repr(events), repr(alerts), repr(objects), *errors])
    captured += "".join(f"{record.msg} {record.args} {record.exc_text}" for record in caplog.records)
    assert "AUTHENTICATE" in captured or "LOGIN" in captured
    for secret in (PASSWORD, base64.b64encode(ECHO).decode(), BASE64.decode()):
        assert secret not in captured, captured[max(0, captured.index(secret) - 300) : captured.index(secret) + 40]


@pytest.mark.parametrize("word", [PASSWORD + "\0", PASSWORD + "\ud800", PASSWORD + "\r\nA1 LOGOUT", PASSWORD + "ü"])
def test_a_password_that_cannot_be_sent_is_not_shown_either(
    world: World, caplog: pytest.LogCaptureFixture, word: str
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[str] = []

    def then(peer: Peer) -> None:
        peer.send(b"%b NO\r\n" % peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        try:
            await session.run(Login("alice", Secret(word)))
        except MailkitError as problem:
            errors.append(everything_shown(problem))
        await session.close()

    with ScriptedServer(greeted(b"LITERAL+", then)) as server:
        world.tell(story(server))
    assert PASSWORD not in "".join(errors) + caplog.text
    assert errors


def test_a_token_is_shown_nowhere_and_its_error_is(world: World, certificates: Certificates) -> None:
    token = "ya29.secret-token"
    errors: list[str] = []

    def then(peer: Peer) -> None:
        command = peer.command()
        error = b'{"status":"invalid_token","scope":"' + token.encode() + b'"}'
        peer.send(b"+ " + base64.b64encode(error) + b"\r\n")
        peer.line()
        peer.send(b"%b NO %b is no good\r\n" % (command.tag, token.encode()))
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, tls=TLS("localhost", certificates.client_context()))
        with pytest.raises(AuthenticationFailed, match="invalid_token") as caught:
            await log_in(session, OAuth2("alice", token), host="localhost", port=993)
        errors.append(everything_shown(caught.value))
        await session.close()

    with ScriptedServer(
        greeted(b"SASL-IR AUTH=XOAUTH2", then), tls=certificates.server.server_context(), implicit_tls=True
    ) as server:
        world.tell(story(server))
    assert token not in errors[0]
