"""The first words of texts, as their readers see them."""

from __future__ import annotations

import time

import pytest

from mailkit.mime.preview import LENGTH, preview_of_html, preview_of_plain

PLAIN = [
    ("Hello,\n\n  Bob. \n", "Hello, Bob."),
    ("> what did you say?\n>> nothing\nYes.\n", "Yes."),
    ("> only a quotation\n", "> only a quotation"),
    ("", ""),
    (" \n\u00a0\u200b\n", ""),
    ("a\u200b\u200d b \ufeff c\u00add", "a b cd"),
    ("1 < 2 &amp; <b>", "1 < 2 &amp; <b>"),
    ("word " * 50, "word " * 39 + "word"),
    ("x" * 300, "x" * LENGTH),
]
HTML = [
    ("<p>Hello,<br>Bob.</p>", "Hello, Bob."),
    ("<html><head><title>No</title><style>p { color: red }</style></head><body>Yes", "Yes"),
    ("<!-- <p>no</p> --><!doctype html><p>yes", "yes"),
    ("<SCRIPT>no</SCRIPT >yes", "yes"),
    ("one<td>two</td><td>three</td>", "one two three"),
    ("f<b>a</b>t and <a href='x'>blue</a>.", "fat and blue."),
    ("caf&eacute; &lt;b&gt; &#8364;&nbsp;5", "café <b> € 5"),
    ("<p>kept</p><style>cut", "kept"),
    ("<p>kept</p><!-- cut", "kept"),
    ("<p>kept</p><img src='cu", "kept"),
    ("1 < 2", "1 < 2"),
    ("", ""),
    ("<![CDATA[x]]><?php ?>y", "y"),
]


@pytest.mark.parametrize(("text", "words"), PLAIN)
def test_a_plain_text_begins_with_what_its_author_says(text: str, words: str) -> None:
    assert preview_of_plain(text) == words


@pytest.mark.parametrize(("html", "words"), HTML)
def test_of_html_only_what_is_seen_is_shown(html: str, words: str) -> None:
    assert preview_of_html(html) == words


@pytest.mark.parametrize("piece", ["<!--", "<style", "<style>", "<a", "<", "</", "<b ", "&", "&#", "<script>x</scrip"])
def test_no_html_takes_long(piece: str) -> None:
    began = time.perf_counter()
    preview_of_html(piece * (1 << 18))
    assert time.perf_counter() - began < 5
