"""No name that a stranger chose leaves the folder, hides its kind or surprises a file system."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.filename import MAX_OCTETS, numbered, safe_name

NAMES = [
    ("report.pdf", "application/pdf", "report.pdf"),
    ("../../etc/passwd", "text/plain", "passwd.txt"),
    ("..", "text/plain", "attachment.txt"),
    ("C:\\windows\\system32\\evil.exe", "application/x-msdownload", "evil.exe"),
    ("C:evil.exe", "application/x-msdownload", "evil.exe"),
    ("/", "image/png", "attachment.png"),
    ("folder/", "image/png", "folder.png"),
    (None, "application/pdf", "attachment.pdf"),
    ("", "message/rfc822", "attachment.eml"),
    ("", "x/unknown", "attachment"),
    (".bashrc", "text/plain", "bashrc.txt"),
    ("CON", "text/plain", "_CON.txt"),
    ("nul.tar.gz", "application/gzip", "_nul.tar.gz"),
    ("com1 .txt", "text/plain", "_com1 .txt"),
    ("Lpt².txt", "text/plain", "_Lpt².txt"),
    ("console.txt", "text/plain", "console.txt"),
    ("a\x00b\x1fc.txt", "text/plain", "abc.txt"),
    ("a\r\n b.txt", "text/plain", "a b.txt"),
    ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe"),
    ("trailing. . .", "text/plain", "trailing.txt"),
    ('a<b>c:"d|e?f*.txt', "text/plain", "a_b_c__d_e_f_.txt"),
    ("file.txt::$DATA", "text/plain", "file.txt__$DATA"),
    ("e\u0301te\u0301.pdf", "application/pdf", "été.pdf"),
    ("\ud800x.txt", "text/plain", "x.txt"),
    ("no extension", "text/calendar", "no extension.ics"),
]


@pytest.mark.parametrize(("name", "content_type", "expected"), NAMES)
def test_known_answers(name: str | None, content_type: str, expected: str) -> None:
    assert safe_name(name, content_type) == expected


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ü" * 5000 + ".pdf", "application/pdf")
    assert name.endswith("ü.pdf")
    assert MAX_OCTETS - 1 <= len(name.encode()) <= MAX_OCTETS


def test_the_default_is_used_and_made_safe() -> None:
    assert safe_name("...", "image/gif", default="../image") == "image.gif"
    assert safe_name(None, "image/gif", default="/") == "attachment.gif"


def test_numbers_come_before_the_extension() -> None:
    assert numbered("a.pdf", 2) == "a (2).pdf"
    assert numbered("a", 3) == "a (3)"
    assert len(numbered("ü" * 98 + ".pdf", 10_000).encode()) <= MAX_OCTETS


@given(st.text(max_size=300), st.sampled_from(["text/plain", "x/y"]))
def test_every_name_is_one_visible_segment(name: str, content_type: str) -> None:
    safe = safe_name(name, content_type)
    assert safe == safe.strip(". ") != ""
    assert not set(safe) & set('\\/:*?"<>|')
    assert len(safe.encode()) <= MAX_OCTETS
    assert all(unicodedata.category(c)[0] != "C" for c in safe)
    assert safe_name(safe, content_type) == safe
