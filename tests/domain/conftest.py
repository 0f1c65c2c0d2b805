"""Every test of the domain is an `async def` that runs twice: on asyncio, and on the blocking API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol, cast

import pytest

from mailkit import Account, AsyncAccount
from mailkit.account import Connecting
from mailkit.protocol.complete import complete
from tests.domain.as_async import AsAsync
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.pymap import Pymap
from tests.servers.server import User

Connect = Callable[..., Connecting]
"""`AsyncAccount.connect`, or the blocking one behind the same face."""


class _ConnectingBlocking:
    """Awaited or entered like `Connecting`, without an event loop."""

    def __init__(self, opening: Callable[[], Account]) -> None:
        self._opening = opening

    async def _open(self) -> AsAsync:
        return AsAsync(self._opening())

    def __await__(self) -> object:
        return self._open().__await__()

    async def __aenter__(self) -> AsAsync:
        self._account = AsAsync(self._opening())
        return self._account

    async def __aexit__(self, *exc: object) -> None:
        await self._account.__aexit__(*exc)


def _connect_blocking(*args: object, **kwargs: object) -> _ConnectingBlocking:
    return _ConnectingBlocking(lambda: Account.connect(*args, **kwargs))  # type: ignore[arg-type]  # passed on


@pytest.fixture(params=["blocking", "asyncio"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """How a test connects."""
    if request.param == "asyncio":
        return AsyncAccount.connect
    # The adapter has the names of the asyncio API and gives the results of the blocking one.
    return cast("Connect", _connect_blocking)


class Open(Protocol):
    """Connects to the test's own user on a server that everything runs on."""

    def __call__(self, **options: object) -> Connecting: ...


@pytest.fixture
def open_dovecot(connect: Connect, dovecot: Dovecot, fresh_user: User) -> Open:
    """Connects to a fresh user of Dovecot over TLS."""
    url = f"imaps://{fresh_user.name}@localhost:{dovecot.tls_port}"
    context = dovecot.ssl_context()

    def open_(**options: object) -> Connecting:
        return connect(url, **{"credentials": fresh_user.password, "ssl_context": context, **options})

    return open_


class OpenAs(Protocol):
    """Connects to one user of a server."""

    def __call__(self, user: User, **options: object) -> Connecting: ...


@pytest.fixture
def open_as(connect: Connect, dovecot: Dovecot) -> OpenAs:
    """Connects to any user of Dovecot over TLS."""
    context = dovecot.ssl_context()

    def open_(user: User, **options: object) -> Connecting:
        url = f"imaps://{user.name}@localhost:{dovecot.tls_port}"
        return connect(url, **{"credentials": user.password, "ssl_context": context, **options})

    return open_


@pytest.fixture
def open_cyrus(connect: Connect, cyrus: Cyrus) -> OpenAs:
    """Connects to any user of Cyrus over TLS."""
    context = cyrus.ssl_context()

    def open_(user: User, **options: object) -> Connecting:
        url = f"imaps://{user.name}@localhost:{cyrus.tls_port}"
        return connect(url, **{"credentials": user.password, "ssl_context": context, **options})

    return open_


@pytest.fixture
def open_pymap(connect: Connect, pymap: Pymap) -> Open:
    """Connects to a fresh user of pymap over STARTTLS."""
    user = pymap.fresh_user()
    url = f"imap://{user.name}@localhost:{pymap.port}"
    context = pymap.ssl_context()

    def open_(**options: object) -> Connecting:
        return connect(url, **{"credentials": user.password, "ssl_context": context, **options})

    return open_


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an `async def` test the way its `connect` fixture wants."""
    if not asyncio.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    operation: Coroutine[object, object, None] = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    callspec = getattr(pyfuncitem, "callspec", None)
    if callspec is not None and callspec.params.get("connect") == "blocking":
        complete(operation)
    else:
        asyncio.run(operation)
    return True
