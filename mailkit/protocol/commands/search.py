"""UID SEARCH (RFC 9051 §6.4.4), extended by RETURN options (RFC 4731, RFC 5182, RFC 9394)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.response import Untagged
from mailkit.protocol.values.dates import search_date
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import AndKey, Argument, Key, NotKey, OrKey, SearchKey, Word, needs_charset
from mailkit.protocol.values.search_result import SearchResult, read_esearch, read_search
from mailkit.protocol.wire.writer import Writer


@attrs.frozen
class Search(Command[SearchResult]):
    """Find messages; the result holds UIDs.

    `returns` are RETURN options such as "ALL", "COUNT", "MIN", "MAX" or "SAVE" and need ESEARCH; without them the
    result has `uids` alone. `partial` is a window of the result, such as (1, 100) or (-1, -100) (RFC 9394).
    """

    key: SearchKey
    returns: tuple[str, ...] = ()
    partial: tuple[int, int] | None = None
    charset: str | None = None
    """The charset that non-ASCII text is sent in; None chooses UTF-8 where there is some."""
    verb: ClassVar[str] = "UID SEARCH"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"SEARCH", b"ESEARCH"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        if self.returns or self.partial:
            out.atom("RETURN")
            with out.group():
                for option in self.returns:
                    out.atom(option)
                if self.partial:
                    out.atom("PARTIAL").verbatim(b"%d:%d" % self.partial)
        if needs_charset(self.key) and not out.utf8:
            out.atom("CHARSET").text(self.charset or "UTF-8")
        write_keys(out, self.key, self.charset or "utf-8")

    def conflicts(self, other: Command[object]) -> bool:
        """An ESEARCH response names its command, a SEARCH response does not."""
        return isinstance(other, Search) and not (self.returns and other.returns)

    def claims(self, row: Untagged) -> bool:
        return row.name in self.answers

    def fold(self, answer: Answer) -> SearchResult:
        found = SearchResult(UidSet())
        for result in answer.read(read_esearch, b"ESEARCH"):
            found = result
        for result in answer.read(read_search, b"SEARCH"):
            found = attrs.evolve(result, uids=found.uids | result.uids)
        return found


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
            out.string(argument.encode(charset) if not argument.isascii() else argument)
        case Word(text):
            out.atom(text)
        case int():
            out.number(argument)
        case date():
            out.verbatim(search_date(argument))
        case _:
            out.wire(argument)
