"""One attachment of a message: what it is called, and how to get its content."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from mailkit.mime.filename import numbered, safe_name
from mailkit.mime.parameters import filename
from mailkit.mime.transfer import decode_transfer
from mailkit.protocol.values.sections import Section
from mailkit.protocol.values.structure import BodyStructure

Fetch = Callable[[Section], Awaitable[bytes]]
"""Gives the octets of a section of the attachment's message."""

_TRIES = 10_000


class AttachmentInfo:
    """What the structure tells of a part that is not the message's text."""

    def __init__(self, part: BodyStructure) -> None:
        self.part = part

    @property
    def filename(self) -> str | None:
        """What a stranger called it: show it, never open it; `save` makes a safe name of it."""
        return filename(self.part.disposition_parameters, self.part.parameters)

    @property
    def content_type(self) -> str:
        """Such as "application/pdf"."""
        return self.part.content_type

    @property
    def size(self) -> int:
        """Octets as stored, before transfer decoding: base64 is a third more than the content."""
        return self.part.size

    @property
    def content_id(self) -> str | None:
        """The Content-ID without its angle brackets, by which HTML refers to it as `cid:`."""
        return self.part.content_id.strip("<> ") if self.part.content_id else None

    @property
    def is_inline(self) -> bool:
        """Whether it is shown within the text, not beside it."""
        return self.part.disposition == "inline" or (self.part.disposition is None and self.content_id is not None)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.filename!r} {self.content_type} {self.size}>"


class AsyncAttachment(AttachmentInfo):
    """An attachment whose content can be had; nothing is fetched before it is asked for."""

    def __init__(self, part: BodyStructure, fetch: Fetch) -> None:
        super().__init__(part)
        self._fetch = fetch

    async def read(self) -> bytes:
        """The whole content, decoded."""
        octets, _ = decode_transfer(await self._fetch(Section(self.part.part)), self.part.encoding)
        return octets

    async def save(self, folder: str | Path) -> Path:
        """Write the content to a new file in the folder, under a name that is safe; nothing is ever overwritten."""
        content = await self.read()
        name = safe_name(self.filename, self.content_type)
        return write_new(Path(folder), name, content)


def write_new(folder: Path, name: str, content: bytes) -> Path:
    """Write a file that was not there before, under this name or a numbered one."""
    for number in range(1, _TRIES):
        path = folder / (name if number == 1 else numbered(name, number))
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{_TRIES} files are called {name!r} already in {folder}")
