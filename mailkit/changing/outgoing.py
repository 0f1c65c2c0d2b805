"""A message on its way to the server: what people have, as the octets that are sent, or a stream of them."""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import attrs

from mailkit.errors import UsageError
from mailkit.protocol.wire.writer import Stream
from mailkit.value import Value

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

Sendable: TypeAlias = "Message | bytes | BinaryIO | Path"
"""A message that can be appended: as an object, as octets, or in a file that is open for reading or has this path."""

_CHUNK = 64 * 1024


@attrs.frozen(eq=False, repr=False)
class Outgoing(Value):
    """The octets to send; of a file larger than 64 KiB, a stream of them."""

    content: bytes | Stream = attrs.field(repr=False)
    has_nul: bool
    is_ascii: bool

    @property
    def size(self) -> int:
        """How many octets will be sent."""
        return self.content.size if isinstance(self.content, Stream) else len(self.content)


def outgoing(message: Sendable, open_files: ExitStack) -> Outgoing:
    """What is sent of a message; files that must stay open until then are given to `open_files`.

    Lines must end in CRLF (RFC 5322 §2.1), and files often have them end in LF: octets without a single CRLF get one in
    the place of each LF. Octets in which there is any CRLF are sent as they are, to the last one: whoever wrote them
    knew what lines are.
    """
    if isinstance(message, bytes):
        return _whole(message)
    # Here and not above: who sends octets need not load what makes such objects.
    from email.message import EmailMessage, Message  # noqa: PLC0415
    from email.policy import SMTP  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    match message:
        case EmailMessage():
            # A header that was read is written as it was: folding it anew would break signatures.
            return _whole(message.as_bytes(policy=SMTP.clone(refold_source="none")))
        case Message():
            return _whole(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
        case Path():
            return _of_file(open_files.enter_context(message.open("rb")), open_files)
    if not hasattr(message, "read"):
        raise UsageError(
            f"a message is an EmailMessage, bytes, a Path or an open file, not {type(message).__name__}; Path() makes "
            "one of a name, encode() octets of a text, and raw() gives those of a message that was fetched"
        )
    return _of_file(message, open_files)


def _whole(octets: bytes) -> Outgoing:
    if b"\r\n" not in octets:
        octets = octets.replace(b"\n", b"\r\n")
    return Outgoing(octets, b"\0" in octets, octets.isascii())


def _of_file(file: BinaryIO, open_files: ExitStack) -> Outgoing:
    if not file.seekable():
        from shutil import copyfileobj  # noqa: PLC0415
        from tempfile import TemporaryFile  # noqa: PLC0415

        # The size must be told before the first octet is sent.
        spool = open_files.enter_context(TemporaryFile())  # noqa: SIM115  # open_files closes it
        copyfileobj(file, spool)
        spool.seek(0)
        file = spool
    start = file.tell()
    head = _read(file, _CHUNK + 1)
    if len(head) <= _CHUNK:
        return _whole(head)
    found = _Survey()
    while head:
        found.see(head)
        head = _read(file, _CHUNK)
    file.seek(start)
    if found.has_crlf or not found.line_feeds:
        return Outgoing(Stream(file, found.size), found.has_nul, found.is_ascii)
    lines = io.BufferedReader(_WithCRLF(file), _CHUNK)
    return Outgoing(Stream(lines, found.size + found.line_feeds), found.has_nul, found.is_ascii)


def _read(file: BinaryIO, size: int) -> bytes:
    octets = file.read(size)
    if isinstance(octets, bytes):
        return octets
    raise UsageError("the file gives text: open it in binary mode")


class _Survey:
    """What must be known of a file before any of it is sent."""

    def __init__(self) -> None:
        self.size = 0
        self.line_feeds = 0
        self.has_crlf = False
        self.has_nul = False
        self.is_ascii = True
        self._ends_in_cr = False

    def see(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.line_feeds += chunk.count(b"\n")
        self.has_crlf |= b"\r\n" in chunk or (self._ends_in_cr and chunk.startswith(b"\n"))
        self.has_nul |= b"\0" in chunk
        self.is_ascii &= chunk.isascii()
        self._ends_in_cr = chunk.endswith(b"\r")


class _WithCRLF(io.RawIOBase):
    """A file without any CRLF, read with CRLF in the place of each LF."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what a reader hands in
        # Each octet may become two.
        octets = self._file.read(len(buffer) // 2).replace(b"\n", b"\r\n")
        buffer[: len(octets)] = octets
        return len(octets)
