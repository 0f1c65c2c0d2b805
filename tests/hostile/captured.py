"""All that a program could show of an error, to be searched for a secret."""

from __future__ import annotations

from traceback import TracebackException, walk_tb


def everything_shown(error: BaseException | None) -> str:
    """Texts, arguments, notes, and the locals of every frame outside the tests, of causes and contexts too."""
    shown: list[str] = []
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        shown += [repr(one), str(one), repr(one.args), repr(vars(one))]
        shown += TracebackException.from_exception(one).format()
        for frame, _ in walk_tb(one.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                shown += [_repr(value) for value in frame.f_locals.values()]
        waiting += [one.__cause__, one.__context__]
    return "\n".join(shown)


def _repr(value: object) -> str:
    try:
        return repr(value) + repr(getattr(value, "__dict__", ""))
    except Exception as failure:  # noqa: BLE001  # an object half made
        return repr(failure)
