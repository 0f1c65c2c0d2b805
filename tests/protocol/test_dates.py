from __future__ import annotations

import locale
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol.values.dates import internal_date, message_date, read_internal_date, search_date


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


minutes = st.integers(-1439, 1439).map(lambda offset: timezone(timedelta(minutes=offset)))
moments = st.datetimes(min_value=at("0002-01-01"), max_value=at("9998-12-31"), timezones=minutes)


@pytest.mark.parametrize(
    ("octets", "moment"),
    [
        (b"17-Jul-1996 02:44:25 -0700", "1996-07-17T02:44:25-07:00"),
        (b" 7-Jul-1996 02:44:25 +0000", "1996-07-07T02:44:25+00:00"),
        (b"07-JUL-1996 23:59:59 +0530", "1996-07-07T23:59:59+05:30"),
        (b"7-jul-1996 02:44:25 -0000", "1996-07-07T02:44:25+00:00"),
        (b"29-Feb-2000 00:00:00 -2359", "2000-02-29T00:00:00-23:59"),
    ],
)
def test_an_internal_date_is_an_aware_moment(octets: bytes, moment: str) -> None:
    found = read_internal_date(octets)
    assert found == at(moment)
    assert found.utcoffset() == at(moment).utcoffset()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"17-Jul-1996",
        b"17-Jul-96 02:44:25 -0700",
        b"17-Foo-1996 02:44:25 -0700",
        b"30-Feb-1996 02:44:25 -0700",
        b" 0-Jul-1996 02:44:25 -0700",
        b"17-Jul-0000 02:44:25 -0700",
        b"17-Jul-0001 02:44:25 +0700",
        b"17-Jul-9999 02:44:25 -0700",
        b"17-Jul-1996 24:00:00 -0700",
        b"17-Jul-1996 02:44:60 -0700",
        b"17-Jul-1996 02:44:25 -0760",
        b"17-Jul-1996 02:44:25 -2400",
        b"17-Jul-1996 02:44:25  0700",
        b"17-Jul-1996 02:44:25 GMT",
        b"17-Jul-1996 02:44:25 +07:0",
        b"17-Jul-1996 02.44.25 -0700",
        b"17-Jul-1996 02:44+05 -0700",
        b"17-Jul-1996 +2:44:25 -0700",
        b"17-Jul-1996T02:44:25 -0700",
        b"17-Jul-1996 02:44:25 -0700 ",
        b'"17-Jul-1996 02:44:25 -0700"',
        b"17-Jul-1996 02:44:25 -07\xb20",
        b"  -Jul-1996 02:44:25 -0700",
    ],
)
def test_what_is_no_internal_date_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_internal_date(octets)
    assert not isinstance(refused.value, UsageError)


@given(moments)
def test_internal_dates_go_both_ways(moment: datetime) -> None:
    text = internal_date(moment)
    found = read_internal_date(text.encode())
    assert found == moment.replace(microsecond=0)
    assert found.utcoffset() == moment.utcoffset()
    assert internal_date(found) == text
    assert found.astimezone(UTC) == found


@given(
    st.binary(max_size=30) | st.from_regex(rb"[ 0-9]{2}-(Jul|Fo.)-[0-9.]{4} [0-9:+Z]{8} [+-][0-9]{4}", fullmatch=True)
)
def test_reading_an_internal_date_gives_a_moment_or_valueerror(octets: bytes) -> None:
    try:
        found = read_internal_date(octets)
    except ValueError:
        return
    assert f"{found.hour:02}:{found.minute:02}:{found.second:02}".encode() in octets


def test_an_internal_date_is_written_in_no_locale() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "C.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert internal_date(datetime(2020, 5, 3, tzinfo=UTC)) == "03-May-2020 00:00:00 +0000"
            assert search_date(date(2020, 10, 3)) == b"3-Oct-2020"
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_an_offset_with_seconds_keeps_the_moment() -> None:
    amsterdam = timezone(timedelta(minutes=19, seconds=32))
    moment = datetime(1930, 1, 1, 12, tzinfo=amsterdam)
    assert read_internal_date(internal_date(moment).encode()) == moment
    assert internal_date(moment).endswith("+0020")


def test_a_naive_datetime_is_no_moment() -> None:
    with pytest.raises(UsageError):
        internal_date(at("2020-01-01T00:00:00"))


