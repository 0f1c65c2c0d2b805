"""The protocol's values: immutable, checked when built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import modules

if TYPE_CHECKING:
    from mailkit.protocol.values import (
        address,
        append_message,
        capability,
        code_values,
        codes,
        dates,
        depth,
        envelope,
        flags,
        guessing,
        listing,
        mailbox_data,
        message_data,
        metadata,
        msg_att,
        names,
        namespace,
        numbers,
        quota,
        rights,
        saved,
        search_key,
        search_program,
        search_result,
        sections,
        special_use,
        status,
        structure,
        uid_sets,
        updates,
        usual,
        usual_envelope,
        usual_structure,
        words,
    )

__all__ = [
    "address",
    "append_message",
    "capability",
    "code_values",
    "codes",
    "dates",
    "depth",
    "envelope",
    "flags",
    "guessing",
    "listing",
    "mailbox_data",
    "message_data",
    "metadata",
    "msg_att",
    "names",
    "namespace",
    "numbers",
    "quota",
    "rights",
    "saved",
    "search_key",
    "search_program",
    "search_result",
    "sections",
    "special_use",
    "status",
    "structure",
    "uid_sets",
    "updates",
    "usual",
    "usual_envelope",
    "usual_structure",
    "words",
]

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = modules(__name__, __all__)
