"""Commands, one file a feature.

`commands.acl` loads a file when it is first asked for, since most programs use few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailkit.protocol.commands import (
        acl,
        annotatemore,
        append,
        authenticate,
        capability,
        changes,
        compress,
        copy,
        enable,
        expunge,
        fetch,
        id,  # noqa: A004  # the name of the command
        idle,
        list,  # noqa: A004  # the name of the command
        login,
        mailbox,
        metadata,
        namespace,
        quota,
        replace,
        search,
        select,
        sort,
        starttls,
        status,
        store,
        thread,
        unauthenticate,
    )

__all__ = [
    "acl",
    "annotatemore",
    "append",
    "authenticate",
    "capability",
    "changes",
    "compress",
    "copy",
    "enable",
    "expunge",
    "fetch",
    "id",
    "idle",
    "list",
    "login",
    "mailbox",
    "metadata",
    "namespace",
    "quota",
    "replace",
    "search",
    "select",
    "sort",
    "starttls",
    "status",
    "store",
    "thread",
    "unauthenticate",
]


if not TYPE_CHECKING:  # a type checker would take every name for one of ours

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")
