"""Every exception that mailkit raises, in one hierarchy that says what the caller may do next."""

from __future__ import annotations

from typing import ClassVar


class MailkitError(Exception):
    """The root: catching it catches everything that mailkit raises on purpose."""


class UsageError(MailkitError, ValueError):
    """The arguments or the order of calls are wrong; nothing was sent."""


class NotSupported(UsageError):
    """The server does not offer what the call needs; `capability` is its name in the CAPABILITY response."""

    def __init__(self, message: str, *, capability: str) -> None:
        super().__init__(message)
        self.capability = capability


class NotFetched(UsageError, AttributeError):
    """A snapshot was asked for something that was not fetched; `item` is the name to give to `only` or `prefetch`."""

    def __init__(self, message: str, *, item: str) -> None:
        super().__init__(message)
        self.item = item


class CommandRefused(MailkitError):
    """The server answered NO or BAD; the connection is good and nothing else was disturbed.

    `command` is the line as it may be shown (secrets are `***`), `status` is "NO" or "BAD", `code` the name of the
    response code in brackets or None (RFC 9051 §7.1, RFC 5530), `text` the server's own words.
    """

    codes: ClassVar[frozenset[str]] = frozenset()
    retryable: ClassVar[bool] = False
    """Whether the same command may succeed later without the caller changing anything."""
    hint: ClassVar[str | None] = None
    """What a person could do about it, in one sentence; None where only the server's text can tell."""

    def __init__(self, command: str, status: str, code: str | None, text: str) -> None:
        shown = f"[{code}] {text}" if code else text
        advice = f" ({self.hint})" if self.hint else ""
        super().__init__(f"{command}: {status} {shown}{advice}")
        self.command = command
        self.status = status
        self.code = code
        self.text = text

    @classmethod
    def of(cls, command: str, status: str, code: str | None, text: str) -> CommandRefused:
        """The error class that RFC 5530 gives this code, or `CommandRefused` itself."""
        return _BY_CODE.get(code or "", CommandRefused)(command, status, code, text)


class AuthenticationFailed(CommandRefused):
    """The server did not accept who we say we are."""

    codes = frozenset({"AUTHENTICATIONFAILED"})
    hint = "check the user name and password; many providers want an app password or OAuth2"


class AuthorizationFailed(AuthenticationFailed):
    """The credentials are good, but not for the identity that was asked for (RFC 5530 AUTHORIZATIONFAILED)."""

    codes = frozenset({"AUTHORIZATIONFAILED"})
    hint = "the credentials may not act for that identity"


class CredentialsExpired(AuthenticationFailed):
    """The password or token was good once (RFC 5530 EXPIRED)."""

    codes = frozenset({"EXPIRED"})
    hint = "renew the password or token"


class PrivacyRequired(AuthenticationFailed):
    """The server wants TLS first (RFC 5530 PRIVACYREQUIRED)."""

    codes = frozenset({"PRIVACYREQUIRED"})
    hint = "connect with TLS"


class MailboxNotFound(CommandRefused):
    """There is no such mailbox, or none that this user may know of."""

    codes = frozenset({"NONEXISTENT", "TRYCREATE"})
    hint = "see the names that account.mailboxes() gives, or create() it"


class MailboxExists(CommandRefused):
    """A mailbox of that name is there already."""

    codes = frozenset({"ALREADYEXISTS"})
    hint = "choose another name, or use the mailbox that is there"


class MailboxNotEmpty(CommandRefused):
    """The mailbox has children, so it cannot be deleted (RFC 9051 HASCHILDREN)."""

    codes = frozenset({"HASCHILDREN"})
    hint = "delete its children first"


class PermissionDenied(CommandRefused):
    """The access rights do not allow it (RFC 5530 NOPERM)."""

    codes = frozenset({"NOPERM"})
    hint = "mailbox.my_rights() tells what is allowed"


class ReadOnly(CommandRefused):
    """The mailbox can be read, not changed."""

    codes = frozenset({"READ-ONLY"})
    hint = "the mailbox is open for reading only"


class OverQuota(CommandRefused):
    """The operation would pass a quota (RFC 5530 OVERQUOTA, RFC 9208)."""

    codes = frozenset({"OVERQUOTA"})
    hint = "make room; mailbox.quotas() shows what is used"


class TooBig(CommandRefused):
    """The message is larger than the server takes (RFC 4469, RFC 7889)."""

    codes = frozenset({"TOOBIG"})
    hint = "the server's APPENDLIMIT says how much it takes"


class LimitReached(CommandRefused):
    """Some other limit of the server was met (RFC 5530 LIMIT)."""

    codes = frozenset({"LIMIT"})
    hint = "ask for less at a time"


class ServerUnavailable(CommandRefused):
    """A part of the server is down for now (RFC 5530 UNAVAILABLE, SERVERBUG, CONTACTADMIN)."""

    codes = frozenset({"UNAVAILABLE", "SERVERBUG", "CONTACTADMIN"})
    retryable = True
    hint = "try again later"


class InUse(CommandRefused):
    """Another session holds what the command needs (RFC 5530 INUSE)."""

    codes = frozenset({"INUSE", "EXPUNGEISSUED"})
    retryable = True
    hint = "try again in a moment"


class Throttled(CommandRefused):
    """The server wants fewer requests (THROTTLED, as Gmail and Exchange say it)."""

    codes = frozenset({"THROTTLED", "OVERLOADED"})
    retryable = True
    hint = "wait, then try again"


class Unsupported(CommandRefused):
    """The server knows the command, not this use of it (RFC 5530 CANNOT, BADCHARSET, UNKNOWN-CTE …)."""

    codes = frozenset({"CANNOT", "BADCHARSET", "UNKNOWN-CTE", "BADCOMPARATOR", "BADEVENT", "NOTSAVED"})


class ConnectionLost(MailkitError, OSError):
    """The connection is gone and is not used again.

    `may_have_run` says whether the command in flight may have been carried out: False when none of it left, True when
    its fate is unknown.
    """

    def __init__(self, message: str, *, may_have_run: bool = False) -> None:
        super().__init__(message)
        self.may_have_run = may_have_run


class CannotConnect(ConnectionLost):
    """No connection came about: unknown host, refused port, or a greeting that turns us away."""


class CertificateRejected(CannotConnect):
    """TLS failed: the server's certificate is not trusted, expired, or for another host."""


class TimedOut(ConnectionLost, TimeoutError):
    """The server did not answer in time; the connection was closed."""


class ProtocolViolation(MailkitError):
    """What the server sent is not IMAP, or passes a limit; the message shows a few octets of it, never secrets."""


class MailboxChanged(MailkitError):
    """The mailbox's UIDVALIDITY is another (RFC 9051 §2.3.1.1): UIDs known before mean nothing; nothing was done."""


class MessageGone(MailkitError):
    """The message is not in its mailbox any more: somebody has expunged or moved it; nothing was done."""


def _every(parent: type[CommandRefused]) -> list[type[CommandRefused]]:
    return [parent, *(found for child in parent.__subclasses__() for found in _every(child))]


_BY_CODE = {code: refused for refused in _every(CommandRefused) for code in refused.codes}
