"""Threads and asyncio behind one face, so that a story of the protocol layer is told once and run on both."""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeAlias, TypeVar

from mailkit.protocol.aio import AioNetwork
from mailkit.protocol.complete import complete
from mailkit.protocol.network import TLS, Address, Network
from mailkit.protocol.session import Session
from mailkit.protocol.transport import ThreadNetwork
from mailkit.protocol.wire.limits import Limits

T = TypeVar("T")
Story: TypeAlias = Coroutine[object, object, T]


class Running(ABC):
    """A story that runs beside the test's own."""

    @abstractmethod
    async def result(self) -> object:
        """What it came to: its result, or the exception that it ended in."""


class World(ABC):
    """Where stories run, and how several of them run at once."""

    network: Network

    @abstractmethod
    def tell(self, story: Story[T]) -> T:
        """Run a story to its end."""

    @abstractmethod
    def start(self, story: Story[object]) -> Running:
        """Run a story beside this one."""

    async def together(self, stories: Sequence[Story[object]]) -> list[object]:
        """Run stories at once; their results, or what they ended in."""
        running = [self.start(story) for story in stories]
        return [await one.result() for one in running]

    async def until(self, is_so: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until it is so."""
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, "it has not come to that"
            await self.network.sleep(0.002)

    async def connect(
        self,
        address: tuple[str, int],
        *,
        tls: TLS | None = None,
        timeout: float | None = 10.0,
        limits: Limits = Limits(),
        **options: object,
    ) -> Session:
        """A session that has been greeted."""
        transport = await self.network.connect(Address(*address), tls, timeout)
        # Options are those of Session; a test that misspells one fails.
        session = Session(transport, self.network, timeout=timeout, limits=limits, **options)  # type: ignore[arg-type]
        await session.greet()
        return session


class Threads(World):
    def __init__(self) -> None:
        self.network = ThreadNetwork()

    def tell(self, story: Story[T]) -> T:
        return complete(story)

    def start(self, story: Story[object]) -> Running:
        return _Thread(story)


class _Thread(Running):
    def __init__(self, story: Story[object]) -> None:
        self._result: object = AssertionError("the thread did not end")
        self._thread = threading.Thread(target=self._run, args=(story,), daemon=True)
        self._thread.start()

    def _run(self, story: Story[object]) -> None:
        try:
            self._result = complete(story)
        except BaseException as problem:  # noqa: BLE001  # it is the result
            self._result = problem

    async def result(self) -> object:
        self._thread.join(20)
        return self._result


class Asyncio(World):
    def __init__(self) -> None:
        self.network = AioNetwork()

    def tell(self, story: Story[T]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(60):
                return await story

        return asyncio.run(bounded())

    def start(self, story: Story[object]) -> Running:
        return Task(story)


class Task(Running):
    """A task, which can be cancelled."""

    def __init__(self, story: Story[object]) -> None:
        self.task = asyncio.ensure_future(story)

    async def result(self) -> object:
        try:
            return await self.task
        except (Exception, asyncio.CancelledError) as problem:  # noqa: BLE001  # it is the result
            return problem
