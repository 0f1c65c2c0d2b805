"""Command methods in upper case: the same methods by another name, whoever overrides them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])


class _Alias:
    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> object:
        return getattr(owner if instance is None else instance, self._name)


def upper(method: F) -> F:
    """`FETCH = upper(fetch)`: looked up when used, so that a subclass that overrides `fetch` has overridden both."""
    # A descriptor stands for what it finds, which has the type of the method that it is made for.
    return cast("F", _Alias(method.__name__))
