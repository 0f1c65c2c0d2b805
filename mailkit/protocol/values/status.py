"""The status of a mailbox that need not be open."""

from __future__ import annotations

import attrs

from mailkit.errors import UsageError
from mailkit.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MailboxStatus(Value):
    """What STATUS tells of a mailbox; None is what was not asked for, or what the server does not know.

    Counts are of messages, `size` and `append_limit` are in octets (RFC 9051 §6.3.11, RFC 7162, 7889, 8438, 8474).
    """

    messages: int | None = None
    recent: int | None = None
    unseen: int | None = None
    uid_next: int | None = None
    uid_validity: int | None = None
    highest_modseq: int | None = None
    size: int | None = None
    deleted: int | None = None
    deleted_storage: int | None = None
    """Octets of the deleted messages (RFC 9208 §4.2)."""
    append_limit: int | None = None
    mailbox_id: str | None = None

    def __attrs_post_init__(self) -> None:
        for field in attrs.fields(MailboxStatus):
            count = getattr(self, field.name)
            if isinstance(count, int) and count < 0:
                raise UsageError(f"{field.name} of a mailbox is not negative: {count}")
