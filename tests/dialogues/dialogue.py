"""The file format of recorded dialogues, read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote_from_bytes, unquote_to_bytes

import attrs

Side: TypeAlias = Literal["C", "S"]

_HERE = Path(__file__).parent
_BEGIN = b"# begin"
_PLAIN = re.compile(rb"[^\r\n]*\r\n\Z")


@attrs.frozen
class Piece:
    """What one line of a file stands for: octets of one side, mostly a line with its CRLF."""

    side: Side
    octets: bytes

    @classmethod
    def read(cls, line: bytes) -> Piece:
        """`C: text` is text and CRLF (`C:` an empty line); `C% text` is percent-encoded octets without a line end."""
        side: Side = "C" if line.startswith(b"C") else "S"
        if line[:3] in (b"C: ", b"S: "):
            return cls(side, line[3:] + b"\r\n")
        if line in (b"C:", b"S:"):
            return cls(side, b"\r\n")
        if line[:3] in (b"C% ", b"S% "):
            return cls(side, unquote_to_bytes(line[3:]))
        raise ValueError(f"neither C nor S: {line!r}")

    def write(self) -> bytes:
        """The line, without its end."""
        side = self.side.encode()
        if self.octets == b"\r\n":
            return side + b":"
        if _PLAIN.match(self.octets):
            return side + b": " + self.octets[:-2]
        return side + b"% " + quote_from_bytes(self.octets, safe=" ").encode()


@attrs.frozen
class Dialogue:
    """One recorded connection, from the greeting on.

    `prelude` is how many pieces come before what the dialogue is about (greeting, login, SELECT).
    """

    name: str
    pieces: tuple[Piece, ...]
    prelude: int = 0
    comments: tuple[str, ...] = ()

    @property
    def server_octets(self) -> bytes:
        """Everything the server said."""
        return self._said("S", self.pieces)

    @property
    def client_octets(self) -> bytes:
        """Everything the client said, with its tags as recorded."""
        return self._said("C", self.pieces)

    @property
    def server_start(self) -> int:
        """How many of the server's octets belong to the prelude."""
        return len(self._said("S", self.pieces[: self.prelude]))

    @property
    def client_start(self) -> int:
        """How many of the client's octets belong to the prelude."""
        return len(self._said("C", self.pieces[: self.prelude]))

    @staticmethod
    def _said(side: Side, pieces: Iterable[Piece]) -> bytes:
        return b"".join(piece.octets for piece in pieces if piece.side == side)

    @classmethod
    def read(cls, name: str, octets: bytes) -> Dialogue:
        """The dialogue in a file's octets."""
        pieces: list[Piece] = []
        comments: list[str] = []
        prelude = 0
        for line in octets.removesuffix(b"\n").split(b"\n"):
            if line == _BEGIN:
                prelude = len(pieces)
            elif line.startswith(b"#"):
                comments.append(line[1:].decode().strip())
            else:
                pieces.append(Piece.read(line))
        return cls(name, tuple(pieces), prelude, tuple(comments))

    def write(self) -> bytes:
        """The octets of the dialogue's file."""
        lines = [f"# {comment}".encode() for comment in self.comments]
        lines += [piece.write() for piece in self.pieces[: self.prelude]]
        lines += [_BEGIN, *(piece.write() for piece in self.pieces[self.prelude :])]
        return b"\n".join(lines) + b"\n"


def load(name: str) -> Dialogue:
    """The dialogue of this name, such as `dovecot/login`."""
    return Dialogue.read(name, (_HERE / f"{name}.txt").read_bytes())


def load_all() -> list[Dialogue]:
    """All dialogues, in the order of their names."""
    return [load(path.relative_to(_HERE).with_suffix("").as_posix()) for path in sorted(_HERE.glob("*/*.txt"))]
