"""Every exception that mailkit raises, in one hierarchy that says what the caller may do next."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar


class MailkitError(Exception):
    """The root: catching it catches everything that mailkit raises on purpose."""

    done: Collection[int] = ()
    """Where a verb on many messages failed on the way: the UIDs (a `UidSet`) for which it had been carried out."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled and copied by what it holds, because the constructors of many take more than a message."""
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[MailkitError], args: tuple[object, ...]) -> MailkitError:
    made = kind.__new__(kind, *args)
    made.args = args
    return made


class UsageError(MailkitError, ValueError):
    """The arguments or the order of calls are wrong; nothing was sent."""


class ConfigurationError(UsageError):
    """A file of settings is missing or wrong; `key` is the key in it, or None where it is the file as a whole."""

    def __init__(self, message: str, *, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


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


_BY_CODE: dict[str, type[CommandRefused]] = {}


class CommandRefused(MailkitError):
    """The server answered NO or BAD; the connection is good and nothing else was disturbed.

    `command` is the line as it may be shown (secrets are `***`), `status` is "NO" or "BAD" (or "OK" where the answer
    has not what was asked for), `code` the name of the response code in brackets or None (RFC 9051 §7.1, RFC 5530),
    `text` the server's own words.
    """

    codes: ClassVar[frozenset[str]] = frozenset()
    """The response codes that mean this."""
    retryable: ClassVar[bool] = False
    """Whether the same command may succeed later without the caller changing anything."""
    hint: str | None = None
    """What a person could do about it, in one sentence; None where only the server's text can tell."""

    def __init_subclass__(cls, *, codes: str = "", retryable: bool = False, hint: str | None = None) -> None:
        super().__init_subclass__()
        cls.codes, cls.retryable, cls.hint = frozenset(codes.split()), retryable, hint
        _BY_CODE.update(dict.fromkeys(cls.codes, cls))

    def __init__(self, command: str, status: str, code: str | None, text: str) -> None:
        shown = f"[{code}] {text}" if code else text
        advice = f" ({self.hint})" if self.hint else ""
        # OK: nothing was refused, but the answer has not what was asked for.
        super().__init__(f"{shown}{advice}" if status == "OK" else f"{command}: {status} {shown}{advice}")
        self.command = command
        self.status = status
        self.code = code
        self.text = text

    @classmethod
    def of(cls, command: str, status: str, code: str | None, text: str) -> CommandRefused:
        """The error class that RFC 5530 gives this code, or `CommandRefused` itself."""
        return _BY_CODE.get(code or "", CommandRefused)(command, status, code, text)


class AuthenticationFailed(
    CommandRefused,
    codes="AUTHENTICATIONFAILED WEBALERT",
    hint="check the user name and password; many providers want an app password or OAuth2",
):
    """The server did not accept who we say we are (RFC 5530 AUTHENTICATIONFAILED, Gmail's WEBALERT)."""

    def __init__(self, command: str, status: str, code: str | None, text: str) -> None:
        if type(self) is AuthenticationFailed and ("OAUTHBEARER" in command or "XOAUTH2" in command):
            self.hint: str | None = "get a new token, made for this user and for IMAP"
        super().__init__(command, status, code, text)


class AuthorizationFailed(
    AuthenticationFailed, codes="AUTHORIZATIONFAILED", hint="the credentials may not act for that identity"
):
    """The credentials are good, but not for the identity that was asked for (RFC 5530 AUTHORIZATIONFAILED)."""


class CredentialsExpired(AuthenticationFailed, codes="EXPIRED", hint="renew the password or token"):
    """The password or token was good once (RFC 5530 EXPIRED)."""


class PrivacyRequired(AuthenticationFailed, codes="PRIVACYREQUIRED", hint="connect with TLS"):
    """The server wants TLS first (RFC 5530 PRIVACYREQUIRED)."""


class MailboxNotFound(
    CommandRefused, codes="NONEXISTENT TRYCREATE", hint="see the names that account.mailboxes() gives, or create() it"
):
    """There is no such mailbox, or none that this user may know of."""


class MailboxExists(
    CommandRefused, codes="ALREADYEXISTS", hint="choose another name, or use the mailbox that is there"
):
    """A mailbox of that name is there already."""


class MailboxNotEmpty(CommandRefused, codes="HASCHILDREN", hint="delete its children first"):
    """The mailbox has children, so it cannot be deleted (RFC 9051 HASCHILDREN)."""


class PermissionDenied(CommandRefused, codes="NOPERM", hint="mailbox.my_rights() tells what is allowed"):
    """The access rights do not allow it (RFC 5530 NOPERM)."""


class ReadOnly(CommandRefused, codes="READ-ONLY", hint="the mailbox is open for reading only"):
    """The mailbox can be read, not changed."""


class OverQuota(CommandRefused, codes="OVERQUOTA", hint="make room; mailbox.quotas() shows what is used"):
    """The operation would pass a quota (RFC 5530 OVERQUOTA, RFC 9208)."""


class TooBig(CommandRefused, codes="TOOBIG", hint="the server's APPENDLIMIT says how much it takes"):
    """The message is larger than the server takes (RFC 4469, RFC 7889)."""


class LimitReached(CommandRefused, codes="LIMIT", hint="ask for less at a time"):
    """Some other limit of the server was met (RFC 5530 LIMIT)."""


class ServerUnavailable(CommandRefused, codes="UNAVAILABLE TEMPFAIL", retryable=True, hint="try again later"):
    """A part of the server is down for now (RFC 5530 UNAVAILABLE, RFC 5259 TEMPFAIL)."""


class ServerFault(
    CommandRefused, codes="SERVERBUG CONTACTADMIN", hint="tell the server's administrator, with the server's words"
):
    """Something is wrong with the server that its administrator must see to (RFC 5530 SERVERBUG, CONTACTADMIN)."""


class MailboxCorrupted(ServerFault, codes="CORRUPTION", hint="only the server's administrator can repair it"):
    """The server's own data are damaged (RFC 5530 CORRUPTION)."""


class ClientFault(
    CommandRefused,
    codes="CLIENTBUG",
    hint="report it to mailkit's maintainers, with the command and the server's words",
):
    """The server takes the command for a mistake of the client's own making (RFC 5530 CLIENTBUG)."""


class Referred(CommandRefused, codes="REFERRAL", hint="connect to the other server, if you trust it"):
    """The mailbox or the user is on another server (RFC 2193, RFC 2221 REFERRAL); `text` may say which."""


class InUse(CommandRefused, codes="INUSE EXPUNGEISSUED", retryable=True, hint="try again in a moment"):
    """Another session holds what the command needs (RFC 5530 INUSE)."""


class Throttled(CommandRefused, codes="THROTTLED OVERLOADED", retryable=True, hint="wait, then try again"):
    """The server wants fewer requests (THROTTLED, as Gmail and Exchange say it)."""


class Unsupported(
    CommandRefused,
    codes="CANNOT BADCHARSET UNKNOWN-CTE BADCOMPARATOR BADEVENT BADURL COMPRESSIONACTIVE NOTSAVED "
    "UNDEFINED-FILTER USEATTR",
    hint="ask in another way: the server will never do it in this one",
):
    """The server knows the command, not this use of it (RFC 5530 CANNOT, BADCHARSET, UNKNOWN-CTE …)."""


class MetadataRefused(CommandRefused, codes="METADATA ANNOTATE"):
    """An annotation is too large, one too many, or may not be private (RFC 5464 METADATA, RFC 5257 ANNOTATE)."""


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
