from __future__ import annotations

import copy
import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol.values.numbers import LARGEST, SequenceSet, UidSet

members = st.sets(st.integers(1, 60), max_size=40)


@pytest.mark.parametrize(
    ("written", "compact"),
    [
        ("1", "1"),
        ("1,2,3", "1:3"),
        ("3,1,2", "1:3"),
        ("4:2", "2:4"),
        ("1:3,6:9", "1:3,6:9"),
        ("1:5,3:9,4", "1:9"),
        ("7,7,7", "7"),
        ("1:3,4:5", "1:5"),
        ("*", "*"),
        ("3:*", "3:*"),
        ("*:3", "3:*"),
        ("*:*", "*"),
        ("1,5:*,7", "1,5:*"),
        ("3:4,5:*", "3:*"),
        ("1:4294967295", "1:4294967295"),
        ("4294967295", "4294967295"),
    ],
)
def test_a_sequence_set_is_printed_compactly(written: str, compact: str) -> None:
    for kind in (UidSet, SequenceSet):
        assert str(kind.parse(written)) == compact
        assert bytes(kind.parse(written.encode())) == compact.encode()
        assert kind.parse(compact) == kind.parse(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0",
        "00",
        "01",
        "-1",
        "+1",
        "1,",
        ",1",
        "1,,2",
        "1:",
        ":1",
        "1:2:3",
        "a",
        "1 2",
        "1_0",
        "$",
        "٣",
        "1\n",
        "4294967296",
        "1:4294967296",
        "4294967296:*",
        "*:4294967296",
        "0:3",
        "9" * 5000,
        "1,4294967296",
        "**",
        "1.5",
    ],
)
def test_what_is_not_a_sequence_set_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        UidSet.parse(written)
    with pytest.raises(UsageError):
        UidSet.parse(written.encode())


@pytest.mark.parametrize("wrong", [[0], [-1], [1 << 32], range(3), range(1 << 40), ["1"], "1:3", b"1", [1.5], [None]])
def test_what_is_not_a_number_of_a_message_is_refused(wrong: list[int]) -> None:
    with pytest.raises(UsageError):
        UidSet(wrong)


def test_sets_are_made_of_whatever_holds_numbers() -> None:
    expected = UidSet.parse("1:3,7")
    assert UidSet([7, 1, 2, 3, 3]) == UidSet.of(1, 2, 3, 7) == UidSet({1, 2, 3, 7}) == expected
    assert UidSet(n for n in (3, 2, 7, 1)) == UidSet(expected) == expected
    assert UidSet(range(1, 4)) | [7] == expected
    assert UidSet(range(4, 0, -1)) == UidSet.parse("1:4")
    assert UidSet(range(5, 5)) == UidSet() == UidSet([])


def test_uids_and_sequence_numbers_never_mix() -> None:
    uids, numbers = UidSet.of(1, 2), SequenceSet.of(1, 2)
    assert uids != numbers
    for mix in (lambda: uids | numbers, lambda: uids & numbers, lambda: numbers - uids, lambda: UidSet(numbers)):
        with pytest.raises(UsageError):
            mix()


@given(members, members)
def test_algebra_is_that_of_sets(left: set[int], right: set[int]) -> None:
    a, b = UidSet(left), UidSet(right)
    for other in (b, right, sorted(right), frozenset(right)):
        assert list(a | other) == sorted(left | right)
        assert list(a & other) == sorted(left & right)
        assert list(a - other) == sorted(left - right)
        assert list(a ^ other) == sorted(left ^ right)
        assert (a <= other, a < other) == (left <= right, left < right)
        assert (a >= other, a > other) == (left >= right, left > right)
    assert list(sorted(left) | b) == sorted(left | right)
    assert list(left - b) == sorted(left - right)
    assert list(left & b) == sorted(left & right)
    assert list(left ^ b) == sorted(left ^ right)
    assert (a == b) == (left == right)
    assert a == left
    assert left == a
    assert (hash(a) == hash(b)) or left != right


@given(members, st.integers(-70, 70), st.integers(-70, 70))
def test_order_rank_and_slices_are_those_of_the_sorted_members(numbers: set[int], start: int, stop: int) -> None:
    uids, ordered = UidSet(numbers), sorted(numbers)
    assert list(uids) == ordered
    assert list(reversed(uids)) == ordered[::-1]
    assert len(uids) == uids.count == len(ordered)
    assert bool(uids) == bool(ordered)
    assert [uids[rank] for rank in range(-len(ordered), len(ordered))] == ordered + ordered
    assert list(uids[start:stop]) == ordered[start:stop]
    assert uids[start:stop] == UidSet(ordered[start:stop])
    assert list(uids[start:]) == ordered[start:]
    assert all((number in uids) == (number in numbers) for number in range(-1, 62))
    assert UidSet.parse(str(uids)) == uids if numbers else str(uids) == ""
    if ordered:
        assert (uids.min, uids.max) == (ordered[0], ordered[-1])
    with pytest.raises(IndexError):
        uids[len(ordered)]
    with pytest.raises(IndexError):
        uids[-len(ordered) - 1]


