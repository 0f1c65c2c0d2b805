"""Order and threads of messages as a server would make them (RFC 5256, RFC 5957); no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.arrange import (
        base_subject,
        collation,
        message_ids,
        references,
        sortable,
        sorting,
        subject_merging,
        thread,
        threading,
    )

__all__ = [
    "base_subject",
    "collation",
    "message_ids",
    "references",
    "sortable",
    "sorting",
    "subject_merging",
    "thread",
    "threading",
]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
