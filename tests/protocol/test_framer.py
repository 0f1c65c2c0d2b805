"""Octets become whole responses, however they are cut, and no limit is passed unseen."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer, Sink
from mailkit.protocol.wire.limits import Limits

NEXT = b"A7 OK next\r\n"

FRAMES = [
    (b"* OK hello\r\n", Frame(b"* OK hello")),
    (b"* 1 FETCH (BODY[] {5}\r\nhello)\r\n", Frame(b"* 1 FETCH (BODY[] {5}", (b"hello", b")"))),
    (b"* 1 FETCH (BODY[] {0}\r\n)\r\n", Frame(b"* 1 FETCH (BODY[] {0}", (b"", b")"))),
    (b"* 1 FETCH (BINARY[1] ~{3}\r\n\0\r\n)\r\n", Frame(b"* 1 FETCH (BINARY[1] ~{3}", (b"\0\r\n", b")"))),
    (b'* LIST () "/" {3+}\r\nabc\r\n', Frame(b'* LIST () "/" {3+}', (b"abc", b""))),
    (b"* X {1}\r\na {2}\r\nbc\r\n", Frame(b"* X {1}", (b"a", b" {2}", b"bc", b""))),
    (b"* X {5}\r\n{3}\r\n\r\n", Frame(b"* X {5}", (b"{3}\r\n", b""))),
    (b"+ {5}\r\n", Frame(b"+ {5}")),
    (b"+\r\n", Frame(b"+")),
    (b"A1 OK done {5}\r\n", Frame(b"A1 OK done {5}")),
    (b"* OK [ALERT] braces {5}\r\n", Frame(b"* OK [ALERT] braces {5}")),
    (b"* no {5}\r\n", Frame(b"* no {5}")),
    (b"* X {a}\r\n", Frame(b"* X {a}")),
    (b"* X }\r\n", Frame(b"* X }")),
    (b"\r\n", Frame(b"")),
    (b"* OK bare\n", Frame(b"* OK bare")),
    (b"* OK a\rb\r\n", Frame(b"* OK a\rb")),
    (b"* OK \0\xff\r\n", Frame(b"* OK \0\xff")),
]


def frames(*cuts: bytes, limits: Limits = Limits()) -> list[Frame]:
    """All frames, which are the same where some are taken by the run."""
    by_runs = [*_frames(cuts, limits, by_runs=True)]
    assert by_runs == [*_frames(cuts, limits, by_runs=False)]
    return by_runs


def _frames(cuts: Iterable[bytes], limits: Limits, *, by_runs: bool) -> Iterator[Frame]:
    framer = Framer(limits)
    for octets in cuts:
        framer.feed(octets)
        while True:
            if by_runs and (run := framer.next_run(1000)[0]):
                yield from [row if isinstance(row, Frame) else Frame(row.removesuffix(b"\r")) for row in run]
            elif (frame := framer.next_frame()) is not None:
                yield frame
            else:
                break
    assert framer.is_empty


@pytest.mark.parametrize(("octets", "frame"), FRAMES)
def test_a_response_is_the_same_however_it_is_cut(octets: bytes, frame: Frame) -> None:
    assert frames(octets) == [frame]
    assert frames(*(octets[at : at + 1] for at in range(len(octets)))) == [frame]
    for at in range(len(octets)):
        assert frames(octets[:at], octets[at:] + NEXT) == [frame, Frame(NEXT[:-2])]


@given(st.lists(st.sampled_from(FRAMES)), st.data())
def test_responses_received_into_space_are_the_same_as_fed(
    chosen: list[tuple[bytes, Frame]], data: st.DataObject
) -> None:
    octets = b"".join(octets for octets, _ in chosen)
    framer = Framer()
    found = []
    while octets:
        space = framer.space()
        count = data.draw(st.integers(1, min(len(space), len(octets))))
        space[:count] = octets[:count]
        framer.filled(count)
        octets = octets[count:]
        while (frame := framer.next_frame()) is not None:
            found.append(frame)
    assert found == [frame for _, frame in chosen]
    assert framer.is_empty


def large(size: int) -> tuple[bytes, Frame]:
    literal = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    head = b"* 1 FETCH (UID 1 BODY[] {%d}" % size
    return head + b"\r\n" + literal + b")\r\n", Frame(head, (literal, b")"))


@given(
    st.lists(st.sampled_from([3, 4_000, 65_530, 70_000, 300_000, 600_000]), max_size=4),
    st.lists(st.tuples(st.booleans(), st.sampled_from([1, 30, 2_000, 65_536, 100_000, 1_000_000])), min_size=1),
)
def test_large_literals_are_the_same_however_they_come(sizes: list[int], cuts: list[tuple[bool, int]]) -> None:
    whole = [large(size) for size in sizes]
    octets = b"".join(octets for octets, _ in whole)
    framer = Framer()
    found = []
    step = 0
    while octets:
        is_fed, most = cuts[step % len(cuts)] if step < 200 else (True, len(octets))
        step += 1
        space = framer.space()
        count = min(most, len(octets)) if is_fed else min(most, len(octets), len(space))
        if is_fed:
            framer.feed(octets[:count])
        else:
            space[:count] = octets[:count]
            framer.filled(count)
        octets = octets[count:]
        assert framer.wanted is None or framer.wanted <= len(octets)
        while (frame := framer.next_frame()) is not None:
            found.append(frame)
    assert found == [frame for _, frame in whole]
    assert framer.is_empty


@pytest.mark.parametrize("waiting", [b"", NEXT[:5]])
def test_memory_that_was_needed_once_can_be_given_back(waiting: bytes) -> None:
    framer = Framer()
    first = len(framer.space())
    framer.feed(100_000 * b"* 1 EXISTS\r\n" + waiting)
    while framer.next_frame() is not None:
        pass
    assert len(framer.space()) > 500_000
    framer.shrink()
    assert len(framer.space()) <= first
    framer.feed(NEXT[len(waiting) :] + NEXT)
    assert [framer.next_frame() for _ in range(3)] == [Frame(NEXT[:-2]), Frame(NEXT[:-2]), None]


def test_memory_that_is_still_needed_is_kept() -> None:
    framer = Framer()
    octets = b"* OK " + 6_000 * b"x"
    framer.feed(octets)
    framer.shrink()
    framer.feed(b"\r\n")
    assert framer.next_frame() == Frame(octets)


def test_a_large_literal_is_held_once() -> None:
    octets, expected = large(8_000_000)
    left = memoryview(octets)
    framer = Framer()
    frame = None
    tracemalloc.start()
    try:
        while frame is None:
            space = framer.space()
            count = min(len(space), len(left), 50_000)
            space[:count] = left[:count]
            framer.filled(count)
            left = left[count:]
            frame = framer.next_frame()
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert frame == expected
    assert held < 9_000_000


def test_who_holds_on_to_the_space_of_a_literal_cannot_change_it() -> None:
    octets, expected = large(100_000)
    framer = Framer()
    framer.feed(octets[:100])
    assert framer.next_frame() is None
    space = framer.space()
    space[: len(octets) - 103] = octets[100:-3]
    framer.filled(len(octets) - 103)
    framer.feed(octets[-3:])
    frame = framer.next_frame()
    space[:10] = b"x" * 10
    assert frame == expected


@pytest.mark.parametrize(
    ("limits", "octets"),
    [
        (Limits(line=10), b"* OK 4567890\r\n"),
        (Limits(line=10), b"* OK 4567890"),
        (Limits(line=10), b"* X {1}\r\nabcdefghijklm"),
        (Limits(literal=10), b"* X {11}\r\n"),
        (Limits(response=30), b"* X {10}\r\n0123456789 {10}\r\n"),
        (Limits(literals=2), b"* X {1}\r\na {1}\r\na {1}\r\n"),
        (Limits(bare_line_feeds=False), b"* OK\n"),
        (Limits(), b"* X {9999999999}\r\n"),
        (Limits(), b"* X {-1}\r\n"),
        (Limits(), b"* X {18446744073709551616}\r\n"),
        (Limits(), b"* X {" + b"9" * 5000 + b"}\r\n"),
    ],
)
def test_crossing_a_limit_is_a_violation_at_every_cut(limits: Limits, octets: bytes) -> None:
    for cuts in ([octets], [octets[at : at + 1] for at in range(len(octets))]):
        with pytest.raises(ProtocolViolation):
            frames(*cuts, limits=limits)


def test_what_is_expected_may_be_larger_than_the_limits() -> None:
    framer = Framer(Limits(literal=10, response=30))
    framer.extra = 5
    framer.feed(b"* X {15}\r\n" + b"x" * 15 + b"\r\n")
    assert framer.next_frame() == Frame(b"* X {15}", (b"x" * 15, b""))
    framer.feed(b"* X {16}\r\n")
    with pytest.raises(ProtocolViolation, match="16 octets"):
        framer.next_frame()


def test_memory_is_not_taken_because_a_literal_is_announced() -> None:
    framer = Framer()
    framer.feed(b"* X {40000000}\r\nab")
    assert framer.next_frame() is None
    assert len(framer.space()) < 1_000_000
    assert framer.wanted == 40_000_000 - 2


def test_a_literal_for_a_sink_is_handed_over_as_it_comes_and_not_kept() -> None:
    chunks: list[bytes] = []

    def sink_for(text: bytes, size: int) -> Sink | None:
        assert text == b"* X {3}"
        return None if size < 5 else lambda octets: chunks.append(bytes(octets))

    framer = Framer(Limits(literal=3), sink_for)
    cuts: Iterable[bytes] = (b"* X {3}\r\nabc {6}\r\nx", b"yz", b"123 end\r\n")
    frame = None
    for octets in cuts:
        framer.feed(octets)
        frame = framer.next_frame()
    assert frame == Frame(b"* X {3}", (b"abc", b" {6}", b"", b" end"))
    assert chunks == [b"x", b"yz", b"123"]


def test_progress_can_be_seen() -> None:
    framer = Framer()
    seen = []
    for octets in (b"* X", b" {4}\r\n", b"ab", b"cd", b" {0}\r\n", b"\r\n"):
        framer.feed(octets)
        framer.next_frame()
        seen.append((framer.is_inside, framer.stage, framer.octets_under_way))
    assert seen == [(True, 0, 0), (True, 1, 7), (True, 1, 9), (True, 2, 11), (True, 4, 15), (False, 0, 0)]


def test_what_has_not_been_taken_can_be_drained() -> None:
    framer = Framer()
    framer.feed(b"A1 OK go\r\n\x01\x02\x03")
    framer.next_frame()
    assert not framer.is_empty
    assert framer.drain() == b"\x01\x02\x03"
    assert framer.is_empty


def test_few_receptions_stream_a_large_literal() -> None:
    octets, _ = large(10_000_000)
    came = 0

    def count(view: memoryview) -> None:
        nonlocal came
        came += len(view)

    framer = Framer(sink_for=lambda text, size: count)
    receptions = 0
    while octets:
        space = framer.space()
        size = min(len(space), len(octets))
        space[:size] = octets[:size]
        framer.filled(size)
        octets = octets[size:]
        framer.next_frame()
        receptions += 1
    assert came == 10_000_000
    assert receptions < 40
