"""TLS and login through what programs use: bad certificates are refused, and a password is shown nowhere."""

from __future__ import annotations

import base64
import logging
import ssl
import warnings
from collections.abc import Callable

import pytest

from mailkit import MailkitError, Security
from mailkit.protocol import IMAP4, IMAP4_SSL
from tests.certificates import Certificates, Identity
from tests.hostile.apis import INTERFACES, AccountInterface, connected, tell
from tests.hostile.captured import everything_shown
from tests.hostile.interface import PASSWORD, judge
from tests.hostile.scenario import Act, End, Scenario, answering
from tests.hostile.test_login import ECHO, ECHOES
from tests.hostile.test_tls import cut_after, good, offering
from tests.scripted import Peer, ScriptedServer

APIS = ("IMAP4", "Account", "AsyncAccount")
BAD: dict[str, Callable[[Certificates], Identity]] = {
    "self-signed": lambda certificates: certificates.self_signed,
    "for another host": lambda certificates: certificates.wrong_host,
    "expired": lambda certificates: certificates.expired,
}


@pytest.mark.parametrize("identity", BAD)
@pytest.mark.parametrize("implicit", [True, False], ids=["implicit", "starttls"])
@pytest.mark.parametrize("api", APIS)
def test_a_wrong_certificate_is_refused(api: str, identity: str, implicit: bool, certificates: Certificates) -> None:
    act = Act.NOOP if implicit else Act.STARTTLS
    scenario = Scenario(offering(good), act, (End.LOST, End.UNREACHED), tls=implicit)
    interface = INTERFACES[api]()
    with ScriptedServer(
        scenario.script, tls=BAD[identity](certificates).server_context(), implicit_tls=implicit
    ) as server:
        assert interface.play(scenario, server, certificates.client_context()) in scenario.ends
    assert "certificate" in interface.said


@pytest.fixture
def lax_machine(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose own defaults would speak TLS 1.1, and that trusts the test's authority."""
    usual = ssl.create_default_context

    def lax() -> ssl.SSLContext:
        context = usual(cafile=str(certificates.ca))
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        return context

    monkeypatch.setattr(ssl, "create_default_context", lax)


@pytest.mark.usefixtures("lax_machine")
@pytest.mark.parametrize("implicit", [True, False], ids=["implicit", "starttls"])
@pytest.mark.parametrize("api", APIS)
def test_tls_older_than_1_2_is_refused_by_whatever_we_make_ourselves(
    api: str, implicit: bool, certificates: Certificates
) -> None:
    old = certificates.server.server_context(maximum=ssl.TLSVersion.TLSv1_1)
    if not _can_meet(old):
        pytest.skip("this machine's OpenSSL does not serve TLS 1.1, not even at SECLEVEL=0")
    with ScriptedServer(offering(good), tls=old, implicit_tls=implicit) as server:
        with pytest.raises((MailkitError, OSError), match=r"(?i)protocol.version|unsupported.protocol"):
            _meet(api, server, implicit=implicit)
        server.finish()
    assert server.connections[0].tls_error is not None
    with ScriptedServer(offering(good), tls=certificates.server.server_context(), implicit_tls=implicit) as server:
        _meet(api, server, implicit=implicit)


def _meet(api: str, server: ScriptedServer, *, implicit: bool) -> None:
    """Come to an agreement about TLS, with the context that each interface makes for itself."""
    if api == "IMAP4":
        imap = IMAP4_SSL("localhost", server.port, timeout=5) if implicit else IMAP4("localhost", server.port, 5)
        try:
            if not implicit:
                imap.starttls()
        finally:
            imap.shutdown()
        return

    async def story() -> End:
        security = Security.TLS if implicit else Security.STARTTLS
        account = await connected(server, blocking=api == "Account", security=security, timeout=5.0, reconnect=False)
        await account.__aexit__(None, None, None)
        return End.FINE

    tell(story(), blocking=api == "Account")


def _can_meet(server_side: ssl.SSLContext) -> bool:
    """Whether anybody at all could shake hands with this server: one who takes whatever there is."""
    anything = ssl.create_default_context()
    server, client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        server_side.wrap_bio(server, client, server_side=True),
        anything.wrap_bio(client, server, server_hostname="localhost"),
    )
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
    return ends[1].version() == "TLSv1.1"


