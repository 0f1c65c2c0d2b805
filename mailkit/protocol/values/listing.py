"""What LIST tells of one mailbox (RFC 9051 §7.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from mailkit.protocol.values.special_use import SpecialUse
from mailkit.value import Value

if TYPE_CHECKING:
    from mailkit.protocol.values.metadata import Metadata
    from mailkit.protocol.values.rights import Rights
    from mailkit.protocol.values.status import MailboxStatus


@attrs.frozen(eq=False, repr=False)
class Listing(Value):
    """A mailbox's name, attributes and delimiter; `delimiter` is None in a flat namespace.

    `attributes` are in lower case with their backslash, such as "\\noselect". `status` is there where LIST-STATUS was
    asked for (RFC 5819), `rights` and `metadata` likewise (RFC 8440, RFC 9590). `old_name` is there where the server
    renamed what was asked for (RFC 9051 OLDNAME), and `child_info` says which selection options, such as "SUBSCRIBED",
    some mailbox below matches (RFC 5258 CHILDINFO).
    """

    name: str
    attributes: frozenset[str] = frozenset()
    delimiter: str | None = None
    old_name: str | None = None
    status: MailboxStatus | None = attrs.field(default=None, eq=False)
    rights: Rights | None = attrs.field(default=None, eq=False)
    metadata: Metadata | None = attrs.field(default=None, eq=False)
    child_info: frozenset[str] = frozenset()

    @property
    def is_selectable(self) -> bool:
        return not self.attributes & {"\\noselect", "\\nonexistent"}

    @property
    def is_subscribed(self) -> bool:
        return "\\subscribed" in self.attributes

    @property
    def has_children(self) -> bool | None:
        """None where the server does not say (RFC 3348)."""
        if "\\haschildren" in self.attributes:
            return True
        return False if self.attributes & {"\\hasnochildren", "\\noinferiors"} else None

    @property
    def special_use(self) -> SpecialUse | None:
        """What the mailbox is for (RFC 6154); None for most."""
        return next((use for use in map(SpecialUse.of, sorted(self.attributes)) if use is not None), None)
