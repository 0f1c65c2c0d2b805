"""Packages that load what is in them when it is asked for, so that what nobody uses costs nothing (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module


def modules(package: str, names: Collection[str]) -> Callable[[str], object]:
    """The `__getattr__` of a package: it gives the modules of these names."""

    def load(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return import_module(f"{package}.{name}")

    return load


def homes(package: str, names_of: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package that offers what its modules hold: the names of each, with spaces between them."""
    home_of = {name: home for home, names in names_of.items() for name in names.split()}

    def load(name: str) -> object:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found: object = getattr(import_module(home), name)
        setattr(sys.modules[package], name, found)  # the next time it is simply there
        return found

    return load
