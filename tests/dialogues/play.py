"""Plays the server's part of a dialogue and checks the client's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence

from tests.dialogues.dialogue import Dialogue, Piece
from tests.scripted.command import Command, announced
from tests.scripted.peer import ClientGone, Peer, Script

_TAGGED = re.compile(rb"A\d+ ")
_TAG_WITHIN = re.compile(rb'\A(A\d+)(?= )|(?<=\(TAG ")(A\d+)(?="\))')


def play(dialogue: Dialogue, *, exact: bool = True) -> Script:
    """A script for `ScriptedServer`: a client that says anything else fails the test.

    With `exact` every octet but the tags counts. Without, commands are compared by verb and the values of
    their arguments, so that a string may be an atom, quoted, or a literal of either kind.
    After the last piece the client may log out, and nothing else.
    """

    def script(peer: Peer) -> None:
        _Part(peer).play(list(dialogue.pieces if exact else _whole_commands(dialogue.pieces)), exact=exact)

    return script


class _Part:
    """The server's part in one connection: which tag of the client stands for which recorded one."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._tags: dict[bytes, bytes] = {}

    def play(self, pieces: Sequence[Piece], *, exact: bool) -> None:
        for piece in pieces:
            if piece.side == "S":
                self._peer.send(_TAG_WITHIN.sub(self._tag_of_client, piece.octets))
            elif not _TAGGED.match(piece.octets):
                heard = self._peer.octets(len(piece.octets))
                assert heard == piece.octets, f"expected {piece.octets!r}, heard {heard!r}"
            elif exact:
                self._hear_line(piece.octets)
            else:
                self._hear_command(piece.octets)
        with contextlib.suppress(ClientGone):
            last = self._peer.command()
            assert last.verb == "LOGOUT", f"nothing more expected, heard {last.octets!r}"
            self._peer.send(b"* BYE\r\n" + last.tag + b" OK done\r\n")

    def _hear_line(self, expected: bytes) -> None:
        recorded, _, rest = expected.partition(b" ")
        line = self._peer.line() + b"\r\n"
        self._tags[recorded], _, heard = line.partition(b" ")
        assert heard == rest, f"expected {rest!r}, heard {heard!r}"

    def _hear_command(self, expected: bytes) -> None:
        recorded, heard = Command.read(expected), self._peer.command()
        self._tags[recorded.tag] = heard.tag
        assert (heard.verb, heard.arguments) == (recorded.verb, recorded.arguments), (
            f"expected {expected!r}, heard {heard.octets!r}"
        )

    def _tag_of_client(self, found: re.Match[bytes]) -> bytes:
        tag: bytes = found[0]
        return self._tags.get(tag, tag)


def _whole_commands(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with each command in one, and without the `+` that asked for its literals."""
    rest = list(pieces)
    while rest:
        piece = rest.pop(0)
        last = piece.octets
        while piece.side == "C" and _TAGGED.match(piece.octets) and (literal := announced(last)):
            while rest[0].side == "S":
                rest.pop(0)
            octets = b""
            while len(octets) <= literal.size:
                octets += rest.pop(0).octets
            last = octets[literal.size :]
            piece = Piece("C", piece.octets + octets)
        yield piece
