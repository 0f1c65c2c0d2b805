"""What a type checker sees of the classic interface; mypy reads this file, and running it proves that it is true."""

from __future__ import annotations

from typing import assert_type

from mailkit.protocol import IMAP4, Int2AP, ParseFlags, Time2Internaldate
from tests.protocol.classic.paper import Paper

Row = bytes | tuple[bytes, bytes]


def test_every_result_has_an_exact_type() -> None:
    paper = Paper(state="SELECTED", offers=b"IMAP4rev1 IDLE")
    assert_type(paper.noop(), tuple[str, list[bytes]])
    assert_type(paper.NOOP(), tuple[str, list[bytes]])
    assert_type(paper.fetch("1", "(FLAGS)"), tuple[str, list[Row | None]])
    assert_type(paper.FETCH("1", "(FLAGS)", uid=True), tuple[str, list[Row | None]])
    assert_type(paper.search(None, "ALL"), tuple[str, list[bytes | None]])
    assert_type(paper.uid("SEARCH", "ALL"), tuple[str, list[Row | None]])
    assert_type(paper.expunge(), tuple[str, list[bytes | None]])
    assert_type(paper.list(), tuple[str, list[Row | None]])
    assert_type(paper.getquotaroot("A"), tuple[str, list[list[Row | None]]])
    assert_type(paper.response("EXISTS"), tuple[str, list[Row | None]])
    assert_type(paper.recent(), tuple[str, list[Row | None]])
    assert_type(paper.append("A", None, None, b""), tuple[str, list[bytes]])
    assert_type(paper.untagged_responses, dict[str, list[Row]])
    assert_type(paper.capabilities, tuple[str, ...])
    assert_type(paper.state, str)
    assert_type(paper.welcome, bytes)
    assert_type(paper.tagpre, bytes)
    assert_type(paper.error, type[IMAP4.error])


def test_so_have_the_functions() -> None:
    assert_type(Int2AP(5), bytes)
    assert_type(ParseFlags(b""), tuple[bytes, ...])
    assert_type(Time2Internaldate(5), str)
