"""Dates: the server's own (INTERNALDATE, SEARCH) and those that people's mailers write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from mailkit.errors import UsageError

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH: Final = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}

_DAY: Final = re.compile(r"[ ]?([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
_ZONE: Final = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
# What few dates need is compiled when it is first matched.
_DATE_TIME: Final = r"([ ]?[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4})[ ]([0-9]{2}:[0-9]{2}:[0-9]{2})[ ]([+-][0-9]{4})"


def read_internal_date(octets: bytes) -> datetime:
    """The aware time of an INTERNALDATE, without its quotes; `ValueError` for what is none.

    `date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE` (RFC 9051 §9)

    A one-digit day without its space is read too. Years 2 to 9998 are: the edges have no Universal Time.
    """
    text = octets.decode("ascii")
    parts = re.fullmatch(_DATE_TIME, text)
    if parts is None:
        raise ValueError(f"not an internal date: {text[:40]!r}")
    return next(internal_dates((parts[1],), (parts[2],), (parts[3],)))


def internal_dates(days: Iterable[str], clocks: Iterable[str], zones: Iterable[str]) -> Iterator[datetime]:
    """The same of many, in three parts each; a clock is two characters, a colon, two, a colon and two."""
    return map(datetime.combine, map(_day, days), map(time.fromisoformat, clocks), map(_zone, zones))


def internal_date(moment: datetime) -> str:
    """The moment as INTERNALDATE writes it, without quotes, in any locale: `17-Jul-1996 02:44:25 -0700`.

    Fractions of a second are cut off; an offset with seconds is rounded to minutes, the moment kept. Raises
    `UsageError` for a naive datetime, which is no moment.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise UsageError("a datetime without a time zone is no moment; give it one, such as datetime.UTC")
    minutes = round(offset / timedelta(minutes=1))
    if offset != timedelta(minutes=minutes):
        moment = moment.astimezone(timezone(timedelta(minutes=minutes)))
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    day = f"{moment.day:02}-{_MONTHS[moment.month - 1]}-{moment.year:04}"
    return f"{day} {moment.hour:02}:{moment.minute:02}:{moment.second:02} {sign}{minutes // 60:02}{minutes % 60:02}"


def search_date(day: date) -> bytes:
    """The day as SEARCH wants it, `1-Feb-1994`; of a datetime the day in its own zone (RFC 9051 date-text)."""
    return b"%d-%b-%04d" % (day.day, _MONTHS[day.month - 1].encode("ascii"), day.year)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    parts = _DAY.fullmatch(text)
    month = _MONTH.get(parts[2].lower()) if parts else None
    if parts is None or month is None or not 1 < int(parts[3]) < 9999:
        raise ValueError(f"not a day: {text!r}")
    return date(int(parts[3]), month, int(parts[1]))


@lru_cache(maxsize=256)
def _zone(text: str) -> timezone:
    """`zone = ("+" / "-") 4DIGIT` (RFC 9051 §9)"""
    parts = _ZONE.fullmatch(text)
    if parts is None or parts[3] > "59" or parts[2] > "23":
        raise ValueError(f"not a time zone: {text!r}")
    offset = timedelta(hours=int(parts[2]), minutes=int(parts[3]))
    return timezone(-offset if parts[1] == "-" else offset) if offset else UTC


_LONGEST: Final = 256
"""A longer Date is none that a mailer wrote, and what follows tries several grammars on it."""

_WRITTEN_DAY: Final = re.compile(r"(?:[A-Za-z]{3}, ?)?([0-9]{1,2}) ([A-Za-z]{3}) ([0-9]{4})")
_COMMON: Final = (
    r"\s*(?:[A-Za-z]{3}, ?)?([0-9]{1,2}) ([A-Za-z]{3}) ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-][0-9]{4})(?: \([A-Za-z ]*\))?\s*"
)
_OBSOLETE: Final = (
    r"(?!.*\b[AP]M\b)(?:[^\W\d]+\.?)?[ ,]*([0-9]{1,2})[ -]*([A-Za-z]{3})[a-z]*\.?,?[ -]*([0-9]{2,4}),?"
    r"(?:[ ,]+([0-9]{1,2})[:.]([0-9]{1,2})(?:[:.]([0-9]{1,2})(?:[.,][0-9]+)?)?)?"
    r"[ ]*(?:GMT|UTC?)?([+-][0-9:]+|[A-Za-z]*)(?:[ ]+\"?[A-Za-z]+\"?)?"
)
_COMMENT: Final = r"\([^()]*\)"

