"""How a class for threads takes over the operations of one for asyncio, with their signatures and overloads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Concatenate, Never, ParamSpec, Protocol, TypeAlias, TypeVar

from mailkit.protocol.complete import complete

CoreT = TypeVar("CoreT")
CoreT_co = TypeVar("CoreT_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")
OperationT = TypeVar("OperationT")

Named: TypeAlias = Callable[[Never], None]
"""A function that has a name and does nothing."""


class HasCore(Protocol[CoreT_co]):
    """A blocking object over the asyncio one that does the work."""

    @property
    def core(self) -> CoreT_co: ...


def lifted(
    verb: Callable[Concatenate[CoreT, P], Coroutine[object, object, T]],
) -> Callable[Concatenate[HasCore[CoreT], P], T]:
    """The operation for threads, with the same arguments and result; it keeps the operation's overloads."""

    @wraps(verb)
    def run(self: HasCore[CoreT], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return complete(verb(self.core, *args, **kwargs))

    return run


def operation(verb: OperationT) -> Callable[[Named], OperationT]:
    """Put an operation of the asyncio API in the place of the function beneath, which has its name and no more."""
    return lambda _: verb


def blocking(
    verb: Callable[Concatenate[CoreT, P], Coroutine[object, object, T]],
) -> Callable[[Named], Callable[Concatenate[HasCore[CoreT], P], T]]:
    """`lifted` and `operation` in one, for operations without overloads.

    An assignment would do at run time; but what is inferred of one is no type of a public name, since checkers differ.
    """
    return lambda _: lifted(verb)
