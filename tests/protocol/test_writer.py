"""What a caller passes becomes one argument, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol.wire.writer import Literals, Piece, Stream, Writer
from tests.scripted import Command
from tests.scripted.command import announced


def written(write: Callable[[Writer], object], literals: Literals = Literals.PLUS, *, utf8: bool = False) -> bytes:
    out = Writer(b"A1", literals=literals, utf8=utf8)
    out.atom("VERB")
    write(out)
    return b"".join(piece.octets for piece in out.pieces() if isinstance(piece.octets, bytes))


@pytest.mark.parametrize(
    ("write", "octets"),
    [
        (lambda out: out.text("INBOX"), b"INBOX"),
        (lambda out: out.text("a]b"), b"a]b"),
        (lambda out: out.text(""), b'""'),
        (lambda out: out.text("NIL"), b'"NIL"'),
        (lambda out: out.text("nil"), b'"nil"'),
        (lambda out: out.text('a"b\\c'), b'"a\\"b\\\\c"'),
        (lambda out: out.text("a b"), b'"a b"'),
        (lambda out: out.text("a{3}"), b'"a{3}"'),
        (lambda out: out.text("ü"), b"{2+}\r\n\xc3\xbc"),
        (lambda out: out.text("a\r\nA2 LOGOUT"), b"{12+}\r\na\r\nA2 LOGOUT"),
        (lambda out: out.nstring(None), b"NIL"),
        (lambda out: out.number(0).number(2**63 - 1), b"0 9223372036854775807"),
        (lambda out: out.atom("a").glue().verbatim(b"[]").atom("b"), b"a[] b"),
        (lambda out: out.literal(b"\0", binary=True), b"~{1+}\r\n\0"),
    ],
)
def test_arguments_are_written_in_their_shortest_safe_form(write: Callable[[Writer], object], octets: bytes) -> None:
    assert written(write) == b"A1 VERB " + octets + b"\r\n"


def test_groups_nest_without_stray_spaces() -> None:
    out = Writer(b"A1")
    out.atom("VERB")
    with out.group():
        out.atom("a")
        with out.group():
            out.atom("b")
        with out.group():
            pass
    out.atom("c")
    assert out.pieces() == [Piece(b"A1 VERB (a (b) ()) c\r\n", "A1 VERB (a (b) ()) c")]


@pytest.mark.parametrize(
    "write",
    [
        lambda out: out.atom("a b"),
        lambda out: out.atom(""),
        lambda out: out.atom("a\r\nb"),
        lambda out: out.atom("ü"),
        lambda out: out.text("a\0b"),
        lambda out: out.text("\ud800"),
        lambda out: out.literal(b"\0"),
        lambda out: out.number(-1),
        lambda out: out.number(2**63),
        lambda out: out.verbatim(b"a\rb"),
        lambda out: out.verbatim(b"a\nb"),
        lambda out: out.verbatim(b"a\0b"),
        lambda out: out.verbatim(b"a{3}"),
        lambda out: out.verbatim(b"a{3+}"),
    ],
)
def test_what_could_be_more_than_one_argument_is_refused(write: Callable[[Writer], object]) -> None:
    with pytest.raises(UsageError):
        written(write)


@pytest.mark.parametrize("tag", [b"", b"*", b"+", b"a b", b"a+", b"a\r\nb", b"(", b'"'])
def test_a_tag_that_is_none_is_refused(tag: bytes) -> None:
    with pytest.raises(UsageError):
        Writer(tag)


@given(
    st.lists(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=4),
    st.sampled_from(Literals),
    st.booleans(),
)
def test_any_texts_arrive_unchanged_in_one_command(values: list[str], literals: Literals, utf8: bool) -> None:
    def write(out: Writer) -> None:
        for value in values:
            out.text(value)

    octets = written(write, literals, utf8=utf8)
    sent, found = octets, []
    while True:  # as a server reads: a line, then the literal it announces
        line, _, octets = octets.partition(b"\r\n")
        literal = announced(line + b"\r\n")
        if literal is None:
            break
        found.append(octets[: literal.size])
        octets = octets[literal.size :]
    assert octets == b""
    try:
        command = Command.read(sent, tuple(found))
        arguments = command.arguments
    except ValueError:
        assert utf8  # the scripted server's reader knows no UTF-8
        return
    assert arguments == tuple(value.encode() for value in values)


def test_literals_wait_where_the_server_wants_to_be_asked() -> None:
    out = Writer(b"A1", literals=Literals.MINUS)
    out.atom("VERB").literal(b"x" * 4096).literal(b"y" * 4097)
    first, second = out.pieces()
    assert (first.waits, second.waits) == (False, True)
    assert isinstance(first.octets, bytes)
    assert first.octets.endswith(b"{4097}\r\n")
    assert second.octets == b"y" * 4097 + b"\r\n"


def test_a_stream_is_a_piece_of_its_own() -> None:
    out = Writer(b"A1", literals=Literals.PLUS)
    stream = Stream(BytesIO(b"abc"), 3)
    out.atom("VERB").literal(stream).atom("x")
    assert [piece.octets for piece in out.pieces()] == [b"A1 VERB {3+}\r\n", stream, b" x\r\n"]


def test_secrets_and_literals_are_not_shown() -> None:
    out = Writer(b"A1")
    out.atom("VERB").text("user", secret=True).string('pass"word', secret=True).literal(b"octets")
    pieces = out.pieces()
    assert "".join(piece.shown for piece in pieces) == "A1 VERB *** *** {6}"
    assert "pass" not in repr(pieces)
    assert "octets" not in "".join(piece.shown for piece in pieces)
