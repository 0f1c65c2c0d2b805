"""How the server is searched: sets of UIDs cut to what it accepts, and a charset that it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from mailkit import mime
from mailkit.connecting.connections import Place
from mailkit.errors import CommandRefused, ProtocolViolation
from mailkit.pool import Pool
from mailkit.protocol.commands.search import Search
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import (
    ALL,
    AndKey,
    Argument,
    Key,
    NotKey,
    OrKey,
    SearchKey,
    Word,
    all_of,
    arguments,
    needs_charset,
)
from mailkit.protocol.values.search_result import SearchResult

SET_OCTETS = 8000
"""How long a set of UIDs in one command may be: RFC 7162 §4 wants servers to take 8,192 octets a line."""

_MOST_COME_SINCE = 100_000


class CharsetRefused(Exception):
    """The server takes the search in none of the charsets that could say it; nothing was found or changed."""


def believable(found: UidSet, exists: int) -> UidSet:
    """What was found, where there can be so many; `exists` were there when the mailbox was opened."""
    if found.count > exists + _MOST_COME_SINCE:
        raise ProtocolViolation(f"the server has found {found.count} messages where there are {exists}")
    return found


class Searcher:
    """Searches one mailbox of a server.

    A search that is longer than a line may be goes in several commands, whose results are joined.
    """

    def __init__(self, pool: Pool, place: Place, *, is_extended: bool) -> None:
        self.pool: Pool = pool
        self.place: Place = place
        """Where it searches, with the UIDVALIDITY of the mailbox as soon as that is known."""
        self.is_extended: bool = is_extended
        """Whether the server has ESEARCH, whose results are ranges."""

    async def found(self, key: SearchKey) -> UidSet:
        """The UIDs of the messages that match; nobody is asked for those that the last search has just found."""
        match key:
            case Key("UID", (UidSet() as uids,)) if self.pool.has_found(self.place, uids):
                return uids
        if fits(key):
            return (await self.run(Search(key, ("ALL",) if self.is_extended else ()))).uids
        match key:
            case Key("UID", (UidSet() as uids,)):
                # What is asked for here is more than what is wanted, and what was not wanted is taken out.
                return await self.found(Key("UID", (coarse(uids, SET_OCTETS // 2),))) & uids
            case AndKey(keys):
                return await self._conjunction(keys)
            case OrKey(left, right):
                return await self.found(left) | await self.found(right)
            case NotKey(inner):
                return await self.found(ALL) - await self.found(inner)
        return (await self.run(Search(key))).uids

    async def run(self, command: Search) -> SearchResult:
        """The result of one SEARCH, in UTF-8 or, where the server does not know it, in a charset that it lists."""
        if not needs_charset(command.key):
            return await self._run(command)
        try:
            return await self._run(command)
        except CommandRefused as refused:
            # Exchange and Courier answer NO [BADCHARSET], Cyrus 3.6 and pymap a BAD without a code.
            if refused.code != "BADCHARSET" and not (refused.status == "BAD" and refused.code is None):
                raise
            problem = refused
        for charset in await self._listed(command):
            if _can_say(charset, command.key):
                return await self._run(attrs.evolve(command, charset=charset))
        raise CharsetRefused from problem

    async def _run(self, command: Search) -> SearchResult:
        result, self.place = await self.pool.run_at(self.place, command)
        return result

    async def _conjunction(self, keys: Iterable[SearchKey]) -> UidSet:
        """Short keys go together; of a long set of UIDs, a coarse one with them."""
        wanted: list[UidSet] = []
        short: list[SearchKey] = []
        long: list[SearchKey] = []
        for key in keys:
            match key:
                case Key("UID", (UidSet() as uids,)) if not fits(key):
                    wanted.append(uids)
                    short.append(Key("UID", (coarse(uids, SET_OCTETS // 4),)))
                case _ if _size(key) <= SET_OCTETS // 4:
                    short.append(key)
                case _:
                    long.append(key)
        sets = [await self.found(all_of(some)) for some in _packed(short)]
        sets += [await self.found(key) for key in long]
        found, *more = (*sets, *wanted)
        for one in more:
            found &= one
        return found

    async def _listed(self, command: Search) -> tuple[str, ...]:
        """The charsets that the server names as it refuses another: `"BADCHARSET" [SP "(" charset-list ")"]`"""
        begun = await self.pool.begin(command, self.place)
        done = await begun.session.complete(begun.pending)
        value = done.code.value if done.code is not None and done.code.name == "BADCHARSET" else None
        return value if isinstance(value, tuple) else ()


def fits(key: SearchKey) -> bool:
    """Whether a search may go in one line."""
    return _size(key) <= SET_OCTETS


def coarse(uids: UidSet, octets: int) -> UidSet:
    """A set with all of these UIDs, and some between them, whose text is not longer than this."""
    ranges = list(uids.ranges)
    room = max(octets // len("4294967295:4294967295,"), 1)
    if len(ranges) <= room:
        return uids
    # The smallest gaps are filled first.
    gaps = sorted(range(1, len(ranges)), key=lambda at: ranges[at][0] - ranges[at - 1][1])
    kept = sorted(gaps[len(gaps) - room + 1 :])
    starts, ends = [0, *kept], [*kept, len(ranges)]
    joined = [f"{ranges[start][0]}:{ranges[end - 1][1]}" for start, end in zip(starts, ends, strict=True)]
    if uids.has_star:
        joined[-1] = f"{ranges[starts[-1]][0]}:*"
    return UidSet.parse(",".join(joined))


def _packed(keys: Iterable[SearchKey]) -> Iterator[list[SearchKey]]:
    pack: list[SearchKey] = []
    size = 0
    for key in keys:
        if pack and size + _size(key) > SET_OCTETS:
            yield pack
            pack, size = [], 0
        pack.append(key)
        size += _size(key)
    if pack:
        yield pack


def _size(key: SearchKey) -> int:
    """About how many octets the key takes."""
    return sum(20 + _argument_size(argument) for argument in arguments(key))


def _argument_size(argument: Argument) -> int:
    match argument:
        case str():
            # A text with a line end goes as a literal, which no line limit counts; it is counted all the same.
            return len(argument.encode())
        case Word(text):
            return len(text)
        case int() | date():
            return 11
        case _:
            return len(str(argument))


def _can_say(charset: str, key: SearchKey) -> bool:
    if mime.charset.codec(charset) is None:
        return False
    try:
        for argument in arguments(key):
            if isinstance(argument, str):
                argument.encode(charset)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
