"""Every way to prove who one is, ended in every way: no log, event, error or frame shows what proved it."""

from __future__ import annotations

import base64
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from mailkit import AsyncAccount, External, MailkitError, OAuth2, Password
from mailkit.account import Connecting
from mailkit.blocking.account import Account
from mailkit.connecting.endpoint import Endpoint
from mailkit.protocol import IMAP4, IMAP4_SSL
from tests.certificates import Certificates
from tests.hostile.apis import tell
from tests.hostile.captured import everything_shown
from tests.hostile.scenario import End
from tests.scripted import Peer, ScriptedServer

SECRET = "open-sesame-4711"


@attrs.frozen
class Way:
    """What the server offers, and what is given to `connect`."""

    offers: bytes
    credentials: Callable[[], object]
    url: str = "imaps://alice@localhost"
    echo: bytes = SECRET.encode()
    """What the server can repeat: it is not sent everything."""


WAYS = {
    "a password in the URL": Way(b"AUTH=PLAIN SASL-IR", lambda: None, f"imaps://alice:{SECRET}@localhost"),
    "a password for LOGIN": Way(b"", lambda: SECRET),
    "a password for PLAIN": Way(b"AUTH=PLAIN", lambda: Password("alice", SECRET, authzid="bob")),
    "a password for SCRAM": Way(b"AUTH=SCRAM-SHA-256 SASL-IR", lambda: lambda: SECRET),
    "a password for CRAM-MD5": Way(b"AUTH=CRAM-MD5", lambda: SECRET),
    "a token for OAUTHBEARER": Way(b"AUTH=OAUTHBEARER SASL-IR", lambda: OAuth2("alice", SECRET)),
    "a token for XOAUTH2": Way(b"AUTH=XOAUTH2", lambda: OAuth2("alice", lambda: SECRET)),
    "EXTERNAL beside a URL": Way(b"AUTH=EXTERNAL", lambda: External("bob"), f"imaps://alice:{SECRET}@localhost", b"x"),
}

ECHO = SECRET.encode()
SALT = base64.b64encode(b"r=nonce,s=c2FsdA==,i=4096")
ENDINGS = {
    "refused": b"TAG NO [AUTHENTICATIONFAILED] not %b\r\n" % ECHO,
    "not understood": b"TAG BAD %b\r\n" % ECHO,
    "answered with nonsense": b"%b\r\n" % ECHO,
    "challenged with an error": b"+ " + base64.b64encode(b'{"status":"%b"}' % ECHO) + b"\r\nTAG NO %b\r\n" % ECHO,
    "challenged with a wrong nonce": b"+ " + SALT + b"\r\nTAG NO\r\n",
    "challenged with what is no base64": b"+ %b!\r\nTAG BAD\r\n" % ECHO,
    "cut off": b"",
    "let in, and refused later": b"TAG OK [X-%b] in\r\n" % ECHO,
}


def server_script(offers: bytes, ending: bytes, echo: bytes = ECHO) -> Callable[[Peer], None]:
    """A server that asks once where it was told nothing, and then ends the login so."""

    def script(peer: Peer) -> None:
        peer.send(b"* OK [CAPABILITY IMAP4rev1 %b] ready\r\n" % offers)
        while True:
            command = peer.command()
            if command.verb == "CAPABILITY":
                peer.send(b"* CAPABILITY IMAP4rev1 %b\r\n%b OK\r\n" % (offers, command.tag))
            elif command.verb in ("LOGIN", "AUTHENTICATE"):
                if command.verb == "AUTHENTICATE" and len(command.octets.split()) == 3:
                    is_cram = b"CRAM" in offers
                    peer.send(b"+ " + (base64.b64encode(b"<1.2@host>") if is_cram else b"") + b"\r\n")
                    peer.line()
                if not ending:
                    return
                peer.send(ending.replace(b"TAG", command.tag))
            elif command.verb == "LOGOUT":
                peer.ok(command.tag)
            else:
                peer.send(b"%b BAD I know %b\r\n" % (command.tag, echo))

    return script