@pytest.mark.parametrize("api", APIS)
def test_what_is_cut_within_tls_is_lost(api: str, certificates: Certificates) -> None:
    for octets in (b"", b"* 1 FETCH (UID 1 BODY[] {10}\r\nhello", b"* 1 FET"):
        judge(INTERFACES[api](), Scenario(cut_after(octets), Act.FETCH, (End.LOST,), tls=True), certificates)


def _script(way: bytes, reply: bytes) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        peer.send(b"* OK [CAPABILITY IMAP4rev1 SASL-IR %b] ready\r\n" % way)
        while True:
            command = peer.command()
            if command.verb == "CAPABILITY":
                peer.send(b"* CAPABILITY IMAP4rev1 SASL-IR %b\r\n%b OK\r\n" % (way, command.tag))
            elif command.verb in ("LOGIN", "AUTHENTICATE"):
                if command.verb == "AUTHENTICATE" and len(command.octets.split()) == 3:
                    peer.send(b"+ \r\n")
                    peer.line()
                peer.send(reply.replace(b"TAG", command.tag))
            else:
                peer.send(b"%b BAD I know %b\r\n" % (command.tag, ECHO))

    return script


SECRETS = (PASSWORD, base64.b64encode(ECHO).decode(), base64.b64encode(f"\0alice\0{PASSWORD}".encode()).decode())
CLASSIC_LOGINS: dict[str, Callable[[IMAP4], object]] = {
    "login": lambda imap: imap.login("alice", PASSWORD),
    "login_plain": lambda imap: imap.login_plain("alice", PASSWORD),
    "login_cram_md5": lambda imap: imap.login_cram_md5("alice", PASSWORD),
}


@pytest.mark.parametrize("reply", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("way", CLASSIC_LOGINS)
def test_a_classic_login_shows_no_password(
    way: str,
    reply: bytes,
    certificates: Certificates,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    with ScriptedServer(
        _script(b"AUTH=PLAIN", reply), tls=certificates.server.server_context(), implicit_tls=True
    ) as s:
        imap = IMAP4_SSL("localhost", s.port, ssl_context=certificates.client_context(), timeout=5)
        imap.debug = 5
        for attempt in (CLASSIC_LOGINS[way], lambda imap: imap.noop()):
            try:
                attempt(imap)
            except (IMAP4.error, OSError) as problem:
                shown.append(everything_shown(problem))
        shown += [repr(imap), repr(vars(imap))]
        imap.print_log()
        imap.shutdown()
    _assert_hidden("\n".join([caplog.text, capsys.readouterr().err, *shown]))


@pytest.mark.parametrize("reply", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("way", [b"AUTH=PLAIN", b""], ids=["PLAIN", "LOGIN"])
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_an_account_shows_no_password(
    blocking: bool, way: bytes, reply: bytes, certificates: Certificates, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []

    async def story() -> End:
        try:
            account = await connected(
                server,
                blocking=blocking,
                security=Security.TLS,
                ssl_context=certificates.client_context(),
                timeout=5.0,
                on_alert=shown.append,
                reconnect=False,
            )
            shown.append(repr(account) + repr(vars(account)))
            try:
                await account.inbox.status("messages")
            finally:
                await account.__aexit__(None, None, None)
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is searched
            shown.append(everything_shown(problem))
        return End.FINE

    with ScriptedServer(_script(way, reply), tls=certificates.server.server_context(), implicit_tls=True) as server:
        tell(story(), blocking=blocking)
    assert shown
    _assert_hidden("\n".join([caplog.text, *shown]))


def _assert_hidden(captured: str) -> None:
    for secret in SECRETS:
        assert secret not in captured, captured[max(0, captured.index(secret) - 300) : captured.index(secret) + 60]


@pytest.mark.parametrize("api", ["IMAP4", "Account"])
def test_no_password_leaves_where_login_is_disabled(api: str, certificates: Certificates) -> None:
    script = answering("LOGIN", b"TAG OK\r\n", greeting=b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n")
    scenario = Scenario(script, Act.LOGIN)
    with ScriptedServer(script) as server:
        if api == "IMAP4":
            imap = IMAP4("localhost", server.port, 5)
            imap.capabilities += ("LOGINDISABLED",)
            with pytest.raises(IMAP4.error, match="LOGINDISABLED"):
                imap.login("alice", PASSWORD)
            imap.shutdown()
        else:
            assert AccountInterface(blocking=True).play(scenario, server, certificates.client_context()) is End.UNSENT
    assert ECHO not in b"".join(server.received)
    assert b"LOGIN" not in b"".join(server.received)
