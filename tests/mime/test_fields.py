"""Header fields are cut and structured ones read, whatever stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.fields import content_fields, read_structured, split_fields

STRUCTURED: list[tuple[bytes, str, tuple[tuple[str, bytes], ...]]] = [
    (b"", "", ()),
    (b"Text/Plain", "text/plain", ()),
    (b"text/plain; charset=utf-8", "text/plain", (("charset", b"utf-8"),)),
    (b'text/plain; CharSet="utf-8"; x=y', "text/plain", (("charset", b"utf-8"), ("x", b"y"))),
    (b'a/b; n="x;y=\\"z\\""; m=1', "a/b", (("n", b'x;y="z"'), ("m", b"1"))),
    (b"a/b; n=with space.pdf; m=1", "a/b", (("n", b"with space.pdf"), ("m", b"1"))),
    (b'a/b; n="C:\\dir\\a.pdf"', "a/b", (("n", b"C:\\dir\\a.pdf"),)),
    (b'a/b; n="never closed', "a/b", (("n", b"never closed"),)),
    (b"a/b (comment); n=1 (two)", "a/b", (("n", b"1"),)),
    (b"a/b;;; ; n = 1 ;", "a/b", (("n", b"1"),)),
    (b"a/b; lonely; n=", "a/b", (("n", b""),)),
    (b'a/b; n="1" junk; m=2', "a/b", (("n", b"1"), ("m", b"2"))),
]


@pytest.mark.parametrize(("field", "value", "parameters"), STRUCTURED)
def test_known_answers(field: bytes, value: str, parameters: tuple[tuple[str, bytes], ...]) -> None:
    assert read_structured(field) == (value, parameters)


def test_fields_are_unfolded_and_noise_is_left_out() -> None:
    block = b"From ann Mon\r\nA: one\r\n two\nb :\tthree\nnoise\r\n: four\r\nA: five"
    assert split_fields(block) == ((b"A", b"one two"), (b"b", b"three"), (b"A", b"five"))


def test_the_content_fields_are_picked_from_any_header() -> None:
    block = (
        b"Subject: content-type: no\r\nContent-Type : text/html;\r\n\tcharset=x\r\nCONTENT-ID:<a@b>\r\nContent-Type: no"
    )
    assert content_fields(block) == {b"content-type": b"text/html;\tcharset=x", b"content-id": b"<a@b>"}


@given(st.text('ab=;"\\ \t()', max_size=40))
def test_nothing_raises(text: str) -> None:
    assert '"' not in read_structured(text.encode())[0] or '"' in text
