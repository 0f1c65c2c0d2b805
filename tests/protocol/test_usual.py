"""FETCH responses of the usual shape are read by pattern and shape, with the same result as by the grammar."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.msg_att import read_message_data
from mailkit.protocol.values.usual import read_rows
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.reader import Reader

ENVELOPE = (
    b'ENVELOPE ("Fri, 7 Jun 2024 10:00:00 +0200" "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=" (("Ldj" NIL "ldj" "example.org")) '
    b'(("Ldj" NIL "ldj" "example.org")) (("Ldj" NIL "ldj" "example.org")) ((NIL NIL "friends" NIL)'
    b'("A, B" NIL "a" "example.org")(NIL NIL NIL NIL)) NIL NIL "<1@x>" "<2@x>")'
)
STRUCTURE = (
    b'(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 12 1 NIL NIL NIL NIL)'
    b'("image" "png" ("name" "a (1).png") NIL NIL "base64" 345 NIL ("attachment" ("filename" "a (1).png")) NIL NIL)'
    b' "mixed" ("boundary" "x") NIL NIL NIL)'
)


def framed(octets: bytes) -> Frame:
    framer = Framer()
    framer.feed(octets)
    frame = framer.next_frame()
    assert frame is not None
    return frame


def lines(frame: Frame) -> list[bytes]:
    """The response as it is in a run, where it has no literal: a line without and with its CR."""
    return [] if frame.rest else [frame.head, frame.head + b"\r"]


def start_of(frame: Frame) -> int:
    found = re.match(rb"\* [0-9]+ FETCH ", frame.head)
    assert found is not None
    return found.end()


def outcome(frame: Frame, *, by_grammar: bool) -> MessageData | str:
    if not by_grammar and (usual := read_rows([frame])[0]) is not None:
        return usual
    try:
        return read_message_data(Reader(frame, start_of(frame)), 7)
    except ProtocolViolation:
        return "violation"


@pytest.mark.parametrize(
    "items",
    [
        b'UID 1 FLAGS (\\Seen $Work) INTERNALDATE "01-Jan-2024 10:00:00 +0000" RFC822.SIZE 293 ' + ENVELOPE,
        b'UID 1 FLAGS () INTERNALDATE " 1-Jan-2024 10:00:00 +0000" RFC822.SIZE 2 MODSEQ (65) ' + ENVELOPE,
        b'UID 1 FLAGS () INTERNALDATE "01-Jan-2024 10:00:00 +0000" RFC822.SIZE 2 '
        + ENVELOPE
        + b" BODYSTRUCTURE "
        + STRUCTURE,
        b"MODSEQ (12) FLAGS () UID 1 " + ENVELOPE,
        b"",
        b"FLAGS (\\Seen) UID 4 MODSEQ (65)",
        b"UID 1 BODY[] {3}\r\nabc",
        b"UID 1 BODY[1.2.MIME] {0}\r\n",
        b"UID 1 " + ENVELOPE + b" BODY[] {3}\r\nabc",
        b"UID 1 RFC822.SIZE 3 FLAGS () BODY[HEADER] {3}\r\nabc",
        b'UID 1 ENVELOPE (NIL {6}\r\n"quot" ' + b" ".join([b"NIL"] * 8) + b") BODY[] {3}\r\n{1}",
        b'UID 1 ENVELOPE (NIL {6}\r\n"quot" ' + b" ".join([b"NIL"] * 8) + b")",
        b"UID 1 BODYSTRUCTURE " + STRUCTURE,
        b"UID 1 " + ENVELOPE + b" BODYSTRUCTURE " + STRUCTURE,
        b"FLAGS () UID 1 BODYSTRUCTURE " + STRUCTURE + b" BODY[1] {3}\r\nabc",
        b'UID 1 ENVELOPE (NIL "say \\"hi\\"" ' + b" ".join([b"NIL"] * 8) + b")",
        b"UID 1 ENVELOPE (NIL NIL ((NIL NIL {3}\r\na\\b {1}\r\nc)) " + b" ".join([b"NIL"] * 7) + b")",
    ],
)
def test_the_usual_shape_needs_no_grammar(items: bytes) -> None:
    frame = framed(b"* 7 FETCH (" + items + b")\r\n")
    expected = outcome(frame, by_grammar=True)
    assert read_rows([frame]) == [expected]
    assert read_rows(lines(frame)) == [expected for _ in lines(frame)]


@pytest.mark.parametrize(
    "items",
    [
        b"UID 1 BODY[] {3}\r\nabc FLAGS ()",
        b"UID 1 BODY[9.MIME.X] {3}\r\nabc",
        b'UID 1 BODY[] "abc"',
        b'UID 1 ENVELOPE ("d" " BODY[] {3}\r\nabc',
        b"UID 1 BODY[TEXT] {1}\r\na BODY[] {3}\r\nabc",
        b"UID 1 uid 2",
        b"UID 1 BODYSTRUCTURE (" + STRUCTURE,
        b"UID 1 BODYSTRUCTURE " + STRUCTURE + b" FLAGS ()",
        b"UID 1 ENVELOPE (NIL NIL () " + b" ".join([b"NIL"] * 7) + b")",
        ENVELOPE + b" FLAGS () UID 1",
        b'UID 1 ENVELOPE ("a\\" NIL NIL NIL NIL NIL NIL NIL NIL NIL)',
        b"UID 0",
        b'UID 1 INTERNALDATE "yesterday"',
        b'UID 1 FLAGS ("(")',
        b'UID 1 ENVELOPE ("a {2}\r\nNIL" ' + b" ".join([b"NIL"] * 9) + b")",
        b'UID 1 ENVELOPE ("d" "s" NIL ',
        b'UID 1 ENVELOPE ("d" "s" (("a" NIL "b" "c")) NIL ',
    ],
)
def test_another_shape_is_left_to_the_grammar(items: bytes) -> None:
    frame = framed(b"* 7 FETCH (" + items + b")\r\n")
    assert read_rows([frame]) == [None]
    assert read_rows(lines(frame)) == [None for _ in lines(frame)]
    assert outcome(frame, by_grammar=False) == outcome(frame, by_grammar=True)


def test_addresses_too_long_to_be_remembered_are_read_all_the_same() -> None:
    name = b"x" * 2000
    frame = framed(b'* 7 FETCH (UID 1 ENVELOPE (NIL NIL (("%b" NIL "a" "b")) NIL NIL NIL NIL NIL NIL NIL))\r\n' % name)
    assert read_rows([frame])[0] == outcome(frame, by_grammar=True)


@pytest.mark.parametrize(
    "usual",
    [
        b'UID %d FLAGS (\\Seen) INTERNALDATE "01-Jan-2024 10:00:00 +0000" ' + ENVELOPE,
        b"UID %d BODYSTRUCTURE " + STRUCTURE,
    ],
    ids=["envelopes", "structures"],
)
@pytest.mark.parametrize("among", [0, 1, 2])
@pytest.mark.parametrize(
    "other",
    [
        b"UID 9 " + ENVELOPE,
        b"UID 9 FLAGS ()",
        b"UID 9 BODY[] {3}\r\nabc",
        b'UID 9 FLAGS () INTERNALDATE "31-Foo-2024 10:00:00 +0000" ' + ENVELOPE,
        b'UID 9 FLAGS () INTERNALDATE "01-Jan-2024 10:00:00 +0000" ENVELOPE (NIL NIL ((1)) ' + b"NIL " * 6 + b"NIL)",
        b'UID 9 FLAGS () INTERNALDATE "01-Jan-2024 10:00:00 +0000" ' + ENVELOPE + b" BODYSTRUCTURE (1)",
        b'UID 9 FLAGS () INTERNALDATE "01-Jan-2024 10:00:00 +0000" ' + ENVELOPE + b" BODY[] {3}\r\nabc",
        b"UID 9 BODYSTRUCTURE (1)",
        b"nonsense",
    ],
)
def test_what_is_odd_costs_only_itself(other: bytes, among: int, usual: bytes) -> None:
    frames = [framed(b"* 7 FETCH (" + items + b")\r\n") for items in (usual % 1, usual % 2)]
    frames.insert(among, framed(b"* 7 FETCH (" + other + b")\r\n"))
    told = read_rows(frames)
    assert told == [read_rows([frame])[0] for frame in frames]
    assert read_rows([frame if frame.rest else frame.head for frame in frames]) == told  # as they are in a run
    del told[among]
    assert told == [outcome(frame, by_grammar=True) for number, frame in enumerate(frames) if number != among]


# -- whatever a server sends

TEXT = st.one_of(
    st.sampled_from(
        [b"", b"ldj", b"example.org", b"NIL", b'"', b"\\", b'\\"', b"=?utf-8?q?=C3=BC?=", b"a\r\n b", b"\xff"]
    ),
    st.binary(max_size=12),
)


def _quoted(octets: bytes) -> bytes:
    return b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\r", b"").replace(b"\n", b"") + b'"'


def _literal(octets: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(octets), octets)


STRING = st.one_of(TEXT.map(_quoted), TEXT.map(_literal))
NSTRING = st.one_of(st.just(b"NIL"), STRING)
ADDRESS = st.tuples(NSTRING, NSTRING, NSTRING, NSTRING).map(lambda fields: b"(" + b" ".join(fields) + b")")
ADDRESSES = st.one_of(
    st.just(b"NIL"), st.lists(ADDRESS, min_size=1, max_size=3).map(lambda all_: b"(" + b"".join(all_) + b")")
)
DATE = st.one_of(
    NSTRING,
    st.builds(
        lambda day, zone: b'"%b 2024 10:00:0%b"' % (day, zone),
        st.sampled_from([b"Fri, 7 Jun", b"07 jun", b"Xyz, 31 Feb", b"1 Foo"]),
        st.sampled_from([b"0 +0200", b"9 -0000", b"0 +9999", b"0 GMT", b"0 +0200 (CEST)"]),
    ),
)
ENVELOPES = st.tuples(DATE, NSTRING, *[ADDRESSES] * 6, NSTRING, NSTRING).map(
    lambda fields: b"ENVELOPE (" + b" ".join(fields) + b")"
)
NUMBER = st.integers(0, 1 << 65).map(lambda number: b"%d" % number)
ITEM = st.one_of(
    NUMBER.map(lambda number: b"UID " + number),
    NUMBER.map(lambda number: b"RFC822.SIZE " + number),
    NUMBER.map(lambda number: b"MODSEQ (" + number + b")"),
    st.sampled_from([b"FLAGS ()", b"FLAGS (\\Seen $x)", b"FLAGS (\\seen \xff)", b"uid 1", b"X-NEW (1 (2))"]),
    st.sampled_from([b'"01-Jan-2024 10:00:00 +0000"', b'" 1-Jan-2024 10:00:00 -0730"', b'"nonsense"', b"NIL"]).map(
        lambda date: b"INTERNALDATE " + date
    ),
    ENVELOPES,
    st.sampled_from([STRUCTURE, b"()", b'("text" "plain" NIL NIL NIL "7bit" 1 1)']).map(
        lambda it: b"BODYSTRUCTURE " + it
    ),
    st.builds(
        lambda section, octets: b"BODY[%b] %b" % (section, _literal(octets)),
        st.sampled_from([b"", b"1", b"1.MIME", b"HEADER", b"text", b"01", b"MIME", b"HEADER.FIELDS (To)"]),
        TEXT,
    ),
)
RESPONSE = st.lists(ITEM, max_size=6).map(lambda items: b"* 7 FETCH (" + b" ".join(items) + b")\r\n")


@given(RESPONSE)
def test_the_pattern_and_the_grammar_read_the_same(response: bytes) -> None:
    frame = framed(response)
    assert outcome(frame, by_grammar=False) == outcome(frame, by_grammar=True)


@given(st.lists(RESPONSE, max_size=5))
def test_they_do_so_for_many_at_once(responses: list[bytes]) -> None:
    frames = [framed(response) for response in responses]
    told = [data or outcome(frame, by_grammar=True) for data, frame in zip(read_rows(frames), frames, strict=True)]
    assert told == [outcome(frame, by_grammar=True) for frame in frames]


@given(RESPONSE, st.data())
@example(b'* 7 FETCH (UID 1 ENVELOPE ("a ({7}\r\n NIL "b NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n', None)
def test_they_do_so_for_what_breaks_the_grammar_too(response: bytes, data: st.DataObject | None) -> None:
    frame = framed(response)
    if data is not None:
        texts = [frame.head, *frame.rest[1::2]]
        which = data.draw(st.integers(0, len(texts) - 1))
        first = start_of(frame) if which == 0 else 0
        at = data.draw(st.integers(first, len(texts[which])))
        put = data.draw(st.sampled_from([b"", b" ", b'"', b"\\", b"(", b")", b"NIL", b"7", b"~", b"\x00", b"UID 9 "]))
        cut = data.draw(st.integers(0, 2))
        broken = texts[which][:at] + put + texts[which][at + cut :]
        if which < len(texts) - 1 and not re.search(rb"\{[0-9]+\}\Z", broken):
            return  # the framer would see no literal here
        texts[which] = broken
        rest = [piece for pair in zip(frame.rest[::2], texts[1:], strict=True) for piece in pair]
        frame = Frame(texts[0], tuple(rest))
    assert outcome(frame, by_grammar=False) == outcome(frame, by_grammar=True)
