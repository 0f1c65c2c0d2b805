"""No secret is shown by a repr, an error, or a traceback that shows locals."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from traceback import TracebackException, walk_tb

import attrs
import pytest
from rich.pretty import pretty_repr

from mailkit.credentials import OAuth2, Password, resolve
from mailkit.errors import UsageError
from mailkit.protocol.sasl.choose import strongest
from mailkit.protocol.sasl.cram_md5 import CramMD5
from mailkit.protocol.sasl.login import Login
from mailkit.protocol.sasl.mechanism import Cancelled, Peer
from mailkit.protocol.sasl.oauth import OAuthBearer, XOAuth2
from mailkit.protocol.sasl.plain import Plain
from mailkit.protocol.sasl.scram import Scram
from mailkit.protocol.sasl.secret import Secret

WORD = "open-sesame"
SECRET = Secret(WORD)
NONCE = "fyko+d2lbbFgONRv9qkxdawL"


def _repr(value: object) -> str:
    try:
        return repr(value)
    except AttributeError:  # `self` of an __init__ that failed
        return ""


def _said(error: BaseException | None) -> str:
    """All that a reporter could show: texts, arguments, and the locals of every frame below the test, causes too."""
    shown = []
    while error is not None:
        shown += [repr(error), str(error), repr(error.args), *TracebackException.from_exception(error).format()]
        for frame, _ in walk_tb(error.__traceback__):
            if frame.f_code.co_filename != __file__:
                shown += [show(value) for value in frame.f_locals.values() for show in (_repr, pretty_repr)]
        error = error.__context__
    return "\n".join(shown)


@pytest.mark.parametrize(
    "thing",
    [
        SECRET,
        Plain("user", SECRET),
        Login("user", SECRET),
        CramMD5("user", SECRET),
        OAuthBearer("user", SECRET),
        XOAuth2("user", SECRET),
        Scram("SCRAM-SHA-1", "user", SECRET),
        Password("user", WORD),
        Password("user", lambda word=WORD: word),  # type: ignore[misc]  # a lambda's default has no annotation
        OAuth2("user", WORD),
        Password("user", WORD).login(),
        strongest(["AUTH=PLAIN"], Password("user", WORD), tls=True),
        strongest([], Password("user", WORD), tls=True),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_a_repr_shows_no_secret(thing: object) -> None:
    for shown in (
        repr(thing),
        str(thing),
        f"{thing}",
        pretty_repr(thing),
        repr([thing]),
        repr(vars(thing)) if hasattr(thing, "__dict__") else "",
    ):
        assert WORD not in shown
    if attrs.has(type(thing)):
        assert WORD not in repr(attrs.asdict(thing))  # type: ignore[arg-type]  # has() narrows the type, not the object


def _cancel(mechanism: Plain | Login | CramMD5 | OAuthBearer | Scram, *challenges: bytes) -> None:
    mechanism.first()
    for challenge in challenges:
        mechanism.step(challenge)


@pytest.mark.parametrize(
    "fails",
    [
        lambda: Password("", WORD),
        lambda: Password("user", WORD + "\0"),
        lambda: Password("user", WORD + "\ud800"),
        lambda: Password("user", WORD.encode()),  # type: ignore[arg-type]  # what a caller may do wrong
        lambda: Password("user", lambda: WORD + "\0").mechanism("PLAIN", Peer()),
        lambda: OAuth2("user", WORD + "\0"),
        lambda: OAuth2("user", WORD + " ").mechanism("XOAUTH2", Peer()),
        lambda: OAuth2("us\x01er", WORD).mechanism("OAUTHBEARER", Peer()),
        lambda: resolve(WORD, None, "host"),
        lambda: resolve(WORD + "\0", "user", "host"),
        lambda: Password("user", WORD + "\x07").mechanism("SCRAM-SHA-1", Peer()),
        lambda: Password("us\x07er", WORD).mechanism("SCRAM-SHA-256", Peer()),
        lambda: Password("user", WORD).mechanism("SCRAM-SHA-256-PLUS", Peer()),
        lambda: strongest(["AUTH=PLAIN"], Password("user", WORD), tls=False),
        lambda: pickle.dumps(SECRET),
        lambda: _cancel(Plain("user", SECRET), b"?"),
        lambda: _cancel(Login("user", SECRET), b"?", b"?", b"?"),
        lambda: _cancel(CramMD5("user", SECRET), b"<1@host>", b"?"),
        lambda: _cancel(OAuthBearer("user", SECRET), WORD.encode(), b"?"),
        lambda: _cancel(Scram("SCRAM-SHA-1", "user", SECRET), b"?"),
        lambda: _cancel(Scram("SCRAM-SHA-1", "user", SECRET), b"r=x,s=QSXCR+Q6sek8bf92,i=4096"),
        lambda: _cancel(
            Scram("SCRAM-SHA-1", "user", SECRET, nonce=NONCE),
            f"r={NONCE}x,s=QSXCR+Q6sek8bf92,i=4096".encode(),
            b"v=AAAA",
        ),
    ],
)
def test_an_error_carries_no_secret_in_its_text_or_its_frames(fails: Callable[[], object]) -> None:
    with pytest.raises((UsageError, Cancelled)) as caught:
        fails()
    assert WORD not in _said(caught.value)


def test_that_check_would_see_a_secret_in_a_frame() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the standard library's own, with the text in a local
        int(Secret(WORD).reveal())
    assert WORD in _said(caught.value)
