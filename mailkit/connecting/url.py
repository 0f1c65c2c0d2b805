"""The URL of an account: `imaps://user:password@host:port`."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.sasl.secret import Secret
from mailkit.value import Value

_SCHEMES = frozenset({"imaps", "imap"})


@attrs.frozen(eq=False, repr=False)
class Url(Value):
    """What a URL says, its parts decoded."""

    scheme: str
    host: str
    port: int | None
    user: str | None
    password: str | None = attrs.field(repr=False)


def parsed(url: Secret) -> Url:
    """What it says; `UsageError` for what is no such URL."""
    fault = _fault(url)
    if fault is not None:
        raise UsageError(fault)
    parts = urlsplit(url.reveal())
    return Url(
        parts.scheme,
        parts.hostname or "",
        parts.port,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )


def _fault(url: Secret) -> str | None:
    """What is wrong with it, if anything; told and not raised: every frame that an error passes shows its locals."""
    try:
        parts = urlsplit(url.reveal())
        _ = parts.port
    except ValueError:
        return "the URL cannot be understood; write imaps://user@host:port"
    if parts.scheme not in _SCHEMES or not parts.hostname:
        shown = f"{parts.scheme}://" if parts.scheme else "one without a scheme"
        return (
            f"the URL must begin with imaps:// or imap:// and name a host, not be {shown}: write "
            "connect('imaps://user@mail.example.org'), or connect(host=…, user=…)"
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return "the URL names a server, not a mailbox: nothing may follow the host and port"
    return None
