"""Each primitive takes what its production says, or tells what was wanted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.wire.reader import MAX_DEPTH, Reader
from tests.protocol.answers import reader_of


@pytest.mark.parametrize(
    ("read", "octets", "value"),
    [
        (Reader.atom, b"FLAGS", b"FLAGS"),
        (Reader.number, b"0", 0),
        (Reader.number, b"4294967295", 4294967295),
        (Reader.nz_number, b"1", 1),
        (Reader.number64, b"9223372036854775807", 9223372036854775807),
        (Reader.quoted, b'""', b""),
        (Reader.quoted, b'"a\\"b\\\\c"', b'a"b\\c'),
        (Reader.quoted, b'"\xff\\x"', b"\xffx"),
        (Reader.string, b"{3}\r\na\r\n", b"a\r\n"),
        (Reader.string, b"~{2}\r\n\0a", b"\0a"),
        (Reader.nstring, b"NIL", None),
        (Reader.nstring, b'"NIL"', b"NIL"),
        (Reader.astring, b"a]b", b"a]b"),
        (Reader.astring, b"~x", b"~x"),
        (Reader.astring, b"{0}\r\n", b""),
        (Reader.astring, b"\xc3\xbc", b"\xc3\xbc"),
        (lambda reader: reader.listed(Reader.atom), b"(a b)", [b"a", b"b"]),
        (lambda reader: reader.listed(Reader.atom), b"()", []),
        (lambda reader: reader.listed(Reader.atom), b"( a  b )", [b"a", b"b"]),
        (Reader.skip, b'(a (b "c)" {1}\r\n)) d)', None),
        (Reader.remainder, b"all ) of it", b"all ) of it"),
    ],
)
def test_a_primitive_is_read_whole_and_no_further(
    read: Callable[[Reader], object], octets: bytes, value: object
) -> None:
    reader = reader_of(octets)
    assert read(reader) == value
    assert reader.at_end
    if read is not Reader.remainder:
        reader = reader_of(octets + b" next")
        assert read(reader) == value
        reader.sp()
        assert reader.remainder() == b"next"


@pytest.mark.parametrize(
    ("read", "octets"),
    [
        (Reader.atom, b""),
        (Reader.atom, b"("),
        (Reader.number, b"-1"),
        (Reader.number, b"4294967296"),
        (Reader.nz_number, b"0"),
        (Reader.number64, b"9223372036854775808"),
        (Reader.number, b"9" * 5000),
        (Reader.quoted, b'"no end'),
        (Reader.quoted, b'"no end\\"'),
        (Reader.literal, b"{x}"),
        (Reader.string, b"atom"),
        (Reader.sp, b"x"),
        (lambda reader: reader.expect(b"X"), b"Y"),
        (lambda reader: reader.listed(Reader.atom), b"(a"),
        (lambda reader: reader.listed(Reader.atom), b'(a "b")'),
        (Reader.skip, b")"),
        (Reader.skip, b""),
        (Reader.skip, b"(a"),
    ],
)
def test_what_is_not_there_is_a_violation(read: Callable[[Reader], object], octets: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read(reader_of(octets))


def test_a_violation_shows_no_more_than_a_few_octets() -> None:
    with pytest.raises(ProtocolViolation) as caught:
        reader_of(b"(" * 100_000).number()
    assert len(str(caught.value)) < 300


def _nested(reader: Reader) -> None:
    if reader.at(b"("):
        reader.listed(_nested)
    else:
        reader.atom()


def test_nesting_is_bounded_where_it_recurses_and_free_where_it_does_not() -> None:
    _nested(reader_of(b"(" * MAX_DEPTH + b"a" + b")" * MAX_DEPTH))
    with pytest.raises(ProtocolViolation, match="deep"):
        _nested(reader_of(b"(" * (MAX_DEPTH + 1) + b"a" + b")" * (MAX_DEPTH + 1)))
    reader_of(b"(" * 100_000 + b"a" + b")" * 100_000).skip()


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for read in (Reader.atom, Reader.number, Reader.nstring, Reader.astring, Reader.skip, _nested):
        try:
            reader = reader_of(octets.replace(b"\n", b"").replace(b"}", b""))
            read(reader)
        except ProtocolViolation:
            continue


@given(st.binary(max_size=60))
def test_a_quoted_string_reads_back(octets: bytes) -> None:
    plain = octets.replace(b"\r", b"").replace(b"\n", b"")
    quoted = b'"' + plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    assert reader_of(quoted).string() == plain
