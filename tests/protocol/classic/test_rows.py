"""Responses become classic rows, however the octets are cut and whatever stands behind them."""

from __future__ import annotations

import pytest

from mailkit.protocol.classic.rows import Row, plain, rows_of, rows_of_done
from mailkit.protocol.response import Status, Untagged, classify
from mailkit.protocol.wire.framer import Framer

TABLE: list[tuple[bytes, list[tuple[str, Row]]]] = [
    (b"* 23 EXISTS", [("EXISTS", b"23")]),
    (b"* 1 FETCH (FLAGS (\\Seen))", [("FETCH", b"1 (FLAGS (\\Seen))")]),
    (b"* 1 fetch ()", [("FETCH", b"1 ()")]),
    (b"* SEARCH", [("SEARCH", b"")]),
    (b"* SEARCH 1 2", [("SEARCH", b"1 2")]),
    (b"* SEARCH  1", [("SEARCH", b" 1")]),
    (b"* FLAGS (a b)", [("FLAGS", b"(a b)")]),
    (b"* 2 FETCH (X {3}\r\na\r\n)", [("FETCH", (b"2 (X {3}", b"a\r\n")), ("FETCH", b")")]),
    (b"* 2 FETCH (X {0}\r\n Y ~{2}\r\n}{)", [
        ("FETCH", (b"2 (X {0}", b"")), ("FETCH", (b" Y ~{2}", b"}{")), ("FETCH", b")"),
    ]),
    (b"* LIST () \"/\" {3}\r\na b", [("LIST", (b'() "/" {3}', b"a b")), ("LIST", b"")]),
    (b"* OK hello", [("OK", b"hello")]),
    (b"* OK [ALERT] hello", [("OK", b"[ALERT] hello"), ("ALERT", b"")]),
    (b"* OK [UIDNEXT 5] next", [("OK", b"[UIDNEXT 5] next"), ("UIDNEXT", b"5")]),
    (b"* OK [uidnext 5] next", [("OK", b"[uidnext 5] next"), ("UIDNEXT", b"5")]),
    (b"* OK [PERMANENTFLAGS ([x] \\*)] these", [
        ("OK", b"[PERMANENTFLAGS ([x] \\*)] these"), ("PERMANENTFLAGS", b"([x] \\*)"),
    ]),
    (b"* NO [X] [y]", [("NO", b"[X] [y]"), ("X", b"")]),
    (b"* OK [HIGHESTMODSEQ 5", [("OK", b"[HIGHESTMODSEQ 5")]),
    (b"* OK [] odd", [("OK", b"[] odd")]),
    (b"* BYE [UNAVAILABLE] gone", [("BYE", b"[UNAVAILABLE] gone")]),
    (b"* PREAUTH [CAPABILITY X] hi", [("PREAUTH", b"[CAPABILITY X] hi")]),
    (b"* X-NEW whatever {", [("X-NEW", b"whatever {")]),
]  # fmt: skip


def _frames(octets: bytes, size: int) -> list[Untagged]:
    framer = Framer()
    found = []
    for start in range(0, len(octets), size):
        framer.feed(octets[start : start + size])
        while (frame := framer.next_frame()) is not None:
            response = classify(frame)
            assert isinstance(response, Untagged)
            found.append(response)
    return found


@pytest.mark.parametrize("size", [1, 1 << 20], ids=["octet by octet", "whole"])
@pytest.mark.parametrize(("octets", "rows"), TABLE)
def test_a_response_becomes_rows(octets: bytes, rows: list[tuple[str, Row]], size: int) -> None:
    first, second = _frames(octets + b"\r\n* 7 RECENT\r\n", size)
    assert list(rows_of(first)) == rows
    assert list(rows_of(second)) == [("RECENT", b"7")]


@pytest.mark.parametrize(
    ("octets", "rows"),
    [
        (b"T OK done", []),
        (b"T OK [READ-ONLY] done", [("READ-ONLY", b"")]),
        (b"T NO [APPENDUID 1 2] [x]", [("APPENDUID", b"1 2] [x")]),
    ],
)
def test_a_tagged_response_leaves_its_code(octets: bytes, rows: list[tuple[str, Row]]) -> None:
    framer = Framer()
    framer.feed(octets + b"\r\n")
    frame = framer.next_frame()
    assert frame is not None
    done = classify(frame)
    assert isinstance(done, Status)
    assert list(rows_of_done(done)) == rows


def test_plain_rows_have_no_literals() -> None:
    assert plain([b"1", None, (b"2 {1}", b"x")]) == [b"1", None, b"2 {1}x"]
