"""An installation has the form that was asked for, and what is to be compiled is there."""

from __future__ import annotations

import os
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import mailkit

_ROOT = Path(__file__).parents[1]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))
_COMPILED: list[str] = _PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]["include"]


def test_it_has_the_form_that_is_to_be_tested() -> None:
    """`scripts/test` runs all tests on either form, and says which by MAILKIT_COMPILED."""
    assert mailkit.compiled is (os.environ.get("MAILKIT_COMPILED") == "true")


@pytest.mark.parametrize("path", _COMPILED)
def test_what_is_to_be_compiled_is_as_a_whole_or_not_at_all(path: str) -> None:
    assert (_ROOT / path).exists()
    file = import_module(path.removesuffix(".py").replace("/", ".")).__file__ or ""
    assert Path(file).is_relative_to(_ROOT)
    assert file.endswith(".py") is not mailkit.compiled


def test_nobody_gets_the_compiled_form_unasked() -> None:
    assert _PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]["enable-by-default"] is False
