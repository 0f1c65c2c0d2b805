"""CRAM-MD5 (RFC 2195): the password keys a digest of what the server says."""

from __future__ import annotations

import hmac

from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, identity
from mailkit.protocol.sasl.secret import Secret


class CramMD5(Mechanism):
    """Hides the password from who listens, and proves nothing about the server: only for where TLS is missing."""

    name = "CRAM-MD5"
    secure = True

    def __init__(self, user: str, password: Secret) -> None:
        self._user = identity(user, "the user name")
        self._password = password.checked()
        self._answered = False

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._password,)

    def first(self) -> None:
        """None: the server asks."""

    def step(self, challenge: bytes) -> bytes:
        """The user name, a space, and the digest in lower-case hexadecimal (RFC 2195 §2)."""
        if self._answered:
            raise Cancelled("the server sent a second challenge, though CRAM-MD5 has one")
        self._answered = True
        # A timestamp as in a Message-ID. Octets outside it are how clients written in C were led astray.
        if not challenge or any(not 0x20 <= octet < 0x7F for octet in challenge):
            raise Cancelled("the challenge of CRAM-MD5 is not printable text")
        digest = self._digest(challenge)
        if digest is None:
            raise Cancelled("this Python has no MD5, which CRAM-MD5 needs")
        return self._user.encode() + b" " + digest.hex().encode()

    def _digest(self, challenge: bytes) -> bytes | None:
        try:
            return hmac.digest(self._password.octets(), challenge, "md5")
        except ValueError:  # a FIPS build of OpenSSL
            return None
