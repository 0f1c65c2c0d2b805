"""A criterion split into what the server searches and what is left to the client."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

import attrs

from mailkit.criteria.criterion import All, And, Criterion, unanswerable
from mailkit.errors import UsageError
from mailkit.protocol.values.search_key import SearchKey, all_of, needs_charset
from mailkit.value import Value


@attrs.frozen(eq=False, repr=False)
class Compiled(Value):
    """A search ready to run: the server's answer holds every message that matches, `rest` weeds out the others."""

    server: SearchKey
    rest: Criterion | None
    """What is left to the client; None where the server's answer is exact."""

    @property
    def items(self) -> frozenset[str]:
        """What must be fetched to answer `rest`, by the names of `prefetch`."""
        return frozenset[str]().union(*(term.items for term in self.rest.leaves())) if self.rest else frozenset()

    @property
    def sees_all(self) -> bool:
        """Whether `rest` may ask for anything that the snapshots of the selection hold."""
        return self.rest is not None and any(term.sees_all for term in self.rest.leaves())

    @property
    def charset_needed(self) -> bool:
        """Whether the command must name a charset, because a text is not US-ASCII."""
        return needs_charset(self.server)


def compile(criterion: Criterion, capabilities: Container[str], now: datetime) -> Compiled:  # noqa: A001
    """Split a criterion for a server with these capabilities; ages count from `now`, which is aware.

    Raises `NotSupported` for a term that needs a capability the server lacks, and `UsageError` where a term that only
    the server can search (body, text, header, gmail_raw) is tied by `|` or `~` to one that only the client can.
    """
    if now.utcoffset() is None:
        raise UsageError("now must be a datetime with a time zone")
    server: list[SearchKey] = []
    rest: list[Criterion] = []
    for member in criterion.criteria if isinstance(criterion, And) else (criterion,):
        # A server without WITHIN is asked for days; one that has it is asked for the age itself.
        known = (member if "WITHIN" in capabilities else member.at(now)).bounds(capabilities)
        server.append(known.over)
        if not known.is_exact:
            rest.append(member.at(now))
    left = And.of(rest)
    for term in left.leaves():
        if not term.is_answerable:
            raise unanswerable(term)
    return Compiled(all_of(server), None if left == All() else left)
