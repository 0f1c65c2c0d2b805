"""The text of a part is decoded, and its lines end in LF."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.text import join_texts, read_text


@given(st.text("\r\n\v\f\x1c\x85\u2028a é", max_size=40))
def test_crlf_becomes_lf_and_nothing_else_changes(text: str) -> None:
    assert read_text(text.encode(), None, (("charset", b"utf-8"),)) == (text.replace("\r\n", "\n"), [])


def test_line_ends_are_those_of_the_text_and_not_of_its_octets() -> None:
    octets = "\u0d0a\u0a0d\r\n".encode("utf-16-be")
    assert read_text(octets, "8bit", (("charset", b"utf-16-be"),)) == ("\u0d0a\u0a0d\n", [])


def test_lines_flow_only_where_the_parameter_says_so() -> None:
    flowing = (("format", b"Flowed"),)
    assert read_text(b"one \r\ntwo\r\n", "7bit", flowing) == ("one two\n", [])
    assert read_text(b"one \r\ntwo\r\n", "7bit", (*flowing, ("delsp", b"yes"))) == ("onetwo\n", [])
    assert read_text(b"one \r\ntwo\r\n", "7bit", ()) == ("one \ntwo\n", [])


def test_texts_that_follow_each_other_begin_on_lines_of_their_own() -> None:
    assert join_texts(()) is None
    assert join_texts(("a", "", "b\n", "c")) == "a\nb\nc"
