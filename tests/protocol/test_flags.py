from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol.values.flags import Flag, FlagSet


def test_system_flags_have_one_spelling() -> None:
    for written in (r"\seen", r"\SEEN", r"\Seen"):
        assert Flag(written) is Flag.SEEN
        assert str(Flag(written)) == r"\Seen"
        assert hash(Flag(written)) == hash(Flag.SEEN)
    assert Flag("$forwarded") is Flag.FORWARDED
    assert str(Flag("$mdnsent")) == "$MDNSent"
    assert Flag("$NOTJUNK") is Flag.NOT_JUNK


def test_other_keywords_keep_their_case() -> None:
    assert Flag("Work") == "Work"
    assert Flag("Work") != Flag("work")
    assert Flag(Flag("Work")) == Flag("Work")
    assert not Flag("Work").is_system
    assert Flag(r"\Later").is_system


@pytest.mark.parametrize(
    "wrong",
    ["", " ", "a b", "a\r\nb", "a\x00", "(a", "a)", "a{1}", "50%", "a*", 'a"', "a\\b", "\\", "\\\\", "a]", "é", "\x7f"],
)
def test_what_is_no_flag_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError):
        Flag(wrong)
    with pytest.raises(UsageError):
        FlagSet([wrong])


def test_the_wildcard_is_known_but_not_sent() -> None:
    assert Flag(r"\*") is Flag.WILDCARD
    with pytest.raises(UsageError):
        bytes(Flag.WILDCARD)
    assert bytes(Flag.SEEN) == rb"\Seen"


def test_flags_survive_copies() -> None:
    odd = next(iter(FlagSet.read(b"caf\xc3\xa9]")))
    for flag in (Flag.SEEN, Flag("Work"), odd):
        assert pickle.loads(pickle.dumps(flag)) == copy.deepcopy(flag) == flag
        assert type(copy.copy(flag)) is Flag
    assert repr(Flag.SEEN) == r"Flag('\\Seen')"
    flags = FlagSet([Flag.SEEN, odd])
    assert pickle.loads(pickle.dumps(flags)) == copy.deepcopy(flags) == flags


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"(\Seen $Work)", r"(\Seen $Work)"),
        (r"\seen  $Work ", r"(\Seen $Work)"),
        ("()", "()"),
        ("", "()"),
        (r"(b a \SEEN b)", r"(b a \Seen)"),
    ],
)
def test_a_flag_list_is_parsed_and_printed_in_its_order(text: str, shown: str) -> None:
    assert str(FlagSet.parse(text)) == shown
    assert bytes(FlagSet.parse(text)) == shown.encode()


@pytest.mark.parametrize("wrong", ["(a", "a)", "((a))", "a,b\\", "é"])
def test_what_is_no_flag_list_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError):
        FlagSet.parse(wrong)


@pytest.mark.parametrize(
    ("octets", "members"),
    [
        (rb"(\Seen \Answered)", [r"\Seen", r"\Answered"]),
        (rb"\SEEN $MDNSENT NonJunk", [r"\Seen", "$MDNSent", "NonJunk"]),
        (b"", []),
        (b"()", []),
        (b"(  a   b )", ["a", "b"]),
        (b"caf\xc3\xa9", ["café"]),
        (b"caf\xe9", ["café"]),
        (rb"a] \\Seen \* [b", ["a]", r"\\Seen", r"\*", "[b"]),
        (b"x" * 1000, ["x" * 1000]),
    ],
)
def test_whatever_a_server_sends_is_read(octets: bytes, members: list[str]) -> None:
    assert list(FlagSet.read(octets)) == members


@given(st.binary(max_size=300))
def test_reading_never_raises_and_repeats_itself(octets: bytes) -> None:
    assert FlagSet.read(octets) == FlagSet.read(octets)


