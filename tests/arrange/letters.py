"""Messages for the tests of sorting and threading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs


@attrs.frozen
class Who:
    """An address."""

    name: str | None = None
    mailbox: str | None = None
    host: str | None = None


@attrs.frozen
class Letter:
    """A message as `Sortable` wants it; without a date it arrived `uid` hours after the turn of the century."""

    uid: int
    subject: str = ""
    message_id: str | None = None
    references: tuple[str, ...] = ()
    in_reply_to: str | None = None
    date: datetime | None = None
    size: int = 0
    from_: tuple[Who, ...] = ()
    to: tuple[Who, ...] = ()
    cc: tuple[Who, ...] = ()
    internal_date: datetime | None = attrs.field()

    @internal_date.default
    def _hour_by_hour(self) -> datetime | None:
        return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=self.uid)


def reply(uid: int, *references: int, subject: str = "", hour: int | None = None) -> Letter:
    """The message `<uid@x>` that refers to others by number."""
    return Letter(
        uid,
        subject,
        f"<{uid}@x>",
        tuple(f"<{number}@x>" for number in references),
        internal_date=datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=uid if hour is None else hour),
    )
