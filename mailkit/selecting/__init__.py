"""What a selection of messages is: how it is searched, ordered and cut, and what is fetched for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.selecting import items, previews, ranks, searching, selection, snapshot, sorting, texts, unsent

__all__ = ["items", "previews", "ranks", "searching", "selection", "snapshot", "sorting", "texts", "unsent"]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
