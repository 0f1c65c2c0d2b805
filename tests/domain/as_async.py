"""The blocking API in the clothes of the asyncio one, so that one test is run on both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from io import BufferedReader
from typing import Self

from mailkit.blocking.account import Account
from mailkit.blocking.mailbox import Mailbox
from mailkit.blocking.message import Attachment, Content
from mailkit.blocking.messages import Messages

_BLOCKING = (Account, Attachment, Content, Mailbox, Messages, BufferedReader, Iterator)
_PURE = frozenset({"mailbox", "where", "exclude", "only", "prefetch", "order_by", "pages", "watch", "tell", "close"})
"""Methods that do no I/O, which nobody awaits."""


class AsAsync:
    """A blocking object whose verbs are awaited and which is iterated by `async for`."""

    def __init__(self, inner: object) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> object:
        found = getattr(self.inner, name)
        if not callable(found) or isinstance(found, _BLOCKING):
            return _dressed(found)
        return _pure(found) if name in _PURE else _awaited(found)

    def __getitem__(self, part: slice) -> object:
        assert isinstance(self.inner, Messages)
        return _dressed(self.inner[part])

    async def __aiter__(self) -> AsyncIterator[object]:
        for one in self.inner:  # type: ignore[attr-defined]  # a test iterates what can be
            yield _dressed(one)

    async def __aenter__(self) -> Self:
        self.inner.__enter__()  # type: ignore[attr-defined]  # a test enters what can be
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.inner.__exit__(*exc)  # type: ignore[attr-defined]  # a test enters what can be

    def __bool__(self) -> bool:
        return bool(self.inner)

    def __eq__(self, other: object) -> bool:
        return self.inner == (other.inner if isinstance(other, AsAsync) else other)

    def __hash__(self) -> int:
        return hash(self.inner)

    def __repr__(self) -> str:
        return repr(self.inner)


def undressed(value: object) -> object:
    """What a blocking verb is given: its own kind of objects."""
    return value.inner if isinstance(value, AsAsync) else value


def _pure(method: Callable[..., object]) -> Callable[..., object]:
    return lambda *args, **kwargs: _dressed(method(*map(undressed, args), **kwargs))


def _awaited(method: Callable[..., object]) -> Callable[..., object]:
    async def run(*args: object, **kwargs: object) -> object:
        return _dressed(method(*map(undressed, args), **kwargs))

    return run


def _dressed(value: object) -> object:
    if isinstance(value, list):
        return [_dressed(one) for one in value]
    return AsAsync(value) if isinstance(value, _BLOCKING) else value
