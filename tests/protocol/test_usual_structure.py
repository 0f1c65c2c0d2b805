"""Parts of BODYSTRUCTURE that look as they nearly always do are read by a pattern, with the grammar's result."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values import structure
from mailkit.protocol.values.structure import BodyStructure, read_body
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader

NEVER = re.compile(rb"(?!)")

WORD = st.sampled_from(
    [b'"text"', b'"TEXT"', b'"plain"', b'"message"', b'"rfc822"', b'"x\\"y"', b'""', b'"%b"' % (b"x" * 200)]
)
NSTRING = st.one_of(st.just(b"NIL"), WORD, st.just(b'"\xff \r\n"'))
NUMBER = st.sampled_from([b"0", b"7", b"123456", b"NIL", b"99999999999999999999"])


def _listed(fields: list[bytes]) -> bytes:
    return b"(" + b" ".join(fields) + b")"


PARAMETERS = st.one_of(
    st.just(b"NIL"),
    st.lists(st.tuples(WORD, NSTRING), min_size=1, max_size=2).map(
        lambda pairs: _listed([b" ".join(p) for p in pairs])
    ),
)
DISPOSITION = st.one_of(NSTRING, st.tuples(WORD, PARAMETERS).map(lambda fields: _listed(list(fields))))
REST = st.tuples(NSTRING, DISPOSITION, NSTRING, NSTRING, NUMBER)


def _part(fields: tuple[bytes, ...], lines: bytes | None, rest: tuple[bytes, ...], kept: int) -> bytes:
    return _listed([*fields, *([lines] if lines is not None else []), *rest[:kept]])


SINGLE = st.builds(
    _part,
    st.tuples(WORD, WORD, PARAMETERS, NSTRING, NSTRING, WORD, NUMBER),
    st.none() | NUMBER,
    REST,
    st.integers(0, 5),
)


def _multipart(children: list[bytes], subtype: bytes, rest: tuple[bytes, ...], kept: int) -> bytes:
    return b"(" + b"".join(children) + b" " + b" ".join([subtype, *rest[:kept]]) + b")"


BODY = st.recursive(
    SINGLE,
    lambda body: st.builds(
        _multipart,
        st.lists(body, min_size=1, max_size=3),
        WORD,
        st.tuples(PARAMETERS, DISPOSITION, NSTRING, NSTRING, NUMBER),
        st.integers(0, 5),
    ),
    max_leaves=4,
)


def outcome(text: bytes) -> tuple[BodyStructure, int] | str:
    reader = Reader(Frame(text))
    try:
        return read_body(reader), reader.pos
    except ProtocolViolation:
        return "violation"


def outcome_by_grammar(text: bytes) -> tuple[BodyStructure, int] | str:
    patterns = structure._USUAL_PART, structure._USUAL_END
    structure._USUAL_PART = structure._USUAL_END = NEVER
    try:
        return outcome(text)
    finally:
        structure._USUAL_PART, structure._USUAL_END = patterns


def test_the_usual_part_needs_no_grammar() -> None:
    text = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL ("attachment" ("filename" "a.txt")) NIL NIL)'
    found = structure._USUAL_PART.match(text)
    assert found is not None
    assert found.end() == len(text)
    assert outcome(text) == outcome_by_grammar(text) != "violation"


@given(BODY)
def test_the_pattern_and_the_grammar_read_the_same_body(text: bytes) -> None:
    assert outcome(text) == outcome_by_grammar(text)


@given(BODY, st.data())
def test_they_do_so_for_what_breaks_the_grammar_too(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from([b"", b" ", b'"', b"\\", b"(", b")", b"NIL ", b"7", b"\x00"]))
    broken = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]
    assert outcome(broken) == outcome_by_grammar(broken)
