"""Errors: each response code has its class, none shows a secret, and all can be pickled and copied."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator

import pytest

import mailkit
from mailkit import errors
from mailkit.errors import CommandRefused, MailkitError
from tests.domain.conftest import Connect
from tests.servers.dovecot import Dovecot
from tests.servers.server import User

_CODES = [
    # RFC 5530 §3
    ("UNAVAILABLE", errors.ServerUnavailable, True),
    ("AUTHENTICATIONFAILED", errors.AuthenticationFailed, False),
    ("AUTHORIZATIONFAILED", errors.AuthorizationFailed, False),
    ("EXPIRED", errors.CredentialsExpired, False),
    ("PRIVACYREQUIRED", errors.PrivacyRequired, False),
    ("CONTACTADMIN", errors.ServerFault, False),
    ("NOPERM", errors.PermissionDenied, False),
    ("INUSE", errors.InUse, True),
    ("EXPUNGEISSUED", errors.InUse, True),
    ("CORRUPTION", errors.MailboxCorrupted, False),
    ("SERVERBUG", errors.ServerFault, False),
    ("CLIENTBUG", errors.ClientFault, False),
    ("CANNOT", errors.Unsupported, False),
    ("LIMIT", errors.LimitReached, False),
    ("OVERQUOTA", errors.OverQuota, False),
    ("ALREADYEXISTS", errors.MailboxExists, False),
    ("NONEXISTENT", errors.MailboxNotFound, False),
    # RFC 9051 §7.1
    ("BADCHARSET", errors.Unsupported, False),
    ("HASCHILDREN", errors.MailboxNotEmpty, False),
    ("NOTSAVED", errors.Unsupported, False),
    ("READ-ONLY", errors.ReadOnly, False),
    ("TRYCREATE", errors.MailboxNotFound, False),
    ("UNKNOWN-CTE", errors.Unsupported, False),
    # extensions
    ("ANNOTATE", errors.MetadataRefused, False),
    ("BADCOMPARATOR", errors.Unsupported, False),
    ("BADEVENT", errors.Unsupported, False),
    ("BADURL", errors.Unsupported, False),
    ("COMPRESSIONACTIVE", errors.Unsupported, False),
    ("METADATA", errors.MetadataRefused, False),
    ("REFERRAL", errors.Referred, False),
    ("TEMPFAIL", errors.ServerUnavailable, True),
    ("TOOBIG", errors.TooBig, False),
    ("UNDEFINED-FILTER", errors.Unsupported, False),
    ("USEATTR", errors.Unsupported, False),
    # as providers say it
    ("OVERLOADED", errors.Throttled, True),
    ("THROTTLED", errors.Throttled, True),
    ("WEBALERT", errors.AuthenticationFailed, False),
    # what says nothing of the kind of failure
    ("ALERT", CommandRefused, False),
    ("X-UNHEARD-OF", CommandRefused, False),
    (None, CommandRefused, False),
]


@pytest.mark.parametrize(("code", "kind", "retryable"), _CODES)
def test_each_code_has_its_class(code: str | None, kind: type[CommandRefused], retryable: bool) -> None:
    refused = CommandRefused.of("SELECT Work", "NO", code, "No way.")
    assert type(refused) is kind
    assert refused.retryable is retryable
    assert (refused.command, refused.status, refused.code, refused.text) == ("SELECT Work", "NO", code, "No way.")


def _kinds(parent: type[MailkitError] = MailkitError) -> Iterator[type[MailkitError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _kinds(child)


def test_the_table_has_every_code() -> None:
    known = {code for kind in _kinds() if issubclass(kind, CommandRefused) for code in kind.codes}
    assert known == {code for code, kind, _ in _CODES if code and kind is not CommandRefused}


def test_the_message_says_what_was_asked_what_was_said_and_what_to_do() -> None:
    refused = CommandRefused.of("APPEND Sent", "NO", "OVERQUOTA", "Mailbox is full.")
    assert str(refused) == (
        "APPEND Sent: NO [OVERQUOTA] Mailbox is full. (make room; mailbox.quotas() shows what is used)"
    )
    assert str(CommandRefused.of("X", "BAD", None, "Huh?")) == "X: BAD Huh?"


_KINDS = sorted(set(_kinds()), key=str)
_SAMPLES: dict[type[MailkitError], MailkitError] = {
    errors.ConfigurationError: errors.ConfigurationError("no host", key="host"),
    errors.NotSupported: errors.NotSupported("no MOVE", capability="MOVE"),
    errors.NotFetched: errors.NotFetched("no size", item="size"),
    errors.ConnectionLost: errors.ConnectionLost("reset", may_have_run=True),
}


def _sample(kind: type[MailkitError]) -> MailkitError:
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    if issubclass(kind, CommandRefused):
        return kind("SELECT Work", "NO", next(iter(sorted(kind.codes)), None), "No way.")
    return kind("words")


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_every_error_survives_pickling_and_copying(
    kind: type[MailkitError], again: Callable[[MailkitError], MailkitError]
) -> None:
    error = _sample(kind)
    error.add_note("seen on the way")
    twin = again(error)
    assert type(twin) is kind
    assert (str(twin), repr(twin), twin.args, vars(twin)) == (str(error), repr(error), error.args, vars(error))


def test_public_names_have_every_error() -> None:
    """What can be raised can be caught by name."""
    assert {kind.__name__ for kind in _kinds() if kind.__module__ == "mailkit.errors"} <= set(mailkit.__all__)


_SECRET = "hunter2-Ünicode"
_BASE64 = "aHVudGVyMi"


def _shown(error: BaseException | None) -> Iterator[str]:
    """All that a log or a debugger could print of an error and of what led to it."""
    while error is not None:
        yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
        error = error.__cause__ or error.__context__


def _assert_hidden(error: BaseException) -> None:
    for text in _shown(error):
        assert _SECRET not in text
        assert _BASE64 not in text


async def test_a_refused_login_does_not_show_the_password(connect: Connect, dovecot: Dovecot, fresh_user: User) -> None:
    with pytest.raises(errors.AuthenticationFailed) as refused:
        await connect(
            f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}",
            credentials=_SECRET,
            ssl_context=dovecot.ssl_context(),
        )
    _assert_hidden(refused.value)
    assert "app password" in (refused.value.hint or "")


@pytest.mark.parametrize(
    "url", [f"imaps://ldj:{_SECRET}@localhost:1x", f"imaps://ldj:{_SECRET}@localhost/INBOX", f"ldj:{_SECRET}@localhost"]
)
async def test_a_wrong_url_does_not_show_the_password(connect: Connect, url: str) -> None:
    with pytest.raises(errors.UsageError) as wrong:
        await connect(url)
    _assert_hidden(wrong.value)


async def test_a_host_that_is_not_there_does_not_show_the_password(connect: Connect) -> None:
    with pytest.raises(errors.CannotConnect) as lost:
        await connect(f"imaps://ldj:{_SECRET}@localhost:1")
    _assert_hidden(lost.value)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            errors.AuthenticationFailed("AUTHENTICATE PLAIN ***", "NO", None, "no"),
            f"AUTHENTICATE PLAIN ***: NO no ({errors.AuthenticationFailed.hint})",
        ),
        (
            errors.AuthenticationFailed("AUTHENTICATE XOAUTH2 ***", "NO", None, "no"),
            "AUTHENTICATE XOAUTH2 ***: NO no (get a new token, made for this user and for IMAP)",
        ),
        (
            errors.CredentialsExpired("AUTHENTICATE OAUTHBEARER ***", "NO", "EXPIRED", "no"),
            "AUTHENTICATE OAUTHBEARER ***: NO [EXPIRED] no (renew the password or token)",
        ),
        # Nothing was refused.
        (
            errors.MailboxNotFound("LIST", "OK", None, "there is none"),
            "there is none (see the names that account.mailboxes() gives, or create() it)",
        ),
    ],
)
def test_the_advice_fits_what_was_tried(error: CommandRefused, shown: str) -> None:
    assert str(error) == shown
    assert (error.hint or "?") in shown
    assert str(pickle.loads(pickle.dumps(error))) == shown  # our own
