"""Every public name has a type that all type checkers agree on, and none is `Any`."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests import pyright

_ROOT = Path(__file__).parents[1]


def test_every_public_type_is_known() -> None:
    found = pyright.run("--verifytypes", "mailkit", "--ignoreexternal", "--outputjson")
    report = json.loads(found.stdout)["typeCompleteness"]
    counts = report["exportedSymbolCounts"]
    vague = [
        f"{symbol['name']}: {problem['message'].splitlines()[0]}"
        for symbol in report["symbols"]
        for problem in symbol["diagnostics"]
        if problem["severity"] == "error"
    ]
    assert vague == []
    assert counts["withKnownType"] > 1000
    assert (counts["withAmbiguousType"], counts["withUnknownType"]) == (0, 0)
    assert report["completenessScore"] == 1


@pytest.mark.parametrize(
    "path", sorted((_ROOT / "mailkit").rglob("*.py")), ids=lambda path: str(path.relative_to(_ROOT))
)
def test_nothing_is_any(path: Path) -> None:
    """What is annotated is meant; mypy --strict sees to it that all is annotated."""
    names = {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
    assert "Any" not in names
