"""What a message's octets become: files that are read in ranges, new files on disk, headers, whole messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.reading import headers, ranges, saving, source, whole

__all__ = ["headers", "ranges", "saving", "source", "whole"]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