_ZONES: Final = {
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
    "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9,
}  # fmt: skip
"""Hours east of Greenwich: RFC 5322 §4.3's, then those that mailers write though it has them not."""


def message_date(text: str | bytes) -> datetime | None:
    """The aware time that a message's Date field says, as people's mailers write it, or None where it is hopeless.

    RFC 5322 §3.3 with the obsolete forms of §4.3 (comments, names of zones, two-digit years, no seconds), `ctime` and
    ISO 8601. A zone that is missing or unknown, `-0000` among them, counts as UTC. Never raises.
    """
    if len(text) > _LONGEST:
        return None
    shown = text if isinstance(text, str) else text.decode("latin-1")
    # `Fri, 7 Jun 2024 10:00:00 +0200`: nearly every date that today's mailers write, so it has a way of its own.
    # Counted from its end, the space before the time, its colons and the space behind it stand three apart.
    if shown[-15:-5:3] == " :: ":
        try:
            return datetime.combine(_written_day(shown[:-15]), time.fromisoformat(shown[-14:-6]), _zone(shown[-5:]))
        except ValueError:
            pass  # a leap second, a zone outside the world
    common = re.fullmatch(_COMMON, shown)
    found = _moment(*common.groups()) if common else None
    if found:
        return found
    plain = _without_comments(shown)
    obsolete = re.fullmatch(_OBSOLETE, plain, re.IGNORECASE)
    return _moment(*obsolete.groups()) if obsolete else _guess(plain)


@lru_cache(maxsize=4096)
def _written_day(text: str) -> date:
    """`[ day-of-week "," ] date` (RFC 5322 §3.3); `ValueError` for what is none."""
    parts = _WRITTEN_DAY.fullmatch(text)
    number = _MONTH.get(parts[2].lower()) if parts else None
    if parts is None or number is None or not 1900 <= int(parts[3]) < 9999:
        raise ValueError(f"not a day: {text!r}")
    return date(int(parts[3]), number, int(parts[1]))


def _moment(day: str, month: str, year: str, *time_and_zone: str | None) -> datetime | None:
    number = _MONTH.get(month.lower())
    full_year = _full_year(year)
    if number is None or not 1900 <= full_year < 9999:  # RFC 5322 §3.3: 1900 or later
        return None
    hour, minute, second, zone = [part or "0" for part in time_and_zone]
    try:
        # A leap second is the second before it: datetime has none.
        return datetime(full_year, number, int(day), int(hour), int(minute), min(int(second), 59), 0, _any_zone(zone))
    except ValueError:
        return None


def _full_year(year: str) -> int:
    """RFC 5322 §4.3: two digits up to 49 are of this century, other two and three digits count from 1900."""
    number = int(year)
    if len(year) == 2 and number < 50:
        return 2000 + number
    return number if len(year) == 4 else 1900 + number


def _any_zone(zone: str) -> tzinfo:
    hours = _ZONES.get(zone.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    try:
        return _zone(zone)
    except ValueError:
        return UTC  # RFC 5322 §4.3: what is not known is as -0000


def _without_comments(text: str) -> str:
    """The text without RFC 5322 comments, nested ones too, with single spaces and none beside a colon."""
    found = 1
    while found:
        text, found = re.subn(_COMMENT, " ", text)
    return ":".join([part.strip() for part in " ".join(text.split()).split(":")])


_EARLY: Final = datetime(1999, 2, 3, tzinfo=UTC)
_LATE: Final = datetime(2001, 4, 5, tzinfo=UTC)


def _guess(text: str) -> datetime | None:
    """What dateutil makes of it, unless the text leaves year, month or day to the reader's today."""
    from dateutil import parser as dateutil_parser  # noqa: PLC0415  # slow to load, and few dates need it

    try:
        early, late = [dateutil_parser.parse(text, default=today, tzinfos=_named_zone) for today in (_EARLY, _LATE)]
    # dateutil's own errors are ValueError and OverflowError; odd digits and signs reach int, Decimal and tuple inside.
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return None
    if early != late or not 1900 <= early.year < 9999:
        return None
    offset = early.utcoffset()
    return early.replace(tzinfo=timezone(offset) if offset else UTC)


def _named_zone(name: str | None, offset: int | None) -> tzinfo:
    if offset is not None and abs(offset) < 86400:
        return timezone(timedelta(seconds=offset))
    return _any_zone(name or "")
