"""Every documented method gives on Dovecot what imaplib gives, save the three differences."""

from __future__ import annotations

import contextlib
import functools
import imaplib
import re
import shlex
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from select import select
from types import ModuleType
from typing import TypeAlias

import pytest

from mailkit import protocol
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

Client: TypeAlias = "imaplib.IMAP4 | protocol.IMAP4"
Step: TypeAlias = "Callable[[Client], object]"

ONE = b"From: LDJ <ldj@example.org>\r\nSubject: one\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
TWO = b"From: Bob <bob@example.org>\nSubject: two words\nIn-Reply-To: <1@example.org>\n\nBye {3}\n"

# What clocks, counters and names of users put into answers.
_MASKS = (
    (re.compile(rb"\(\d+\.\d+ \+ \d+\.\d+(?: \+ \d+\.\d+)? secs\)"), b"(secs)"),
    (re.compile(rb"\d\d-[A-Z][a-z][a-z]-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"), b"DATE"),
    (re.compile(rb"(APPENDUID|COPYUID|UIDVALIDITY) \d{9,10}"), rb"\1 N"),
    (re.compile(rb"\A\d{9,10}\Z"), b"N"),
    (re.compile(rb"\bu-\d+\b"), b"USER"),
    (re.compile(rb"session=<[^>]*>"), b"SESSION"),
)


def masked(value: object) -> object:
    if isinstance(value, bytes):
        for pattern, shown in _MASKS:
            value = pattern.sub(shown, value)
        return value
    if isinstance(value, str):
        masked_text = masked(value.encode())
        assert isinstance(masked_text, bytes)
        return masked_text.decode()
    if isinstance(value, tuple):
        return tuple(masked(part) for part in value)
    if isinstance(value, list):
        return [masked(part) for part in value]
    if isinstance(value, dict):
        return {key: masked(part) for key, part in value.items()}
    return value


def outcome(step: Step, client: Client) -> object:
    """What the step gives, or which of the exceptions it raises, with the reason unless the connection is gone."""
    try:
        return masked(step(client))
    except client.abort as problem:
        return type(problem).__name__
    except client.error as problem:
        return type(problem).__name__, masked(str(problem))


def login(client: Client, user: User) -> object:
    return client.login(user.name, user.password)