def test_a_search_date_has_no_leading_zero() -> None:
    assert search_date(date(1994, 2, 1)) == b"1-Feb-1994"
    assert search_date(datetime(1994, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-8)))) == b"31-Dec-1994"
    assert search_date(date(994, 2, 1)) == b"1-Feb-0994"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Wed, 17 Jul 1996 02:44:25 -0700 (PDT)", "1996-07-17T02:44:25-07:00"),
        ("17 Jul 1996 02:44:25 +0000", "1996-07-17T02:44:25+00:00"),
        ("Wed, 7 jul 1996 02:44:25 -0000", "1996-07-07T02:44:25+00:00"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00"),
        ("Wed, 17 Jul 1996 02:44:25 -0700 (a (b) c)", "1996-07-17T02:44:25-07:00"),
        ("Wed,\r\n 17 Jul\t1996 02:44:25 -0700", "1996-07-17T02:44:25-07:00"),
        ("Thu, 1 Jan 70 00:00:00 GMT", "1970-01-01T00:00:00+00:00"),
        ("1 Jan 03 0:0 EST", "2003-01-01T00:00:00-05:00"),
        ("1 Jan 49 00:00 Z", "2049-01-01T00:00:00+00:00"),
        ("1 Jan 50 00:00 Z", "1950-01-01T00:00:00+00:00"),
        ("1 Jan 103 10:00:00 UT", "2003-01-01T10:00:00+00:00"),
        ("Monday, 1 January 2001 10:11 CEST", "2001-01-01T10:11:00+02:00"),
        ("Mon, 1 Jan 2001 10:11:12", "2001-01-01T10:11:12+00:00"),
        ("Mon, 1 Jan 2001 10:11:12 XYZ", "2001-01-01T10:11:12+00:00"),
        ("Mon, 1 Jan 2001 10:11:12 +9999", "2001-01-01T10:11:12+00:00"),
        ("Mon, 1 Jan 2001 10:11:12 +01:00", "2001-01-01T10:11:12+01:00"),
        ("Mon, 1 Jan 2001 10:11:12 +0100 CET", "2001-01-01T10:11:12+01:00"),
        ("Mon, 1 Jan 2001 10:11:12 GMT+0200", "2001-01-01T10:11:12+02:00"),
        ('Mon, 1 Jan 2001 10:11:12 "GMT"', "2001-01-01T10:11:12+00:00"),
        ("Mon, 1 Jan 2001 10.11.12 +0100", "2001-01-01T10:11:12+01:00"),
        ("Mon,1-Jan-2001 10:11:12 +0100", "2001-01-01T10:11:12+01:00"),
        ("Mon, 1 Jan 2001 10:11:12 PM", "2001-01-01T22:11:12+00:00"),
        ("Tue, 30 Jun 2015 23:59:60 +0000", "2015-06-30T23:59:59+00:00"),
        ("Thu Feb 13 23:32:54 1969", "1969-02-13T23:32:54+00:00"),
        ("Thu Feb 13 23:32:54 PST 1969", "1969-02-13T23:32:54-08:00"),
        ("2020-05-06T07:08:09Z", "2020-05-06T07:08:09+00:00"),
        ("2020-05-06 07:08:09.5+02:00", "2020-05-06T07:08:09.500000+02:00"),
        ("20200506T070809Z", "2020-05-06T07:08:09+00:00"),
        ("2020-05-06", "2020-05-06T00:00:00+00:00"),
    ],
)
def test_dates_are_read_as_mailers_write_them(written: str, moment: str) -> None:
    for text in (written, written.encode(), f" {written} "):
        found = message_date(text)
        assert found is not None
        assert found.isoformat() == moment


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "yesterday",
        "Monday",
        "10:00",
        "Jan 2020",
        "31 Feb 2020 00:00:00 +0000",
        "1 Jan 1601 00:00:00 Z",
        "=?utf-8?Q?x?=",
        "0",
        "1589000000",
        "2020-13-45",
        "Mon, 1 Jan 2001 24:00:00 +0000",
        "1 Foo 2001 00:00:00 Z",
        "1 Jan 2001 00:00:00 +0000 " + " " * 300,
        "(" * 200,
        "1" * 200,
        "²",
    ],
)
def test_a_hopeless_date_is_none(written: str) -> None:
    assert message_date(written) is None


pieces = st.sampled_from(
    ["Mon", ", ", " ", "1", "31", "Jan", "2001", "99", ":", "-", "+", "0100", "GMT", "(", ")", "T", "/", "."]
)


@given(st.text(max_size=300) | st.binary(max_size=60) | st.lists(pieces, max_size=14).map("".join))
def test_no_date_raises_and_every_one_found_is_aware(written: str | bytes) -> None:
    found = message_date(written)
    assert found is None or found.astimezone(UTC).year >= 1899
