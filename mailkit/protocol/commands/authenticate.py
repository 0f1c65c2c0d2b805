"""AUTHENTICATE (RFC 9051 §6.2.2), with an initial response where the server takes one (RFC 4959)."""

from __future__ import annotations

import binascii
from typing import ClassVar

import attrs

from mailkit.protocol.command import Simple
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.wire.writer import Writer


@attrs.define(eq=False, repr=False)
class Authenticate(Simple):
    """Prove who we are by a SASL mechanism.

    Unlike other commands it goes with its mechanism, which serves once. `with_initial` sends the first response with
    the command; `reason` says, after a refusal, why we cancelled, if we did.
    """

    mechanism: Mechanism = attrs.field(repr=False)
    with_initial: bool
    reason: str | None = attrs.field(default=None, init=False)
    _first: bytes | None = attrs.field(default=None, init=False, repr=False)
    verb: ClassVar[str] = "AUTHENTICATE"
    alone: ClassVar[bool] = True
    is_challenged: ClassVar[bool] = True

    # It has a state: none is like another.
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return self.mechanism.secrets

    def write(self, out: Writer) -> None:
        out.atom(self.mechanism.name)
        first = self.mechanism.first()
        if first is not None and self.with_initial:
            # RFC 4959 §3: an empty initial response is "=".
            out.verbatim(_base64(first) or b"=", secret=True)
        else:
            self._first = first

    def answer(self, challenge: bytes) -> bytes | None:
        if self._first is not None:
            first, self._first = self._first, None
            return _base64(first)
        try:
            return _base64(self.mechanism.step(_decoded(challenge)))
        except Cancelled as cancelled:
            self.reason = cancelled.reason
            return b"*"


def _base64(octets: bytes) -> bytes:
    return binascii.b2a_base64(octets, newline=False)


def _decoded(challenge: bytes) -> bytes:
    """`base64`; anything else makes us cancel, never crash"""
    try:
        return binascii.a2b_base64(challenge.strip(), strict_mode=bool(challenge.strip()))
    except (binascii.Error, ValueError):
        raise Cancelled("the server's challenge is not base64") from None
