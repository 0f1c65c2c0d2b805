"""What is known of mailboxes, and asked: which there are, who may what, what is noted, what has changed."""

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.mailboxes import access, annotations, info, listing, sync

__all__ = ["access", "annotations", "info", "listing", "sync"]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
