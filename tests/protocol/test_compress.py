"""DEFLATE is taken in bounded parts, none is left behind, and nonsense ends the connection."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.compress import Deflate
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.limits import Limits


def packed(octets: bytes, mode: int = zlib.Z_SYNC_FLUSH) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(octets) + packer.flush(mode)


def expanded(deflate: Deflate, octets: bytes, framer: Framer) -> list[Frame]:
    found = []
    deflate.expand(octets, framer)
    while True:
        while (frame := framer.next_frame()) is not None:
            found.append(frame)
        if not deflate.has_more:
            return found
        deflate.expand(b"", framer)


@pytest.mark.parametrize("extra", [-300, -1, 0, 1, 2, 257, 300])
def test_nothing_stays_inside_the_library(extra: int) -> None:
    size = 2 * 256 * 1024 + extra - len(b"* X {524288}\r\n") - 2
    octets = b"* X {%d}\r\n%b\r\n" % (size, b"a" * size)
    (frame,) = expanded(Deflate(), packed(octets), Framer())
    assert frame.rest == (b"a" * size, b"")


@given(st.lists(st.binary(max_size=300)))
def test_what_is_compressed_can_be_expanded_at_once(pieces: list[bytes]) -> None:
    ours, peer = Deflate(), zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    for piece in pieces:
        assert peer.decompress(ours.compress(piece)) == piece


def test_what_came_early_is_expanded_first() -> None:
    octets = packed(b"* 1 EXISTS\r\n* 2 EXISTS\r\n")
    deflate = Deflate(octets[:5])
    assert deflate.has_more
    assert expanded(deflate, octets[5:], Framer()) == [Frame(b"* 1 EXISTS"), Frame(b"* 2 EXISTS")]


def test_a_bomb_meets_the_limits_part_by_part() -> None:
    bomb = packed(b"x" * 500_000_000)
    assert len(bomb) < 600_000
    framer = Framer(Limits(line=1_000_000))
    with pytest.raises(ProtocolViolation, match="line longer"):
        expanded(Deflate(), bomb, framer)
    assert len(framer.space()) < 8_000_000


@pytest.mark.parametrize("octets", [b"\xff\xff\xff", b"* OK in the clear\r\n"])
def test_what_is_no_deflate_is_a_violation(octets: bytes) -> None:
    with pytest.raises(ProtocolViolation, match="broken"):
        expanded(Deflate(), octets, Framer())


def test_nothing_may_follow_the_end_of_the_stream() -> None:
    deflate = Deflate()
    assert expanded(deflate, packed(b"* BYE\r\n", zlib.Z_FINISH), Framer()) == [Frame(b"* BYE")]
    with pytest.raises(ProtocolViolation, match="goes on"):
        expanded(deflate, b"x", Framer())
    with pytest.raises(ProtocolViolation, match="goes on"):
        expanded(Deflate(), packed(b"* BYE\r\n", zlib.Z_FINISH) + b"x", Framer())
