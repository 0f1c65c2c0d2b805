"""What is inside a message: encodings undone, texts and attachments found, names made safe. Pure functions, no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.mime import (
        body,
        charset,
        fields,
        filename,
        flowed,
        header,
        parameters,
        parse,
        part,
        preview,
        text,
        transfer,
    )

__all__ = [
    "body",
    "charset",
    "fields",
    "filename",
    "flowed",
    "header",
    "parameters",
    "parse",
    "part",
    "preview",
    "text",
    "transfer",
]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
