"""Capabilities: what a server says it can do, and what that implies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

import attrs

from mailkit.errors import UsageError

IMPLIED: Final[dict[str, tuple[str, ...]]] = {
    # RFC 9051 appendix E, point 2 and 3. Not BINARY, of which only the FETCH side was taken over.
    "IMAP4REV2": (
        "NAMESPACE",
        "UNSELECT",
        "UIDPLUS",
        "ESEARCH",
        "SEARCHRES",
        "ENABLE",
        "IDLE",
        "SASL-IR",
        "LIST-EXTENDED",
        "LIST-STATUS",
        "MOVE",
        "LITERAL-",
        "STATUS=SIZE",
    ),
    "QRESYNC": ("CONDSTORE", "ENABLE"),  # RFC 7162 §3.2.3
    "UTF8=ONLY": ("UTF8=ACCEPT",),  # RFC 6855 §3
    "UTF8=ACCEPT": ("ENABLE",),  # RFC 6855 §3
    "LITERAL+": ("LITERAL-",),  # RFC 7888 §5: all that LITERAL- allows is allowed
    "CONTEXT=SORT": ("SORT",),  # RFC 5267 §3.1
    "SORT=DISPLAY": ("SORT",),  # RFC 5957 §3
    "METADATA": ("METADATA-SERVER",),  # RFC 5464 §1: of the server alone, METADATA has both
}
"""What each capability has in it; these have theirs in turn."""


def _words(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise UsageError(f"one text is no set of capabilities: {names[:80]!r}; see Capabilities.parse()")
    return tuple(dict.fromkeys(name.upper() for name in names))


@attrs.frozen(eq=False, repr=False)
class Capabilities(AbstractSet[str]):
    """An immutable set of capabilities in upper case, those implied by others among them; `in` is without case.

    `"MOVE" in capabilities` is the question to ask before `MOVE` is used.
    """

    advertised: tuple[str, ...] = attrs.field(converter=_words, default=())
    """What the server said, in its order and in upper case."""
    _names: frozenset[str] = attrs.field(init=False)

    @_names.default
    def _with_implied(self) -> frozenset[str]:
        names: set[str] = set()
        waiting = list(self.advertised)
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.add(name)
                waiting += IMPLIED.get(name, ())
                if name.startswith("APPENDLIMIT="):
                    waiting.append("APPENDLIMIT")
        return frozenset(names)

    @classmethod
    def parse(cls, octets: bytes) -> Capabilities:
        """The capabilities in a CAPABILITY response, without that word; never raises.

        `capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)` (RFC 9051 §9)
        """
        return cls(octets.decode("latin-1").split())

    @property
    def auth_mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms in the server's order, such as `SCRAM-SHA-256`."""
        return tuple(name[5:] for name in self.advertised if name.startswith("AUTH=") and name != "AUTH=")

    @property
    def append_limit(self) -> int | None:
        """The octets that the largest message may have in any mailbox, None if that is not said (RFC 7889)."""
        for name in self.advertised:
            label, _, limit = name.partition("=")
            if label == "APPENDLIMIT" and limit.isascii() and limit.isdigit() and len(limit) < 20:
                return int(limit)
        return None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.upper() in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def __str__(self) -> str:
        return " ".join(self.advertised)

    def __repr__(self) -> str:
        return f"Capabilities({list(self.advertised)})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Capabilities):
            return self._names == other._names
        return self._names == other if isinstance(other, AbstractSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._names)
