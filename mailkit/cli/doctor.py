"""The command that finds out what a server offers, and why something would not work."""

from __future__ import annotations

import ssl
import time
from argparse import ArgumentParser
from collections.abc import Callable

import attrs

from mailkit.cli.action import Action, Where
from mailkit.cli.output import Output
from mailkit.connecting.configured import Settings, load
from mailkit.connecting.endpoint import Endpoint, Security
from mailkit.credentials import Credentials, resolve
from mailkit.errors import UsageError
from mailkit.protocol.authentication import log_in
from mailkit.protocol.commands.login import Noop
from mailkit.protocol.complete import complete
from mailkit.protocol.network import TLS, Address, Transport
from mailkit.protocol.session import Session
from mailkit.protocol.tls import verified_context
from mailkit.protocol.transport import SocketTransport, ThreadNetwork
from mailkit.protocol.values.capability import Capabilities

_TIMEOUT = 20.0
_OFFERS = {
    "UIDPLUS": "deleting for good is refused: it would take other people's deleted messages",
    "MOVE": "messages are copied and then removed by their UIDs, where UIDPLUS is there",
    "IDLE": "new mail is asked for now and then, not told",
    "LIST-STATUS": "counts of all mailboxes take one command a mailbox",
    "SPECIAL-USE": "Trash, Sent and the like are known by name only, if you say guess=True",
    "ESEARCH": "the results of a search are longer",
    "CONDSTORE": "what was changed since cannot be asked for",
    "OBJECTID": "email_id and thread_id are not known",
    "QUOTA": "limits are not known",
    "ACL": "rights are neither known nor given",
    "METADATA": "annotations are not kept",
}
"""Capabilities, and what it means to lack them."""

Tell = Callable[[str, str, str], object]
"""Called with a mark, what was looked at, and what was found."""


@attrs.frozen
class Doctor(Action):
    """Connect step by step and tell what is found: TLS, ways to log in, capabilities, and what their lack means."""

    @classmethod
    def describe(cls, parser: ArgumentParser) -> None:
        parser.epilog = "What fails ends it, and is said on standard error."

    def run(self, where: Where, output: Output) -> None:
        findings: list[tuple[str, str, str]] = []
        patient = Patient.of(where)
        try:
            complete(patient.examine(lambda *finding: findings.append(finding)))
        finally:
            output.rows(("", "what", "found"), findings)


@attrs.frozen
class Patient:
    """A server, and who we are there."""

    place: Endpoint
    credentials: Credentials = attrs.field(repr=False)
    tls: TLS | None

    @classmethod
    def of(cls, where: Where) -> Patient:
        """The one that is meant; `UsageError` where that is no server."""
        settings = load(where.name) if where.name is not None else Settings(url=where.known_url)
        if settings.command is not None:
            raise UsageError("the account is a process on this machine: there is no server to examine")
        place = Endpoint.of(
            settings.url,
            host=settings.host,
            port=settings.port,
            user=settings.user,
            security=settings.security,
            path=settings.path,
        )
        given = settings.credentials() or place.password or (where.password() if where.name is None else None)
        context = settings.ssl_context() or verified_context()
        tls = None if place.security is Security.PLAINTEXT else TLS(place.host, context)
        return cls(place, resolve(given, place.user, place.host), tls)

    async def examine(self, tell: Tell) -> None:
        """Connect, make it private, log in, look round; what goes wrong is raised."""
        place, network, watch = self.place, ThreadNetwork(), _Watch()
        address = Address(place.host, place.port, place.path)
        at_once = self.tls if place.security is Security.TLS else None
        transport = await network.connect(address, at_once, _TIMEOUT)
        session = Session(transport, network, timeout=_TIMEOUT)
        try:
            greeting = await session.greet()
            tell("✓", "connected", f"{address} in {watch.read()}")
            tell("✓", "greeting", greeting.text)
            if self.tls is not None and place.security is Security.STARTTLS:
                await session.start_tls(self.tls)
            tell(*_encryption(transport))
            tell("✓", "ways to log in", _ways_in(await session.capabilities()))
            is_plain = place.security is Security.PLAINTEXT
            await log_in(session, self.credentials, host=place.host, port=place.port, plaintext_allowed=is_plain)
            tell("✓", "logged in", f"as {place.user}")
            watch.start()
            await session.run(Noop())
            tell("✓", "round trip", watch.read())
            _tell_capabilities(await session.capabilities(), tell)
        finally:
            await session.close()


class _Watch:
    """How long something took."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self._began = time.perf_counter()

    def read(self) -> str:
        return f"{(time.perf_counter() - self._began) * 1000:.1f} ms"


def _tell_capabilities(capabilities: Capabilities, tell: Tell) -> None:
    tell("✓", "capabilities", " ".join(sorted(capabilities)))
    for name, lack in _OFFERS.items():
        is_offered = name in capabilities
        tell("✓" if is_offered else "–", name, "offered" if is_offered else f"not offered: {lack}")


def _encryption(transport: Transport) -> tuple[str, str, str]:
    sock = transport.socket if isinstance(transport, SocketTransport) else None
    if not isinstance(sock, ssl.SSLSocket):
        return "✗", "encryption", "none: everybody on the way can read the password and the mail"
    cipher, certificate = sock.cipher(), sock.getpeercert() or {}
    until = certificate.get("notAfter", "unknown")
    return (
        "✓",
        "encryption",
        f"{sock.version()}, {cipher[0] if cipher else '?'}; certificate valid until {until}",
    )


def _ways_in(offered: Capabilities) -> str:
    mechanisms = sorted(name.removeprefix("AUTH=") for name in offered if name.startswith("AUTH="))
    login = "not the command LOGIN" if "LOGINDISABLED" in offered else "the command LOGIN"
    return f"{' '.join(mechanisms) or 'no mechanism'}; {login}"
