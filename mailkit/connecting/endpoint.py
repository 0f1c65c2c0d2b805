"""Where an account is and how it is reached, said as a URL or in pieces."""

from __future__ import annotations

import enum

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.sasl.secret import Secret
from mailkit.value import Value


class Security(enum.Enum):
    """How a connection is kept private."""

    TLS = "tls"
    """TLS from the first octet (RFC 8314), port 993."""
    STARTTLS = "starttls"
    """Plaintext that must become TLS before anything secret is sent, port 143."""
    PLAINTEXT = "plaintext"
    """No privacy at all: everybody on the way can read the password and the mail. Port 143."""


_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAINTEXT: 143}


@attrs.frozen(eq=False, repr=False)
class Endpoint(Value):
    """A server and who we are there; `path` names a Unix socket in the place of host and port."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    path: str | None = None

    @classmethod
    def of(
        cls,
        url: str | None,
        *,
        host: str | None = None,
        port: int | None = None,
        user: str | None = None,
        security: Security | None = None,
        path: str | None = None,
    ) -> Endpoint:
        """From a URL `imaps://user:password@host:port`, from pieces, or both: a piece overrides the URL's.

        `imaps` is TLS, `imap` STARTTLS which is then required; plaintext only where `security` says so. A `path` is a
        Unix socket, which nobody else can listen to: it needs no TLS and no host. Raises `UsageError` for
        anything that is not such a URL; the message never shows the password.
        """
        given = None if url is None else Secret(url)
        del url  # a traceback shows the arguments of every frame
        found = _parsed(given) if given is not None else cls("", 0, Security.TLS)
        if path is not None:
            return cls(
                host or found.host or "localhost",
                port or found.port,
                security or Security.PLAINTEXT,
                user or found.user,
                found.password,
                path,
            )
        security = security or found.security
        host = host or found.host
        if not host:
            raise UsageError("a host is needed: connect('imaps://user@mail.example.org') or connect(host=…)")
        return cls(host, port or found.port or _PORTS[security], security, user or found.user, found.password)


def _parsed(url: Secret) -> Endpoint:
    # Here and not above: who gives the pieces need not load what takes URLs apart.
    from mailkit.connecting.url import parsed  # noqa: PLC0415

    found = parsed(url)
    security = Security.TLS if found.scheme == "imaps" else Security.STARTTLS
    return Endpoint(found.host, found.port or 0, security, found.user, found.password)
