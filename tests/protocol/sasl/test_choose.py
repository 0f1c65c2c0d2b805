"""Which way to log in is taken, and when none is."""

from __future__ import annotations

import pytest

from mailkit.credentials import Anonymous, Custom, External, OAuth2, Password
from mailkit.errors import NotSupported, UsageError
from mailkit.protocol.sasl.choose import Authenticate, Credentials, LoginCommand, named, strongest
from mailkit.protocol.sasl.mechanism import ChannelBinding, Mechanism, Peer
from mailkit.protocol.sasl.plain import Plain
from mailkit.protocol.sasl.secret import Secret

PASSWORD = Password("ldj", "sesame")
TOKEN = OAuth2("ldj", "t0ken")
BOUND = Peer(binding=ChannelBinding("tls-server-end-point", b"hash"))
UNUSABLE = Peer(binding=ChannelBinding("tls-smoke-signal", b"hash"))
EVERYTHING = (
    "AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256 "
    "AUTH=SCRAM-SHA-256-PLUS AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=EXTERNAL AUTH=ANONYMOUS"
)


class Gssapi(Plain):
    name = "GSSAPI"


def gssapi() -> Mechanism:
    return Gssapi("ldj", Secret("ticket"))


def chosen(way: Authenticate | LoginCommand) -> str:
    return way.name if isinstance(way, Authenticate) else "the LOGIN command"


@pytest.mark.parametrize(
    ("capabilities", "credentials", "tls", "plaintext", "peer", "expected"),
    [
        (EVERYTHING, PASSWORD, True, False, BOUND, "SCRAM-SHA-256-PLUS"),
        (EVERYTHING, PASSWORD, True, False, None, "SCRAM-SHA-256"),
        (EVERYTHING, PASSWORD, True, False, UNUSABLE, "SCRAM-SHA-256"),
        (EVERYTHING, PASSWORD, False, False, None, "SCRAM-SHA-256"),
        ("AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256", PASSWORD, True, False, BOUND, "SCRAM-SHA-256"),
        ("AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-1", PASSWORD, True, False, BOUND, "SCRAM-SHA-1-PLUS"),
        ("AUTH=SCRAM-SHA-1 AUTH=PLAIN", PASSWORD, True, False, None, "SCRAM-SHA-1"),
        ("auth=plain auth=scram-sha-1", PASSWORD, True, False, None, "SCRAM-SHA-1"),
        ("AUTH=CRAM-MD5 AUTH=PLAIN", PASSWORD, True, False, None, "PLAIN"),
        ("AUTH=CRAM-MD5 AUTH=PLAIN", PASSWORD, False, False, None, "CRAM-MD5"),
        ("AUTH=CRAM-MD5 AUTH=PLAIN", PASSWORD, False, True, None, "CRAM-MD5"),
        ("AUTH=LOGIN AUTH=PLAIN", PASSWORD, True, False, None, "PLAIN"),
        ("AUTH=LOGIN AUTH=PLAIN", PASSWORD, False, True, None, "PLAIN"),
        ("AUTH=LOGIN", PASSWORD, True, False, None, "LOGIN"),
        ("AUTH=PLAIN LOGINDISABLED", PASSWORD, True, False, None, "PLAIN"),
        ("IMAP4rev1", PASSWORD, True, False, None, "the LOGIN command"),
        ("IMAP4rev1", PASSWORD, False, True, None, "the LOGIN command"),
        ("AUTH=CRAM-MD5", PASSWORD, True, False, None, "the LOGIN command"),
        (EVERYTHING, Password("root", "x", authzid="ldj"), True, False, BOUND, "PLAIN"),
        (EVERYTHING, TOKEN, True, False, None, "OAUTHBEARER"),
        ("AUTH=XOAUTH2 AUTH=PLAIN", TOKEN, True, False, None, "XOAUTH2"),
        (EVERYTHING, External(), True, False, None, "EXTERNAL"),
        (EVERYTHING, Anonymous(), False, False, None, "ANONYMOUS"),
        ("AUTH=GSSAPI", Custom("GSSAPI", gssapi), True, False, None, "GSSAPI"),
        ("AUTH=GSSAPI", Custom("GSSAPI", gssapi, secure=True), False, False, None, "GSSAPI"),
    ],
)
def test_the_strongest_that_both_have_is_chosen(
    capabilities: str, credentials: Credentials, tls: bool, plaintext: bool, peer: Peer | None, expected: str
) -> None:
    way = strongest(capabilities.split(), credentials, tls=tls, plaintext_allowed=plaintext, peer=peer)
    assert chosen(way) == expected
    if isinstance(way, Authenticate):
        assert way.start().name == expected
        assert way.start() is not way.start()


