from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

class ParserError(ValueError): ...
class UnknownTimezoneWarning(RuntimeWarning): ...

def parse(
    timestr: str,
    parserinfo: None = None,
    *,
    default: datetime | None = None,
    ignoretz: bool = False,
    tzinfos: Mapping[str, tzinfo | int | str | None]
    | Callable[[str | None, int | None], tzinfo | int | str | None] = ...,
    dayfirst: bool | None = None,
    yearfirst: bool | None = None,
    fuzzy: bool = False,
) -> datetime: ...
