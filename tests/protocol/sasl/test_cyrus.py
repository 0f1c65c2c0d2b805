"""SCRAM bound to its TLS connection, against a real server that offers it."""

from __future__ import annotations

import logging
import ssl

import pytest

from mailkit.credentials import Password
from mailkit.errors import AuthenticationFailed
from mailkit.protocol import IMAP4_SSL
from mailkit.protocol.authentication import authenticate, log_in
from mailkit.protocol.network import TLS
from mailkit.protocol.sasl.mechanism import SCRAM, ChannelBinding
from mailkit.protocol.sasl.scram import Scram
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.session import Session
from mailkit.protocol.state import State
from tests.servers.cyrus import Cyrus
from tests.worlds import World

BOUND = [name for name in SCRAM if name.endswith("-PLUS")]


def _context(server: Cyrus, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> ssl.SSLContext:
    context = server.ssl_context()
    context.minimum_version = context.maximum_version = version
    return context


async def _session(world: World, server: Cyrus, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> Session:
    tls = TLS(server.host, _context(server, version))
    return await world.connect((server.host, server.tls_port), tls=tls)


def _binding(session: Session) -> ChannelBinding:
    data = session.transport.channel_binding("tls-unique")
    assert data is not None
    return ChannelBinding("tls-unique", data)


async def _state_after_login(session: Session, server: Cyrus, mechanism: str) -> State:
    await authenticate(session, Scram(mechanism, "bob", Secret(server.users["bob"]), binding=_binding(session)))
    state = session.state
    await session.close()
    return state


@pytest.mark.parametrize(
    ("version", "mechanism"),
    [(ssl.TLSVersion.TLSv1_2, "SCRAM-SHA-512-PLUS"), (ssl.TLSVersion.TLSv1_3, "SCRAM-SHA-512")],
)
def test_the_login_is_bound_where_this_version_of_tls_has_a_binding(
    world: World, cyrus: Cyrus, caplog: pytest.LogCaptureFixture, version: ssl.TLSVersion, mechanism: str
) -> None:
    async def story() -> None:
        session = await _session(world, cyrus, version)
        await log_in(session, Password("bob", cyrus.users["bob"]), host=cyrus.host, port=cyrus.tls_port)
        await session.close()

    with caplog.at_level(logging.DEBUG, "mailkit.protocol"):
        world.tell(story())
    assert f" AUTHENTICATE {mechanism}\n" in caplog.text.replace(" ***", "")


@pytest.mark.parametrize("name", BOUND)
def test_every_bound_mechanism_convinces_and_is_convinced(world: World, cyrus: Cyrus, name: str) -> None:
    async def story() -> State:
        return await _state_after_login(await _session(world, cyrus), cyrus, name)

    assert world.tell(story()) is State.AUTHENTICATED


def test_a_login_after_starttls_is_bound_too(world: World, cyrus: Cyrus) -> None:
    async def story() -> State:
        session = await world.connect((cyrus.host, cyrus.port))
        await session.start_tls(TLS(cyrus.host, _context(cyrus)))
        return await _state_after_login(session, cyrus, "SCRAM-SHA-256-PLUS")

    assert world.tell(story()) is State.AUTHENTICATED


def test_what_was_bound_to_another_connection_is_refused(world: World, cyrus: Cyrus) -> None:
    """It is all that somebody in the middle has, who speaks TLS with both sides and hands on what they say."""

    async def story() -> None:
        here, there = await _session(world, cyrus), await _session(world, cyrus)
        mechanism = Scram("SCRAM-SHA-256-PLUS", "bob", Secret(cyrus.users["bob"]), binding=_binding(here))
        try:
            await authenticate(there, mechanism)
        finally:
            await here.close()
            await there.close()

    with pytest.raises(AuthenticationFailed):
        world.tell(story())


@pytest.mark.parametrize(
    ("name", "kind"), [("SCRAM-SHA-256", "tls-unique"), ("SCRAM-SHA-256-PLUS", "tls-server-end-point")]
)
def test_a_hidden_offer_and_a_binding_of_another_kind_are_refused(
    world: World, cyrus: Cyrus, name: str, kind: str
) -> None:
    """The first is what a client says to whom -PLUS was not offered, which here is not true."""

    async def story() -> None:
        session = await _session(world, cyrus)
        binding = ChannelBinding(kind, _binding(session).data)
        try:
            await authenticate(session, Scram(name, "bob", Secret(cyrus.users["bob"]), binding=binding))
        finally:
            await session.close()

    with pytest.raises(AuthenticationFailed):
        world.tell(story())


@pytest.mark.parametrize("name", BOUND)
def test_a_classic_program_binds_its_login_to_its_socket(cyrus: Cyrus, name: str) -> None:
    with IMAP4_SSL(cyrus.host, cyrus.tls_port, ssl_context=_context(cyrus), timeout=10) as imap:
        tls = imap.socket()
        assert isinstance(tls, ssl.SSLSocket)
        data = tls.get_channel_binding("tls-unique")
        assert data is not None
        mechanism = Scram(name, "bob", Secret(cyrus.users["bob"]), binding=ChannelBinding("tls-unique", data))
        first = iter((mechanism.first(),))
        typ, _ = imap.authenticate(name, lambda challenge: next(first, None) or mechanism.step(challenge))
        mechanism.verify()
        assert (typ, imap.state) == ("OK", "AUTH")
