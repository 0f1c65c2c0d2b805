"""A server that runs as a child process, on its standard input and output."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Sequence

from mailkit.errors import CannotConnect

_SHELL = ("/bin/sh", "-c")
_GRACE = 1.0


def spawn(argv: Sequence[str], *, shell: bool = False) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start a child process whose standard input and output are one end of a socket pair; the other is ours."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            # Running the caller's command is what this is for.
            child = subprocess.Popen(  # noqa: S603
                [*_SHELL, argv[0]] if shell else argv, stdin=theirs.fileno(), stdout=theirs.fileno()
            )
        except OSError as problem:
            ours.close()
            raise CannotConnect(f"cannot start {argv[0]!r}: {problem}") from problem
    return ours, child


def reap(child: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a child whose connection has been closed; kill it if it does not notice."""
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
