"""Annotations of mailboxes and of the server, by METADATA (RFC 5464) or by what servers had before it."""

from __future__ import annotations

from collections.abc import Mapping

from mailkit.errors import NotSupported, UsageError
from mailkit.pool import Pool
from mailkit.protocol import commands
from mailkit.protocol.commands.metadata import GetMetadata, SetMetadata
from mailkit.protocol.values.depth import Depth
from mailkit.protocol.values.metadata import Metadata

SERVER = ""
"""Stands where a mailbox does, for annotations of the server itself."""

_BELOW = {Depth.ENTRY: (), Depth.CHILDREN: ("/%",), Depth.ALL: ("/*",)}
_ATTRIBUTES = {"/private/": "value.priv", "/shared/": "value.shared"}


async def get_metadata(
    pool: Pool, mailbox: str, entries: tuple[str, ...], depth: Depth, max_size: int | None
) -> Metadata:
    """The values of entries, by name."""
    if _has_metadata(pool, mailbox):
        return await pool.run(GetMetadata(mailbox, entries, max_size, depth), about=mailbox or None)
    found: dict[str, bytes | None] = {}
    for entry in entries:
        start, attribute = _translated(entry)
        names = tuple(entry.removeprefix(start[:-1]) + below for below in ("", *_BELOW[depth]))
        command = commands.annotatemore.GetAnnotation(mailbox, names, (attribute,))
        for told in await pool.run(command, about=mailbox or None):
            found[start[:-1] + told.entry] = told.attributes.get(attribute)
    return _within(found, max_size)


async def set_metadata(pool: Pool, mailbox: str, values: Mapping[str, bytes | str | None]) -> None:
    """Set entries, or remove those whose value is None."""
    octets = {entry: _octets(value) for entry, value in values.items()}
    if _has_metadata(pool, mailbox):
        await pool.run(SetMetadata(mailbox, octets), about=mailbox or None)
        return
    for entry, value in octets.items():
        start, attribute = _translated(entry)
        name = entry.removeprefix(start[:-1])
        await pool.run(commands.annotatemore.SetAnnotation(mailbox, name, {attribute: value}), about=mailbox or None)


def _octets(value: bytes | str | None) -> bytes | None:
    if not isinstance(value, str):
        return value
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("text with a lone surrogate cannot be sent") from None


def _has_metadata(pool: Pool, mailbox: str) -> bool:
    needed = "METADATA" if mailbox else "METADATA-SERVER"
    if needed in pool.offered:
        return True
    if "ANNOTATEMORE" in pool.offered:
        return False
    raise NotSupported(f"the server does not offer {needed}", capability=needed)


def _translated(entry: str) -> tuple[str, str]:
    """How the name begins, and which attribute says the same."""
    for start, attribute in _ATTRIBUTES.items():
        if entry.lower().startswith(start):
            return start, attribute
    raise UsageError(f"an annotation's name begins with /private/ or /shared/, not {entry!r}")


def _within(found: dict[str, bytes | None], max_size: int | None) -> Metadata:
    """What METADATA's MAXSIZE would leave of it."""
    kept = {name: value for name, value in found.items() if max_size is None or len(value or b"") <= max_size}
    longer = [len(value or b"") for name, value in found.items() if name not in kept]
    return Metadata(kept, max(longer, default=None))
