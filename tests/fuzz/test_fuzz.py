"""The fuzz targets on what fuzzing has found, on random octets, and on inputs twice as long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit import compiled
from tests.fuzz.targets import READERS, TARGETS

CORPUS = Path(__file__).parent / "corpus"
FOUND = sorted(path for path in CORPUS.rglob("*") if path.is_file())

# Octets that mean something to a grammar come more often than others.
_WORDS = st.sampled_from(
    [b"(", b")", b'"', b"\\", b" ", b"NIL", b"{3}\r\n", b"{3+}\r\nabc", b"\r\n", b"* ", b"+ ", b"A1 OK ", b"[", b"]"]
    + [
        b"FETCH ",
        b"UID 1",
        b"FLAGS (",
        b"ENVELOPE (",
        b"BODY[",
        b"<0>",
        b"=?utf-8?q?",
        b"?=",
        b"&",
        b"-",
        b"1:*",
        b"\0",
    ]
    + [
        b"\xff",
        b"text",
        b"1",
        b"4294967296",
        b"EXISTS",
        b"ESEARCH (TAG",
        b"%41",
        b"''",
        b"=",
        b"--x",
        b"Content-Type: ",
    ]
)
octets = st.lists(_WORDS | st.binary(max_size=6), max_size=40).map(b"".join)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_fuzzing_found_stays_mended(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_any_octets_give_a_value_or_a_violation(name: str) -> None:
    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(octets)
    @example(b"")
    def run(data: bytes) -> None:
        TARGETS[name](data)

    run()


def test_every_reader_is_among_the_targets() -> None:
    assert {"read_envelope", "read_body", "read_code", "read_list_data", "read_esearch", "read_section"} <= set(READERS)


SHAPES: dict[str, Callable[[int], bytes]] = {
    "parentheses": lambda n: b"(" * n + b")" * n,
    "quotes": lambda n: b'"' * n,
    "escapes": lambda n: b'"' + b"\\a" * n + b'"',
    "an open escape": lambda n: b'"' + b"\\" * n,
    "words": lambda n: b"a " * n,
    "numbers": lambda n: b"1," * n + b"1",
    "NILs": lambda n: b"(" + b"NIL " * n + b")",
    "encoded words": lambda n: b"=?utf-8?q?a?= " * n,
    "half encoded words": lambda n: b"=?utf-8?q?" * n,
    "comments": lambda n: b"(" * n + b"Tue, 24 Nov 2026",
    "spaces": lambda n: b" " * n,
    "shifts": lambda n: b"&" * n,
    "lines": lambda n: b"* 1 EXISTS\r\n" * n,
    "literals": lambda n: b"* X " + b"{1}\r\na " * n + b"\r\n",
    "boundaries": lambda n: b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * n,
    "headers": lambda n: b"X: y\r\n" * n,
    "references": lambda n: b"<a@b> " * n,
    "angles": lambda n: b"<" * n,
}


def steps(target: Callable[[bytes], None], data: bytes) -> int:
    """How many lines of Python it takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)  # type: ignore[arg-type]  # typeshed wants the recursive type spelled out
    try:
        target(data)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.skipif(compiled, reason="what is compiled takes no lines of Python that could be counted")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", TARGETS)
def test_twice_the_octets_take_at_most_twice_the_steps(name: str, shape: str) -> None:
    target, make = TARGETS[name], SHAPES[shape]
    target(make(50))  # what is loaded or cached once is not counted
    short, long = steps(target, make(200)), steps(target, make(400))
    assert long <= 2.2 * short + 200
