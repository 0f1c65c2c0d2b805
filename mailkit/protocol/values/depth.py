"""How deep annotations are asked for (RFC 5464)."""

from __future__ import annotations

import enum


class Depth(enum.Enum):
    """How far below an entry its children are told, too (`scope-opt`)."""

    ENTRY = "0"
    CHILDREN = "1"
    ALL = "infinity"
