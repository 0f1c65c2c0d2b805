"""UID SEARCH (RFC 9051 §6.4.4), extended by RETURN options (RFC 4731, RFC 5182, RFC 9394)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import SearchKey, needs_charset
from mailkit.protocol.values.search_program import write_keys
from mailkit.protocol.values.search_result import (
    PartialRange,
    SearchResult,
    read_esearch,
    read_search,
    write_return_options,
)
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Search(Command[SearchResult]):
    """Find messages; the result holds UIDs.

    `returns` are RETURN options such as "ALL", "COUNT", "MIN", "MAX" or "SAVE" and need ESEARCH; without them the
    result has `uids` alone. `partial` is a window of the result, such as (1, 100) or (-1, -100) (RFC 9394).
    """

    key: SearchKey
    returns: tuple[str, ...] = ()
    partial: PartialRange | None = None
    charset: str | None = None
    """The charset that non-ASCII text is sent in; None chooses UTF-8 where there is some."""
    verb: ClassVar[str] = "UID SEARCH"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"SEARCH", b"ESEARCH"})
    repeatable: ClassVar[bool] = True
    is_eager: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        write_return_options(out, self.returns, self.partial)
        charset = "UTF-8" if self.charset is None or out.utf8 else self.charset
        if needs_charset(self.key) and not out.utf8:  # RFC 6855 §3: none is named once UTF-8 has been agreed
            out.atom("CHARSET").text(charset)
        write_keys(out, self.key, charset)

    def conflicts(self, other: Command[object]) -> bool:
        """An ESEARCH response names its command, a SEARCH response does not."""
        return isinstance(other, Search) and not (self.is_extended and other.is_extended)

    @property
    def is_extended(self) -> bool:
        """Whether the answer is an ESEARCH response."""
        return bool(self.returns) or self.partial is not None

    def fold(self, answer: Answer) -> SearchResult:
        found = SearchResult(UidSet())
        for result in answer.read(read_esearch, b"ESEARCH"):
            found = result
        for result in answer.read(read_search, b"SEARCH"):
            found = attrs.evolve(result, uids=found.uids | result.uids)
        return found
