"""Commands, one file a feature.

`commands.acl` loads a file when it is first asked for, since most programs use few of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

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
    __getattr__ = modules(__name__, __all__)
