"""Authentication mechanisms, one file a family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.protocol.sasl import (
        anonymous,
        choose,
        cram_md5,
        external,
        login,
        mechanism,
        oauth,
        plain,
        scram,
        secret,
    )

__all__ = ["anonymous", "choose", "cram_md5", "external", "login", "mechanism", "oauth", "plain", "scram", "secret"]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
