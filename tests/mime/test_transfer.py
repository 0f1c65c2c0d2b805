"""Transfer encodings are undone as far as their octets allow, whole or in chunks, and nothing raises."""

from __future__ import annotations

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.transfer import decode_transfer, decoded_size, decoder

ENCODINGS = ("base64", "quoted-printable", "x-uuencode", "7bit", "8bit", "binary", "x-nonsense")

KNOWN = [
    ("base64", b"aGVsbG8=", b"hello", []),
    ("BASE64", b"aGVs\r\nbG8=\r\n", b"hello", []),
    ("base64", b"", b"", []),
    ("base64", b"aGVsbG8", b"hello", ["base64 without its padding"]),
    ("base64", b"aGVsbG8gd", b"hello ", ["base64 without its padding", "base64 ends inside an octet"]),
    ("base64", b"aG!Vs#bG8=", b"hello", ["foreign characters in base64"]),
    ("base64", b"aGVsbG8=IHdvcmxk", b"hello world", ["data after the padding of base64"]),
    ("base64", b"aGVsbG8=\r\n____\r\nlist footer\r\n", b"hello", ["data after the padding of base64"]),
    ("base64", b"====", b"", []),
    ("quoted-printable", b"caf=C3=A9", "café".encode(), []),
    ("quoted-printable", b"caf=c3=a9", "café".encode(), []),
    ("quoted-printable", b"one=\r\n two", b"one two", []),
    ("quoted-printable", b"one=\n two", b"one two", []),
    ("quoted-printable", b"one= \t\r\n two", b"one two", []),
    ("quoted-printable", b"one  \r\ntwo\t\r\n", b"one\r\ntwo\r\n", []),
    ("quoted-printable", b"one=20\r\ntwo", b"one \r\ntwo", []),
    ("quoted-printable", b"100 =% =X =4", b"100 =% =X =4", ["broken quoted-printable"]),
    ("quoted-printable", b"a=\rb\nc", b"a=\rb\nc", ["broken quoted-printable"]),
    ("quoted-printable", b"a==41", b"a=A", ["broken quoted-printable"]),
    ("quoted-printable", b"end=", b"end", []),
    ("x-uuencode", b"begin 644 a\r\n%:&5L;&\\ \r\n`\r\nend\r\n", b"hello", []),
    ("x-uue", b"begin 644 a\n%:&5L;&\\ \n", b"hello", ["uuencoded data without its end"]),
    ("uuencode", b"just text", b"", ["no uuencoded data"]),
    ("x-uuencode", b"begin 644 a\n%:&5L;&\\ trailing\n`\nend\n", b"hello", ["broken uuencoded line"]),
    ("x-uuencode", b"begin 644 a\n%\xff\xff\n`\nend\n", b"", ["broken uuencoded line"]),
    ("8bit", b"\xff\x00=41", b"\xff\x00=41", []),
    ("x-nonsense", b"as it is", b"as it is", ["unknown transfer encoding 'x-nonsense'"]),
    (None, b"as it is", b"as it is", []),
]


@pytest.mark.parametrize(("encoding", "data", "expected", "defects"), KNOWN)
def test_known_answers(encoding: str | None, data: bytes, expected: bytes, defects: list[str]) -> None:
    assert decode_transfer(data, encoding) == (expected, defects)


@pytest.mark.parametrize(("encoding", "data", "expected", "defects"), KNOWN)
def test_octet_by_octet_gives_the_same(encoding: str | None, data: bytes, expected: bytes, defects: list[str]) -> None:
    one = decoder(encoding)
    got = b"".join(one.decode(data[at : at + 1]) for at in range(len(data))) + one.finish()
    assert (got, one.defects) == (expected, defects)


@given(st.binary(max_size=400), st.sampled_from(ENCODINGS), st.integers(1, 60))
def test_chunks_never_matter_and_nothing_raises(data: bytes, encoding: str, size: int) -> None:
    one = decoder(encoding)
    got = b"".join(one.decode(data[at : at + size]) for at in range(0, len(data), size)) + one.finish()
    assert got == decode_transfer(data, encoding)[0]


@given(st.text("=\r\n \tA4Fx", max_size=60), st.integers(1, 7))
def test_chunks_of_hard_quoted_printable_never_matter(text: str, size: int) -> None:
    data = text.encode()
    one = decoder("quoted-printable")
    got = b"".join(one.decode(data[at : at + size]) for at in range(0, len(data), size)) + one.finish()
    assert (got, one.defects) == decode_transfer(data, "quoted-printable")


@given(st.text("=AQ/+ \r\n-!", max_size=60), st.integers(1, 7))
def test_chunks_of_hard_base64_never_matter(text: str, size: int) -> None:
    data = text.encode()
    one = decoder("base64")
    got = b"".join(one.decode(data[at : at + size]) for at in range(0, len(data), size)) + one.finish()
    whole, defects = decode_transfer(data, "base64")
    assert (got, sorted(one.defects)) == (whole, sorted(defects))


@given(
    st.integers(1, 12),
    st.sampled_from([b"\r\n", b"\n", b"\r", b"\n\n"]),
    st.lists(st.tuples(st.integers(0, 80), st.sampled_from(b"\r\n =!A")), max_size=3),
)
def test_base64_in_lines_is_decoded_as_octet_by_octet(width: int, end: bytes, changes: list[tuple[int, int]]) -> None:
    encoded = base64.b64encode(bytes(range(40)))
    lines = bytearray(b"".join(encoded[at : at + width] + end for at in range(0, len(encoded), width)))
    for at, octet in changes:
        lines[at % len(lines)] = octet
    data = bytes(lines)
    one = decoder("base64")
    got = b"".join(one.decode(data[at : at + 1]) for at in range(len(data))) + one.finish()
    whole, defects = decode_transfer(data, "base64")
    assert (got, sorted(one.defects)) == (whole, sorted(defects))


@given(st.binary(max_size=2000))
def test_what_the_stdlib_encodes_comes_back_without_defects(data: bytes) -> None:
    assert decode_transfer(base64.encodebytes(data).replace(b"\n", b"\r\n"), "base64") == (data, [])
    assert decode_transfer(quopri.encodestring(data, quotetabs=True), "quoted-printable")[1] == []
    lines = b"\r\n".join(binascii.b2a_uu(data[at : at + 45]).rstrip(b"\n") for at in range(0, len(data), 45))
    assert decode_transfer(b"begin 644 x\r\n" + lines + b"\r\n`\r\nend\r\n", "x-uuencode") == (data, [])


@given(st.binary(max_size=5000))
def test_the_estimate_for_base64_is_within_two_octets(data: bytes) -> None:
    encoded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    assert 0 <= decoded_size(len(encoded), "base64") - len(data) <= 2
    assert decoded_size(len(data), "quoted-printable") == len(data)
