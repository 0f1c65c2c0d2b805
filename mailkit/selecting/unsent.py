"""Terms that a server cannot be asked for, because it takes no charset that could say them; the client answers them."""

from __future__ import annotations

from collections.abc import Container, Iterator

import attrs

from mailkit.criteria import And, Criterion, Not, Or, Snapshot
from mailkit.criteria.criterion import NO_BOUNDS, Bounds
from mailkit.errors import UsageError
from mailkit.protocol.values.search_key import needs_charset


@attrs.frozen(eq=False, repr=False)
class _Unsent(Criterion):
    """A term of which the server is told nothing."""

    term: Criterion

    def leaves(self) -> Iterator[Criterion]:
        """The term itself."""
        yield self.term

    def bounds(self, capabilities: Container[str]) -> Bounds:
        """Between nothing and all."""
        return NO_BOUNDS

    def matches(self, snapshot: Snapshot) -> bool:
        """Whether the term does."""
        return self.term.matches(snapshot)


def without_charset(criterion: Criterion, capabilities: Container[str]) -> Criterion:
    """The same criterion, its non-ASCII texts left to the client.

    `UsageError` for one that only a server can search for.
    """
    match criterion:
        case And(criteria):
            return And.of(without_charset(one, capabilities) for one in criteria)
        case Or(criteria):
            return Or.of(without_charset(one, capabilities) for one in criteria)
        case Not(inner):
            return Not(without_charset(inner, capabilities))
    if not needs_charset(criterion.bounds(capabilities).over):
        return criterion
    if not criterion.is_answerable:
        raise UsageError(
            f"the server takes no charset that has the characters of {criterion!r}, and only a server can search for it"
        )
    return _Unsent(criterion)
