"""Every public name has a type that all type checkers agree on, and none is `Any`."""

from __future__ import annotations

import json

from tests import pyright


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
