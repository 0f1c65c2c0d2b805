"""LOGIN, LOGOUT and NOOP (RFC 9051 §6.1.2, §6.1.3, §6.2.3)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mailkit.protocol.command import Simple
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class Login(Simple):
    """Log in with a name and a password in plaintext: for TLS only."""

    user: str
    password: Secret
    verb: ClassVar[str] = "LOGIN"
    alone: ClassVar[bool] = True

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.password,)

    def write(self, out: Writer) -> None:
        self.password.checked()
        out.text(self.user, secret=True)
        out.string(self.password.reveal(), secret=True)


class Logout(Simple):
    """Say goodbye; the server closes the connection after its BYE and OK."""

    __slots__ = ()

    verb: ClassVar[str] = "LOGOUT"
    alone: ClassVar[bool] = True


class Noop(Simple):
    """Do nothing, and hear what is new."""

    __slots__ = ()

    verb: ClassVar[str] = "NOOP"
    repeatable: ClassVar[bool] = True
