"""SEARCH as a small server does it: which messages match (RFC 9051 §6.4.4)."""

from __future__ import annotations

from collections.abc import Sequence

from tests.scripted.command import Argument, Malformed
from tests.scripted.mailstore import Message, parse_set

_FLAGS = {b"SEEN": b"\\Seen", b"DELETED": b"\\Deleted", b"FLAGGED": b"\\Flagged", b"ANSWERED": b"\\Answered"}
_FLAGS[b"DRAFT"] = b"\\Draft"
_FIELDS = (b"SUBJECT", b"FROM", b"TO", b"CC", b"BCC")


class Search:
    """The keys of one SEARCH over a session's messages."""

    def __init__(self, keys: Sequence[Argument], view: Sequence[Message]) -> None:
        self._keys = keys
        self._largest_uid = view[-1].uid if view else 0
        self._count = len(view)

    def matches(self, message: Message, number: int) -> bool:
        """Whether all keys match."""
        return self._all(list(self._keys), message, number)

    def _all(self, keys: list[Argument], message: Message, number: int) -> bool:
        result = True
        while keys:
            result = self._one(keys, message, number) and result
        return result

    def _one(self, keys: list[Argument], message: Message, number: int) -> bool:
        """Take one key and its arguments from the front and judge them."""
        key = keys.pop(0)
        if isinstance(key, tuple):
            return self._all(list(key), message, number)
        name = key.upper()
        if name == b"ALL":
            return True
        if name == b"NOT":
            return not self._one(keys, message, number)
        if name == b"OR":
            first, second = self._one(keys, message, number), self._one(keys, message, number)
            return first or second
        if name in _FLAGS:
            return _FLAGS[name] in message.flags
        if name.startswith(b"UN") and name[2:] in _FLAGS:
            return _FLAGS[name[2:]] not in message.flags
        if name[:1].isdigit() or name.startswith(b"*"):
            return any(number in part for part in parse_set(key, self._count))
        return self._with_value(name, keys, message)

    def _with_value(self, name: bytes, keys: list[Argument], message: Message) -> bool:
        value = _string(keys)
        if name == b"UID":
            return any(message.uid in part for part in parse_set(value, self._largest_uid))
        if name in (b"KEYWORD", b"UNKEYWORD"):
            return (value in message.flags) == (name == b"KEYWORD")
        if name in (b"LARGER", b"SMALLER"):
            size = len(message.octets)
            return size > int(value) if name == b"LARGER" else size < int(value)
        if name in (b"TEXT", b"BODY"):
            return value.lower() in (message.octets if name == b"TEXT" else message.text).lower()
        if name == b"HEADER":
            name, value = value, _string(keys)
        elif name not in _FIELDS:
            raise Malformed(f"unknown search key {name!r}")
        found = message.parsed().get_all(name.decode("latin-1"), [])
        return any(value.lower() in str(field).encode().lower() for field in found)


def _string(keys: list[Argument]) -> bytes:
    if not keys or isinstance(keys[0], tuple):
        raise Malformed("search key without its argument")
    value = keys.pop(0)
    assert isinstance(value, bytes)
    return value
