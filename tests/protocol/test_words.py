from __future__ import annotations

import tracemalloc
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.protocol.values.words import decode_words


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        # RFC 2047 section 8
        (b"=?ISO-8859-1?Q?a?=", "a"),
        (b"=?ISO-8859-1?Q?a?= b", "a b"),
        (b"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        (b"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
        (b"=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"),
        (b"=?ISO-8859-1?Q?a_b?=", "a b"),
        (b"=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
        (b"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        (b"=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
        (b"=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=", "םולש ןב ילטפנ"),
        # and what is written besides
        (b"", ""),
        (b"plain", "plain"),
        (b" plain =  text? ", " plain =  text? "),
        (b"a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        (b"=?utf-8?B?w6k=?=", "é"),
        (b"=?UTF-8*de?q?=c3=bc?=", "ü"),
        (b"=?utf-8?B?4pi?= =?utf-8?B?6?=", "\ufffd"),
        (b"=?utf-8?Q?=E2=98?= =?utf-8?Q?=BA?=", "☺"),
        (b"=?utf-8?B?4pg=?=\r\n =?UTF-8?Q?=BA?=", "☺"),
        (b"=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1w4bBsoQg==?=", "日本語"),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
        (b"=?koi8-r?Q?=F0=D2=C9=D7=C5=D4?=", "Привет"),
        (b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?B?YQ==?==?utf-8?B?Yg==?=", "ab"),
        (b"x=?utf-8?Q?a?=y", "xay"),
        (b"=?utf-8?Q?what??=", "what?"),
        (b"=?utf-8?Q?a b c?=", "a b c"),
        (b"=?utf-8?Q??=", ""),
    ],
)
def test_encoded_words_are_decoded(octets: bytes, text: str) -> None:
    assert decode_words(octets) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"=?utf-8?B?YWJj*?=", "abc"),
        (b"=?utf-8?B?YWI?=", "ab"),
        (b"=?utf-8?B?YWJjZ?=", "abc"),
        (b"=?utf-8?B?Y Q = =?=", "a"),
        (b"=?utf-8?B?====?=", ""),
        (b"=?x-unknown?Q?caf=E9?=", "café"),
        (b"=?x-unknown?Q?caf=C3=A9?=", "café"),
        (b"=?us-ascii?Q?caf=E9?=", "café"),
        (b"=?iso-8859-1?Q?=80_=81?=", "\x80 \x81"),
        (b"=?iso-8859-1?Q?=93a=94?=", "“a”"),
        (b"=?utf-8?Q?caf=E9?=", "caf\ufffd"),
        (b"=?rot13?Q?abc?=", "abc"),
        (b"=?unicode_escape?Q?=5Cn=5Cz?=", "\\n\\z"),
        (b"=?utf-7?Q?+2AA-?=", "?"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q?abc", "=?utf-8?Q?abc"),
        (b"=?utf-8?Q?abc =?utf-8?Q?d?=", "=?utf-8?Q?abc d"),
        (b"=?utf-8?Q?=ZZ?=", "=ZZ"),
        (b"=?utf-8?Q?100=?=", "100"),
        (b"=??Q?abc?=", "=??Q?abc?="),
    ],
)
def test_what_is_broken_yields_what_can_be_had(octets: bytes, text: str) -> None:
    assert decode_words(octets) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("Grüße 日本".encode(), "Grüße 日本"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"\x93hi\x94 \x80", "“hi” €"),
        (b"\x81\xe9", "\x81é"),
        (b"Gr\xfc=?utf-8?Q?=C3=9F?=e", "Grüße"),
    ],
)
def test_raw_8_bit_is_utf8_or_else_western(octets: bytes, text: str) -> None:
    assert decode_words(octets) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"a\r\n b", "a b"),
        (b"a\r\n\tb", "a\tb"),
        (b"a\n b\n  c", "a b  c"),
        (b"a\r\nBcc: b", "a Bcc: b"),
        (b"\xe9\r\n x", "é x"),
        (b"=?utf-8?Q?a=0D=0ABcc:_b?=", "a Bcc: b"),
        (b"a\x00b", "a b"),
    ],
)
def test_folds_are_undone_and_no_line_end_is_left(octets: bytes, text: str) -> None:
    assert decode_words(octets) == text


charsets = st.sampled_from(
    [
        "utf-8",
        "utf-7",
        "utf-16",
        "iso-2022-jp",
        "gb2312",
        "hz",
        "big5",
        "x-nothing",
        "base64",
        "idna",
        "\xe9",
        "utf-8*de",
        "",
    ]
)
encoded = st.tuples(charsets, st.sampled_from("QqBbX"), st.binary(max_size=12)).map(
    lambda word: b"=?%b?%b?%b?=" % (word[0].encode("latin-1"), word[1].encode(), word[2])
)


@given(st.lists(encoded | st.binary(max_size=8) | st.sampled_from([b" ", b"=?", b"?=", b"\r\n "])).map(b"".join))
def test_nothing_raises_and_everything_can_be_printed(octets: bytes) -> None:
    text = decode_words(octets)
    assert text.encode().decode() == text
    assert not set(text) & set("\r\n\x00")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), st.integers(1, 9))
def test_any_cut_of_any_text_is_joined_again(text: str, width: int) -> None:
    octets = text.encode()
    words = [octets[start : start + width] for start in range(0, len(octets), width)]
    for adjacent in (b" ", b"\r\n ", b""):
        assert decode_words(adjacent.join(b"=?utf-8?B?%b?=" % b64encode(word) for word in words)) == text


@pytest.mark.parametrize(
    "octets", [b"=?a?q?x" * 100_000, b"=?a?q?" * 100_000, b"=?" * 300_000, b"=?a?q?" + b"=?=" * 200_000]
)
def test_beginnings_without_an_end_take_linear_time(octets: bytes) -> None:
    assert len(decode_words(octets)) <= len(octets)


@pytest.mark.parametrize("end", [b"?=", b""])
def test_a_long_word_takes_little_memory(end: bytes) -> None:
    octets = b"=?utf-8?q?" + b"=a" * 100_000 + end
    tracemalloc.start()
    decode_words(octets)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * len(octets)


def test_a_header_of_many_words_takes_linear_time() -> None:
    assert decode_words(b"=?utf-8?Q?abc?= " * 100_000) == "abc" * 100_000 + " "
