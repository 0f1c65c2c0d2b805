"""A socket that the caller has connected serves as well as one of our own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine

import pytest

from mailkit.errors import CertificateRejected
from mailkit.protocol.aio import AioNetwork
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.complete import complete
from mailkit.protocol.network import TLS, Network
from mailkit.protocol.session import Session
from mailkit.protocol.tls import verified_context
from mailkit.protocol.transport import ThreadNetwork
from tests.servers.dovecot import Dovecot

Run = Callable[[Coroutine[object, object, None]], None]


@pytest.fixture(params=["threads", "asyncio"])
def world(request: pytest.FixtureRequest) -> tuple[Run, Network]:
    if request.param == "threads":
        return complete, ThreadNetwork()
    return asyncio.run, AioNetwork()


def test_an_adopted_socket_carries_tls(world: tuple[Run, Network], dovecot: Dovecot) -> None:
    run, network = world

    async def talk() -> None:
        sock = socket.create_connection(("127.0.0.1", dovecot.tls_port))
        transport = await network.adopt(sock, TLS("localhost", dovecot.ssl_context()), 5.0)
        session = Session(transport, network, timeout=5.0)
        await session.greet()
        await session.run(Noop())
        assert transport.is_secure
        await session.close()

    run(talk())


def test_an_adopted_socket_is_closed_when_tls_fails(world: tuple[Run, Network], dovecot: Dovecot) -> None:
    run, network = world

    async def talk() -> None:
        sock = socket.create_connection(("127.0.0.1", dovecot.tls_port))
        with pytest.raises(CertificateRejected):
            await network.adopt(sock, TLS("localhost", verified_context()), 5.0)
        assert sock.fileno() == -1

    run(talk())