@pytest.mark.parametrize(
    ("capabilities", "credentials", "tls", "error", "says"),
    [
        ("AUTH=PLAIN AUTH=LOGIN", PASSWORD, False, UsageError, "the server offers LOGIN, PLAIN.*connect with TLS"),
        ("IMAP4rev1", PASSWORD, False, UsageError, "the server offers nothing.*Security.PLAINTEXT"),
        ("AUTH=XOAUTH2", TOKEN, False, UsageError, "connect with TLS"),
        ("AUTH=GSSAPI", Custom("GSSAPI", gssapi), False, UsageError, "connect with TLS"),
        ("LOGINDISABLED STARTTLS", PASSWORD, True, NotSupported, "no way to log in.*LOGIN command"),
        ("LOGINDISABLED AUTH=CRAM-MD5", PASSWORD, True, NotSupported, "the server offers CRAM-MD5"),
        ("AUTH=PLAIN", TOKEN, True, NotSupported, "can answer OAUTHBEARER, XOAUTH2"),
        ("AUTH=PLAIN", External(), True, NotSupported, "can answer EXTERNAL"),
        ("LOGINDISABLED", Password("root", "x", authzid="ldj"), True, NotSupported, "can answer PLAIN;"),
    ],
)
def test_where_nothing_fits_the_error_says_what_both_sides_have(
    capabilities: str, credentials: Credentials, tls: bool, error: type[UsageError], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        strongest(capabilities.split(), credentials, tls=tls)
    assert type(caught.value) is error


def test_no_secret_is_asked_for_before_the_way_is_chosen() -> None:
    asked = 0

    def provider() -> str:
        nonlocal asked
        asked += 1
        return "sesame"

    way = strongest(["AUTH=PLAIN"], Password("ldj", provider), tls=True)
    with pytest.raises(UsageError):
        strongest(["AUTH=PLAIN"], Password("ldj", provider), tls=False)
    command = strongest([], Password("ldj", provider), tls=True)
    assert asked == 0
    assert isinstance(way, Authenticate)
    assert isinstance(command, LoginCommand)
    way.start()
    way.start()
    assert (command.user, command.password().reveal(), asked) == ("ldj", "sesame", 3)


@pytest.mark.parametrize(
    ("capabilities", "peer", "flag"),
    [
        ("AUTH=SCRAM-SHA-256", None, b"n,,"),
        ("AUTH=SCRAM-SHA-256", UNUSABLE, b"n,,"),
        ("AUTH=SCRAM-SHA-256", BOUND, b"y,,"),
        ("AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS", BOUND, b"p=tls-server-end-point,,"),
        ("AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1-PLUS", BOUND, b"n,,"),
    ],
)
def test_the_gs2_flag_tells_the_truth_about_channel_binding(capabilities: str, peer: Peer | None, flag: bytes) -> None:
    way = strongest(capabilities.split(), PASSWORD, tls=True, peer=peer)
    assert isinstance(way, Authenticate)
    first = way.start().first()
    assert first is not None
    assert first.startswith(flag + b"n=ldj,r=")


def test_a_mechanism_can_be_named() -> None:
    assert named("plain", PASSWORD).start().first() == b"\0ldj\0sesame"
    assert (named("scram-sha-256", PASSWORD, peer=BOUND).start().first() or b"").startswith(b"n,,")
    assert (named("SCRAM-SHA-256-PLUS", PASSWORD, peer=BOUND).start().first() or b"").startswith(b"p=tls-server-end-p")
    with pytest.raises(UsageError, match="cannot answer XOAUTH2, only SCRAM-SHA-512-PLUS"):
        named("XOAUTH2", PASSWORD)
