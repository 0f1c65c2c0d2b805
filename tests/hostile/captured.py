"""All that a program could show of an error, to be searched for a secret."""

from __future__ import annotations

from traceback import TracebackException, walk_tb


def everything_shown(error: BaseException | None) -> str:
    """Texts, arguments, notes, and the locals of every frame outside the tests, of causes and contexts too."""
    shown: list[str] = []
    for one in chain(error):
        shown += [repr(one), str(one), repr(one.args), repr(vars(one))]
        shown += TracebackException.from_exception(one).format()
        shown += locals_shown(one)
        for frame, _ in walk_tb(one.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                shown += [_repr(value) for value in frame.f_locals.values()]
    return "\n".join(shown)


def chain(error: BaseException | None) -> list[BaseException]:
    """The error, its causes and contexts, those that are suppressed too."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__]
    return found


def locals_shown(error: BaseException) -> list[str]:
    """What error reports show that tell the locals of each frame; the tests' own frames have what they have."""
    stack = TracebackException.from_exception(error, capture_locals=True).stack
    return [repr(frame.locals) for frame in stack if "/tests/" not in frame.filename]


def _repr(value: object) -> str:
    try:
        return repr(value) + repr(getattr(value, "__dict__", ""))
    except Exception as failure:  # noqa: BLE001  # an object half made
        return repr(failure)
