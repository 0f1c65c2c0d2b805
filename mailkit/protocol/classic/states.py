"""Where each command is legal, by the classic names of the states."""

from __future__ import annotations

_ANY = ("NONAUTH", "AUTH", "SELECTED", "LOGOUT")
_NONAUTH = ("NONAUTH",)
_AUTH = ("AUTH", "SELECTED")
_SELECTED = ("SELECTED",)

Commands: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("CAPABILITY", "LOGOUT", "NOOP"), _ANY),
    "ID": ("NONAUTH", "AUTH", "SELECTED"),
    **dict.fromkeys(("AUTHENTICATE", "LOGIN", "STARTTLS"), _NONAUTH),
    # RFC 5161 §3.1: ENABLE is valid in the authenticated state only.
    **dict.fromkeys(("ENABLE", "PROXYAUTH"), ("AUTH",)),
    **dict.fromkeys(("APPEND", "CREATE", "DELETE", "EXAMINE", "LIST", "LSUB", "RENAME", "SELECT", "STATUS"), _AUTH),
    **dict.fromkeys(("SUBSCRIBE", "UNSUBSCRIBE", "NAMESPACE", "IDLE"), _AUTH),
    **dict.fromkeys(("DELETEACL", "GETACL", "MYRIGHTS", "SETACL"), _AUTH),
    **dict.fromkeys(("GETQUOTA", "GETQUOTAROOT", "SETQUOTA", "GETANNOTATION", "SETANNOTATION"), _AUTH),
    **dict.fromkeys(("CHECK", "CLOSE", "COPY", "EXPUNGE", "FETCH", "MOVE", "PARTIAL", "SEARCH"), _SELECTED),
    **dict.fromkeys(("SORT", "STORE", "THREAD", "UID", "UNSELECT"), _SELECTED),
}
"""Commands and the states they are legal in. A program may add its own; a command that is not here is not checked."""
