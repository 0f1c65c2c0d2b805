"""What response codes carry, where that is more than a number, a text or a set: few are ever met."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.uid_sets import MOST, Runs, count_of, members_of
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class AppendUid(Value):
    """Where an appended message went; with MULTIAPPEND one UID for each, in order (RFC 4315 APPENDUID)."""

    uid_validity: int
    uids: UidSet


@attrs.frozen(eq=False, repr=False)
class CopyUid(Value):
    """Which messages were copied and which UIDs they got (RFC 4315 COPYUID).

    `source` and `target` are as the server ordered them: the first of one became the first of the other.
    """

    uid_validity: int
    source: Runs
    target: Runs

    def mapping(self, limit: int = MOST) -> dict[int, int]:
        """Old UID to new; `ProtocolViolation` where the two sides do not fit together or are too many."""
        sources, copies = count_of(self.source), count_of(self.target)
        if sources != copies:
            raise ProtocolViolation(f"COPYUID names {sources} messages and {copies} copies")
        return dict(zip(members_of(self.source, limit), members_of(self.target, limit), strict=True))


@attrs.frozen(eq=False, repr=False)
class BadUrl(Value):
    """The URL that could not be used (RFC 4469 BADURL), or a referral (RFC 2221, RFC 2193)."""

    urls: tuple[str, ...]


@attrs.frozen(eq=False, repr=False)
class MetadataCode(Value):
    """What is the matter with annotations (RFC 5464): LONGENTRIES and MAXSIZE with octets, TOOMANY, NOPRIVATE."""

    reason: str
    octets: int | None = None


@attrs.frozen(eq=False, repr=False)
class AnnotateCode(Value):
    """Why an annotation of a message was not stored (RFC 5257): TOOBIG or TOOMANY."""

    reason: str


CodeValue: TypeAlias = (
    int
    | str
    | FlagSet
    | UidSet
    | Capabilities
    | AppendUid
    | CopyUid
    | BadUrl
    | MetadataCode
    | AnnotateCode
    | tuple[str, ...]
    | None
)
