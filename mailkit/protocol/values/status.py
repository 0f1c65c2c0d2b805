"""The status of a mailbox that need not be open."""

from __future__ import annotations

import attrs

from mailkit.errors import UsageError


def _count(_: object, field: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 0:
        raise UsageError(f"{field.name} of a mailbox is not negative: {value}")


def _item() -> int | None:
    """An item of the answer, None unless it was asked for and told."""
    item: int | None = attrs.field(default=None, validator=_count)
    return item


@attrs.frozen(kw_only=True)
class MailboxStatus:
    """What STATUS tells of a mailbox; None is what was not asked for, or what the server does not know.

    Counts are of messages, `size` and `append_limit` are in octets (RFC 9051 §6.3.11, RFC 7162, 7889, 8438, 8474).
    """

    messages: int | None = _item()
    recent: int | None = _item()
    unseen: int | None = _item()
    uid_next: int | None = _item()
    uid_validity: int | None = _item()
    highest_modseq: int | None = _item()
    size: int | None = _item()
    deleted: int | None = _item()
    deleted_storage: int | None = _item()
    """Octets of the deleted messages (RFC 9208 §4.2)."""
    append_limit: int | None = _item()
    mailbox_id: str | None = None
