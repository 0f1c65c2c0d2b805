"""SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, and neither sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import attrs

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.sasl.mechanism import SCRAM, Cancelled, ChannelBinding, Mechanism, identity, printable
from mailkit.protocol.sasl.secret import Secret

if TYPE_CHECKING:
    from scramp import ScramClient

MIN_ITERATIONS = 4_096
"""RFC 7677 §4 asks for so many; fewer make guessing the password from a recorded exchange cheap."""
MAX_ITERATIONS = 600_000
"""OWASP's figure for PBKDF2 with SHA-256, about a third of a second here; more would let a server keep us busy."""

_LONGEST_CHALLENGE = 4_096
T = TypeVar("T")


class Scram(Mechanism):
    """One of the mechanisms of `SCRAM`.

    With a `-PLUS` name `binding` ties it to the TLS connection and must be given. Without, `binding` says that we could
    have done so, had the server offered it (the gs2 flag `y`, by which a server detects that its offer was tampered
    with): give it only where the server offered no `-PLUS` at all (RFC 5802 §6). `nonce` is random unless given.
    """

    secure = True

    def __init__(
        self,
        name: str,
        user: str,
        password: Secret,
        *,
        binding: ChannelBinding | None = None,
        nonce: str | None = None,
    ) -> None:
        if name not in SCRAM:
            raise UsageError(f"{name} is not one of {', '.join(SCRAM)}")
        if name.endswith("-PLUS") and binding is None:
            raise UsageError(f"{name} needs the channel binding of a TLS connection")
        self.name = name
        self._challenges = 0
        self._failure: str | None = None
        self._proved = False
        identity(user, "the user name")
        self._password = password.checked()
        bound = None if binding is None else (binding.kind, binding.data)
        client = _attempt(lambda: _client(name, user, password, bound, nonce))
        if isinstance(client, _Refused):
            raise UsageError(f"{name} cannot take this user name, password or channel binding: {client.why}")
        self._client = client

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._password,)

    def first(self) -> bytes:
        """`client-first-message = gs2-header client-first-message-bare` (RFC 5802 §7)"""
        message = _attempt(self._client.get_client_first)
        if isinstance(message, _Refused):
            raise UsageError(f"a {self.name} mechanism is used once: {message.why}")
        return message.encode()

    def step(self, challenge: bytes) -> bytes:
        """The proof for the first challenge, nothing for the second, which is the server's proof."""
        self._challenges += 1
        if self._challenges > 2:
            raise Cancelled("the server sent a third challenge, though SCRAM has two")
        message = _text(challenge)
        if message is None:
            raise Cancelled("the challenge of SCRAM is not UTF-8 text, or too long")
        if message.startswith("e="):
            self._failure = printable(message.replace("e=", "error=", 1))
            raise Cancelled(f"the server refuses: {self._failure}")
        return self._answer_server_first(message) if self._challenges == 1 else self._check_server_final(message)

    def verify(self) -> None:
        """Raises `ProtocolViolation` unless the server has shown, by its signature, that it knows the password."""
        if not self._proved:
            raise ProtocolViolation("the server let us in without proving that it knows the password (RFC 5802 §5)")

    def failure(self) -> str | None:
        """The server's error value (RFC 5802 §7), as "error=invalid-proof"."""
        return self._failure

    def _answer_server_first(self, message: str) -> bytes:
        """`server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]`"""
        # Before scramp sees it: some of its releases have no bounds, others wider ones.
        iterations = _iteration_count(message)
        if iterations is None or not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
            raise Cancelled(f"the server wants no iteration count between {MIN_ITERATIONS} and {MAX_ITERATIONS}")
        taken = _attempt(lambda: self._client.set_server_first(message))
        answer = taken if isinstance(taken, _Refused) else _attempt(self._client.get_client_final)
        if isinstance(answer, _Refused):
            raise Cancelled(f"the first challenge of SCRAM is wrong: {answer.why}")
        return answer.encode()

    def _check_server_final(self, message: str) -> bytes:
        """`server-final-message = (server-error / verifier) ["," extensions]` (RFC 5802 §7)"""
        checked = _attempt(lambda: self._client.set_server_final(message))
        if isinstance(checked, _Refused):
            raise Cancelled(f"the server did not prove that it knows the password: {checked.why}")
        self._proved = True
        return b""


def can_bind(binding: ChannelBinding) -> bool:
    """Whether SCRAM can use this kind of channel binding: that is scramp's to know, and it has not all of them."""
    bound = (binding.kind, binding.data)
    return not isinstance(_attempt(lambda: _client("SCRAM-SHA-1-PLUS", "user", Secret("pencil"), bound)), _Refused)


def _client(
    name: str, user: str, password: Secret, bound: tuple[str, bytes] | None, nonce: str | None = None
) -> ScramClient:
    # Here and not above: scramp takes longer to load than all of mailkit's protocol, and many logins need none.
    from scramp import ScramClient  # noqa: PLC0415

    return ScramClient([name], user, password.reveal(), bound, nonce)


def _text(challenge: bytes) -> str | None:
    if len(challenge) > _LONGEST_CHALLENGE:
        return None
    try:
        return challenge.decode()
    except UnicodeDecodeError:
        return None


def _iteration_count(message: str) -> int | None:
    """`iteration-count = "i=" posit-number` (RFC 5802 §7), found in a whole message; None where it is not just one."""
    counts = [attribute[2:] for attribute in message.split(",") if attribute.startswith("i=")]
    if len(counts) != 1 or not (counts[0].isascii() and counts[0].isdigit() and len(counts[0]) <= 9):
        return None
    return int(counts[0])


@attrs.frozen
class _Refused:
    why: str


def _attempt(call: Callable[[], T]) -> T | _Refused:
    """What scramp answers, or why it does not.

    Its exceptions stop here, since their tracebacks hold frames with the password in a local variable: not even as the
    `__context__` of another may they go on. Beside its own it lets through what its parsing stumbles over.
    """
    from scramp import ScramException  # noqa: PLC0415  # as in _client

    try:
        return call()
    except (ScramException, ValueError, LookupError) as refusal:
        return _Refused(str(refusal))
