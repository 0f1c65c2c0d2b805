"""New files for what strangers send: safe names, nothing overwritten, no half of a file left behind."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

from mailkit.mime.filename import numbered
from mailkit.protocol.wire.framer import Sink

_TRIES = 10_000


async def save_new(path: Path, fill: Callable[[BinaryIO], Awaitable[object]]) -> Path:
    """A file that was not there before, under this name or a numbered one, filled; where it ended up."""
    file, path = open_new(path)
    try:
        with file:
            await fill(file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def placed(path: str | Path, name: str) -> Path:
    """The path itself or, where that is a folder, a file of this name in it."""
    path = Path(path)
    return path / name if path.is_dir() else path


def within(folder: str | Path, name: str) -> Path:
    """A file of this name in the folder, which must be there."""
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder to save into", str(folder))
    return folder / name


def emptied(file: BinaryIO) -> Sink:
    """Begin to write the file, perhaps once more from its beginning."""
    file.seek(0)
    file.truncate()
    return file.write


def open_new(path: Path) -> tuple[BinaryIO, Path]:
    """A file that was not there before, under this name or a numbered one, to be written."""
    for number in range(1, _TRIES):
        tried = path if number == 1 else path.with_name(numbered(path.name, number))
        try:
            return tried.open("xb"), tried
        except FileExistsError:
            continue
    raise FileExistsError(f"{_TRIES} files are called {path.name!r} already in {path.parent}")
