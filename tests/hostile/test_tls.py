"""TLS: required means required, verified by default, and nothing from before it counts.

The attacks are those of "NO STARTTLS" (USENIX Security 2021) on IMAP clients, and what TLS itself can be cut down to.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable

import pytest

from mailkit.errors import CannotConnect, CertificateRejected, MailkitError
from mailkit.protocol.commands.list import List
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.network import TLS, Address
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from mailkit.protocol.tls import verified_context
from tests.certificates import Certificates, Identity
from tests.hostile.interface import PASSWORD, Interface, judge
from tests.hostile.scenario import STARTTLS, Act, End, Scenario, greeting_with, telling
from tests.scripted import ClientGone, Peer, Script, ScriptedServer
from tests.worlds import World

EVIL = b'* CAPABILITY IMAP4rev1 AUTH=EVIL LOGINDISABLED\r\n* 66 EXISTS\r\n* LIST () "/" evil\r\n'


def offering(answer: Callable[[Peer, bytes], None], *, greeting: bytes = STARTTLS) -> Script:
    """A server that does something of its own to the command STARTTLS."""

    def script(peer: Peer) -> None:
        peer.send(greeting)
        while True:
            command = peer.command()
            if command.verb == "STARTTLS":
                answer(peer, command.tag)
            elif command.verb == "CAPABILITY":
                peer.send(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%b OK\r\n" % command.tag)
            else:
                assert peer.is_tls, f"{command.octets!r} was sent in the clear"
                peer.ok(command.tag)

    return script


def good(peer: Peer, tag: bytes) -> None:
    peer.ok(tag)
    peer.start_tls()


def injected(octets: bytes, *, with_tls: bool = True) -> Callable[[Peer, bytes], None]:
    """Plaintext in the segment of the tagged OK."""

    def answer(peer: Peer, tag: bytes) -> None:
        peer.send(tag + b" OK go\r\n" + octets)
        if with_tls:
            peer.start_tls()

    return answer


def refusing(octets: bytes) -> Callable[[Peer, bytes], None]:
    return lambda peer, tag: peer.send(octets.replace(b"TAG", tag))


def plaintext_for_a_handshake(peer: Peer, tag: bytes) -> None:
    peer.ok(tag)
    peer.octets(1)
    peer.send(b"* OK let us stay in the clear\r\n")
    peer.wait_closed()


def silence(peer: Peer, tag: bytes) -> None:
    peer.ok(tag)
    peer.wait_closed()


def closing(peer: Peer, tag: bytes) -> None:
    peer.ok(tag)
    peer.close()


DEAD = (End.VIOLATION, End.LOST, End.UNREACHED)

ATTACKS = {
    "the offer is stripped": Scenario(
        greeting_with(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n", telling(b"IMAP4rev1 AUTH=PLAIN")),
        Act.STARTTLS,
        (End.UNSENT,),
    ),
    "the offer is stripped from CAPABILITY, too": Scenario(
        greeting_with(b"* OK ready\r\n", telling(b"IMAP4rev1")), Act.STARTTLS, (End.UNSENT,)
    ),
    "NO": Scenario(offering(refusing(b"TAG NO not today\r\n")), Act.STARTTLS, (End.REFUSED,)),
    "BAD": Scenario(offering(refusing(b"TAG BAD what\r\n")), Act.STARTTLS, (End.REFUSED,)),
    "an unknown status": Scenario(offering(refusing(b"TAG MAYBE\r\n")), Act.STARTTLS),
    "BYE": Scenario(offering(refusing(b"* BYE\r\n")), Act.STARTTLS, (End.LOST,)),
    "a continuation": Scenario(offering(refusing(b"+ go\r\n")), Act.STARTTLS),
    "a response behind the OK": Scenario(offering(injected(EVIL)), Act.STARTTLS),
    "half a line behind the OK": Scenario(offering(injected(b"* CAPA")), Act.STARTTLS),
    "one octet behind the OK": Scenario(offering(injected(b"*")), Act.STARTTLS),
    "an empty line behind the OK": Scenario(offering(injected(b"\r\n")), Act.STARTTLS),
    "the next answer behind the OK": Scenario(offering(injected(b"A2 OK so be it\r\n", with_tls=False)), Act.STARTTLS),
    "plaintext instead of the handshake": Scenario(offering(plaintext_for_a_handshake), Act.STARTTLS, DEAD),
    "the end instead of the handshake": Scenario(offering(closing), Act.STARTTLS, DEAD),
    "no handshake at all": Scenario(offering(silence), Act.STARTTLS, (End.UNREACHED,), timeout=0.4),
    "PREAUTH instead of a greeting": Scenario(
        greeting_with(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome\r\n", telling(b"IMAP4rev1 STARTTLS")),
        Act.STARTTLS,
        (End.UNREACHED,),
    ),
    "PREAUTH behind the greeting": Scenario(
        greeting_with(STARTTLS + b"* PREAUTH welcome\r\n", telling(b"IMAP4rev1 STARTTLS")),
        Act.STARTTLS,
        (End.UNREACHED, End.VIOLATION),
    ),
    "PREAUTH before the OK": Scenario(
        offering(refusing(b"* PREAUTH welcome\r\nTAG OK go\r\n")), Act.STARTTLS, (End.VIOLATION,)
    ),
    "a broken greeting": Scenario(greeting_with(b"* NO thanks\r\n"), Act.STARTTLS),
    "a referral in the greeting": Scenario(
        greeting_with(b"* BYE [REFERRAL imap://evil.example/] go there\r\n"), Act.STARTTLS, (End.UNREACHED,)
    ),
}


@pytest.mark.parametrize("scenario", ATTACKS.values(), ids=ATTACKS)
def test_starttls_never_ends_in_plaintext(interface: Interface, scenario: Scenario, certificates: Certificates) -> None:
    judge(interface, scenario, certificates)


def test_starttls_that_works_works(interface: Interface, certificates: Certificates) -> None:
    judge(interface, Scenario(offering(good), Act.STARTTLS, (End.FINE,)), certificates)


def test_after_a_failed_starttls_nothing_more_is_sent(world: World, certificates: Certificates) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(MailkitError):
            await session.start_tls(TLS("localhost", certificates.client_context()))
        assert not session.is_usable
        with pytest.raises(MailkitError):
            await session.run(Noop())

    for octets in (b"TAG NO\r\n", b"TAG OK\r\n" + EVIL):
        with ScriptedServer(offering(refusing(octets))) as server:
            world.tell(story(server))
            server.finish()
        assert server.received[0].split(b"\r\n")[-1] == b""
        assert server.received[0].count(b"\r\n") == 1


def test_an_answer_before_starttls_is_sent_is_an_error(world: World, certificates: Certificates) -> None:
    """Tags can be guessed: the OK to STARTTLS comes together with that to CAPABILITY."""

    def script(peer: Peer) -> None:
        peer.send(b"* OK ready\r\n")
        tag = peer.command().tag
        prefix, number = tag[:4], int(tag[4:])
        peer.send(
            b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%b OK\r\n%b%d OK TLS it is, believe me\r\n" % (tag, prefix, number + 1)
        )
        peer.wait_closed()

    judge_session(world, script, certificates)


def judge_session(world: World, script: Script, certificates: Certificates) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(MailkitError):
            await session.start_tls(TLS("localhost", certificates.client_context()))
        assert not session.is_usable

    with ScriptedServer(script, tls=certificates.server.server_context()) as server:
        world.tell(story(server))


def test_everything_learnt_before_tls_is_forgotten(world: World, certificates: Certificates) -> None:
    alerts: list[str] = []

    def script(peer: Peer) -> None:
        peer.send(b"* OK [ALERT] call 0900-EVIL\r\n")
        peer.send(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL\r\n%b OK\r\n" % peer.command().tag)
        tag = peer.command().tag
        peer.send(EVIL + b"* OK [ALERT] really, call\r\n" + tag + b" OK [CAPABILITY AUTH=EVIL] go\r\n")
        peer.start_tls()
        peer.send(b"* CAPABILITY IMAP4rev1 AUTH=GOOD\r\n* OK [ALERT] all is well\r\n%b OK\r\n" % peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, on_alert=alerts.append)
        await session.start_tls(TLS("localhost", certificates.client_context()))
        assert session.engine.capabilities is None
        assert (session.engine.exists, session.state) == (0, State.NOT_AUTHENTICATED)
        assert set((await session.capabilities()).auth_mechanisms) == {"GOOD"}
        await session.close()

    with ScriptedServer(script, tls=certificates.server.server_context()) as server:
        world.tell(story(server))
    assert alerts == ["all is well"]


def test_rows_from_before_tls_belong_to_no_command_after_it(world: World, certificates: Certificates) -> None:
    """Fake folders: an attacker's LIST, said before TLS, is not in the answer to LIST."""

    def script(peer: Peer) -> None:
        peer.send(STARTTLS)
        tag = peer.command().tag
        peer.send(b'* LIST () "/" evil\r\n' + tag + b" OK go\r\n")
        peer.start_tls()
        command = peer.command()
        peer.send(b'* LIST () "/" INBOX\r\n%b OK\r\n' % command.tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        await session.start_tls(TLS("localhost", certificates.client_context()))
        session.engine.state = State.AUTHENTICATED
        assert [listing.name for listing in await session.run(List())] == ["INBOX"]
        await session.close()

    with ScriptedServer(script, tls=certificates.server.server_context()) as server:
        world.tell(story(server))


# -- certificates


@pytest.mark.parametrize(
    ("pick", "words"),
    [
        (lambda certificates: certificates.self_signed, "self-signed"),
        (lambda certificates: certificates.wrong_host, "localhost"),
        (lambda certificates: certificates.expired, "expired"),
    ],
    ids=["self-signed", "for another host", "expired"],
)
@pytest.mark.parametrize("implicit", [True, False], ids=["implicit", "starttls"])
def test_a_wrong_certificate_is_refused_and_the_error_says_why(
    world: World, certificates: Certificates, pick: Callable[[Certificates], Identity], words: str, implicit: bool
) -> None:
    async def story(server: ScriptedServer) -> None:
        tls = TLS("localhost", certificates.client_context())
        with pytest.raises(CertificateRejected, match=words) as caught:
            if implicit:
                await world.network.connect(Address(*server.address), tls, 5)
            else:
                session = await world.connect(server.address)
                await session.start_tls(tls)
        assert "ssl_context" in str(caught.value)

    with ScriptedServer(offering(good), tls=pick(certificates).server_context(), implicit_tls=implicit) as server:
        world.tell(story(server))


def test_the_system_decides_by_default_and_a_stranger_is_refused(world: World, certificates: Certificates) -> None:
    context = verified_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)

    async def story(server: ScriptedServer) -> None:
        with pytest.raises(CertificateRejected):
            await world.network.connect(Address(*server.address), TLS("localhost", context), 5)

    with ScriptedServer(offering(good), tls=certificates.server.server_context(), implicit_tls=True) as server:
        world.tell(story(server))


