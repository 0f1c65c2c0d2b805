"""Messages written into a Maildir folder as files: ten thousand in a second, where APPEND takes minutes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tests.servers.process import Owner

_FIRST = 1_000_000_000
"""The time in the first file's name; the names order the messages, and so their UIDs."""


class Maildir:
    """One mailbox on disk. The server sees new files at the next SELECT, or at once where a client is in IDLE.

    Mailbox names are ASCII with "/" between levels; "INBOX" is the root.
    """

    def __init__(self, root: Path, mailbox: str, owner: Owner) -> None:
        if not mailbox.isascii() or "." in mailbox or "&" in mailbox:
            raise ValueError(f"create {mailbox!r} by IMAP: its name on disk is another")
        self.path = root if mailbox == "INBOX" else root / f".{mailbox.replace('/', '.')}"
        self._owner = owner
        for folder in (root, *(self.path / name for name in ("", "cur", "new", "tmp"))):
            self._make_folder(folder)
        if self.path != root:
            (self.path / "maildirfolder").touch()
            os.chown(self.path / "maildirfolder", owner.uid, owner.gid)
        self._count = sum(1 for _ in (self.path / "cur").iterdir())

    def add(self, message: bytes, *, flags: str = "", received: datetime | None = None) -> None:
        """Write one message. `flags` are Maildir's letters: Draft, Flagged, Passed, Replied, Seen, Trashed."""
        # S is the size on disk, W with CRLF: given both, the server need not read the file to know RFC822.SIZE.
        size = len(message) + message.count(b"\n") - message.count(b"\r\n")
        letters = "".join(sorted(flags))
        name = f"{_FIRST + self._count}.M{self._count}P1.test,S={len(message)},W={size}:2,{letters}"
        self._count += 1
        path = self.path / "cur" / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, message)
            if self._owner.is_other:
                os.fchown(descriptor, self._owner.uid, self._owner.gid)
        finally:
            os.close(descriptor)
        if received is not None:
            os.utime(path, (received.timestamp(), received.timestamp()))

    def add_all(self, messages: Iterable[bytes], *, flags: str = "") -> None:
        """Write many messages, all with the same flags; their UIDs follow the order given."""
        for message in messages:
            self.add(message, flags=flags)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
            os.chown(folder, self._owner.uid, self._owner.gid)
