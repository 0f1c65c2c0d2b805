"""Logging in on a session: by the mechanism that was chosen, or by the LOGIN command (RFC 9051 §6.2)."""

from __future__ import annotations

from collections.abc import Callable

from mailkit.errors import AuthenticationFailed, CommandRefused
from mailkit.protocol import commands
from mailkit.protocol.command import Command
from mailkit.protocol.network import Transport
from mailkit.protocol.sasl import choose
from mailkit.protocol.sasl.mechanism import ChannelBinding, Mechanism, Peer
from mailkit.protocol.session import Session
from mailkit.protocol.state import State


async def log_in(
    session: Session,
    credentials: choose.Credentials,
    *,
    host: str,
    port: int,
    plaintext_allowed: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> None:
    """Authenticate by the strongest way that both sides have; nothing to do after PREAUTH.

    `meanwhile` is called while the answer is on its way.

    Raises `AuthenticationFailed` where the server says no, `UsageError` or `NotSupported` before anything is sent.
    """
    if session.state is not State.NOT_AUTHENTICATED:
        return
    capabilities = await session.capabilities()
    peer = Peer(host, port, _binding(session.transport))
    way = choose.strongest(
        capabilities, credentials, tls=session.transport.is_secure, plaintext_allowed=plaintext_allowed, peer=peer
    )
    if isinstance(way, choose.LoginCommand):
        try:
            await _run(session, commands.login.Login(way.user, await session.network.call(way.password)), meanwhile)
        except CommandRefused as refused:
            raise _failed(refused, None) from None
    else:
        await authenticate(session, await session.network.call(way.start), meanwhile)


def _binding(transport: Transport) -> ChannelBinding | None:
    """The binding of this TLS connection, if it has one that both sides would compute alike.

    Never tls-server-end-point, though it exists for every version of TLS: Dovecot 2.4 and Cyrus 3 take the other two
    alone, and a server that offers -PLUS does not say which binding it means.
    """
    kinds = ("tls-exporter", "tls-unique")
    return next((ChannelBinding(kind, data) for kind in kinds if (data := transport.channel_binding(kind))), None)


async def authenticate(session: Session, mechanism: Mechanism, meanwhile: Callable[[], object] | None = None) -> None:
    """AUTHENTICATE by this mechanism, which serves once; `meanwhile` as in `log_in`."""
    capabilities = await session.capabilities()
    command = commands.authenticate.Authenticate(mechanism, with_initial="SASL-IR" in capabilities)
    try:
        await _run(session, command, meanwhile)
        mechanism.verify()
    except CommandRefused as refused:
        raise _failed(refused, command.reason or mechanism.failure()) from None
    except BaseException:
        # Given up halfway, the login may yet succeed, with a server that has not proved who it is.
        await session.close()
        raise


async def _run(session: Session, command: Command[None], meanwhile: Callable[[], object] | None) -> None:
    pending = await session.begin(command)
    if meanwhile is not None:
        meanwhile()
    await session.finish(pending)


def _failed(refused: CommandRefused, why: str | None) -> AuthenticationFailed:
    text = f"{refused.text} ({why})" if why else refused.text
    kind = type(refused) if isinstance(refused, AuthenticationFailed) else AuthenticationFailed
    return kind(refused.command, refused.status, refused.code, text)
