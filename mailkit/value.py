"""What the many small values have in common: equal by content, hashable, shown by what makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import attrs

T = TypeVar("T")


class Value:
    """The base of a class with `@attrs.frozen(eq=False, repr=False)`, which behaves as with `@attrs.frozen`.

    A class that adds no field needs no decorator, but `__slots__ = ()`.
    """

    # attrs compiles these three methods anew for each class, which is more than half of what a class costs at import.
    # They are slower here, and nobody compares such values by thousands.

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in _fields(self) if field.eq)

    def __hash__(self) -> int:
        return hash((self.__class__, *[getattr(self, field.name) for field in _fields(self) if _is_hashed(field)]))

    def __repr__(self) -> str:
        shown = [f"{field.name}={_shown(self, field)}" for field in _fields(self) if field.repr]
        return f"{self.__class__.__qualname__.rpartition('>.')[2]}({', '.join(shown)})"


def maker(kind: type[T]) -> type[T]:
    """A constructor like that of `kind`, but three times as fast, for values that are made by thousands.

    `kind` is a class with `@attrs.frozen` and without `__attrs_post_init__`; what is made is of that very class.
    """

    # attrs fills a frozen slot by a call, where an open one is merely set. So the value is made as one of a subclass
    # that is open, and becomes one of `kind` before anybody sees it, which classes of the same slots allow.

    def freeze(value: T) -> None:
        value.__class__ = kind

    body = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,  # Python calls the two by one slot: neither is fast where one is not
        "__attrs_post_init__": freeze,
    }
    return attrs.define(eq=False, repr=False)(type(kind.__name__, (kind,), body))


def _fields(value: Value) -> Sequence[attrs.Attribute[object]]:
    kind: type = value.__class__
    return attrs.fields(kind) if attrs.has(kind) else ()


def _shown(value: Value, field: attrs.Attribute[object]) -> str:
    show = field.repr if callable(field.repr) else repr
    return show(getattr(value, field.name))


def _is_hashed(field: attrs.Attribute[object]) -> bool:
    return bool(field.eq) if field.hash is None else field.hash