def test_what_a_server_made_up_is_kept_but_not_sent_back() -> None:
    flags = FlagSet.read(b"ok caf\xc3\xa9 x\r\ny")
    assert "café" in flags
    with pytest.raises(UsageError):
        bytes(flags)
    assert bytes(flags & {"ok"}) == b"(ok)"


def test_members_are_found_without_case_where_the_protocol_says_so() -> None:
    flags = FlagSet.parse(r"(\Seen $Forwarded Work)")
    assert r"\SEEN" in flags
    assert Flag.SEEN in flags
    assert "$forwarded" in flags
    assert "Work" in flags
    assert "work" not in flags
    assert "a b" not in flags
    assert not flags.__contains__(5)
    assert (flags.seen, flags.answered, flags.flagged, flags.deleted, flags.draft, flags.recent) == (True,) + (
        False,
    ) * 5
    assert str(flags.keywords) == "($Forwarded Work)"
    marked = FlagSet.parse(r"\Answered \Flagged \Deleted \Draft \Recent")
    assert (marked.answered, marked.flagged, marked.deleted, marked.draft, marked.recent) == (True,) * 5
    assert not marked.seen


def test_algebra_takes_plain_text() -> None:
    flags = FlagSet([r"\seen", "Work"])
    assert str(flags | {r"\deleted"}) == r"(\Seen Work \Deleted)"
    assert str(flags - {r"\SEEN"}) == "(Work)"
    assert str(flags & [r"\SEEN", "x"]) == r"(\Seen)"
    assert str(flags ^ ["Work", "x"]) == r"(\Seen x)"
    assert str({"x", "Work"} - flags) == "(x)"
    assert str(["x"] | flags) == r"(x \Seen Work)"
    assert flags >= {r"\SEEN"}
    assert flags > {r"\SEEN"}
    assert FlagSet([r"\seen"]) <= flags
    assert FlagSet([r"\seen"]) < flags
    assert flags.isdisjoint({"x"})
    for wrong in ({"a b"}, r"\Deleted"):
        with pytest.raises(UsageError):
            flags | wrong
    with pytest.raises(UsageError):
        FlagSet("Seen")


def test_order_is_for_printing_only() -> None:
    assert FlagSet(["a", "b"]) == FlagSet(["b", "a"])
    assert hash(FlagSet(["a", "b"])) == hash(FlagSet(["b", "a"])) == hash(frozenset({"a", "b"}))
    assert FlagSet(["a", r"\SEEN"]) == {"a", r"\Seen"}
    assert FlagSet(["a"]) != FlagSet(["A"])
    assert FlagSet(["a"]) != ["a"]
    assert repr(FlagSet([r"\seen"])) == r"FlagSet(['\\Seen'])"


@pytest.mark.parametrize(
    ("flags", "color"),
    [
        (r"\Flagged", "red"),
        (r"\Flagged $MailFlagBit0", "orange"),
        (r"\Flagged $MailFlagBit1", "yellow"),
        (r"\Flagged $MailFlagBit0 $MailFlagBit1", "green"),
        (r"\Flagged $MailFlagBit2", "blue"),
        (r"\Flagged $MailFlagBit0 $MailFlagBit2", "purple"),
        (r"\Flagged $MailFlagBit1 $MailFlagBit2", "gray"),
        (r"\Seen $MailFlagBit2", None),
    ],
)
def test_three_keywords_make_a_colour(flags: str, color: str | None) -> None:
    assert FlagSet.parse(flags).color == color
    if color:
        assert FlagSet([r"\Seen", "$MailFlagBit0"]).with_color(color) == FlagSet.parse(flags) | {r"\Seen"}


def test_no_colour_is_no_flag_and_unknown_ones_are_refused() -> None:
    assert FlagSet.parse(r"\Flagged \Seen $MailFlagBit2").with_color(None) == {r"\Seen"}
    assert FlagSet.parse(r"\Flagged $MailFlagBit0 $MailFlagBit1 $MailFlagBit2").color == "red"
    with pytest.raises(UsageError):
        FlagSet().with_color("mauve")
