"""What is checked when a term is made, so that a wrong argument is told at once (`UsageError`)."""

from __future__ import annotations

import attrs

from mailkit.errors import UsageError


def checked_bool(_: object, field: attrs.Attribute[bool], value: object) -> None:
    """True or False."""
    if not isinstance(value, bool):
        raise UsageError(f"{field.name} is True or False, not {value!r}")


def checked_text(_: object, field: attrs.Attribute[str], value: object) -> None:
    """Any text that IMAP can carry: all but NUL (RFC 9051 §9 CHAR8) and halves of characters."""
    if not isinstance(value, str):
        raise UsageError(f"{field.name} is a str, not {value!r}")
    if "\0" in value:
        raise UsageError(f"{field.name} has a NUL character, which no server can search for")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{field.name} has a surrogate, which is not a character") from None


def checked_count(_: object, field: attrs.Attribute[int], value: object) -> None:
    """A number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UsageError(f"{field.name} is a number from 0, not {value!r}")