STORY: list[tuple[str, Step]] = [
    ("capability", lambda m: m.capability()),
    ("capabilities", lambda m: m.capabilities),
    ("protocol version", lambda m: m.PROTOCOL_VERSION),
    ("noop", lambda m: m.noop()),
    ("recent with nothing", lambda m: m.recent()),
    ("list of nothing yet", lambda m: m.list()),
    ("create", lambda m: m.create("Work")),
    ("create in upper case", lambda m: m.CREATE("Work/Deep")),
    ("create again", lambda m: m.create("Work")),
    ("create in quotes", lambda m: m.create('"Two words"')),
    ("subscribe", lambda m: m.subscribe("Work")),
    ("lsub", lambda m: m.lsub()),
    ("lsub of a pattern", lambda m: m.lsub('""', "W%")),
    ("unsubscribe", lambda m: m.unsubscribe("Work")),
    ("lsub of none", lambda m: m.lsub()),
    ("list of a pattern", lambda m: m.list('""', "%")),
    ("list below", lambda m: m.list("Work", "*")),
    ("list of bytes", lambda m: m.list(b'""', b"*")),  # type: ignore[arg-type]  # typeshed wants text
    ("rename", lambda m: m.rename("Work/Deep", "Deep")),
    ("delete", lambda m: m.delete("Deep")),
    ("delete again", lambda m: m.delete("Deep")),
    ("namespace", lambda m: m.namespace()),
    ("append", lambda m: m.append("INBOX", None, None, ONE)),
    ("append with all", lambda m: m.append("INBOX", r"\Seen", '"17-Jul-1996 02:44:25 -0700"', TWO)),
    ("append with a list of flags", lambda m: m.append("Work", r"(\Draft \Flagged)", 1_000_000_000, ONE)),
    ("append by default", lambda m: m.append(None, None, datetime(2020, 1, 2, tzinfo=UTC), ONE)),
    ("append by local time", lambda m: m.append("Work", None, time.gmtime(86400 * 365), ONE)),
    ("append nowhere", lambda m: m.append("Nowhere", None, None, ONE)),
    ("append nothing", lambda m: m.append("INBOX", None, None, b"")),
    ("status", lambda m: m.status("INBOX", "(MESSAGES UNSEEN)")),
    ("status of nothing", lambda m: m.status("Nowhere", "(MESSAGES)")),
    ("status of nonsense", lambda m: m.status("INBOX", "(NONSENSE)")),
    ("fetch too early", lambda m: m.fetch("1", "(FLAGS)")),
    ("uid too early", lambda m: m.uid("FETCH", "1", "(FLAGS)")),
    ("check too early", lambda m: m.check()),
    ("select nothing", lambda m: m.select("Nowhere")),
    ("select", lambda m: m.select()),
    ("state", lambda m: m.state),
    ("what select said", lambda m: sorted(m.untagged_responses)),
    ("response", lambda m: m.response("FLAGS")),
    ("response once", lambda m: m.response("FLAGS")),
    ("response in lower case", lambda m: m.response("permanentflags")),
    ("response with a number", lambda m: m.response("UIDVALIDITY")),
    ("recent", lambda m: m.recent()),
    ("recent by noop", lambda m: m.recent()),
    ("fetch", lambda m: m.fetch("1:2", "(FLAGS UID RFC822.SIZE)")),
    ("fetch a literal", lambda m: m.fetch("1", "(RFC822)")),
    ("fetch in upper case", lambda m: m.FETCH("1", "(UID)")),
    ("fetch several literals", lambda m: m.fetch("1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT] UID)")),
    ("fetch an empty literal", lambda m: m.fetch("1", "(BODY.PEEK[TEXT]<9999.1>)")),
    ("fetch without parentheses", lambda m: m.fetch("1", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]")),
    ("fetch by a macro", lambda m: m.fetch("1", "FAST")),
    ("fetch by bytes", lambda m: m.fetch(b"1", "(FLAGS)")),  # type: ignore[arg-type]  # typeshed wants text
    ("fetch what is not there", lambda m: m.fetch("99", "(FLAGS)")),
    ("fetch nonsense", lambda m: m.fetch("1", "(NONSENSE)")),
    ("uid fetch", lambda m: m.uid("fetch", "1:*", "(FLAGS)")),
    ("uid fetch of nothing", lambda m: m.uid("FETCH", "999", "(FLAGS)")),
    ("uid nonsense", lambda m: m.uid("NONSENSE", "1")),
    ("search", lambda m: m.search(None, "ALL")),
    ("search for two keys", lambda m: m.search(None, "FROM", "ldj", "UNSEEN")),
    ("search in one string", lambda m: m.search(None, 'UNSEEN FROM "ldj"')),
    ("search in parentheses", lambda m: m.search(None, '(FROM "ldj")', "UNDELETED")),
    ("search in vain", lambda m: m.search(None, "SUBJECT", '"no such subject"')),
    ("search with a charset", lambda m: m.search("UTF-8", "SUBJECT", '"one"')),
    ("search with bytes", lambda m: m.search("UTF-8", "SUBJECT", '"ö"'.encode())),  # type: ignore[arg-type]  # typeshed wants text
    ("search with a bad charset", lambda m: m.search("X-NONE", "SUBJECT", "one")),
    ("search nonsense", lambda m: m.search(None, "NONSENSE")),
    ("uid search", lambda m: m.uid("SEARCH", None, "ALL")),  # type: ignore[arg-type]  # typeshed wants text
    ("uid search with a charset", lambda m: m.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT", "one")),
    ("sort", lambda m: m.sort("(REVERSE SUBJECT)", "UTF-8", "ALL")),
    ("sort without parentheses", lambda m: m.sort("SUBJECT", "UTF-8", "ALL")),
    ("uid sort", lambda m: m.uid("SORT", "(SUBJECT)", "UTF-8", "ALL")),
    ("thread", lambda m: m.thread("REFERENCES", "UTF-8", "ALL")),
    ("uid thread", lambda m: m.uid("THREAD", "ORDEREDSUBJECT", "UTF-8", "ALL")),
    ("store", lambda m: m.store("1", "+FLAGS", r"\Deleted")),
    ("store a list", lambda m: m.store("1", "-FLAGS", r"(\Deleted \Seen)")),
    ("store silently", lambda m: m.store("1", "+FLAGS.SILENT", r"(\Flagged)")),
    ("store a keyword", lambda m: m.store("1", "FLAGS", r"(\Seen $Work)")),
    ("uid store", lambda m: m.uid("STORE", "1", "-FLAGS", r"(\Seen)")),
    ("uid store of a bare flag", lambda m: m.uid("STORE", "1", "+FLAGS", r"\Seen")),
    ("copy", lambda m: m.copy("1:2", "Work")),
    ("copy nowhere", lambda m: m.copy("1", "Nowhere")),
    ("uid copy", lambda m: m.uid("COPY", "1", "Work")),
    ("check", lambda m: m.check()),
    ("expunge nothing", lambda m: m.expunge()),
    ("mark two", lambda m: m.store("1:2", "+FLAGS.SILENT", r"(\Deleted)")),
    ("expunge two", lambda m: m.expunge()),
    ("search after", lambda m: m.search(None, "ALL")),
    ("xatom", lambda m: m.xatom("ID", "NIL")),
    ("what xatom brought", lambda m: m.response("ID")),
    ("xatom in quotes", lambda m: m.xatom("GETMETADATA", '"INBOX"', "/private/comment")),
    ("xatom nonsense", lambda m: m.xatom("NONSENSE")),
    ("partial", lambda m: m.partial("1", "RFC822", "1", "10")),
    ("unselect", lambda m: m.unselect()),
    ("state after", lambda m: m.state),
    ("examine", lambda m: m.select("Work", readonly=True)),
    ("is readonly", lambda m: m.is_readonly),
    ("store in what is read only", lambda m: m.store("1", "+FLAGS", r"(\Deleted)")),
    ("noop in what is read only", lambda m: m.noop()),
    ("close", lambda m: m.close()),
    ("close again", lambda m: m.close()),
    ("getacl", lambda m: m.getacl("Work")),
    ("setacl", lambda m: m.setacl("Work", "bob", "lrs")),
    ("getacl after", lambda m: m.getacl("Work")),
    ("deleteacl", lambda m: m.deleteacl("Work", "bob")),
    ("myrights", lambda m: m.myrights("Work")),
    ("myrights on nothing", lambda m: m.myrights("Nowhere")),
    ("getquotaroot", lambda m: m.getquotaroot("INBOX")),
    ("getquotaroot of nothing", lambda m: m.getquotaroot("Nowhere")),
    ("getquota", lambda m: m.getquota('"User quota"')),
    ("getquota of nothing", lambda m: m.getquota("nonsense")),
    ("setquota", lambda m: m.setquota('"User quota"', "(STORAGE 512)")),
    ("getannotation", lambda m: m.getannotation("INBOX", '"/comment"', '"value"')),
    ("setannotation", lambda m: m.setannotation("INBOX", '"/comment"', '("value.priv" "x")')),
    ("proxyauth", lambda m: m.proxyauth("bob")),
    ("enable", lambda m: m.enable("CONDSTORE")),
    ("utf8_enabled", lambda m: m.utf8_enabled),
    ("login too late", lambda m: m.login("alice", "alicepw")),
    ("starttls too late", lambda m: m.starttls()),
    ("socket", lambda m: m.socket().getpeername()[0]),
    ("logout", lambda m: m.logout()),
    ("state at the end", lambda m: m.state),
    ("noop after the end", lambda m: m.noop()),
]  # fmt: skip


def connected(module: ModuleType, way: str, dovecot: Dovecot, user: User) -> Client:
    """That module's connection of that kind, not logged in but for the child process."""
    client: Client
    if way == "stream":
        dovecot.maildir(user.name)
        client = module.IMAP4_stream(shlex.join(dovecot.preauth_argv(user.name)))
    elif way == "tls":
        client = module.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=dovecot.ssl_context(), timeout=20)
    else:
        client = module.IMAP4(dovecot.host, dovecot.port, timeout=20)
    return client


NAMES = ["login", *(name for name, _ in STORY)]
# A child process is logged in, and in imaplib it has no socket, and raises ValueError once it has gone.
NOT_ON_STREAM = ("login", "socket", "noop after the end")
CASES = [
    (way, name) for way in ("plain", "tls", "stream") for name in NAMES if way != "stream" or name not in NOT_ON_STREAM
]


@pytest.fixture(scope="module")
def outcomes(dovecot: Dovecot) -> Callable[[str], dict[str, tuple[object, object]]]:
    """What each step of the story came to, with imaplib and with us, each with a user of its own, once for each way."""

    @functools.cache
    def told(way: str) -> dict[str, tuple[object, object]]:
        users = dovecot.fresh_user(), dovecot.fresh_user()
        old, new = connected(imaplib, way, dovecot, users[0]), connected(protocol, way, dovecot, users[1])
        imaplib.Commands.pop("NONSENSE", None)  # its xatom has left it there
        found: dict[str, tuple[object, object]] = {}
        if way != "stream":
            found["login"] = masked(login(old, users[0])), masked(login(new, users[1]))
        # imaplib goes on believing what was offered before the login; the rest is compared by what is offered now.
        offered = old.capability()[1][0]
        assert isinstance(offered, bytes)
        old.capabilities = tuple(offered.decode().upper().split())
        for name, step in STORY:
            if (way, name) in CASES:
                found[name] = outcome(step, old), outcome(step, new)
        return found

    return told


@pytest.mark.parametrize(("way", "name"), CASES)
def test_it_gives_the_same(outcomes: Callable[[str], dict[str, tuple[object, object]]], way: str, name: str) -> None:
    old, new = outcomes(way)[name]
    assert new == old


@pytest.fixture(params=[imaplib.IMAP4, protocol.IMAP4], ids=["old", "new"])
def make(request: pytest.FixtureRequest, dovecot: Dovecot) -> Iterator[Callable[[], Client]]:
    made: list[Client] = []

    def connect() -> Client:
        client: Client = request.param(dovecot.host, dovecot.port, timeout=20)
        made.append(client)
        return client

    yield connect
    for client in made:
        with contextlib.suppress(OSError):  # imaplib's shutdown serves once
            client.shutdown()


def test_wrong_password_raises_error(make: Callable[[], Client]) -> None:
    client = make()
    with pytest.raises(client.error, match="AUTHENTICATIONFAILED"):
        client.login("alice", "wrong")
    assert client.state == "NONAUTH"
    client.login("alice", "alicepw")
    client.logout()


def test_a_refused_mechanism_raises_error(make: Callable[[], Client]) -> None:
    client = make()
    with pytest.raises(client.error, match="nsupported"):
        client.authenticate("X-NONE", lambda _: b"")
    with pytest.raises(client.error):
        client.authenticate("PLAIN", lambda _: None)
    assert client.authenticate("PLAIN", lambda _: b"\0alice\0alicepw")[0] == "OK"
    client.logout()


def test_cram_md5(make: Callable[[], Client]) -> None:
    client = make()
    assert client.login_cram_md5("alice", "alicepw")[0] == "OK"
    assert client.state == "AUTH"
    client.logout()


def test_a_goodbye_raises_abort(make: Callable[[], Client], dovecot: Dovecot, fresh_user: User) -> None:
    client = make()
    login(client, fresh_user)
    dovecot.kick(fresh_user.name)
    select([client.socket()], [], [], 10)  # the session hears of it a moment later
    with pytest.raises(client.abort):
        client.noop()


def test_two_connections_see_each_other(make: Callable[[], Client], fresh_user: User) -> None:
    one, other = make(), make()
    for client in (one, other):
        login(client, fresh_user)
        client.select()
        client.response("EXISTS")
    one.append("INBOX", None, None, ONE)
    other.noop()
    assert other.response("EXISTS") == ("EXISTS", [b"1"])
    assert other.response("EXISTS") == ("EXISTS", [None])
    one.noop()
    one.store("1", "+FLAGS", r"(\Deleted)")
    assert one.expunge() == ("OK", [b"1"])
    other.noop()
    assert other.response("EXPUNGE") == ("EXPUNGE", [b"1"])
    one.logout()
    other.logout()


@pytest.mark.parametrize("kind", [imaplib.IMAP4, protocol.IMAP4], ids=["old", "new"])
def test_starttls(dovecot: Dovecot, kind: type[imaplib.IMAP4 | protocol.IMAP4]) -> None:
    client: Client = kind(dovecot.strict_host, dovecot.port, timeout=20)
    with client:
        assert "LOGINDISABLED" in client.capabilities
        with pytest.raises(client.error):
            client.login("alice", "alicepw")
        assert client.starttls(dovecot.ssl_context())[0] == "OK"
        assert isinstance(client.socket(), ssl.SSLSocket)
        assert "LOGINDISABLED" not in client.capabilities
        with pytest.raises(client.abort):
            client.starttls(dovecot.ssl_context())
        assert client.login("alice", "alicepw")[0] == "OK"
