"""The four states of a connection (RFC 9051 §3) and where each command is legal, as tables."""

from __future__ import annotations

import enum


class State(enum.Enum):
    """Where a connection stands; `GREETING` until the server has spoken."""

    GREETING = "greeting"
    NOT_AUTHENTICATED = "not authenticated"
    AUTHENTICATED = "authenticated"
    SELECTED = "selected"
    LOGOUT = "logout"


_ANY = frozenset({State.NOT_AUTHENTICATED, State.AUTHENTICATED, State.SELECTED})
_NOT_AUTHENTICATED = frozenset({State.NOT_AUTHENTICATED})
_AUTHENTICATED = frozenset({State.AUTHENTICATED, State.SELECTED})
_SELECTED = frozenset({State.SELECTED})

# Verbs that stand not in the table are legal once authenticated: most extensions are.
_LEGAL: dict[str, frozenset[State]] = {
    **dict.fromkeys(("CAPABILITY", "NOOP", "LOGOUT", "ID", "COMPRESS"), _ANY),
    **dict.fromkeys(("STARTTLS", "AUTHENTICATE", "LOGIN"), _NOT_AUTHENTICATED),
    **dict.fromkeys(("CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "SEARCH", "SORT", "THREAD", "FETCH"), _SELECTED),
    **dict.fromkeys(("PARTIAL", "STORE", "COPY", "MOVE", "REPLACE"), _SELECTED),
}


def is_legal(verb: str, state: State) -> bool:
    """Whether the command may be sent in this state (RFC 9051 §6)."""
    if verb.startswith("UID "):
        return state in _SELECTED
    return state in _LEGAL.get(verb, _AUTHENTICATED)


def after(verb: str, state: State, *, ok: bool) -> State:
    """The state once the command has been answered (RFC 9051 §3.4, §6.3.2: a failed SELECT leaves nothing selected)."""
    if verb in ("SELECT", "EXAMINE"):
        return State.SELECTED if ok else State.AUTHENTICATED
    if not ok:
        return state
    return _NEXT.get(verb, state)


_NEXT: dict[str, State] = {
    "LOGIN": State.AUTHENTICATED,
    "AUTHENTICATE": State.AUTHENTICATED,
    "CLOSE": State.AUTHENTICATED,
    "UNSELECT": State.AUTHENTICATED,
    "UNAUTHENTICATE": State.NOT_AUTHENTICATED,
    "LOGOUT": State.LOGOUT,
}
