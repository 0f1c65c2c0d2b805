"""A mirror of a mailbox knows which UID has which number, whatever the server tells and in whatever order."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from mailkit import Expunged, FlagsChanged, FlagSet, NewMessage, UidSet
from mailkit.events import Event, Mirror
from mailkit.protocol.values import updates

Deed: TypeAlias = "tuple[str, int]"


def told(mirror: Mirror, *news: updates.Update) -> list[Event]:
    return [event for update in news for event in mirror.take(update)]


def test_numbers_shift_with_every_expunge() -> None:
    mirror = Mirror([10, 20, 30, 40])
    news = (updates.Expunged(2), updates.Expunged(2), updates.FlagsChanged(2, flags=FlagSet(["\\Seen"])))
    assert told(mirror, *news) == [Expunged(20), Expunged(30), FlagsChanged(40, FlagSet(["\\Seen"]))]
    assert mirror.count == 2


def test_new_messages_are_told_once_their_uids_are_known() -> None:
    mirror = Mirror([10])
    assert told(mirror, updates.Exists(3), updates.FlagsChanged(3, flags=FlagSet())) == []
    assert mirror.is_behind
    assert mirror.learn(UidSet([11, 15])) == [NewMessage(11), NewMessage(15)]
    assert not mirror.is_behind


def test_a_message_that_came_and_went_unseen_is_not_told_of() -> None:
    mirror = Mirror([10])
    assert told(mirror, updates.Exists(2), updates.Expunged(2)) == []
    assert not mirror.is_behind


def test_flags_are_told_when_they_change() -> None:
    mirror = Mirror([10, 20])
    seen, none = FlagSet(["\\Seen"]), FlagSet()
    news = [updates.FlagsChanged(1, 10, seen), updates.FlagsChanged(1, flags=seen), updates.FlagsChanged(1, 10, none)]
    assert told(mirror, *news) == [FlagsChanged(10, seen), FlagsChanged(10, none)]
    assert told(mirror, updates.FlagsChanged(2, 20, None, 77)) == []


def test_what_vanishes_is_told_by_uid() -> None:
    mirror = Mirror([10, 20, 30])
    assert told(mirror, updates.Vanished(UidSet([5, 6]), earlier=True)) == []
    assert told(mirror, updates.Vanished(UidSet([10, 30]))) == [Expunged(10), Expunged(30)]
    assert (mirror.count, mirror.last) == (1, 20)


def test_what_was_missed_is_found_by_comparing() -> None:
    mirror = Mirror([10, 20, 30])
    assert mirror.compare(UidSet([20, 30, 40])) == [Expunged(10), NewMessage(40)]
    assert told(mirror, updates.Expunged(3)) == [Expunged(40)]


def test_numbers_that_cannot_be_lead_astray_and_do_no_harm() -> None:
    mirror = Mirror([10])
    assert told(mirror, updates.Expunged(9), updates.Expunged(0), updates.FlagsChanged(7, flags=FlagSet())) == []
    assert mirror.is_astray


@given(st.lists(st.tuples(st.sampled_from(["come", "go", "look"]), st.integers(0, 30))))
def test_every_message_comes_and_goes_once(deeds: list[Deed]) -> None:
    server: list[int] = [1, 2, 3]
    mirror = Mirror(server)
    events: list[Event] = []
    uid_next = 4
    for deed, which in deeds:
        if deed == "come":
            server.append(uid_next)
            uid_next += 1
            events += told(mirror, updates.Exists(len(server)))
        elif deed == "go" and server:
            number = which % len(server) + 1
            server.pop(number - 1)
            events += told(mirror, updates.Expunged(number))
        elif deed == "look" and mirror.is_behind:
            events += mirror.learn(UidSet(server) - UidSet(range(1, mirror.last + 1)))
    events += mirror.compare(UidSet(server))
    known = {1, 2, 3}
    for event in events:
        if isinstance(event, NewMessage):
            assert event.uid not in known
            known.add(event.uid)
        else:
            known.remove(event.uid)
    assert known == set(server)