def said(octets: bytes) -> Iterator[str]:
    """The proofs that a client has sent: they are as good as secrets."""
    for word in re.findall(rb"[A-Za-z0-9+/=]{24,}", octets):
        yield word.decode()


def assert_hidden(captured: str, server: ScriptedServer | None = None) -> None:
    proofs = [] if server is None else [word for octets in server.received for word in said(octets)]
    for secret in (SECRET, base64.b64encode(ECHO).decode().rstrip("="), *proofs):
        assert secret not in captured, captured[max(0, captured.index(secret) - 300) : captured.index(secret) + 60]


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_nothing_that_an_account_shows_holds_what_it_logs_in_with(
    blocking: bool, way: Way, ending: bytes, certificates: Certificates, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []

    async def story() -> End:
        options: dict[str, object] = {
            "port": server.port,
            "credentials": way.credentials(),
            "ssl_context": certificates.client_context(),
            "timeout": 5.0,
            "on_alert": shown.append,
            "on_command": shown.append,
            "reconnect": False,
        }
        try:
            if blocking:
                with Account.connect(way.url, **options) as account:  # type: ignore[arg-type]  # passed on
                    shown.append((account, vars(account), vars(account.core.pool)))
                    account.inbox.status("messages")
            else:
                opening: Connecting = AsyncAccount.connect(way.url, **options)  # type: ignore[arg-type]  # passed on
                shown.append(repr(opening))
                async with opening as other:
                    shown.append((other, vars(other), vars(other.pool)))
                    await other.inbox.status("messages")
        except MailkitError as problem:
            shown.append(everything_shown(problem))
        return End.FINE

    with ScriptedServer(
        server_script(way.offers, ending.replace(ECHO, way.echo), way.echo),
        tls=certificates.server.server_context(),
        implicit_tls=True,
    ) as server:
        tell(story(), blocking=blocking)
        server.finish()
    assert any("Error" in str(one) or "errors." in str(one) for one in shown)
    assert_hidden("\n".join([caplog.text, *map(str, shown)]), server)


# -- before anything is sent

REFUSED_URLS = {
    "another scheme": f"https://alice:{SECRET}@localhost",
    "no scheme": f"alice:{SECRET}@localhost",
    "no host": f"imaps://alice:{SECRET}@",
    "a mailbox": f"imaps://alice:{SECRET}@localhost/INBOX",
    "a query": f"imaps://alice:{SECRET}@localhost?x",
    "a port that is none": f"imaps://alice:{SECRET}@localhost:imap",
    "a port beyond 65535": f"imaps://alice:{SECRET}@localhost:99999",
    "half an IPv6 address": f"imaps://alice:{SECRET}@[::1",
    "characters that normalise to others": f"imaps://alice:{SECRET}@local\u2100host",
}


@pytest.mark.parametrize("url", REFUSED_URLS.values(), ids=REFUSED_URLS)
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_a_url_that_is_refused_is_not_shown(blocking: bool, url: str) -> None:
    assert_hidden(everything_shown(failure_of(lambda: _connect(url, blocking=blocking))))
    assert_hidden(everything_shown(failure_of(lambda: Endpoint.of(url))))


WRONG_CALLS: dict[str, dict[str, object]] = {
    "no user": {"credentials": SECRET},
    "no host": {"user": "alice", "credentials": SECRET},
    "NUL": {"host": "localhost", "user": "alice", "credentials": SECRET + "\0"},
    "half a surrogate pair": {"host": "localhost", "user": "alice", "credentials": SECRET + "\ud800"},
    "octets": {"host": "localhost", "user": "alice", "credentials": SECRET.encode()},
    "an argument that there is not": {"host": "localhost", "user": "alice", "credentials": SECRET, "pasword": SECRET},
    "nobody there": {"host": "localhost", "port": 1, "user": "alice", "credentials": SECRET, "timeout": 1.0},
    "no connections": {"host": "localhost", "user": "alice", "credentials": SECRET, "max_connections": 0},
    "a URL and nobody there": {"url": f"imaps://alice:{SECRET}@localhost:1", "timeout": 1.0},
}


@pytest.mark.parametrize("call", WRONG_CALLS.values(), ids=WRONG_CALLS)
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_a_call_that_fails_shows_no_password(blocking: bool, call: dict[str, object]) -> None:
    problem = failure_of(lambda: _connect(**call, blocking=blocking))
    assert isinstance(problem, TypeError if "pasword" in call else MailkitError), problem
    assert_hidden(everything_shown(problem))


FILES = {
    "nobody there": f'host = "localhost"\nport = 1\nuser = "alice"\npassword = "{SECRET}"\ntimeout = 1',
    "a URL and nobody there": f'url = "imaps://alice:{SECRET}@localhost:1"\ntimeout = 1',
    "a process that is none": f'command = ["/nonexistent"]\nuser = "alice"\npassword = "{SECRET}"',
    "an unknown key": f'host = "localhost"\npasword = "{SECRET}"',
    "a key of the wrong kind": f'host = 1\npassword = "{SECRET}"',
    "a password of the wrong kind": f'host = "localhost"\npassword = ["{SECRET}"]',
    "a URL that is refused": f'url = "imap://alice:{SECRET}@localhost:x"\ntoken_command = ["true"]',
    "what is no TOML": f'host = "localhost"\npassword = "{SECRET}',
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_a_file_of_settings_shows_no_password(blocking: bool, text: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(f"[work]\n{text}\n", "utf-8")

    def configured() -> None:
        if blocking:
            Account.configured("work", file)
        else:
            tell(_entered(AsyncAccount.configured("work", file)), blocking=False)

    assert_hidden(everything_shown(failure_of(configured)))


def failure_of(call: Callable[[], object]) -> Exception:
    """What it fails with."""
    with pytest.raises((MailkitError, TypeError)) as caught:
        call()
    return caught.value


def _connect(url: object = None, *, blocking: bool, **options: object) -> None:
    if blocking:
        Account.connect(url, **options)  # type: ignore[arg-type]  # passed on
    else:
        tell(_entered(AsyncAccount.connect(url, **options)), blocking=False)  # type: ignore[arg-type]  # passed on


async def _entered(opening: Connecting) -> End:
    async with opening:
        return End.FINE


# -- the classic interface

BEARER = f"user=alice\1auth=Bearer {SECRET}\1\1"
CLASSIC: dict[str, tuple[bytes, Callable[[IMAP4], object]]] = {
    "login": (b"", lambda imap: imap.login("alice", SECRET)),
    "login with octets": (b"", lambda imap: imap.login("alice", ECHO)),
    "login_plain": (b"AUTH=PLAIN", lambda imap: imap.login_plain("alice", SECRET)),
    "login_cram_md5": (b"AUTH=CRAM-MD5", lambda imap: imap.login_cram_md5("alice", SECRET)),
    "XOAUTH2": (b"AUTH=XOAUTH2", lambda imap: imap.authenticate("XOAUTH2", lambda _: BEARER)),
    "PLAIN by hand": (b"AUTH=PLAIN", lambda imap: imap.authenticate("PLAIN", lambda _: b"\0alice\0" + ECHO)),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("way", CLASSIC)
def test_nothing_that_a_classic_object_shows_holds_what_it_logs_in_with(
    way: str,
    ending: bytes,
    certificates: Certificates,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    offers, login = CLASSIC[way]
    shown: list[str] = []
    context: ssl.SSLContext = certificates.client_context()
    with ScriptedServer(
        server_script(offers, ending), tls=certificates.server.server_context(), implicit_tls=True
    ) as server:
        imap = IMAP4_SSL("localhost", server.port, ssl_context=context, timeout=5)
        imap.debug = 5
        for attempt in (login, lambda imap: imap.status("INBOX", "(MESSAGES)")):
            try:
                attempt(imap)
            except (IMAP4.error, OSError) as problem:
                shown.append(everything_shown(problem))
        shown += [repr(imap), repr(vars(imap)), repr(vars(imap._conversation))]
        imap.print_log()
        imap.shutdown()
    assert shown
    assert_hidden("\n".join([caplog.text, capsys.readouterr().err, *shown]), server)
