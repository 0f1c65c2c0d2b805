"""What changes the mail on the server: flags, copies, moves and deletion, messages added and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.changing import acts, appending, outgoing, plan, replacing, verbs

__all__ = ["acts", "appending", "outgoing", "plan", "replacing", "verbs"]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
