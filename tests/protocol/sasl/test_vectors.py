"""The examples of the RFCs, octet for octet."""

from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.sasl.anonymous import Anonymous
from mailkit.protocol.sasl.cram_md5 import CramMD5
from mailkit.protocol.sasl.external import External
from mailkit.protocol.sasl.login import Login
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, Peer
from mailkit.protocol.sasl.oauth import OAuthBearer, XOAuth2
from mailkit.protocol.sasl.plain import Plain
from mailkit.protocol.sasl.scram import Scram
from mailkit.protocol.sasl.secret import Secret

PENCIL = Secret("pencil")
TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="


@pytest.mark.parametrize(
    ("mechanism", "first", "exchange"),
    [
        pytest.param(
            Scram("SCRAM-SHA-1", "user", PENCIL, nonce="fyko+d2lbbFgONRv9qkxdawL"),
            b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            [
                (
                    b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                    b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                ),
                (b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", b""),
            ],
            id="RFC 5802 §5",
        ),
        pytest.param(
            Scram("SCRAM-SHA-256", "user", PENCIL, nonce="rOprNGfwEbeRWgbNEkqO"),
            b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            [
                (
                    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                    (
                        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
                    ),
                ),
                (b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", b""),
            ],
            id="RFC 7677 §3",
        ),
        pytest.param(
            CramMD5("tim", Secret("tanstaaftanstaaf")),
            None,
            [(b"<1896.697170952@postoffice.reston.mci.net>", b"tim b913a602c7eda7a495b4e6e7334d3890")],
            id="RFC 2195 §2",
        ),
        pytest.param(Plain("tim", Secret("tanstaaftanstaaf")), b"\0tim\0tanstaaftanstaaf", [], id="RFC 4616 §4"),
        pytest.param(
            Plain("Kurt", Secret("xipj3plmq"), authzid="Ursel"),
            b"Ursel\0Kurt\0xipj3plmq",
            [],
            id="RFC 4616 §4, as another user",
        ),
        pytest.param(
            Login("tim", Secret("tanstaaf")),
            None,
            [(b"Username:", b"tim"), (b"Password:", b"tanstaaf")],
            id="LOGIN",
        ),
        pytest.param(
            OAuthBearer("user@example.com", Secret(TOKEN), Peer("server.example.com", 143)),
            f"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer {TOKEN}\x01\x01".encode(),
            [],
            id="RFC 7628 §4.1",
        ),
        pytest.param(
            OAuthBearer("a=b,c", Secret("t")), b"n,a=a=3Db=2Cc,\x01auth=Bearer t\x01\x01", [], id="saslname escapes"
        ),
        pytest.param(
            XOAuth2("someuser@example.com", Secret("ya29.vF9dft4q")),
            b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4q\x01\x01",
            [],
            id="XOAUTH2",
        ),
        pytest.param(External(), b"", [], id="EXTERNAL"),
        pytest.param(External("fred@example.com"), b"fred@example.com", [], id="EXTERNAL as another user"),
        pytest.param(Anonymous("sirhc"), b"sirhc", [], id="RFC 4505 §4"),
        pytest.param(Plain("jürgen", Secret("пароль")), "\0jürgen\0пароль".encode(), [], id="PLAIN is UTF-8"),
    ],
)
def test_the_exchange_is_the_examples(
    mechanism: Mechanism, first: bytes | None, exchange: list[tuple[bytes, bytes]]
) -> None:
    assert mechanism.first() == first
    for challenge, answer in exchange:
        assert mechanism.step(challenge) == answer
    mechanism.verify()
    assert mechanism.failure() is None
    if mechanism.name in ("OAUTHBEARER", "XOAUTH2"):
        mechanism.step(b"{}")  # an error, the one challenge that they have
    with pytest.raises(Cancelled):
        mechanism.step(b"one too many")


@pytest.mark.parametrize("steps", [0, 1])
def test_scram_is_not_content_with_an_early_ok(steps: int) -> None:
    mechanism = Scram("SCRAM-SHA-1", "user", PENCIL, nonce="fyko+d2lbbFgONRv9qkxdawL")
    mechanism.first()
    for _ in range(steps):
        mechanism.step(b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")
    with pytest.raises(ProtocolViolation, match="without proving"):
        mechanism.verify()
