"""UID SORT (RFC 5256, RFC 5957), extended by RETURN options (RFC 5267 ESORT, RFC 9394)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.arrange.sorting import SortKey
from mailkit.errors import UsageError
from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.search_key import SearchKey
from mailkit.protocol.values.search_program import write_keys
from mailkit.protocol.values.search_result import (
    PartialRange,
    SortResult,
    read_esort,
    read_sort,
    write_return_options,
)
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Sort(Command[SortResult]):
    """Find messages and order them; the result holds UIDs in that order.

    Needs SORT, for display keys SORT=DISPLAY, and for `returns` and `partial` ESORT, which mean what they mean in
    `Search`.
    """

    keys: tuple[SortKey, ...] = attrs.field()
    key: SearchKey
    returns: tuple[str, ...] = ()
    partial: PartialRange | None = None
    verb: ClassVar[str] = "UID SORT"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"SORT", b"ESEARCH"})
    repeatable: ClassVar[bool] = True

    @keys.validator
    def _some(self, _: attrs.Attribute[tuple[SortKey, ...]], keys: tuple[SortKey, ...]) -> None:
        if not keys:
            raise UsageError("SORT without a key to sort by")

    def write(self, out: Writer) -> None:
        """`sort = ["UID" SP] "SORT" SP sort-criteria SP search-criteria`"""
        write_return_options(out, self.returns, self.partial)
        with out.group():
            for key in self.keys:
                # `sort-criterion = ["REVERSE" SP] sort-key`
                if key.reverse:
                    out.atom("REVERSE")
                out.atom(key.criterion)
        # `search-criteria = charset 1*(SP search-key)`: here it is not optional, and every server has this one.
        out.atom("UTF-8")
        write_keys(out, self.key, "utf-8")

    def fold(self, answer: Answer) -> SortResult:
        found = SortResult(())
        for result in answer.read(read_esort, b"ESEARCH"):
            found = result
        for result in answer.read(read_sort, b"SORT"):
            found = attrs.evolve(result, uids=found.uids + result.uids)
        return found
