"""format=flowed text comes back as its author's paragraphs (RFC 3676)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.flowed import unflow

FLOWED = [
    ("", ""),
    ("one \r\ntwo\r\n", "one two\n"),
    ("one \r\ntwo", "one two"),
    ("one\r\ntwo\r\n", "one\ntwo\n"),
    ("one \r\n\r\ntwo\r\n", "one \ntwo\n"),
    ("> one \r\n> two\r\n", "> one two\n"),
    (">> one \r\n> two\r\n", ">> one \n> two\n"),
    (">>> deep\r\n", ">>> deep\n"),
    ("> > not deeper\r\n", "> > not deeper\n"),
    (" From me\r\n", "From me\n"),
    (" > not a quote\r\n", "> not a quote\n"),
    ("text \r\n-- \r\nme \r\nyou\r\n", "text \n-- \nme you\n"),
    ("> -- \r\n> him\r\n", "> -- \n> him\n"),
    (">\r\n> a\r\n", ">\n> a\n"),
    ("ends open ", "ends open "),
    ("ends open \r\n", "ends open \n"),
]


@pytest.mark.parametrize(("text", "expected"), FLOWED)
def test_known_answers(text: str, expected: str) -> None:
    assert unflow(text) == expected


def test_delsp_takes_the_space_away() -> None:
    assert unflow("日本 \r\n語\r\n", delsp=True) == "日本語\n"
    assert unflow("> a \r\n> b\r\n", delsp=True) == "> ab\n"


@given(st.lists(st.text(st.characters(blacklist_characters="\r\n> "), min_size=1, max_size=9), max_size=9))
def test_fixed_lines_stay_as_they_are(lines: list[str]) -> None:
    text = "".join(line + "\n" for line in lines)
    assert unflow(text) == text
