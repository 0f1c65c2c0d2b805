"""Who one is: logging in, TLS, and what the two sides agree upon."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from ssl import SSLContext

from mailkit.errors import UsageError
from mailkit.protocol.classic.aliases import upper
from mailkit.protocol.classic.arguments import Argument, Literal, Verbatim, Word, name, octets_of, quoted, verbatim
from mailkit.protocol.classic.command import Asked, AuthObject, Classic, ClassicAuthenticate
from mailkit.protocol.classic.connection import Connection
from mailkit.protocol.classic.failures import translated
from mailkit.protocol.classic.rows import Rows, Text
from mailkit.protocol.command import Hider
from mailkit.protocol.network import TLS
from mailkit.protocol.sasl.cram_md5 import CramMD5
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism
from mailkit.protocol.sasl.plain import Plain
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.tls import verified_context


class Authentication(Connection):
    """Commands about the connection itself, and about who uses it."""

    _is_tls = False
    _secrets: tuple[Hider, ...] = ()

    def login(self, user: Argument, password: str | bytes) -> tuple[str, Text]:
        """Log in with a password in plaintext (RFC 9051 §6.2.3); the server's refusal raises `error`.

        The password is quoted, or goes as a literal where it is not ASCII.
        """
        secret = Secret(_text(password))
        del password  # a traceback shows the arguments of every frame
        if "LOGINDISABLED" in self.capabilities and self.state == "NONAUTH":
            raise self.error("the server does not take LOGIN on this connection (LOGINDISABLED); nothing was sent")
        with translated("LOGIN"):
            words = name(user, "utf-8", is_secret=True), _password(secret)
        self._prepare("LOGIN")
        reply = self._conversation.run(Classic("LOGIN", words, secrets=(secret,)))
        return self._authenticated(reply.typ, [reply.text])

    def login_plain(self, user: str, password: str | bytes, *, authzid: str | None = None) -> tuple[str, Text]:
        """Log in by SASL PLAIN (RFC 4616), which carries any characters; `authzid` is whom to act as."""
        secret = Secret(_text(password))
        del password
        with translated("AUTHENTICATE"):
            mechanism = Plain(user, secret, authzid=authzid)
        return self._authenticate(mechanism, secret)

    def login_cram_md5(self, user: str, password: str | bytes) -> tuple[str, Text]:
        """Log in by SASL CRAM-MD5 (RFC 2195), which does not show the password to who listens."""
        secret = Secret(_text(password))
        del password
        with translated("AUTHENTICATE"):
            mechanism = CramMD5(user, secret)
        return self._authenticate(mechanism, secret)

    def authenticate(self, mechanism: str, authobject: AuthObject) -> tuple[str, Text]:
        """Log in by any SASL mechanism (RFC 9051 §6.2.2); the server's refusal raises `error`.

        `authobject` is called with each challenge and returns the answer, both without base64; None gives up, and `*`
        is sent. What it raises is raised here, once the server knows.
        """
        asked = Asked(authobject)
        with translated("AUTHENTICATE"):
            command = ClassicAuthenticate(
                "AUTHENTICATE", (verbatim(mechanism.upper()),), asked=asked, secrets=(*self._secrets, asked)
            )
        self._prepare("AUTHENTICATE")
        try:
            reply = self._conversation.run(command)
        except self.error:
            if asked.failure is not None:
                raise asked.failure from None
            raise
        if asked.failure is not None:
            raise asked.failure
        return self._authenticated(reply.typ, [reply.text])

    def proxyauth(self, user: Argument) -> tuple[str, Text]:
        """Go on as another user, which an administrator of some servers may."""
        return self._command("PROXYAUTH", self._name(user))

    def starttls(self, ssl_context: SSLContext | None = None) -> tuple[str, Rows]:
        """Make the connection TLS (RFC 9051 §6.2.1), verified unless a context says else.

        `abort` where the server does not offer it, or TLS is there already. After a failure the connection is closed;
        it never goes on in plaintext. What the server said before is forgotten.
        """
        if self._is_tls:
            raise self.abort("TLS session already established")
        if "STARTTLS" not in self.capabilities:
            raise self.abort("TLS not supported by server")
        self._prepare("STARTTLS")
        tls = TLS(self.host or "localhost", verified_context() if ssl_context is None else ssl_context)
        try:
            self._conversation.start_tls(tls)
        except BaseException:
            with contextlib.suppress(OSError):
                self.shutdown()
            raise
        self._is_tls = True
        self._get_capabilities()
        return "OK", [None]

    def enable(self, capability: str) -> tuple[str, Text]:
        """Switch capabilities on (RFC 5161), such as "UTF8=ACCEPT", after which `utf8_enabled` is true."""
        if "ENABLE" not in self.capabilities:
            raise self.error("Server does not support ENABLE")
        with translated("ENABLE"):
            words = [verbatim(label) for label in octets_of(capability).split()]
        typ, text = self._command("ENABLE", *words)
        if typ == "OK" and "UTF8=ACCEPT" in capability.upper():
            self.utf8_enabled = True
            self._conversation.session.engine.is_utf8 = True
        return typ, text

    def id(self, fields: Mapping[str, str | None] | None = None) -> tuple[str, Rows]:
        """Tell the server who this client is, and learn who the server is, as one row of pairs (RFC 2971)."""
        with translated("ID"):
            typ, text = self._command("ID", _parameters(fields))
        return self._untagged_response(typ, text, "ID")

    def _name(self, argument: Argument) -> Word:
        with translated("argument"):
            return name(argument, self._encoding)

    def _authenticate(self, mechanism: Mechanism, secret: Secret) -> tuple[str, Text]:
        first = mechanism.first()
        answers = iter(() if first is None else (first,))
        del first
        self._secrets = (secret,)
        try:
            return self.authenticate(mechanism.name, lambda challenge: next(answers, None) or mechanism.step(challenge))
        except Cancelled as cancelled:
            reason = cancelled.reason
        finally:
            self._secrets = ()
        raise self.error(reason)  # here, where it has no context: its frames show what the server sent

    def _authenticated(self, typ: str, text: Text) -> tuple[str, Text]:
        if typ != "OK":
            raise self.error(self._trace.hide(text[-1].decode("utf-8", "replace")))
        self.state = "AUTH"
        self._refresh_capabilities()
        return typ, text

    AUTHENTICATE = upper(authenticate)
    CAPABILITY = upper(Connection.capability)
    ENABLE = upper(enable)
    ID = upper(id)  # noqa: A003  # the method, which is meant
    LOGIN = upper(login)
    LOGOUT = upper(Connection.logout)
    NOOP = upper(Connection.noop)
    PROXYAUTH = upper(proxyauth)
    STARTTLS = upper(starttls)


def _password(secret: Secret) -> Word:
    if not _can_be_sent(secret):
        raise UsageError("CR, LF, NUL and lone surrogates cannot be sent in a password")
    octets = secret.reveal().encode("utf-8", "surrogateescape")
    if octets.isascii():
        return Verbatim(quoted(octets), is_secret=True)
    return Literal(octets, is_secret=True)


def _can_be_sent(secret: Secret) -> bool:
    """Whether it has octets, without an error that would carry it."""
    try:
        return not {*b"\r\n\0"} & {*secret.reveal().encode("utf-8", "surrogateescape")}
    except UnicodeEncodeError:
        return False


def _text(password: str | bytes) -> str:
    return password if isinstance(password, str) else password.decode("utf-8", "surrogateescape")


def _parameters(fields: Mapping[str, str | None] | None) -> Word:
    """`id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil`"""
    if not fields:
        return Verbatim(b"NIL")
    words = [
        b"NIL" if value is None else quoted(octets_of(value, "utf-8")) for pair in fields.items() for value in pair
    ]
    return Verbatim(b"(" + b" ".join(words) + b")")
