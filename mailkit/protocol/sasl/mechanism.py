"""What every authentication mechanism is to the session: an initial response, answers, and a verdict (RFC 4422)."""

from __future__ import annotations

from abc import ABC, abstractmethod

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.sasl.secret import Secret
from mailkit.value import Value

SCRAM = (
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-512",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-1",
)
"""The names of the mechanisms of that family, strongest first."""

_LONGEST_WORDS = 200


class Cancelled(Exception):
    """The mechanism will not go on: the session sends `*` (RFC 9051 §6.2.2) and reports `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Mechanism(ABC):
    """One authentication, used once: octets in, octets out, neither of them in base64.

    `name` is the one in the AUTH= capability. `secure` says whether somebody who reads the line learns no secret, so
    that the mechanism may be used outside TLS.
    """

    name: str
    secure: bool = False

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The password or token, which must not be shown where a server repeats it."""
        return ()

    @abstractmethod
    def first(self) -> bytes | None:
        """The initial response (RFC 4959), or None where the server speaks first."""

    @abstractmethod
    def step(self, challenge: bytes) -> bytes:
        """The answer to a challenge; raises `Cancelled`, and nothing else, for one that makes no sense."""

    def verify(self) -> None:  # noqa: B027  # most mechanisms let the server prove nothing
        """Call it after the tagged OK; raises `ProtocolViolation` where the server has not proved what it must."""

    def failure(self) -> str | None:
        """What the server told about its refusal before the tagged NO, in words for people; None for nothing."""
        return None


@attrs.frozen(eq=False, repr=False)
class ChannelBinding(Value):
    """What ties an authentication to the TLS connection it runs in (RFC 5056).

    `kind` is the name IANA registered ("tls-unique", "tls-exporter", "tls-server-end-point"), `data` its octets.
    """

    kind: str
    data: bytes = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not (self.kind and self.data):
            raise UsageError("a channel binding has a kind and data")


@attrs.frozen(eq=False, repr=False)
class Peer(Value):
    """The server that a mechanism talks to, as far as a mechanism wants to know: where it is, and its TLS binding."""

    host: str | None = None
    port: int | None = None
    binding: ChannelBinding | None = None


def identity(text: str, what: str) -> str:
    """`text` if it can name somebody on the wire (not empty, no NUL, has a UTF-8 form), else `UsageError`."""
    if not text:
        raise UsageError(f"{what} is empty")
    if "\0" in text:
        raise UsageError(f"{what} cannot contain NUL")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"{what} cannot contain half a surrogate pair: it has no UTF-8 form")
    return text


def printable(words: str) -> str:
    """A server's words as they may be shown to people: no control characters, and no more than 200 characters."""
    shown = "".join(character if character.isprintable() else "?" for character in words[: _LONGEST_WORDS + 1])
    return shown if len(shown) <= _LONGEST_WORDS else shown[:_LONGEST_WORDS] + "…"
