"""A BODYSTRUCTURE that looks as it nearly always does is read by a short way, with the grammar's result."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values import usual_structure
from mailkit.protocol.values.structure import BodyStructure, read_body
from mailkit.protocol.values.usual_structure import read_structure
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader
from tests.protocol.answers import reader_of

WORD = st.sampled_from([
    b'"text"', b'"TEXT"', b'"plain"', b'"message"', b'"rfc822"', b'"GLOBAL"', b'"x\\"y"', b'""', b'"%b"' % (b"x" * 200),
    b'"a) 7 (b"', b'"\xc3\xa4"', b"{3}\r\n\"x\\",
])  # fmt: skip
NSTRING = st.one_of(st.sampled_from([b"NIL", b"nil", b'"\xff \r\t"', b'"<id@x>"', b'" 12 34 "']), WORD)
NUMBER = st.sampled_from([b"0", b"7", b"123456", b"NIL", b"99999999999999999999"])


def _listed(fields: list[bytes]) -> bytes:
    return b"(" + b" ".join(fields) + b")"


PARAMETERS = st.one_of(
    st.just(b"NIL"),
    st.lists(st.tuples(WORD, NSTRING), min_size=1, max_size=3).map(
        lambda pairs: _listed([b" ".join(p) for p in pairs])
    ),
)
DISPOSITION = st.one_of(NSTRING, st.tuples(WORD, PARAMETERS).map(lambda fields: _listed(list(fields))))
REST = st.tuples(NSTRING, DISPOSITION, NSTRING, NSTRING, NUMBER)
ADDRESSES = st.sampled_from([b"NIL", b'(("A" NIL "a" "x.example"))', b'((NIL NIL "a" NIL)(NIL NIL NIL NIL))', b"()"])
ENVELOPE = st.tuples(NSTRING, NSTRING, *[ADDRESSES] * 6, NSTRING, NSTRING).map(lambda fields: _listed(list(fields)))


def _part(
    fields: tuple[bytes, ...], inside: list[bytes], lines: bytes | None, rest: tuple[bytes, ...], kept: int
) -> bytes:
    return _listed([*fields, *inside, *([lines] if lines is not None else []), *rest[:kept]])


SINGLE = st.builds(
    _part,
    st.tuples(WORD, WORD, PARAMETERS, NSTRING, NSTRING, WORD, NUMBER),
    st.just([]),
    st.none() | NUMBER,
    REST,
    st.integers(0, 5),
)
# Parts with nothing unusual in them.
COMMON = st.sampled_from([
    b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 12 1 NIL NIL NIL NIL)',
    b'("TEXT" "HTML" ("CHARSET" "utf-8" "x" "y") NIL NIL "BASE64" 12 1)',
    b'("image" "png" ("name" "a (1).png") "<id@x>" "d" "base64" 12 "md5" ("attachment" ("filename" "\xc3\xa4")) NIL)',
    b'("application" "pdf" NIL NIL NIL "base64" 12 NIL ("inline" NIL) NIL)',
    b'("message" "delivery-status" NIL NIL NIL "7bit" 12 NIL NIL NIL NIL)',
    b'("message" "rfc822" NIL NIL NIL "7bit" 12 NIL NIL NIL NIL)',
])  # fmt: skip


def _multipart(children: list[bytes], subtype: bytes, rest: tuple[bytes, ...], kept: int) -> bytes:
    return b"(" + b"".join(children) + b" " + b" ".join([subtype, *rest[:kept]]) + b")"


def _bodies(body: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    children = st.lists(body, min_size=1, max_size=3)
    return st.one_of(
        st.builds(
            _multipart,
            children,
            WORD,
            st.tuples(PARAMETERS, DISPOSITION, NSTRING, NSTRING, NUMBER),
            st.integers(0, 5),
        ),
        st.builds(
            _multipart,
            children,
            st.just(b'"mixed"'),
            st.sampled_from([(b'("boundary" "=_1")', b"NIL", b"NIL", b"NIL"), (b"NIL", b'("inline" NIL)', b"NIL")]),
            st.integers(0, 4),
        ),
        st.builds(
            _part,
            st.tuples(st.sampled_from([b'"message"', b'"MESSAGE"']), WORD, PARAMETERS, NSTRING, NSTRING, WORD, NUMBER),
            st.tuples(ENVELOPE, body).map(list),
            NUMBER,
            REST,
            st.integers(0, 5),
        ),
        st.builds(
            _part,
            st.just((b'"message"', b'"rfc822"', b"NIL", b"NIL", b"NIL", b'"7bit"', b"12")),
            st.tuples(ENVELOPE, body).map(list),
            st.just(b"3"),
            st.just((b"NIL", b'("attachment" ("filename" "a.eml"))', b"NIL", b"NIL")),
            st.integers(0, 4),
        ),
    )


BODY = st.recursive(st.one_of(SINGLE, COMMON, COMMON), _bodies, max_leaves=5)

Outcome = tuple[BodyStructure, int, bytes] | str


def outcome(read: Callable[[Reader], BodyStructure], text: bytes) -> Outcome:
    return outcome_of(read, reader_of(text))


def outcome_of(read: Callable[[Reader], BodyStructure], reader: Reader) -> Outcome:
    try:
        return read(reader), reader.pos, reader.text
    except ProtocolViolation as problem:
        return str(problem)


LEAF = b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 12 1 NIL NIL NIL NIL)'
USUAL = [
    LEAF,
    b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL ("attachment" ("filename" "a.txt")) NIL NIL)',
    b'("APPLICATION" "PDF" ("NAME" "a (1).pdf" "x" "y") "<i@x>" "d" "BASE64" 12 "md5" ("INLINE" NIL))',
    b"(" + LEAF + LEAF + b' "alternative" ("boundary" "----=_1") NIL NIL NIL)',
    b"((" + LEAF + b' "related")' + LEAF + b' "mixed" ("boundary" "----=_1") ("inline" NIL))',
    b"(" + LEAF + b'("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) (' + LEAF
    + b' "mixed") 7 NIL ("attachment" NIL))("message" "rfc822" NIL NIL NIL "7bit" 9 '
    + b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) " + LEAF + b' 7) "digest")',
]  # fmt: skip


@pytest.mark.parametrize("text", USUAL)
def test_what_is_usual_needs_no_grammar(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    by_grammar = outcome(read_body, text)
    monkeypatch.delattr(usual_structure, "read_body")
    assert outcome(read_structure, text) == by_grammar
    assert not isinstance(by_grammar, str)


@given(BODY)
def test_the_short_way_and_the_grammar_read_the_same_body(text: bytes) -> None:
    assert outcome(read_structure, text) == outcome(read_body, text)


@given(BODY, st.data())
def test_they_do_so_for_what_breaks_the_grammar_too(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from([b"", b" ", b'"', b"\\", b"(", b")", b"NIL ", b"7", b"\x00"]))
    broken = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]
    frame = Frame(broken)  # whatever literals it speaks of
    assert outcome_of(read_structure, Reader(frame)) == outcome_of(read_body, Reader(frame))


@pytest.mark.parametrize("levels", [1, 15, 16, 17, 127, 128, 200])
def test_they_do_so_however_deep(levels: int) -> None:
    message = b'("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) %b 7)'
    text = multipart = LEAF
    for _ in range(levels):
        text = message % text
        multipart = b"(" + multipart + b' "mixed")'
    assert outcome(read_structure, text) == outcome(read_body, text)
    assert outcome(read_structure, multipart) == outcome(read_body, multipart)


def test_long_texts_are_not_remembered() -> None:
    remembered = usual_structure._remembered_fields.cache_info()
    lowered = usual_structure._lower_short.cache_info()
    for number in range(8):
        name = b"%d" % number + b"x" * 200
        text = b'("text" "plain" ("%b" "%b") "<%b>" "%b" "7bit" 12 1 NIL ("inline" ("%b" "%b")))' % ((name,) * 6)
        assert outcome(read_structure, text) == outcome(read_body, text)
    assert usual_structure._remembered_fields.cache_info() == remembered
    assert usual_structure._lower_short.cache_info().misses - lowered.misses < 8
