"""The page of features: every name in it can be called, and every test that it names is there."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import attrs
import pytest

import mailkit
from mailkit.criteria.terms import Terms

_ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| \d.*\|$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")


@attrs.frozen
class Feature:
    """One line of a table."""

    number: str
    state: str
    what: str
    names: list[str]
    test: str


def features(text: str) -> Iterator[Feature]:
    """The lines of all tables."""
    for row in _ROW.findall(text):
        _, number, state, what, names, test, _ = map(str.strip, _CELL.split(row))
        yield Feature(number, state, what, re.findall(r"`([^`]+)`", names), test.strip("`"))


FEATURES = list(features((_ROOT / "docs" / "features.md").read_text("utf-8")))


def _found(dotted: str) -> object:
    """What such a name means, in `mailkit` or in a module below it."""
    names = dotted.removeprefix("mailkit.").split(".")
    found: object = mailkit
    for at, name in enumerate(names):
        try:
            found = getattr(found, name)
        except AttributeError:
            found = import_module(".".join(["mailkit", *names[: at + 1]]))
    return found


def complaint(feature: Feature) -> str | None:
    """What is wrong with a line."""
    if feature.state not in ("yes", "in part", "no"):
        return f"{feature.state} is no state"
    for name in feature.names:
        dotted, _, arguments = name.rstrip(")").partition("(")
        try:
            found = _found(dotted)
        except ImportError:
            return f"there is no {dotted}"
        assert not arguments or callable(found)
        taken = inspect.signature(found).parameters.keys() | Terms.__annotations__ if arguments else ()  # type: ignore[arg-type]  # it is callable
        for argument in re.findall(r"(\w+)=", arguments):
            if argument not in taken:
                return f"{dotted} takes no {argument}"
    return _complaint_of_test(feature)


def _complaint_of_test(feature: Feature) -> str | None:
    path, _, test = feature.test.partition("::")
    if not path:
        return None if feature.state == "no" else "no test"
    if not (_ROOT / path).is_file():
        return f"there is no {path}"
    if test and not re.search(rf"^(async )?def {test}\(", (_ROOT / path).read_text("utf-8"), re.MULTILINE):
        return f"there is no {test} in {path}"
    return None


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: f"{feature.number}-{feature.what[:30]}")
def test_every_name_and_every_test_is_there(feature: Feature) -> None:
    assert complaint(feature) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("| 1 | maybe | x | `Account` | `tests/test_features.py` |", "no state"),
        ("| 1 | yes | x | `Account.dance` | `tests/test_features.py` |", "no Account.dance"),
        ("| 1 | yes | x | `Account.connect(dance=)` | `tests/test_features.py` |", "takes no dance"),
        ("| 1 | yes | x | `Account` | |", "no test"),
        ("| 1 | yes | x | `Account` | `tests/nowhere.py::test_x` |", "no tests/nowhere.py"),
        ("| 1 | yes | x | `Account` | `tests/test_features.py::test_dance` |", "no test_dance"),
    ],
)
def test_a_line_that_is_wrong_is_found(line: str, words: str) -> None:
    (feature,) = features(line)
    assert words in (complaint(feature) or "")
