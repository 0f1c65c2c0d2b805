"""The four functions of the module, beside those of imaplib."""

from __future__ import annotations

import imaplib
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.protocol import Int2AP, Internaldate2tuple, ParseFlags, Time2Internaldate


@pytest.mark.parametrize(
    "text",
    [
        b'25 (INTERNALDATE "01-Jan-2000 11:30:00 +1130")',
        b'25 (INTERNALDATE " 1-Jan-2000 11:30:00 -0030" UID 7)',
        b'1 (X INTERNALDATE "17-Jul-1996 02:44:25 -0700")',
        b'1 (INTERNALDATE "17-Jul-1996 02:44:25 -0700',
        b'1 (INTERNALDATE "17-Abc-1996")',
        b"INTERNALDATE",
        b"",
    ],
)
def test_internaldate2tuple(text: bytes) -> None:
    try:
        expected = imaplib.Internaldate2tuple(text)
    except KeyError:  # pragma: no cover  # a month that is none
        expected = None
    assert Internaldate2tuple(text) == expected


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (rb"1 (FLAGS (\Seen $Work))", (rb"\Seen", b"$Work")),
        (rb"FLAGS ()", ()),
        (rb"PERMANENTFLAGS (\* [x])", (rb"\*", b"[x]")),
        (rb"FLAGS (\Seen", ()),
        (b"", ()),
    ],
)
def test_parse_flags(text: bytes, flags: tuple[bytes, ...]) -> None:
    assert ParseFlags(text) == flags == imaplib.ParseFlags(text)


def test_parse_flags_takes_no_longer_than_it_must() -> None:
    began = time.perf_counter()
    assert ParseFlags(b"FLAGS (" * 200_000) == ()
    assert time.perf_counter() - began < 1


@given(st.integers())
def test_int2ap(number: int) -> None:
    assert Int2AP(number) == imaplib.Int2AP(number)


@given(st.integers(0, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_time2internaldate_knows_every_moment(seconds: int, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    for moment in (seconds, float(seconds), time.localtime(seconds), datetime.fromtimestamp(seconds, zone)):
        shown = Time2Internaldate(moment)
        assert shown == imaplib.Time2Internaldate(moment)
        assert Internaldate2tuple(b"INTERNALDATE " + shown.encode()) == time.localtime(seconds)


def test_time2internaldate_takes_nine_numbers_and_what_is_quoted() -> None:
    for is_summer in (-1, 0, 1):
        fields = (2033, 5, 18, 5, 33, 20, -1, -1, is_summer)
        assert Time2Internaldate(fields) == imaplib.Time2Internaldate(fields)
        assert Time2Internaldate(time.struct_time(fields))[:22] == '"18-May-2033 05:33:20 '
    assert Time2Internaldate('"anything"') == '"anything"'


@pytest.mark.parametrize("wrong", [datetime(2020, 1, 1), "2020", "", '"', b"x", None])  # noqa: DTZ001  # that is the point
def test_time2internaldate_refuses_what_is_no_moment(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        Time2Internaldate(wrong)  # type: ignore[arg-type]  # that is the point


def test_a_moment_in_utc_is_shown_in_utc() -> None:
    assert Time2Internaldate(datetime(2020, 1, 2, 3, 4, 5, 999999, tzinfo=UTC)) == '"02-Jan-2020 03:04:05 +0000"'
