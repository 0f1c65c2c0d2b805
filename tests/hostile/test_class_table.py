"""README.md says which tests stand for which known class of vulnerability, and each of them exists."""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).parent
_ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(\w+)\.py::(\w+)`")


def test_every_class_names_tests_that_exist() -> None:
    rows = _ROW.findall((_HERE / "README.md").read_text("utf-8"))
    assert [int(number) for number, _ in rows] == list(range(1, 28))
    for number, cell in rows:
        named = _TEST.findall(cell)
        assert any(test.startswith(f"test_class_{int(number):02}_") for _, test in named), number
        for module, test in named:
            assert f"def {test}(" in (_HERE / f"{module}.py").read_text("utf-8"), test
