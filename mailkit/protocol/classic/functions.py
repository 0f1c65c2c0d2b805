"""The functions of the classic module: INTERNALDATE both ways, flags, and numbers in letters."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

from mailkit.protocol.values.dates import internal_date, read_internal_date

TimeTuple: TypeAlias = tuple[int, int, int, int, int, int, int, int, int]
"""Year, month, day, hour, minute, second, weekday, day of the year, and whether summer time is in force or -1."""

_LETTERS = b"ABCDEFGHIJKLMNOP"


def Internaldate2tuple(resp: bytes) -> time.struct_time | None:  # noqa: N802  # the classic name
    """The local time of the INTERNALDATE in a FETCH response, or None where there is none."""
    _, found, rest = resp.rpartition(b'INTERNALDATE "')
    text, end, _ = rest.partition(b'"')
    if not found or not end:
        return None
    try:
        return time.localtime(read_internal_date(text).timestamp())
    except (ValueError, OverflowError, OSError):
        return None


def Int2AP(num: int) -> bytes:  # noqa: N802  # the classic name
    """The number, without its sign, to the base of sixteen in the letters A to P; nothing for 0."""
    left = abs(int(num))
    letters = bytearray()
    while left:
        left, digit = divmod(left, 16)
        letters.append(_LETTERS[digit])
    return bytes(reversed(letters))


def ParseFlags(resp: bytes) -> tuple[bytes, ...]:  # noqa: N802  # the classic name
    """The flags in a FLAGS response, or in a FETCH response that tells them."""
    _, found, rest = resp.rpartition(b"FLAGS (")
    flags, end, _ = rest.partition(b")")
    return tuple(flags.split()) if found and end else ()


def Time2Internaldate(  # noqa: N802  # the classic name
    date_time: float | time.struct_time | TimeTuple | datetime | str,
) -> str:
    """The moment as APPEND wants it: `"DD-Mmm-YYYY HH:MM:SS +HHMM"`, with its quotes.

    A number is seconds since 1970; a tuple is local time; a string in double quotes is taken to be right already.
    Anything else, also a datetime without a time zone, raises `ValueError`.
    """
    if isinstance(date_time, str) and len(date_time) > 1 and date_time[0] == date_time[-1] == '"':
        return date_time
    if isinstance(date_time, int | float):
        moment = datetime.fromtimestamp(date_time, UTC).astimezone()
    elif isinstance(date_time, tuple):
        moment = _local(date_time)
    elif isinstance(date_time, datetime):
        moment = date_time
    else:
        raise ValueError("date_time not of a known type")  # noqa: TRY004  # what the classic function raises
    return f'"{internal_date(moment)}"'


def _local(fields: time.struct_time | TimeTuple) -> datetime:
    offset = fields.tm_gmtoff if isinstance(fields, time.struct_time) else None
    if offset is None:
        is_summer = bool(time.daylight and _is_summer(fields))
        offset = -time.altzone if is_summer else -time.timezone
    year, month, day, hour, minute, second = fields[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone(timedelta(seconds=offset)))


def _is_summer(fields: time.struct_time | TimeTuple) -> bool:
    return bool(fields[8] if fields[8] != -1 else time.localtime(time.mktime(fields)).tm_isdst)
