"""How a tree of search keys is written: the same in SEARCH, SORT and THREAD (RFC 9051 §6.4.4, RFC 5256)."""

from __future__ import annotations

from datetime import date

from mailkit.errors import UsageError
from mailkit.protocol.values.dates import search_date
from mailkit.protocol.values.search_key import AndKey, Argument, Key, NotKey, OrKey, SearchKey, Word
from mailkit.protocol.wire.writer import Writer


def write_keys(out: Writer, key: SearchKey, charset: str) -> None:
    """`search-key *(SP search-key)`: at the top of a command, the keys of a conjunction stand side by side."""
    for one in key.keys if isinstance(key, AndKey) else (key,):
        _write_key(out, one, charset)


def _write_key(out: Writer, key: SearchKey, charset: str) -> None:
    match key:
        case AndKey(keys):
            with out.group():
                for one in keys:
                    _write_key(out, one, charset)
        case OrKey(left, right):
            out.atom("OR")
            _write_key(out, left, charset)
            _write_key(out, right, charset)
        case NotKey(inner):
            out.atom("NOT")
            _write_key(out, inner, charset)
        case Key(name, arguments):
            if name:
                out.atom(name)
            for argument in arguments:
                _write_argument(out, argument, charset)


def _write_argument(out: Writer, argument: Argument, charset: str) -> None:
    match argument:
        case str():
            out.string(argument if argument.isascii() else _encoded(argument, charset))
        case Word(text):
            out.atom(text)
        case int():
            out.number(argument)
        case date():
            out.verbatim(search_date(argument))
        case _:
            out.wire(argument)


def _encoded(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except (LookupError, UnicodeEncodeError):
        raise UsageError(f"{text[:40]!r} cannot be written in the charset {charset!r}") from None
