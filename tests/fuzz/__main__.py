"""Fuzz one target with coverage guidance: `python -m tests.fuzz TARGET [-max_total_time=600 …]`.

It needs atheris (`pip install atheris`). What it finds is written as crash-… here: mend it, and put the octets into
tests/fuzz/corpus/TARGET, where test_fuzz.py runs them for ever.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mailkit"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        sys.exit(f"which target? {', '.join(TARGETS)}")
    corpus = Path(__file__).parent / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], *sys.argv[1:], str(corpus)], TARGETS[name])
    atheris.Fuzz()
