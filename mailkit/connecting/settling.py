"""What a new connection is told after the login: who we are, where servers insist, and what is to be switched on."""

from __future__ import annotations

import contextlib

from mailkit.errors import CommandRefused
from mailkit.protocol import commands
from mailkit.protocol.session import Session

# NetEase (163, 126, yeah, 188) refuses SELECT with "Unsafe Login" to a client that has not sent its ID, and Tencent
# (qq) may; their software runs elsewhere too.
_WANTING_ID = (".163.com", ".126.com", ".188.com", ".qq.com", ".yeah.net")
_WANTING_ID_AS = ("coremail", "coream")  # as they greet: "Coremail System", and their "Coream System"


async def settle(session: Session, host: str, *, compress: bool = False) -> None:
    """Make a connection that is logged in ready for use.

    ID is sent only where servers are known to refuse work without it. UTF-8 is enabled only where nothing works without
    it (UTF8=ONLY, RFC 6855 §3): all names and searches can be said without, and what few servers do with it varies.
    With `compress`, what is said from here on is compressed if the server offers that (RFC 4978).
    """
    offered = await session.capabilities()
    if "ID" in offered and _wants_id(session, host):
        await _introduce(session)
    if "UTF8=ONLY" in offered:
        await session.run(commands.enable.Enable(("UTF8=ACCEPT",)))
    if compress and "COMPRESS=DEFLATE" in offered:
        await session.compress()


def identity() -> dict[str, str | None]:
    """What ID tells a server of this client (RFC 2971)."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  # slow to load, and seldom sent

    try:
        return {"name": "mailkit", "version": version("mailkit-imap")}
    except PackageNotFoundError:  # run from a checkout
        return {"name": "mailkit"}


def _wants_id(session: Session, host: str) -> bool:
    greeting = session.engine.greeting
    said = greeting.text.lower() if greeting else ""
    return f".{host.lower()}".endswith(_WANTING_ID) or any(name in said for name in _WANTING_ID_AS)


async def _introduce(session: Session) -> None:
    # A courtesy: if it was needed, what follows will be refused in the server's own words.
    with contextlib.suppress(CommandRefused):
        await session.run(commands.id.Id(identity()))
