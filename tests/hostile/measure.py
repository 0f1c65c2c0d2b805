"""Plays one flood in a process of its own: `python -m tests.hostile.measure INTERFACE ACT PORT`.

Prints how it ended, how many MiB it took beyond its base, and the seconds.
"""

from __future__ import annotations

import logging
import ssl
import sys
import time
from pathlib import Path

from tests.hostile.apis import INTERFACES
from tests.hostile.scenario import Act, Scenario
from tests.scripted import Peer, ScriptedServer


class _Elsewhere(ScriptedServer):
    """A server in another process."""

    def __init__(self, port: int) -> None:
        super().__init__(Peer.wait_closed)
        self.port = port


def _kib(name: str) -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name))


def main(kind: str, act: str, port: str) -> None:
    logging.disable()
    interface = INTERFACES[kind]()
    scenario = Scenario(Peer.wait_closed, Act[act])
    base = _kib("VmRSS:")
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    began = time.monotonic()
    end = interface.play(scenario, _Elsewhere(int(port)), ssl.create_default_context())
    seconds = time.monotonic() - began
    print(end.name, f"{(_kib('VmHWM:') - base) / 1024:.1f}", f"{seconds:.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
