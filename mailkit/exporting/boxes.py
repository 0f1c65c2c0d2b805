"""Files that hold many messages: mbox, Maildir, and a folder of .eml files. Nothing in them is ever overwritten."""

from __future__ import annotations

import os
import re
import shutil
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from mailkit.content import eml_name
from mailkit.errors import UsageError
from mailkit.protocol.values.flags import Flag
from mailkit.reading.saving import open_new
from mailkit.selecting.snapshot import Snapshot

_PIECE = 64 * 1024
_FROM = re.compile(rb">*From ")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LETTERS = {
    Flag.DRAFT: "D",
    Flag.FLAGGED: "F",
    Flag.FORWARDED: "P",
    Flag.ANSWERED: "R",
    Flag.SEEN: "S",
    Flag.DELETED: "T",
}


class Box(ABC):
    """Takes messages one after the other."""

    @abstractmethod
    def add(self, message: Snapshot, content: BinaryIO) -> None:
        """Write a message; flags, internal date and envelope are in the snapshot."""

    def close(self) -> None:  # noqa: B027  # most have nothing to end
        """All have been written."""


class Mbox(Box):
    """One file, messages behind `From ` lines; such lines inside them are quoted (mboxrd), and lines end in LF."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")

    def add(self, message: Snapshot, content: BinaryIO) -> None:
        """`From sender date`, the message, an empty line"""
        sender = message.from_[0].email if message.from_ else ""
        when = message.internal_date or datetime.fromtimestamp(0, UTC)
        self._file.write(f"From {_token(sender)} {_asctime(when.astimezone(UTC))}\n".encode("ascii"))
        ended = True
        while piece := content.readline(_PIECE):
            if piece.endswith(b"\r"):
                piece += content.read(1)
            if ended and _FROM.match(piece):
                self._file.write(b">")
            ended = piece.endswith(b"\n")
            self._file.write(piece[:-2] + b"\n" if piece.endswith(b"\r\n") else piece)
        self._file.write(b"\n" if ended else b"\n\n")

    def close(self) -> None:
        self._file.close()


class Maildir(Box):
    """A Maildir, made if need be: a file a message in `cur`, flags in its name, as octets that the server sent."""

    def __init__(self, path: Path, uid_validity: int | None) -> None:
        self._path = path
        self._uid_validity = uid_validity or 0
        for name in ("tmp", "new", "cur"):
            (path / name).mkdir(parents=True, exist_ok=True)

    def add(self, message: Snapshot, content: BinaryIO) -> None:
        """Into `tmp`, then whole into `cur`."""
        when = message.internal_date
        seconds = max(int(when.timestamp()), 0) if when is not None else 0
        unique = f"{seconds}.V{self._uid_validity}U{message.uid}.mailkit"
        letters = "".join(sorted(letter for flag, letter in _LETTERS.items() if flag in message.flags))
        file, temporary = open_new(self._path / "tmp" / unique)
        with file:
            shutil.copyfileobj(content, file)
        _date(temporary, when)
        number = 1
        while (place := self._path / "cur" / f"{unique}{f'_{number}' if number > 1 else ''}:2,{letters}").exists():
            number += 1
        temporary.rename(place)


class Emls(Box):
    """A folder, made if need be, with a file a message, called by its UID and subject, as the server sent it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True)

    def add(self, message: Snapshot, content: BinaryIO) -> None:
        """Under a name that is free."""
        file, path = open_new(self._path / eml_name(message))
        with file:
            shutil.copyfileobj(content, file)
        _date(path, message.internal_date)


def box(path: Path, form: str, uid_validity: int | None) -> Box:
    """A box of that form; `FileExistsError` for an mbox that is there already."""
    match form:
        case "mbox":
            return Mbox(path)
        case "maildir":
            return Maildir(path, uid_validity)
        case "eml":
            return Emls(path)
    raise UsageError(f"messages are exported as mbox, maildir or eml, not as {form!r}")


def _token(sender: str) -> str:
    """A sender without what would end it; the words of mbox know no quoting."""
    return "".join(char for char in sender if "!" <= char <= "~") or "MAILER-DAEMON"


def _asctime(when: datetime) -> str:
    """The date as C's asctime() has it, in English whatever the locale."""
    return f"{_DAYS[when.weekday()]} {_MONTHS[when.month - 1]} {when.day:2} {when:%H:%M:%S} {when.year:04}"


def _date(path: Path, when: datetime | None) -> None:
    if when is not None:
        os.utime(path, (when.timestamp(), when.timestamp()))
