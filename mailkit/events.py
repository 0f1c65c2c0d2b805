"""What happens in a mailbox, by UID: made of a server's news, which speak of sequence numbers that shift."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs

from mailkit.protocol.values import updates
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.updates import Update


@attrs.frozen
class NewMessage:
    """A message has come into the mailbox."""

    uid: int


@attrs.frozen
class Expunged:
    """A message is gone from the mailbox: removed, or moved elsewhere."""

    uid: int


@attrs.frozen
class FlagsChanged:
    """A message has these flags now."""

    uid: int
    flags: FlagSet


Event: TypeAlias = NewMessage | Expunged | FlagsChanged


class Mirror:
    """The UIDs of a mailbox by sequence number, followed through the news in the order in which they come."""

    def __init__(self, uids: Iterable[int] = ()) -> None:
        self._uids: array[int] = array("L", uids)  # four or eight octets each: a mailbox may have a million messages
        self._told: dict[int, FlagSet] = {}
        self.count: int = len(self._uids)
        """How many messages there are, as the server tells."""

    @property
    def last(self) -> int:
        """The largest UID, 0 where there is none."""
        return self._uids[-1] if self._uids else 0

    @property
    def is_behind(self) -> bool:
        """Whether there are messages whose UIDs are not known yet."""
        return self.count > len(self._uids)

    @property
    def is_astray(self) -> bool:
        """Whether there are fewer messages than are known, so that the news have been misunderstood."""
        return self.count < len(self._uids)

    def take(self, update: Update) -> Iterator[Event]:
        """What the news mean."""
        match update:
            case updates.Exists(count):
                self.count = count
            case updates.Expunged(number):
                self.count -= 1
                # A message that nobody was told of may go without a word.
                if 1 <= number <= len(self._uids):
                    yield self._gone(number - 1)
            case updates.Vanished(uids, earlier=False):
                self.count -= uids.count
                for gone in [known for known in self._uids if known in uids]:
                    yield self._gone(bisect_left(self._uids, gone))
            case updates.FlagsChanged(number, uid, flags) if flags is not None:
                if uid is None and 1 <= number <= len(self._uids):
                    uid = self._uids[number - 1]
                if uid is not None and uid <= self.last and self._told.get(uid) != flags:
                    self._told[uid] = flags
                    yield FlagsChanged(uid, flags)

    def learn(self, uids: UidSet) -> list[Event]:
        """These messages are new, and the last ones."""
        self._uids.extend(uids)
        return [NewMessage(uid) for uid in uids]

    def compare(self, uids: UidSet) -> list[Event]:
        """These are all messages: what differs from what was known has happened meanwhile."""
        known = UidSet(self._uids)
        events: list[Event] = [self._gone(bisect_left(self._uids, uid)) for uid in known - uids]
        self._uids = array("L", uids)
        self.count = len(self._uids)
        return events + [NewMessage(uid) for uid in uids - known]

    def _gone(self, index: int) -> Expunged:
        uid = self._uids.pop(index)
        self._told.pop(uid, None)
        return Expunged(uid)
