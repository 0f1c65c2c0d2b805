"""Servers that answer nonsense: every mechanism gives octets or cancels, and SCRAM is not led astray."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramMechanism

from mailkit.errors import UsageError
from mailkit.protocol.sasl.anonymous import Anonymous
from mailkit.protocol.sasl.cram_md5 import CramMD5
from mailkit.protocol.sasl.external import External
from mailkit.protocol.sasl.login import Login
from mailkit.protocol.sasl.mechanism import SCRAM, Cancelled, ChannelBinding, Mechanism
from mailkit.protocol.sasl.oauth import OAuthBearer, XOAuth2
from mailkit.protocol.sasl.plain import Plain
from mailkit.protocol.sasl.scram import MAX_ITERATIONS, MIN_ITERATIONS, Scram
from mailkit.protocol.sasl.secret import Secret

PENCIL = Secret("pencil")
NONCE = "rOprNGfwEbeRWgbNEkqO"
BINDING = ChannelBinding("tls-server-end-point", b"the hash of a certificate")

MECHANISMS: list[Callable[[], Mechanism]] = [
    lambda: Plain("user", PENCIL),
    lambda: Login("user", PENCIL),
    lambda: CramMD5("user", PENCIL),
    lambda: OAuthBearer("user", PENCIL),
    lambda: XOAuth2("user", PENCIL),
    External,
    Anonymous,
    lambda: Scram("SCRAM-SHA-1", "user", PENCIL, nonce=NONCE),
    lambda: Scram("SCRAM-SHA-256-PLUS", "user", PENCIL, nonce=NONCE, binding=BINDING),
]

almost_scram = st.builds(
    lambda parts: ",".join(parts).encode("utf-8", "surrogatepass"),
    st.lists(
        st.one_of(
            st.sampled_from([f"r={NONCE}more", "s=QSXCR+Q6sek8bf92", "i=4096", "v=cGVuY2ls", "e=other-error", "m=x"]),
            st.text(max_size=12),
            st.builds("{}={}".format, st.sampled_from("rsivemcx"), st.text(max_size=12)),
        ),
        max_size=5,
    ),
)
almost_json = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.sampled_from(["status", "scope"]), inner)
).map(lambda value: repr(value).replace("'", '"').encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("make", MECHANISMS)
@given(challenges=st.lists(st.binary(max_size=64) | almost_scram | almost_json, max_size=5), begun=st.booleans())
def test_whatever_the_server_says_the_answer_is_octets_or_a_cancel(
    make: Callable[[], Mechanism], challenges: list[bytes], begun: bool
) -> None:
    mechanism = make()
    if begun:
        mechanism.first()
    answers: list[object] = []
    reasons: list[str] = []
    for challenge in challenges:
        try:
            answers.append(mechanism.step(challenge))
        except Cancelled as cancelled:
            reasons.append(cancelled.reason)
    assert len(answers) <= 2
    assert all(isinstance(answer, bytes) for answer in answers)
    assert not any("pencil" in reason for reason in reasons)
    assert isinstance(mechanism.failure(), str | None)


@pytest.mark.parametrize(
    "challenge",
    [
        b"[" * 16_000,
        b'{"status":' * 1_600,
        b"\xff\xfe",
        b"9" * 16_000,
        b'{"status": 1e999}',
        b'{"status": {}}',
        b"x" * 10**6,
    ],
)
@pytest.mark.parametrize(("make", "dummy"), [(OAuthBearer, b"\x01"), (XOAuth2, b"")])
def test_an_error_that_is_not_the_json_it_should_be_gets_the_dummy_and_no_words(
    challenge: bytes, make: type[OAuthBearer | XOAuth2], dummy: bytes
) -> None:
    mechanism = make("user", PENCIL)
    assert mechanism.step(challenge) == dummy
    assert mechanism.failure() is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            b'{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/"}',
            "status=invalid_token, scope=example_scope",
        ),
        (
            b'{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}',
            "status=401, scope=https://mail.google.com/",
        ),
        (b'{"status":400}', "status=400"),
        (b'{"status":"\\u001b[31m\\r\\n* OK"}', "status=?[31m??* OK"),
        (b'{"status":"your token pencil is old"}', "status=your token *** is old"),
        (b'{"status":"' + b"x" * 300 + b'"}', "status=" + "x" * 200 + "…"),
    ],
)
def test_the_oauth_error_is_told_in_words(error: bytes, words: str) -> None:
    mechanism = OAuthBearer("user", PENCIL)
    mechanism.first()
    mechanism.step(error)
    assert mechanism.failure() == words


@contextmanager
def no_hash(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def computed(*_: object) -> bytes:
        raise AssertionError("the password was hashed")

    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "pbkdf2_hmac", computed)
        yield


@pytest.mark.parametrize(
    "first",
    [
        f"r={NONCE}x,s=QSXCR+Q6sek8bf92,i={count}"
        for count in (
            "0",
            "1",
            MIN_ITERATIONS - 1,
            MAX_ITERATIONS + 1,
            10**7,
            2**31,
            2**64,
            "9" * 4_000,
            "-4096",
            "٤٠٩٦",
            "4096x",
            "",
        )
    ]
    + [
        f"r={NONCE}x,s=QSXCR+Q6sek8bf92",
        f"r={NONCE}x,s=QSXCR+Q6sek8bf92,i=4096,i=9999999",
        f"r={NONCE[:-1]}Xmore,s=QSXCR+Q6sek8bf92,i=4096",
        "r=x,s=QSXCR+Q6sek8bf92,i=4096",
        f"r={NONCE},s=QSXCR+Q6sek8bf92,i=4096",
        f"m=ext,r={NONCE}x,s=QSXCR+Q6sek8bf92,i=4096",
        f"r={NONCE}x,s=!!!!,i=4096",
        f"r={NONCE}x,s=,i=4096",
        f"r={NONCE}x,s=QSXCR+Q6sek8bf92,i=4096,x=" + "y" * 5_000,
        "e=unknown-user",
    ],
)
def test_scram_refuses_a_bad_first_challenge_before_it_hashes(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mechanism = Scram("SCRAM-SHA-256", "user", PENCIL, nonce=NONCE)
    mechanism.first()
    with no_hash(monkeypatch), pytest.raises(Cancelled):
        mechanism.step(first.encode())


@pytest.mark.parametrize("count", [MIN_ITERATIONS, MAX_ITERATIONS])
def test_scram_takes_the_iteration_counts_at_its_bounds(count: int) -> None:
    mechanism = Scram("SCRAM-SHA-1", "user", PENCIL, nonce=NONCE)
    mechanism.first()
    assert mechanism.step(f"r={NONCE}x,s=QSXCR+Q6sek8bf92,i={count}".encode()).startswith(b"c=biws,")


@pytest.mark.parametrize(
    ("final", "failure"),
    [
        (b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", None),
        (b"v=", None),
        (b"", None),
        (b"e=invalid-proof", "error=invalid-proof"),
        (b"e=\x1b[2J\r\n", "error=?[2J??"),
    ],
)
def test_a_server_that_proves_nothing_is_not_believed(final: bytes, failure: str | None) -> None:
    mechanism = Scram("SCRAM-SHA-1", "user", PENCIL, nonce=NONCE)
    mechanism.first()
    mechanism.step(f"r={NONCE}x,s=QSXCR+Q6sek8bf92,i=4096".encode())
    with pytest.raises(Cancelled):
        mechanism.step(final)
    assert mechanism.failure() == failure
    with pytest.raises(Exception, match="without proving"):
        mechanism.verify()


@pytest.mark.parametrize("name", SCRAM)
@pytest.mark.parametrize("kind", ["tls-server-end-point", "tls-unique"])
@pytest.mark.parametrize("user", ["user", "a,b=c", "jürgen"])
def test_client_and_server_come_together(name: str, kind: str, user: str) -> None:
    binding = ChannelBinding(kind, b"data of the connection") if name.endswith("-PLUS") else None
    known = ScramMechanism(name)
    stored = known.make_auth_info("pencil")
    server = known.make_server(
        {user: stored}.__getitem__, channel_binding=None if binding is None else (binding.kind, binding.data)
    )
    mechanism = Scram(name, user, PENCIL, binding=binding)
    server.set_client_first(mechanism.first().decode())
    server.set_client_final(mechanism.step(server.get_server_first().encode()).decode())
    assert mechanism.step(server.get_server_final().encode()) == b""
    mechanism.verify()


def test_two_mechanisms_do_not_share_a_nonce() -> None:
    assert Scram("SCRAM-SHA-1", "user", PENCIL).first() != Scram("SCRAM-SHA-1", "user", PENCIL).first()


def test_a_scram_mechanism_is_used_once() -> None:
    mechanism = Scram("SCRAM-SHA-1", "user", PENCIL)
    mechanism.first()
    with pytest.raises(UsageError, match="used once"):
        mechanism.first()


@pytest.mark.parametrize("challenge", [b"", b"\0", b"<1@host>\0", b"<1@host>\r\n", b"\x80"])
def test_cram_md5_digests_printable_text_only(challenge: bytes) -> None:
    with pytest.raises(Cancelled, match="not printable"):
        CramMD5("user", PENCIL).step(challenge)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Plain("us\0er", PENCIL),
        lambda: Plain("", PENCIL),
        lambda: Plain("user", Secret("a\0b")),
        lambda: Plain("user", Secret("")),
        lambda: Plain("user", PENCIL, authzid="a\0b"),
        lambda: Plain("us\ud800er", PENCIL),
        lambda: Plain("user", Secret("a\udfffb")),
        lambda: Login("us\0er", PENCIL),
        lambda: CramMD5("user", Secret("a\0b")),
        lambda: OAuthBearer("us\x01er", PENCIL),
        lambda: OAuthBearer("user", Secret("a\x01auth=b")),
        lambda: XOAuth2("user", Secret("a b")),
        lambda: XOAuth2("user", Secret("")),
        lambda: External("a\0b"),
        lambda: Anonymous("a\r\nb"),
        lambda: Anonymous("a" * 256),
        lambda: Scram("SCRAM-MD5", "user", PENCIL),
        lambda: Scram("SCRAM-SHA-1-PLUS", "user", PENCIL),
        lambda: Scram("SCRAM-SHA-1", "user", Secret("\x07")),
        lambda: Scram("SCRAM-SHA-1", "", PENCIL),
        lambda: ChannelBinding("tls-unique", b""),
    ],
)
def test_what_no_server_could_take_is_refused_at_once(make: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        make()
