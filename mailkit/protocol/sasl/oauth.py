"""OAUTHBEARER (RFC 7628) and XOAUTH2, its older form at Google and Microsoft: a token instead of a password."""

from __future__ import annotations

import json

from mailkit.errors import UsageError
from mailkit.protocol.sasl.mechanism import Cancelled, Mechanism, Peer, identity, printable
from mailkit.protocol.sasl.secret import Secret

_LONGEST_ERROR = 16_384
"""Octets of error JSON that are looked at; the answer to a longer one is the same, only the words are missing."""


class _Bearer(Mechanism):
    """What both have in common: one message with the token, and a dummy answer to an error (RFC 7628 §3.2.3)."""

    _dummy: bytes

    def __init__(self, user: str, token: Secret) -> None:
        self._user = identity(user, "the user name")
        if any(not " " <= character < "\x7f" for character in self._user):
            # Their separator is %x01, and neither form says what to do with other controls or beyond ASCII.
            raise UsageError(f"{self.name} takes a user name in printable ASCII only")
        if not _is_token(token.checked()):
            raise UsageError("an OAuth access token is printable ASCII without spaces (RFC 6750 §2.1)")
        self._token = token
        self._refused = False
        self._failure: str | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._token,)

    def step(self, challenge: bytes) -> bytes:
        if self._refused:
            raise Cancelled(f"the server sent a second challenge, though {self.name} has one, the error")
        self._refused = True
        words = _read_error(challenge)
        self._failure = self._token.hide(words) if words else None
        return self._dummy

    def failure(self) -> str | None:
        return self._failure


class OAuthBearer(_Bearer):
    """An access token in the form that the RFC gives; the server also hears which host was meant."""

    name = "OAUTHBEARER"
    _dummy = b"\x01"

    def __init__(self, user: str, token: Secret, peer: Peer | None = None) -> None:
        super().__init__(user, token)
        self._peer = peer or Peer()
        if self._peer.host is not None and any(not "!" <= c < "\x7f" for c in self._peer.host):
            raise UsageError("OAUTHBEARER takes a host name in printable ASCII only")

    def first(self) -> bytes:
        """`client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep` (RFC 7628 §3.1)"""
        host, port = self._peer.host, self._peer.port
        return b"".join(
            (
                f"n,a={self._user.replace('=', '=3D').replace(',', '=2C')},\x01".encode(),
                b"" if host is None else f"host={host}\x01".encode(),
                b"" if port is None else f"port={port}\x01".encode(),
                b"auth=Bearer ",
                self._token.octets(),
                b"\x01\x01",
            )
        )


class XOAuth2(_Bearer):
    """An access token in the form that Gmail and Exchange Online invented before the RFC."""

    name = "XOAUTH2"
    _dummy = b""

    def first(self) -> bytes:
        """The user, then the token as in an HTTP header; the separator is %x01."""
        return b"".join((f"user={self._user}\x01auth=Bearer ".encode(), self._token.octets(), b"\x01\x01"))


def _is_token(token: Secret) -> bool:
    return token != Secret("") and all("!" <= character < "\x7f" for character in token.reveal())


def _read_error(challenge: bytes) -> str | None:
    """`status` and `scope` of the error JSON (RFC 7628 §3.2.2) as "status=…, scope=…"; None where it says nothing."""
    if len(challenge) > _LONGEST_ERROR:
        return None
    try:
        error: object = json.loads(challenge)
    except (ValueError, RecursionError):  # not JSON, not Unicode; nested deeper than the parser goes
        return None
    if not isinstance(error, dict):
        return None
    said = ((key, error.get(key)) for key in ("status", "scope"))
    return ", ".join(f"{key}={printable(str(value))}" for key, value in said if isinstance(value, str | int)) or None
