"""Real servers for commands: the same story by threads and by asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

import attrs
import pytest

from mailkit.protocol.aio import AioNetwork
from mailkit.protocol.commands.login import Login
from mailkit.protocol.complete import complete
from mailkit.protocol.network import Address, Network
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.session import Session
from mailkit.protocol.transport import ThreadNetwork
from tests.scripted import MiniServer
from tests.servers.server import Server, User

T = TypeVar("T")

Story = Callable[[Session], Awaitable[T]]


@attrs.frozen
class World:
    """A way to run coroutines, and the network that they wait with."""

    name: str
    network: Network

    def run(self, story: Coroutine[object, object, T]) -> T:
        """The result of a coroutine."""
        if isinstance(self.network, ThreadNetwork):
            return complete(story)
        return asyncio.run(_awaited(story))

    def tell(self, server: Server | MiniServer, user: User, story: Story[T]) -> T:
        """Log in as this user and run the story on that session; it is closed at the end."""
        return self.run(self._told(server, user, story))

    async def _told(self, server: Server | MiniServer, user: User, story: Story[T]) -> T:
        transport = await self.network.connect(Address(server.host, server.port), None, 10)
        session = Session(transport, self.network, timeout=10)
        try:
            await session.greet()
            await session.run(Login(user.name, Secret(user.password)))
            return await story(session)
        finally:
            await session.close()


async def _awaited(story: Awaitable[T]) -> T:
    return await story


@pytest.fixture(params=["threads", "asyncio"])
def world(request: pytest.FixtureRequest) -> World:
    """Threads, then asyncio."""
    return World(request.param, ThreadNetwork() if request.param == "threads" else AioNetwork())