@given(members, st.integers(1, 9), st.integers(21, 40))
def test_windows_and_chunks_cut_without_loss(numbers: set[int], count: int, octets: int) -> None:
    uids = UidSet(numbers)
    windows = list(uids.windows(count))
    assert [number for window in windows for number in window] == sorted(numbers)
    assert all(1 <= window.count <= count for window in windows)
    assert all(window.count == count for window in windows[:-1])
    chunks = list(uids.chunks(octets))
    assert [number for chunk in chunks for number in chunk] == sorted(numbers)
    assert all(0 < len(str(chunk)) <= octets for chunk in chunks)


def test_chunks_are_as_long_as_they_may_be() -> None:
    uids = UidSet(range(10, 100, 2))  # forty-five numbers of two digits
    assert [len(str(chunk)) for chunk in uids.chunks(29)] == [29, 29, 29, 29, 14]
    assert [str(chunk) for chunk in UidSet.parse("1:2,9:*").chunks(21)] == ["1:2,9:*"]
    for octets in (0, 20):
        with pytest.raises(UsageError):
            uids.chunks(octets)
    with pytest.raises(UsageError):
        uids.windows(0)


def test_a_set_with_star_is_printed_and_joined_but_not_counted() -> None:
    uids = UidSet.parse("1,3:*")
    assert uids.has_star
    assert uids
    assert 3 in uids
    assert LARGEST in uids
    assert 2 not in uids
    assert str(uids | [2]) == "1:*"
    assert UidSet.of(1, 5) <= uids
    assert not uids <= UidSet.of(1, 5)
    assert uids != {1, 3}
    for use in (len, list, reversed, lambda s: next(reversed(s)), lambda s: s[0], lambda s: s[-2:], lambda s: s.max):
        with pytest.raises(UsageError, match=r"\*") if use is not reversed else pytest.raises(UsageError):
            list(use(uids)) if use is reversed else use(uids)
    for cut in (
        lambda s: s & [1],
        lambda s: s - [1],
        lambda s: s ^ [1],
        lambda s: [1] - s,
        lambda s: list(s.windows(1)),
    ):
        with pytest.raises(UsageError):
            cut(uids)


@pytest.mark.parametrize(
    ("written", "largest", "resolved"),
    [("3:*", 9, "3:9"), ("5:*", 3, "3:5"), ("*", 7, "7"), ("1,*", 2, "1:2"), ("1:2", 9, "1:2"), ("1:3,5:*", 4, "1:5")],
)
def test_resolve_puts_the_largest_number_for_star(written: str, largest: int, resolved: str) -> None:
    assert str(UidSet.parse(written).resolve(largest)) == resolved


def test_resolve_refuses_what_is_no_number() -> None:
    for wrong in (0, LARGEST + 1):
        with pytest.raises(UsageError):
            UidSet.parse("*").resolve(wrong)


def test_every_number_there_is_costs_nothing() -> None:
    uids = UidSet.parse("1:4294967295")
    assert uids.count == len(uids) == LARGEST
    assert (uids.min, uids.max, uids[-1]) == (1, LARGEST, LARGEST)
    assert str(uids[-20:]) == "4294967276:4294967295"
    assert str(uids - [7]) == "1:6,8:4294967295"
    assert uids == UidSet(range(1, LARGEST + 1))
    assert next(iter(uids)) == 1
    assert next(reversed(uids)) == LARGEST
    assert str(next(uids.windows(500))) == "1:500"
    with pytest.raises(UsageError):
        uids.numbers(100_000)


def test_numbers_gives_a_bounded_list() -> None:
    assert UidSet.of(4, 1).numbers(2) == [1, 4]
    with pytest.raises(UsageError, match="2 numbers"):
        UidSet.of(4, 1).numbers(1)


def test_an_empty_set_is_nothing_to_send_nor_to_measure() -> None:
    assert not UidSet()
    assert list(UidSet()) == list(UidSet().windows(5)) == list(UidSet().chunks(99)) == []
    assert UidSet()[:] == UidSet()
    for use in (bytes, lambda s: s.min, lambda s: s.max):
        with pytest.raises(UsageError):
            use(UidSet())
    with pytest.raises(UsageError, match="step"):
        UidSet.of(1, 2, 3)[::2]


def test_sets_are_values() -> None:
    uids = UidSet.parse("1:3,9")
    assert {uids: "x"}[UidSet.of(1, 2, 3, 9)] == "x"
    assert repr(uids) == "UidSet(1:3,9)"
    assert len(repr(UidSet(range(1, 999, 2)))) < 100
    assert uids[1:] == UidSet.of(2, 3, 9)  # its ranks are known from here on
    assert pickle.loads(pickle.dumps(uids)) == copy.deepcopy(uids) == uids
    with pytest.raises(AttributeError):
        uids.ranges = ()  # type: ignore[misc]  # frozen: that is the claim
    assert uids != "1:3,9"


def test_a_hundred_thousand_scattered_uids_go_through_unharmed() -> None:
    numbers = random.Random(5).sample(range(1, LARGEST), 100_000)
    uids = UidSet(numbers)
    assert UidSet.parse(str(uids)) == uids
    assert UidSet.parse("1:2," + str(uids)) >= uids
    assert sum(window.count for window in uids.windows(500)) == uids.count == 100_000
    assert sum(chunk.count for chunk in uids.chunks(8000)) == 100_000
    assert uids[50_000] == sorted(numbers)[50_000]
