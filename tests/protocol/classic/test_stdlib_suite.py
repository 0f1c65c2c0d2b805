"""The interpreter's own tests of imaplib pass with `mailkit.protocol` in its place."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol.classic.stdlib_suite import EXCLUDED
from tests.servers import availability

_ROOT = Path(__file__).parents[3]


def _interpreters() -> list[str]:
    """This one, and those that MAILKIT_PYTHONS names, one after the other, as scripts/test does."""
    return [sys.executable, *filter(None, os.environ.get("MAILKIT_PYTHONS", "").split(os.pathsep))]


@pytest.fixture(scope="module")
def suites() -> Iterator[dict[str, subprocess.Popen[str]]]:
    """The tests of each interpreter, all on their way at once: most of the time they wait."""
    with contextlib.ExitStack() as stack:
        started = {}
        for python in _interpreters():
            argv = [python, "-m", "tests.protocol.classic.stdlib_suite"]
            process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=_ROOT)
            started[python] = stack.enter_context(process)
            stack.callback(process.kill)
        yield started


@pytest.mark.parametrize("python", _interpreters())
def test_the_tests_of_imaplib_pass_but_for_private_attributes(
    python: str, suites: dict[str, subprocess.Popen[str]]
) -> None:
    if python == sys.executable:
        availability.require("imaplib")
    output, complaint = suites[python].communicate(timeout=300)
    assert suites[python].returncode == 0, complaint
    result = json.loads(output)
    assert result["failed"] == {}
    assert result["ran"] >= 85
    assert len(result["skipped"]) <= 8, result["skipped"]


def test_only_tests_of_private_attributes_are_left_out() -> None:
    assert {name.split(".")[1] for name in EXCLUDED} == {
        "test_enable_UTF8_True_append",
        "test_linetoolong",
        "test_dump_ur",
    }
