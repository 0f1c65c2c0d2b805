"""PLAIN (RFC 4616): user and password in one message."""

from __future__ import annotations

from mailkit.errors import UsageError
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, identity
from mailkit.protocol.sasl.secret import Secret


class Plain(Mechanism):
    """User and password as they are, so for TLS only; `authzid` acts as somebody else (RFC 4616 §2)."""

    name = "PLAIN"

    def __init__(self, user: str, password: Secret, *, authzid: str | None = None) -> None:
        if password == Secret(""):
            raise UsageError("PLAIN cannot send an empty password")
        self._user = identity(user, "the user name")
        self._password = password.checked()
        self._authzid = "" if authzid is None else identity(authzid, "the authorization identity")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._password,)

    def first(self) -> bytes:
        """`message = [authzid] UTF8NUL authcid UTF8NUL passwd` (RFC 4616 §2)"""
        return b"\0".join((self._authzid.encode(), self._user.encode(), self._password.octets()))

    def step(self, challenge: bytes) -> bytes:
        """Always `Cancelled`: there is nothing to ask."""
        raise Cancelled(f"the server sent a challenge of {len(challenge)} octets, though PLAIN has none")
