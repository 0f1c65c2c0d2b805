"""A scenario: what a hostile server does, what a client tries, and how that must end; for every interface alike."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeAlias

import attrs

from tests.scripted import Command, Peer, Script

Reply: TypeAlias = "bytes | Callable[[Peer, Command], None]"
"""Octets in which `TAG` stands for the command's tag, or something that answers."""

READY = b"* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] ready\r\n"
PREAUTH = b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS IDLE MOVE] hello\r\n"
STARTTLS = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"


class End(enum.Enum):
    """How it may end; an interface translates its errors to these, and nothing else may come out of it."""

    FINE = "fine"
    REFUSED = "NO or BAD, and the connection is good"
    UNSENT = "an error of the caller's, and nothing was sent"
    VIOLATION = "the server breaks the protocol or a limit, and the connection is closed"
    LOST = "the connection is lost"
    LATE = "the server was too slow, and the connection is closed"
    UNREACHED = "no connection came about"
    DENIED = "the login failed"


class Act(enum.Enum):
    """What the client tries once it has been greeted."""

    NOTHING = "nothing"
    NOOP = "NOOP"
    LOGIN = "login with alice and her password"
    STARTTLS = "STARTTLS, then NOOP"
    LIST = "LIST"
    SELECT = "SELECT INBOX"
    SEARCH = "SELECT INBOX, UID SEARCH ALL"
    FETCH = "SELECT INBOX, UID FETCH 1:3 of flags, envelope, structure and the whole message"
    STORE = "SELECT INBOX, UID STORE"
    APPEND = "APPEND"
    COPY = "SELECT INBOX, UID COPY"
    COMPRESS = "COMPRESS, then NOOP"
    WATCH = "SELECT INBOX, IDLE until it ends"


@attrs.frozen
class Scenario:
    """`within` is how many seconds it may take; `options` are of the connection (timeout, limits)."""

    script: Script
    act: Act = Act.NOOP
    ends: tuple[End, ...] = (End.VIOLATION,)
    tls: bool = False
    within: float = 10.0
    timeout: float = 5.0


def answering(verb: str, reply: Reply, *, greeting: bytes = PREAUTH) -> Script:
    """A server that is friendly but for its answer to one verb."""

    def script(peer: Peer) -> None:
        peer.send(greeting)
        while True:
            command = peer.command()
            if _SAME.get(command.verb, command.verb) != verb:
                peer.send(
                    _FRIENDLY.get(_SAME.get(command.verb, command.verb), b"TAG OK done\r\n").replace(
                        b"TAG", command.tag
                    )
                )
            elif isinstance(reply, bytes):
                peer.send(reply.replace(b"TAG", command.tag))
            else:
                reply(peer, command)
            if command.verb == "LOGOUT":
                return

    return script


def greeting_with(octets: bytes, then: Callable[[Peer], None] = Peer.wait_closed) -> Script:
    """A server that greets so, and says nothing more unless told."""

    def script(peer: Peer) -> None:
        peer.send(octets)
        then(peer)

    return script


def telling(capabilities: bytes) -> Callable[[Peer], None]:
    """Answers CAPABILITY so, as often as it is asked, and nothing else."""

    def then(peer: Peer) -> None:
        tag_of_another(peer, capabilities)
        peer.wait_closed()

    return then


def tag_of_another(peer: Peer, capabilities: bytes = b"IMAP4rev1") -> bytes:
    """The tag of the first line of a command that is not CAPABILITY, which is answered."""
    while True:
        tag, verb = peer.line().split()[:2]
        if verb != b"CAPABILITY":
            return tag
        peer.send(b"* CAPABILITY %b\r\n%b OK\r\n" % (capabilities, tag))


def for_ever(octets: bytes, *, first: bytes = b"") -> Reply:
    """The same at full speed, until the client has gone."""

    def reply(peer: Peer, command: Command) -> None:
        peer.send(first)
        chunk = octets * max(1, 65536 // len(octets))
        while True:
            peer.send(chunk)

    return reply


def last(octets: bytes) -> Reply:
    """These octets, and then the end of the connection."""

    def reply(peer: Peer, command: Command) -> None:
        peer.send(octets.replace(b"TAG", command.tag))
        peer.close()

    return reply


_SAME = {"EXAMINE": "SELECT"}
"""Two verbs of one meaning: which of them opens a mailbox is the client's own choice."""

_FRIENDLY = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 LITERAL+\r\nTAG OK done\r\n",
    "SELECT": b"* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\nTAG OK [READ-WRITE] done\r\n",
    "UID SEARCH": b"* SEARCH 1 2 3\r\nTAG OK done\r\n",
    "LOGOUT": b"* BYE\r\nTAG OK done\r\n",
}
