"""What a SEARCH, SORT or THREAD command asks for: a tree of search keys, typed, not yet text (RFC 9051 §6.4.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.saved import SavedResult
from mailkit.value import Value

_ATOM = re.compile(r"[!#$&'+-\[^-z|}~]+")  # `1*ATOM-CHAR`; said by what it is not, it takes long to compile


@attrs.frozen(eq=False, repr=False)
class Word(Value):
    """An argument that the grammar wants as a bare atom: a keyword (`flag-keyword`) or an `objectid`.

    What is not an atom raises `UsageError`.
    """

    text: str = attrs.field()

    @text.validator
    def _atom(self, _: attrs.Attribute[str], text: str) -> None:
        if not _ATOM.fullmatch(text):
            raise UsageError(f"not an atom: {text!r}")


Argument: TypeAlias = str | Word | int | date | UidSet | SequenceSet | SavedResult
"""What follows a key's name: `str` is any text (an `astring`, quoted or literal), `int` a number, `date` a day."""


@attrs.frozen(eq=False, repr=False)
class Key(Value):
    """One key with its arguments, such as `Key("SINCE", (date(2024, 2, 1),))`; the name is fixed in code, an atom.

    A set of sequence numbers has no name: `Key("", (numbers,))`; a set of UIDs is `Key("UID", (uids,))`.
    """

    name: str
    arguments: tuple[Argument, ...] = ()


@attrs.frozen(eq=False, repr=False)
class AndKey(Value):
    """All of two or more keys: `"(" search-key *(SP search-key) ")"`, without parentheses at the top of a command."""

    keys: tuple[SearchKey, ...]


@attrs.frozen(eq=False, repr=False)
class OrKey(Value):
    """One or both: `"OR" SP search-key SP search-key`"""

    left: SearchKey
    right: SearchKey


@attrs.frozen(eq=False, repr=False)
class NotKey(Value):
    """`"NOT" SP search-key`"""

    key: SearchKey


SearchKey: TypeAlias = Key | AndKey | OrKey | NotKey
"""A tree to `match` on; what writes it needs these four cases and those of `Argument`."""

ALL = Key("ALL")
NOTHING = NotKey(ALL)

_OPPOSITES = {key: f"UN{key}" for key in ("ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN", "KEYWORD")}
_OPPOSITES |= {opposite: key for key, opposite in _OPPOSITES.items()}


def all_of(keys: Iterable[SearchKey]) -> SearchKey:
    """The intersection, without what does not narrow it: no key at all gives ALL."""
    members: dict[SearchKey, None] = {}
    for key in keys:
        members |= dict.fromkeys(key.keys if isinstance(key, AndKey) else (key,))
    if NOTHING in members:
        return NOTHING
    members.pop(ALL, None)
    narrowing = tuple(members)
    if len(narrowing) > 1:
        return AndKey(narrowing)
    return narrowing[0] if narrowing else ALL


def any_of(keys: Iterable[SearchKey]) -> SearchKey:
    """The union: no key at all gives NOT ALL. Pairs are nested evenly, so a thousand keys are ten levels deep."""
    members = dict.fromkeys(keys)
    if ALL in members:
        return ALL
    members.pop(NOTHING, None)
    level: list[SearchKey] = list(members)
    while len(level) > 1:
        pairs: list[SearchKey] = [OrKey(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else NOTHING


def negated(key: SearchKey) -> SearchKey:
    """What the key does not match, by the UN… key where there is one."""
    if isinstance(key, NotKey):
        return key.key
    if isinstance(key, Key) and key.name in _OPPOSITES:
        return Key(_OPPOSITES[key.name], key.arguments)
    return NotKey(key)


def needs_charset(key: SearchKey) -> bool:
    """Whether a text in the tree is not US-ASCII, so that the command must name a charset (RFC 9051 §6.4.4)."""
    return any(isinstance(found, str) and not found.isascii() for found in arguments(key))


def arguments(key: SearchKey) -> Iterator[Argument]:
    """What all the keys of the tree look for."""
    waiting = [key]
    while waiting:
        match waiting.pop():
            case Key(arguments=own):
                yield from own
            case AndKey(keys=keys):
                waiting.extend(keys)
            case OrKey(left=left, right=right):
                waiting += (left, right)
            case NotKey(key=inner):
                waiting.append(inner)
