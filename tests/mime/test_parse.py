"""A raw message becomes its parts in linear time, and no octets are too wrong for it."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailkit.mime.parse import MAX_DEPTH, MAX_PARTS, parse
from mailkit.mime.part import Part

MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def _depth(part: Part) -> int:
    depth = 1
    while part.children:
        depth, part = depth + 1, part.children[0]
    return depth


def test_a_part_knows_its_header_and_its_octets() -> None:
    raw = MIXED + b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nX: 1\r\n\r\nHi\r\n--b--\r\n"
    (part,) = parse(raw).children
    assert part.header == b"Content-Type: text/plain; charset=utf-8\r\nX: 1\r\n"
    assert part.fields == ((b"Content-Type", b"text/plain; charset=utf-8"), (b"X", b"1"))
    assert (bytes(part.body), part.size, part.charset) == (b"Hi", 2, "utf-8")
    assert part.params == {"charset": "utf-8"}


def test_what_the_header_does_not_say_has_its_default() -> None:
    part = parse(b"\r\nHi")
    assert (part.content_type, part.encoding, part.charset) == ("text/plain", "7bit", None)
    assert (part.disposition, part.content_id, part.filename, part.children) == (None, None, None, ())


def test_a_delimiter_before_the_empty_line_ends_the_part() -> None:
    first, second = parse(MIXED + b"--b\r\nContent-Type: a/b\r\n--b\r\n\r\nHi\r\n--b--").children
    assert (first.content_type, first.header, first.size) == ("a/b", b"Content-Type: a/b", 0)
    assert bytes(second.body) == b"Hi"


def test_a_part_without_anything_is_empty() -> None:
    first, second = parse(MIXED + b"--b\r\n--b\r\n\r\n--b--").children
    assert (first.header, first.size, second.header, second.size) == (b"", 0, b"", 0)


def test_a_body_that_begins_with_a_delimiter_is_empty() -> None:
    (only,) = parse(b"Content-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\n--b--").children
    assert only.size == 0


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n", b"\r", b":", b"--", b"\n--\n", b"Content-Type: multipart/x; boundary=b"]
)
def test_the_smallest_messages_have_one_tree(raw: bytes) -> None:
    assert bytes(parse(raw).body) in (b"", b"--\n")


def test_depth_is_bounded() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d-\n\n--b%d-\n" % (i, i) for i in range(1000))
    assert _depth(parse(raw)) == MAX_DEPTH
    assert _depth(parse(b"Content-Type: message/rfc822\n\n" * 1000)) == MAX_DEPTH


def test_the_number_of_parts_is_bounded() -> None:
    root = parse(MIXED + b"--b\r\n\r\n\r\n" * (MAX_PARTS + 5) + b"--b--")
    assert len(root.children) == MAX_PARTS - 1
    assert root.defects == ("too many parts",)


@pytest.mark.parametrize(
    "line",
    [
        b"--b\r\nA: b\r\n",
        b"--b\r\n\r\n",
        b"--x\r\n",
        b"\n--",
        b"A: b\r\n c\r\n",
        b"--b\r\nContent-Type: multipart/x; boundary=x\r\n",
        b"--b\r\nContent-Type: multipart/x; boundary=x\r\n\r\n",
        b"--b\r\nContent-Type: multipart/x; boundary=x\r\n\r\n" + b"--y\r\n" * 20,
        b'; n="',
    ],
)
def test_time_grows_with_size_only(line: bytes) -> None:
    def seconds(times: int) -> float:
        raw = MIXED + line * times
        start = process_time()
        parse(raw)
        return process_time() - start

    assert seconds(80_000) < 40 * max(seconds(8_000), 0.005)


def test_lines_that_look_like_delimiters_are_not_compared_with_every_boundary() -> None:
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=b%d-\n\n--b%d-\n" % (i, i) for i in range(MAX_DEPTH))
    start = process_time()
    parse(levels + b"\n--" * 500_000)
    assert process_time() - start < 1


PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r\n\r\n", b"--b", b"--b--", b"--bb", b"--", b"x", b" ", b"=", b'"', b";"),
        *(b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/digest; boundary=bb"),
        *(
            b"Content-Type: message/rfc822",
            b"Content-Transfer-Encoding: base64",
            b"Content-Disposition: inline; filename=a",
        ),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40))
def test_any_octets_give_parts_that_lie_inside_each_other(pieces: list[bytes]) -> None:
    def check(part: Part, raw: bytes) -> None:
        assert part.header in raw
        assert bytes(part.body) in raw
        assert part.text()[0] is not None
        assert bool(part.children) or part.type != "multipart"
        for child in part.children:
            check(child, bytes(part.body))

    raw = b"".join(pieces)
    check(parse(raw), raw)