def test_the_callers_context_is_obeyed(world: World, certificates: Certificates) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address, tls=TLS("localhost", context))
        assert session.transport.is_secure
        await session.close()

    script = greeting_with(b"* OK hello\r\n")
    with ScriptedServer(script, tls=certificates.self_signed.server_context(), implicit_tls=True) as server:
        world.tell(story(server))


def test_tls_older_than_1_2_is_not_spoken(world: World, certificates: Certificates) -> None:
    context = verified_context()
    context.load_verify_locations(certificates.ca)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2

    async def story(server: ScriptedServer) -> None:
        with pytest.raises(CannotConnect):
            await world.network.connect(Address(*server.address), TLS("localhost", context), 5)

    old = certificates.server.server_context(maximum=ssl.TLSVersion.TLSv1_1)
    with ScriptedServer(greeting_with(b"* OK hello\r\n"), tls=old, implicit_tls=True) as server:
        world.tell(story(server))


# -- what happens inside TLS


def cut_after(octets: bytes) -> Script:
    """TLS ends without close_notify behind these octets."""

    def script(peer: Peer) -> None:
        peer.send(b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n")
        while True:
            command = peer.command()
            if command.verb == "SELECT":
                peer.send(b"* 3 EXISTS\r\n%b OK\r\n" % command.tag)
            else:
                peer.send(octets)
                peer.tls_cut()
                raise ClientGone("cut")

    return script


@pytest.mark.parametrize(
    "octets",
    [b"", b"* 1 FETCH (UID 1 BODY[] {10}\r\nhello", b"* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n", b"* 1 FET"],
    ids=["in the place of the answer", "in a literal", "behind a row", "in a line"],
)
def test_a_connection_cut_without_close_notify_is_an_error(
    interface: Interface, certificates: Certificates, octets: bytes
) -> None:
    judge(interface, Scenario(cut_after(octets), Act.FETCH, (End.LOST,), tls=True), certificates)


def test_plaintext_in_the_tls_stream_is_an_error(interface: Interface, certificates: Certificates) -> None:
    def script(peer: Peer) -> None:
        peer.send(b"* PREAUTH hello\r\n")
        command = peer.command()
        peer.send_beneath_tls(b"%b OK done\r\n" % command.tag)
        peer.wait_closed()

    judge(interface, Scenario(script, Act.NOOP, (End.LOST,), tls=True), certificates)


def test_no_password_leaves_without_the_tls_that_was_asked_for(world: World, certificates: Certificates) -> None:
    async def story(server: ScriptedServer) -> None:
        session: Session = await world.connect(server.address)
        with pytest.raises(MailkitError):
            await session.start_tls(TLS("localhost", certificates.client_context()))

    for scenario in ATTACKS.values():
        if scenario.timeout < 1 or b"BYE" in repr(scenario).encode():
            continue
        with ScriptedServer(scenario.script, tls=certificates.server.server_context()) as server:
            try:
                world.tell(story(server))
            except MailkitError:
                continue  # not even greeted
            assert all(PASSWORD.encode() not in octets for octets in server.received)
