from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.arrange.collation import casemap
from mailkit.arrange.sorting import SortKey, sort
from mailkit.errors import UsageError
from tests.arrange.letters import Letter, Who

_CALIFORNIA = timezone(timedelta(hours=-8))


def _day(day: int, hour: int = 0) -> datetime:
    return datetime(2001, 1, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("keys", "letters", "order"),
    [
        ((), [Letter(3), Letter(1), Letter(2)], [1, 2, 3]),
        (("arrival",), [Letter(1, internal_date=_day(2)), Letter(2, internal_date=_day(1))], [2, 1]),
        # RFC 5256 §2.2: this is one minute into New Year's day in UTC.
        (("date",), [Letter(1, date=datetime(2000, 12, 31, 16, 1, 33, tzinfo=_CALIFORNIA)),
                     Letter(2, date=_day(1))], [2, 1]),
        (("date",), [Letter(1, internal_date=_day(3)), Letter(2, date=_day(2))], [2, 1]),
        (("date",), [Letter(1, date=_day(2).replace(tzinfo=None)), Letter(2, date=_day(1))], [2, 1]),
        (("date",), [Letter(1), Letter(2, internal_date=None)], [2, 1]),
        (("date",), [Letter(1, date=datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))),
                     Letter(2, date=datetime.max.replace(tzinfo=_CALIFORNIA))], [1, 2]),
        (("-date",), [Letter(1, date=_day(1)), Letter(2, date=_day(2)), Letter(3, date=_day(1))], [2, 1, 3]),
        (("size",), [Letter(1, size=9), Letter(2, size=10)], [1, 2]),
        (("subject",), [Letter(1, "b"), Letter(2, "Re: A"), Letter(3, "[x] B"), Letter(4, "")], [4, 2, 1, 3]),
        (("subject", "-date"), [Letter(1, "a"), Letter(2, "A"), Letter(3, "Re: a")], [3, 2, 1]),
        (("from",), [Letter(1, from_=(Who("A", "zoe", "a"),)), Letter(2, from_=(Who("Z", "Adam", "z"),))], [2, 1]),
        (("to",), [Letter(1, to=(Who(None, "b", "a"),)), Letter(2)], [2, 1]),
        (("cc",), [Letter(1, cc=(Who(None, "b"), Who(None, "a"))), Letter(2, cc=(Who(None, "a"),))], [2, 1]),
        (("display-from",), [Letter(1, from_=(Who("Zoe", "a", "a"),)), Letter(2, from_=(Who("", "b", "h"),)),
                             Letter(3, from_=(Who(None, "b"),)), Letter(4)], [4, 3, 2, 1]),
        (("display-to",), [Letter(1, to=(Who("é"),)), Letter(2, to=(Who("F"),))], [1, 2]),
    ],
)  # fmt: skip
def test_messages_are_in_the_order_that_the_server_would_give(
    keys: tuple[str, ...], letters: list[Letter], order: list[int]
) -> None:
    assert [letter.uid for letter in sort(letters, keys)] == order


@given(st.lists(st.integers(0, 3), max_size=8), st.sampled_from(["size", "-size"]))
def test_ties_keep_the_order_of_uids_in_both_directions(sizes: list[int], key: str) -> None:
    ordered = sort([Letter(uid, size=size) for uid, size in enumerate(sizes, 1)], [key])
    sign = -1 if key.startswith("-") else 1
    assert [(sign * letter.size, letter.uid) for letter in ordered] == sorted(
        (sign * size, uid) for uid, size in enumerate(sizes, 1)
    )


def test_an_unknown_key_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'colour'.*display-to"):
        SortKey.parse("-colour")


def test_a_key_prints_as_it_is_read_and_knows_its_wire_name() -> None:
    key = SortKey.parse("-display-from")
    assert (str(key), key.criterion, key.reverse) == ("-display-from", "DISPLAYFROM", True)


@pytest.mark.parametrize(
    ("left", "right"), [("straße", "STRAßE"), ("ﬁsh", "FIsh"), ("É", "e\u0301"), ("ǆ", "ǅ"), ("①", "1")]
)
def test_strings_that_the_casemap_collation_finds_equal(left: str, right: str) -> None:
    assert casemap(left).upper() == casemap(right).upper()
