"""Run shared code without an event loop: only suspending needs one, and the blocking transport never suspends."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


def complete(operation: Coroutine[object, object, T]) -> T:
    """The result of a coroutine that never suspends.

    Raises whatever it raises, and `RuntimeError` if it does suspend, which it can only on an event loop.
    """
    try:
        operation.send(None)
    except StopIteration as stop:
        result: T = stop.value  # the coroutine's result
        return result
    operation.close()
    raise RuntimeError("an event-loop await slipped into code shared with the blocking client")
