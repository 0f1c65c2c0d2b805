"""Slices of a selection: which ranks are wanted, told without knowing how many there are."""

from __future__ import annotations


def ranks(window: slice, count: int) -> range:
    """The ranks that a slice has of so many."""
    return range(*window.indices(count))


def partial_range(window: slice) -> tuple[int, int] | None:
    """The slice as the window of a search result (RFC 9394 `partial-range`), or None where it cannot be said.

    >>> partial_range(slice(-20, None))
    (-1, -20)
    """
    start, stop = window.start or 0, window.stop
    if start >= 0 and stop is not None and stop > start:
        return start + 1, stop
    if start < 0 and stop is None:
        return -1, start
    if start < 0 and stop is not None and start < stop < 0:
        return stop - 1, start
    return None


def first_ranks(window: slice) -> tuple[bool, int | None]:
    """From which end to look for what a slice has, and after how many to stop; None is never.

    >>> first_ranks(slice(-20, None))
    (True, 20)
    """
    start, stop = window.start or 0, window.stop
    if start >= 0:
        return False, stop if stop is not None and stop >= 0 else None
    if stop is None or stop < 0:
        return True, -start
    return False, None
