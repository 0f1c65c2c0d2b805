"""Measure mailkit: `python benchmarks/run.py` prints a table, `--count` counts what does not depend on the machine.

Each client is a process of its own that talks to the same small server. Times are CPU seconds of the client; `x raw` is
the median of its ratios to a raw socket client of the same round, which sends the same commands and throws the octets
away: the limit. IMAPClient and imap_tools take part where they are installed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tracemalloc
from importlib.util import find_spec
from pathlib import Path

_ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(_ROOT))  # for `python benchmarks/run.py`

from benchmarks.mailkit_client import WORKLOADS, connect
from benchmarks.server import Server
from mailkit import compiled

_HERE = Path(__file__).parent
_MEASURED = {"W1": "scan: UID, flags, dates, size, envelope", "W2": "drain raw messages", "W6": "BODYSTRUCTURE"}
_COUNTS = _HERE / "counts.json"
_COUNTED = 2000
_PEERS = {"imaplib": "imaplib", "imapclient": "imapclient"}


def measure(messages: int, rounds: int) -> None:
    """Print a table for every workload."""
    server = Server(messages)
    clients = ["raw", "mailkit", *(name for name, module in _PEERS.items() if find_spec(module))]
    print(f"{messages:,} messages, {rounds} rounds, mailkit {'compiled' if compiled else 'in pure Python'}\n")
    for workload, title in _MEASURED.items():
        print(f"### {workload}: {title}\n\n| client | CPU s | µs a message | x raw |\n|---|--:|--:|--:|")
        spent: dict[str, list[float]] = {name: [] for name in clients}
        for turn in range(rounds):
            for name in clients[turn % len(clients) :] + clients[: turn % len(clients)]:
                spent[name].append(_run(name, workload, server.port))
        for name in clients:
            ratio = statistics.median(own / raw for own, raw in zip(spent[name], spent["raw"], strict=True))
            seconds = statistics.median(spent[name])
            print(f"| {name} | {seconds:.2f} | {seconds / messages * 1e6:.1f} | {ratio:.1f} |")
        print(flush=True)


def _run(client: str, workload: str, port: int) -> float:
    program = _HERE / ("mailkit_client.py" if client == "mailkit" else "peers.py")
    argv = [sys.executable, str(program), workload, "127.0.0.1", str(port), *([] if client == "mailkit" else [client])]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def count(messages: int) -> dict[str, dict[str, int]]:
    """What each workload costs on any machine: commands, round trips, octets, and the peak of Python's allocations."""
    found: dict[str, dict[str, int]] = {}
    server = Server(messages)
    for workload in _MEASURED:
        tracemalloc.start()
        with connect("127.0.0.1", server.port) as account:
            WORKLOADS[workload](account)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        counts = server.counts
        found[workload] = {
            "commands": counts.commands,
            "round_trips": counts.round_trips,  # fewer where a command reached the server together with another
            "octets_in": counts.octets_in,
            "octets_out": counts.octets_out,
            "peak_kib": peak // 1024,
        }
    return found


def check(messages: int = _COUNTED) -> list[str]:
    """Where it costs more than `counts.json` allows."""
    allowed = json.loads(_COUNTS.read_text("utf-8"))
    return [
        f"{workload}: {what} is {number}, and {allowed[workload][what]} is allowed"
        for workload, counts in count(messages).items()
        for what, number in counts.items()
        if what in allowed[workload] and number > allowed[workload][what]
    ]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--messages", type=int, default=20_000)
    parser.add_argument("-n", "--rounds", type=int, default=3)
    parser.add_argument("--count", action="store_true", help="count instead of measuring")
    parser.add_argument("--check", action="store_true", help="fail where the counts pass those of counts.json")
    arguments = parser.parse_args()
    if arguments.check:
        problems = check()
        print("\n".join(problems) or "as counted before, or better")
        raise SystemExit(1 if problems else 0)
    if arguments.count:
        print(json.dumps(count(arguments.messages), indent=1))
    else:
        measure(arguments.messages, arguments.rounds)


if __name__ == "__main__":
    main()
