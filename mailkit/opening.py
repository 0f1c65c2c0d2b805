"""Ways to an account's first connection: over the network, to a child process, or as a file of settings says.

What hardly any account does without is loaded `meanwhile`, since that takes a round trip's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from mailkit.connecting.dial import Dialer, Meanwhile
from mailkit.connecting.endpoint import Endpoint, Security
from mailkit.connecting.healing import NO_HEALING, Healing
from mailkit.credentials import Credentials, resolve
from mailkit.pool import Pool
from mailkit.protocol.network import Network
from mailkit.protocol.sasl.mechanism import Mechanism
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.wire.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket
    from ssl import SSLContext

    from mailkit.protocol.command_event import CommandEvent

Given: TypeAlias = str | Callable[[], str] | Credentials | Mechanism | None
"""What a caller may prove his identity by."""


async def connect(
    network: Network,
    meanwhile: Meanwhile,
    url: str | None = None,
    *,
    host: str | None = None,
    port: int | None = None,
    user: str | None = None,
    credentials: str | Callable[[], str] | Credentials | Mechanism | None = None,
    security: Security | None = None,
    ssl_context: SSLContext | None = None,
    timeout: float | None = 60.0,
    max_connections: int = 4,
    reconnect: bool = True,
    compress: bool = False,
    path: str | None = None,
    open_socket: Callable[[str, int], socket] | None = None,
    connect_timeout: float | None = None,
    limits: Limits = Limits(),
    on_command: Callable[[CommandEvent], object] | None = None,
    on_alert: Callable[[str], object] | None = None,
) -> Pool:
    """Connect and log in; on return the account can be used.

    `url` is `imaps://user@host` for TLS, `imap://user@host` for STARTTLS, which is then required; `host`, `port`,
    `user` and `security` say the same in pieces, and `path` is a Unix socket in the place of a host. `credentials` is a
    password, or `Password`, `OAuth2`, `External` …; without any, the environment (MAILKIT_PASSWORD) and the keyring are
    asked. The strongest mechanism that both sides have is used. `timeout` is in seconds, for every wait, and
    `connect_timeout` for the connection itself, where that is to be another. `open_socket(host, port)` connects in our
    place, through a proxy say. What was cut off is sent again where that does no harm, unless `reconnect` is False.
    With `compress` the connection is compressed where the server offers it (RFC 4978): for slow links, since it costs
    both sides more than it saves on fast ones.

    Raises `CannotConnect`, `CertificateRejected`, `AuthenticationFailed`, and `UsageError` before anything is sent.
    """
    try:
        endpoint = Endpoint.of(url, host=host, port=port, user=user, security=security, path=path)
        resolved = resolve(endpoint.password if credentials is None else credentials, endpoint.user, endpoint.host)
    finally:
        del url, credentials  # a traceback shows the arguments of every frame
    dialer = Dialer(
        network,
        endpoint,
        resolved,
        ssl_context,
        timeout,
        limits,
        on_command,
        on_alert,
        compress,
        connect_timeout=connect_timeout,
        open_socket=open_socket,
        meanwhile=meanwhile,
    )
    return await _opened(dialer, max_connections, reconnect=reconnect)


async def spawn(
    network: Network,
    meanwhile: Meanwhile,
    argv: Sequence[str],
    *,
    user: str | None = None,
    credentials: str | Callable[[], str] | Credentials | Mechanism | None = None,
    timeout: float | None = 60.0,
    max_connections: int = 4,
    reconnect: bool = True,
    compress: bool = False,
    limits: Limits = Limits(),
    on_command: Callable[[CommandEvent], object] | None = None,
    on_alert: Callable[[str], object] | None = None,
) -> Pool:
    """Start a process that speaks IMAP on its standard input and output, such as `["ssh", "host", "imapd"]`.

    Each connection is a process of its own; closing the account ends them. Most are logged in from the start
    (PREAUTH); for one that is not, `user` and `credentials` are as for `connect`. `argv` is run without a shell.

    Raises `CannotConnect` if the process cannot be started, says nothing sensible, or wants a login and has none.
    """
    try:
        resolved = resolve(credentials, user, "localhost") if credentials is not None else None
    finally:
        del credentials  # as in `connect`
    dialer = Dialer(
        network,
        Endpoint("localhost", 0, Security.PLAINTEXT, user),
        resolved,
        None,
        timeout,
        limits,
        on_command,
        on_alert,
        compress,
        argv,
        meanwhile=meanwhile,
    )
    return await _opened(dialer, max_connections, reconnect=reconnect)


async def configured(
    network: Network,
    meanwhile: Meanwhile,
    name: str,
    path: Path | str | None = None,
    *,
    credentials: str | Callable[[], str] | Credentials | Mechanism | None = None,
    ssl_context: SSLContext | None = None,
    on_command: Callable[[CommandEvent], object] | None = None,
    on_alert: Callable[[str], object] | None = None,
) -> Pool:
    """Open the account of that name in a file of settings, `~/.config/mailkit/accounts.toml` unless `path` is another.

    Each table of the file is an account; its keys are those of `Settings`. What is passed here goes before the file.

    Raises `ConfigurationError`, which names the file and the key, and all that `connect` raises.
    """
    # Here and not above: who has no such file need not load cattrs.
    from mailkit.connecting.configured import load  # noqa: PLC0415

    credentials = _guarded(credentials)  # rebound, as in `connect`
    settings = load(name, path)
    found = credentials if credentials is not None else _guarded(settings.credentials())
    if settings.command is not None:
        return await spawn(
            network,
            meanwhile,
            settings.command,
            user=settings.user,
            credentials=found,
            timeout=settings.timeout,
            max_connections=settings.max_connections,
            reconnect=settings.reconnect,
            compress=settings.compress,
            on_command=on_command,
            on_alert=on_alert,
        )
    return await connect(
        network,
        meanwhile,
        settings.url,
        host=settings.host,
        port=settings.port,
        user=settings.user,
        credentials=found,
        security=settings.security,
        ssl_context=ssl_context or settings.ssl_context(),
        timeout=settings.timeout,
        max_connections=settings.max_connections,
        reconnect=settings.reconnect,
        compress=settings.compress,
        path=settings.path,
        on_command=on_command,
        on_alert=on_alert,
    )


def _guarded(credentials: Given) -> Given:
    """The same; a password becomes what gives it, of which a traceback shows nothing."""
    return Secret(credentials).reveal if isinstance(credentials, str) else credentials


async def _opened(dialer: Dialer, max_connections: int, *, reconnect: bool) -> Pool:
    healing = Healing() if reconnect else NO_HEALING
    pool = Pool(
        dialer.network, dialer.dial, most=max_connections, healing=healing, limits=dialer.limits, name=dialer.name
    )
    await pool.open()
    return pool
