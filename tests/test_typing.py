"""What type checkers say to programs that use mailkit: see tests/typing/README.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pyright

_ROOT = Path(__file__).parents[1]
_PROGRAMS = sorted((_ROOT / "tests" / "typing").glob("*.py"))
_ACCEPTED = [path for path in _PROGRAMS if path.name.startswith("accept_")]
_REFUSED = [path for path in _PROGRAMS if path.name.startswith("refuse_")]

_LINE = re.compile(r"(?P<path>[^:\n]+):(?P<line>\d+): (?P<kind>error|note): (?P<text>.*?)(?:  \[(?P<code>[a-z-]+)\])?")
_EXPECTED = re.compile(r"# refused \[(?P<code>[a-z-]+)\] (?P<text>.+)")

Said = dict[int, list[str]]
"""What mypy says, by line: one text for each error, with its notes."""


def test_every_program_is_accepted_or_refused() -> None:
    assert len(_ACCEPTED) > 5
    assert len(_REFUSED) > 3
    assert sorted(_ACCEPTED + _REFUSED) == _PROGRAMS


@pytest.fixture(scope="session")
def mypy() -> dict[str, Said]:
    """What mypy says to all programs, by file name: one run."""
    pyright.skip_where_compiled()
    argv = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--no-pretty", *map(str, _PROGRAMS)]
    run = subprocess.run(
        argv, check=False, capture_output=True, text=True, cwd=_ROOT, env={**os.environ, "TERM": "dumb"}
    )
    assert run.stderr == ""
    said: dict[str, Said] = defaultdict(lambda: defaultdict(list))
    for line in run.stdout.splitlines():
        found = _LINE.fullmatch(line)
        assert found is not None, line
        texts = said[Path(found["path"]).name][int(found["line"])]
        if found["kind"] == "error":
            texts.append(f"[{found['code']}] {found['text']}")
        else:
            texts[-1:] = [f"{texts[-1]} {found['text']}"]
    return said


def _expected(program: Path) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(program.read_text("utf-8").splitlines(), 1):
        if found := _EXPECTED.search(line):
            yield number, found["code"], found["text"]


@pytest.mark.parametrize("program", _ACCEPTED, ids=lambda program: program.stem)
def test_mypy_accepts(program: Path, mypy: dict[str, Said]) -> None:
    assert dict(mypy[program.name]) == {}


@pytest.mark.parametrize("program", _REFUSED, ids=lambda program: program.stem)
def test_mypy_refuses_what_is_wrong_and_no_more(program: Path, mypy: dict[str, Said]) -> None:
    said = mypy[program.name]
    expected = list(_expected(program))
    assert sorted(said) == [number for number, _, _ in expected]
    for number, code, text in expected:
        assert len(said[number]) == 1, said[number]
        assert said[number][0].startswith(f"[{code}] ")
        assert text in said[number][0]


def test_pyright_accepts() -> None:
    found = pyright.run(*map(str, _ACCEPTED))
    assert found.returncode == 0, found.stdout
