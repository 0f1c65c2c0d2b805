"""The set that the server itself remembers: `$`, the result of the last SEARCH that said SAVE (RFC 5182)."""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs

from mailkit.protocol.values.numbers import UidSet
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class SavedResult(Value):
    """Stands where a set of UIDs does, and means what the last `SEARCH RETURN (SAVE)` found; needs SEARCHRES.

    Only the server knows its members, so every UID may be one of them. There is one such value, `SAVED`.
    """

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, int)

    def __bytes__(self) -> bytes:
        return b"$"


SAVED: Final = SavedResult()

Uids: TypeAlias = UidSet | SavedResult
"""What a UID command may be given."""


def may_share(one: Uids, other: Uids) -> bool:
    """Whether a message may be in both."""
    if isinstance(one, UidSet) and isinstance(other, UidSet):
        return one.overlaps(other)
    return True
