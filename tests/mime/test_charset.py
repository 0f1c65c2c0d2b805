"""Text is read by the charset that was meant, and nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.charset import codec, decode_text

MEANT = [
    ("utf8", "grüße".encode()),
    ("UTF-8", "grüße".encode()),
    ('"utf-8"', "grüße".encode()),
    ("unicode-1-1-utf-7", "grüße".encode("utf-7")),
    ("cp-850", "grüße".encode("cp850")),
    ("iso-8859-15", "grüße".encode("iso-8859-15")),
    ("windows-1252", "grüße".encode("cp1252")),
    ("ansi_x3.110-1983", "grüße".encode("latin-1")),
    ("macintosh", "grüße".encode("mac_roman")),
    (None, b"grusse"),
]


@pytest.mark.parametrize(("charset", "data"), MEANT)
def test_names_that_mailers_write_are_known(charset: str | None, data: bytes) -> None:
    text, defects = decode_text(data, charset)
    assert text in ("grüße", "grusse")
    assert defects == []


def test_names_of_the_east_mean_their_supersets() -> None:
    assert decode_text("鎔基".encode("gb18030"), "gb2312") == ("鎔基", [])
    assert decode_text("똠방".encode("cp949"), "ks_c_5601-1987") == ("똠방", [])
    assert decode_text("①株".encode("cp932"), "x-sjis") == ("①株", [])
    assert decode_text("שלום".encode("iso8859-8"), "iso-8859-8-i") == ("שלום", [])
    assert decode_text("日本語".encode("iso2022_jp"), "iso-2022-jp") == ("日本語", [])


REPAIRED = [
    ("us-ascii", "grüße".encode(), "grüße", "not us-ascii text"),
    (None, "grüße".encode("cp1252"), "grüße", "not us-ascii text"),
    ("utf-8", "grüße".encode("cp1252"), "grüße", "not utf-8 text"),
    ("utf-8", "grüße ".encode() + b"\xc3", "grüße \ufffd", "not utf-8 text"),
    ("x-no-such", "grüße".encode(), "grüße", "unknown charset x-no-such"),
    ("x-no-such", "“grüße”".encode("cp1252"), "“grüße”", "unknown charset x-no-such"),
    ("iso-8859-1", "“grüße”".encode("cp1252"), "“grüße”", "windows-1252 text under the name of iso-8859-1"),
    ("us-ascii", b"\x81\xff", "\x81ÿ", "not us-ascii text"),
]


@pytest.mark.parametrize(("charset", "data", "expected", "defect"), REPAIRED)
def test_wrong_names_are_repaired_and_told(charset: str | None, data: bytes, expected: str, defect: str) -> None:
    assert decode_text(data, charset) == (expected, [defect])


def test_a_byte_order_mark_is_left_out() -> None:
    assert decode_text("\ufeffhi".encode(), "utf-8") == ("hi", [])
    assert decode_text("\ufeffhi".encode(), "x-none") == ("hi", ["unknown charset x-none"])


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "hex", "zlib", "rot13", "base64", "", "\0", "a/b"]
)
def test_codecs_that_are_no_charsets_are_refused(name: str) -> None:
    assert codec(name) is None


@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["utf-16", "utf-7", "hz"])))
def test_nothing_raises(data: bytes, charset: str | None) -> None:
    assert decode_text(data, charset)[0].encode() is not None
