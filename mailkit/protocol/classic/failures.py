"""The three classic exceptions, and the one place where errors of the layers below become them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mailkit.errors import (
    CannotConnect,
    CommandRefused,
    ConnectionLost,
    MailkitError,
    ProtocolViolation,
    TimedOut,
    UsageError,
)


class error(MailkitError):  # noqa: N801  # the classic name
    """Any fault; the reason is a string."""

    may_have_run: bool = False
    """Whether the server may have carried the command out all the same, since its answer was lost."""


class abort(error):  # noqa: N801  # the classic name
    """The connection is of no more use; a new one may be."""


class readonly(abort):  # noqa: N801  # the classic name
    """A mailbox opened for writing can only be read."""


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Say everything that goes wrong with the classic exceptions; `OSError` of the reading socket stays what it is."""
    try:
        yield
    except (error, TimedOut):
        raise  # a TimeoutError, as the socket's own is
    except (UsageError, CommandRefused, CannotConnect) as problem:
        raise error(f"{what}: {problem}") from problem
    except (ConnectionLost, ProtocolViolation) as problem:
        lost = abort(f"{what}: {problem}")
        # A server that talks nonsense may have carried out anything.
        lost.may_have_run = problem.may_have_run if isinstance(problem, ConnectionLost) else True
        raise lost from problem
