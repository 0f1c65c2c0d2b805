"""The public names: what type checkers see, what is loaded on demand and what `__all__` promises are the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import mailkit

_ROOT = Path(__file__).parents[1]


def _seen_by_type_checkers() -> dict[str, str]:
    """Each name that `mailkit/__init__.py` imports for type checkers, with the module that it comes from."""
    tree = ast.parse((_ROOT / "mailkit" / "__init__.py").read_text("utf-8"))
    guarded = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [one for node in guarded for one in node.body if isinstance(one, ast.ImportFrom)]
    return {alias.asname or alias.name: one.module or "" for one in imports for alias in one.names}


def test_type_checkers_see_what_is_loaded() -> None:
    homes = {name: home for home, names in mailkit._HOMES.items() for name in names.split()}
    assert _seen_by_type_checkers() == homes


def test_all_has_every_name_once_in_order() -> None:
    assert mailkit.__all__ == sorted(_seen_by_type_checkers())


@pytest.mark.parametrize("name", mailkit.__all__)
def test_a_name_is_what_its_module_has(name: str) -> None:
    assert getattr(mailkit, name) is getattr(import_module(_seen_by_type_checkers()[name]), name)


def test_a_star_imports_them_all() -> None:
    found: dict[str, object] = {}
    exec("from mailkit import *", found)
    assert set(mailkit.__all__) <= found.keys()


def test_dir_shows_them() -> None:
    assert dir(mailkit) == sorted(mailkit.__all__)


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="'mailkit' has no attribute 'Acount'"):
        mailkit.Acount  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Acount'"):
        exec("from mailkit import Acount")


def test_the_package_alone_loads_no_more_than_what_loads() -> None:
    code = "import sys, mailkit; print([name for name in sys.modules if name.startswith('mailkit.')])"
    argv = [sys.executable, "-c", code]
    assert subprocess.run(argv, check=True, capture_output=True, text=True, cwd=_ROOT).stdout == "['mailkit.loading']\n"


@pytest.mark.parametrize(
    "package",
    ["arrange", "changing", "mailboxes", "mime", "reading", "selecting"]
    + [f"protocol.{name}" for name in ("commands", "sasl", "values")],
)
def test_a_package_that_loads_its_modules_on_use_names_them_all(package: str) -> None:
    folder = _ROOT / "mailkit" / package.replace(".", "/")
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    found = import_module(f"mailkit.{package}")
    assert sorted(found.__all__) == names
    assert [getattr(found, name).__name__ for name in names] == [f"mailkit.{package}.{name}" for name in names]
    with pytest.raises(AttributeError, match=f"'mailkit.{package}' has no attribute 'nothing'"):
        _ = found.nothing
