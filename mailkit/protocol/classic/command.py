"""A command of the classic interface: any verb, words as they are, and all that comes meanwhile is its answer."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

import attrs

from mailkit.protocol.classic.arguments import Verbatim, Word
from mailkit.protocol.classic.failures import error
from mailkit.protocol.command import Answer, Command, Hider
from mailkit.protocol.response import Untagged
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.wire.writer import Writer

# "BINARY.PEEK[", "RFC822.TEXT"; ALL and FULL hold ENVELOPE
_CONTENT = re.compile(rb"\[|RFC822(?!\.SIZE)|BODY|ENVELOPE|PREVIEW|\b(?:ALL|FULL)\b", re.IGNORECASE)
_FETCH = re.compile(rb"(?:UID )?FETCH ", re.IGNORECASE)
_BY_MESSAGE = frozenset({b"FETCH", b"EXPUNGE"})
_SMALL = 64
_BETWEEN = re.compile(rb"[\0-\x20]")  # of SASL PLAIN, XOAUTH2 and CRAM-MD5 alike
_SHORTEST = 4  # less is no secret, and would be found in every other word

AuthObject: TypeAlias = Callable[[bytes], bytes | str | None]
"""Answers a challenge; None gives the authentication up."""


@attrs.frozen
class Reply:
    """What came of a command: "OK", "NO" or "BAD", and what stood behind it."""

    typ: str
    text: bytes


@attrs.frozen(eq=False, repr=False)
class Classic(Command[Reply]):
    """Any command. It claims every untagged response, so that nothing that comes meanwhile is lost or reordered."""

    verb: str  # type: ignore[misc]  # here the caller names it, where other commands are named by their class
    words: tuple[Word, ...] = ()
    secrets: tuple[Hider, ...] = attrs.field(default=(), kw_only=True, repr=False)
    beyond: int = attrs.field(default=0, kw_only=True)
    """How many octets its answer may bring beyond the limits."""
    keeps_rows: ClassVar[bool] = True
    alone: ClassVar[bool] = True
    is_unguarded: ClassVar[bool] = True

    @property
    def expects(self) -> int:
        return self.beyond

    def cost(self, row: Untagged) -> int:
        """It becomes octets, not values; those that come by the hundred thousand, one for a message, share a name."""
        return 64 if row.name in _BY_MESSAGE else 320

    def contents(self, row: Untagged) -> int:
        """What is more of a message than flags and numbers is, literal or not: Dovecot quotes most of an ENVELOPE."""
        return max(0, row.frame.size - _SMALL) if row.name == b"FETCH" else 0

    def write(self, out: Writer) -> None:
        for argument in self.words:
            argument.write(out)

    def claims(self, row: Untagged) -> bool:
        return True

    def fold(self, answer: Answer) -> Reply:
        return Reply(answer.done.status, answer.done.octets)


def asks_for_contents(verb: str, words: Sequence[Word]) -> bool:
    """Whether more than flags and numbers is asked for, which may be large."""
    if verb == "PARTIAL":
        return True
    asked = b" ".join([verb.encode("ascii", "replace"), *(word.octets for word in words if isinstance(word, Verbatim))])
    return _FETCH.match(asked) is not None and _CONTENT.search(asked) is not None


class Asked:
    """A program's callable between base64 and base64; `failure` is what it raised, which ends in `*`, as None does.

    What it answers is a secret, as far as anybody can tell, and so is every piece of it.
    """

    def __init__(self, authobject: AuthObject) -> None:
        self._authobject = authobject
        self.failure: Exception | None = None
        self._given: set[Secret] = set()

    def hide(self, text: str) -> str:
        """The text without what has been answered."""
        for secret in self._given:
            text = secret.hide(text)
        return text

    def line(self, challenge: bytes) -> bytes:
        """The line to send after a challenge."""
        try:
            given = self._authobject(binascii.a2b_base64(challenge))
            octets = given.encode() if isinstance(given, str) else given
        except binascii.Error:
            self.failure = error("the server's challenge is not base64")
            return b"*"
        except UnicodeEncodeError:  # it carries the text
            self.failure = error("an answer to a challenge has no UTF-8 form")
            return b"*"
        except Exception as failure:  # noqa: BLE001  # it is the program's, and goes back to it once the server knows
            self.failure = failure
            return b"*"
        if octets is None:
            return b"*"
        line = binascii.b2a_base64(octets, newline=False)
        pieces = (line, *_BETWEEN.split(octets))
        self._given |= {Secret(piece.decode("utf-8", "surrogateescape")) for piece in pieces if len(piece) >= _SHORTEST}
        return line


@attrs.frozen(eq=False, repr=False)
class ClassicAuthenticate(Classic):
    """AUTHENTICATE, with the program's callable to answer challenges."""

    asked: Asked = attrs.field(kw_only=True, repr=False)
    is_challenged: ClassVar[bool] = True

    def answer(self, challenge: bytes) -> bytes | None:
        return self.asked.line(challenge)


class ClassicIdle(Classic):
    """IDLE (RFC 2177), ended by DONE."""

    __slots__ = ()

    keeps_rows: ClassVar[bool] = False
    is_challenged: ClassVar[bool] = True
    farewell: ClassVar[bytes | None] = b"DONE"
