"""Where messages are while they arrive to be exported: in memory, the large ones in files that have no name."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from mailkit.protocol.wire.framer import Sink

_IN_MEMORY = 256 * 1024


class Spool:
    """Where messages are while they arrive: small ones in memory, others in unnamed files."""

    def __init__(self) -> None:
        self._files: dict[int, BinaryIO] = {}

    def sink_of(self, uid: int, _: int) -> Sink:
        """Where the octets of this message go; once more from the beginning, if it has to come once more."""
        self._drop(uid)
        # It has all methods of a file but the name of the class.
        file = self._files[uid] = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115  # closed by `take`
        return file.write

    def take(self, uid: int) -> BinaryIO | None:
        """What has come of it, from its beginning; the caller's to close."""
        file = self._files.pop(uid, None)
        if file is not None:
            file.seek(0)
        return file

    def close(self) -> None:
        """Give up what is left."""
        for uid in list(self._files):
            self._drop(uid)

    def _drop(self, uid: int) -> None:
        file = self._files.pop(uid, None)
        if file is not None:
            file.close()
