"""LOGIN: user name and password, each at a prompt; never an RFC, but offered where PLAIN is not."""

from __future__ import annotations

from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, identity
from mailkit.protocol.sasl.secret import Secret


class Login(Mechanism):
    """The user name for the first challenge, the password for the second, so for TLS only.

    Prompts are not read: servers word them differently ("Username:", "User Name" and NUL, nothing at all).
    """

    name = "LOGIN"

    def __init__(self, user: str, password: Secret) -> None:
        self._user = identity(user, "the user name")
        self._password = password.checked()
        self._answered = 0

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._password,)

    def first(self) -> None:
        """None: the server asks."""

    def step(self, challenge: bytes) -> bytes:  # prompts are not read
        """The user name, then the password."""
        self._answered += 1
        if self._answered == 1:
            return self._user.encode()
        if self._answered == 2:
            return self._password.octets()
        raise Cancelled("the server sent a third challenge, though LOGIN has two")
