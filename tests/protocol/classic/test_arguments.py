"""Arguments are quoted as the documentation promises, and nothing of them ever ends a line or begins a literal."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol import IMAP4
from mailkit.protocol.classic.arguments import Argument, Word, fetch_items, listed, name, string, word
from mailkit.protocol.classic.criteria import criteria
from mailkit.protocol.wire.writer import Writer
from tests.protocol.classic.paper import Paper


def written(*words: Word) -> bytes:
    out = Writer(b"T")
    for one in words:
        one.write(out)
    octets = b""
    for piece in out.pieces():
        assert isinstance(piece.octets, bytes)
        octets += piece.octets
    return octets.removeprefix(b"T ").removesuffix(b"\r\n")


@pytest.mark.parametrize(
    ("argument", "octets"),
    [
        ("INBOX", b"INBOX"),
        (b"INBOX", b"INBOX"),
        (7, b"7"),
        ("a b", b'"a b"'),
        (b"a b", b'"a b"'),
        ("", b'""'),
        ('say "hi" \\', b'"say \\"hi\\" \\\\"'),
        ('"a b"', b'"a b"'),
        ('"a \\" b"', b'"a \\" b"'),
        ("(a b)", b"(a b)"),
        (r"(\Deleted)", rb"(\Deleted)"),
        (r"\Deleted", rb"\Deleted"),
        (r"\*", rb"\*"),
        ("1:*", b"1:*"),
        ("%", b"%"),
        ("a(b", b'"a(b"'),
        ("{5}", b'"{5}"'),
        ("{5+}", b'"{5+}"'),
        # Quotes and parentheses that do not enclose the whole are quoted, not believed.
        ('"a" "b"', b'"\\"a\\" \\"b\\""'),
        ('"a', b'"\\"a"'),
        ('"', b'"\\""'),
        ('"a\\"', b'"\\"a\\\\\\""'),
        ("(a) (b", b'"(a) (b"'),
        ("(a)b)", b'"(a)b)"'),
        (")(", b'")("'),
        ("(", b'"("'),
        ('(a "b)', b'"(a \\"b)"'),
        ('(a "(" b)', b'(a "(" b)'),
        (b"\xc3\xb6", b'"\xc3\xb6"'),
        ("a\x7f", b'"a\x7f"'),
        ("a\tb", b'"a\tb"'),
    ],
)
def test_an_argument_is_quoted_where_it_must_be(argument: Argument, octets: bytes) -> None:
    assert written(word(argument)) == octets


@pytest.mark.parametrize(
    ("kind", "argument", "octets"),
    [
        (name, "a*%", b'"a*%"'),
        (name, r"\Deleted", b'"\\\\Deleted"'),
        (name, "(a)", b"(a)"),
        (name, "[Gmail]/All Mail", b'"[Gmail]/All Mail"'),
        (name, "[Gmail]/Spam", b"[Gmail]/Spam"),
        (string, "/comment", b'"/comment"'),
        (string, '"/comment"', b'"/comment"'),
        (string, '("/a" "/b")', b'("/a" "/b")'),
        (listed, r"\Seen", rb"(\Seen)"),
        (listed, r"(\Seen)", rb"(\Seen)"),
        (listed, "(a) (b)", b"((a) (b))"),
        (fetch_items, "ALL", b"ALL"),
        (fetch_items, "BODY[]<0.5>", b"BODY[]<0.5>"),
        (fetch_items, "UID FLAGS", b"(UID FLAGS)"),
        (fetch_items, "(UID FLAGS)", b"(UID FLAGS)"),
    ],
)
def test_some_arguments_have_their_own_grammar(kind: Callable[[Argument], Word], argument: str, octets: bytes) -> None:
    assert written(kind(argument)) == octets


@pytest.mark.parametrize(
    ("given", "octets"),
    [
        (("ALL",), b"ALL"),
        (("SUBJECT", "a b"), b'SUBJECT "a b"'),
        (("SUBJECT", '"a b"'), b'SUBJECT "a b"'),
        (("SUBJECT", "a", "FROM", "b c"), b'SUBJECT a FROM "b c"'),
        (("subject", "FROM bob"), b'subject "FROM bob"'),
        (("HEADER", "Message-ID", "<a b>"), b'HEADER Message-ID "<a b>"'),
        (("HEADER Message-ID", "<a b>"), b'HEADER Message-ID "<a b>"'),
        (('HEADER "Message-ID" "<a b>"', "SEEN"), b'HEADER "Message-ID" "<a b>" SEEN'),
        (("UNSEEN SINCE 1-Feb-2020",), b"UNSEEN SINCE 1-Feb-2020"),
        (('OR FROM "a b" TO', "c d"), b'OR FROM "a b" TO "c d"'),
        (("NOT", "(FROM a)"), b"NOT (FROM a)"),
        (("NOT (FROM", "a b", ")"), b'NOT (FROM "a b" )'),
        (("UID", "1:*", "UNDELETED"), b"UID 1:* UNDELETED"),
        (("TEXT", ""), b'TEXT ""'),
        (("LARGER", 5), b"LARGER 5"),
        ((None, "ALL"), b"ALL"),
        (("RETURN", "(MIN COUNT)", "ALL"), b"RETURN (MIN COUNT) ALL"),
        (("TEXT", "{5}"), b'TEXT "{5}"'),
        (("TEXT", b"\xc3\xb6"), b"TEXT {2}\r\n\xc3\xb6"),
        (("TEXT", b'"\xc3\xb6"'), b'TEXT "\xc3\xb6"'),
    ],
)
def test_criteria_know_a_key_from_a_value(given: Sequence[Argument | None], octets: bytes) -> None:
    assert written(*criteria(given)) == octets


@pytest.mark.parametrize("argument", [None, ["1", "2"], 1.5, object()], ids=["None", "list", "float", "object"])
def test_what_is_no_text_and_no_number_is_no_argument(argument: object) -> None:
    """Its text, "None" or "['1', '2']", would be the name of a mailbox."""
    imap = Paper(state="SELECTED")
    for call in (imap.create, imap.select, lambda what: imap.fetch(what, "(FLAGS)")):
        with pytest.raises(TypeError, match="text, octets or a number"):
            call(argument)  # type: ignore[arg-type]  # that is the point
    assert imap.sent == []


def test_a_moment_without_a_time_zone_is_refused_as_by_its_own_function() -> None:
    imap = Paper(state="AUTH")
    with pytest.raises(ValueError, match="time zone"):
        imap.append("INBOX", None, datetime(2020, 1, 2), b"x")  # noqa: DTZ001  # that is the point
    assert imap.sent == []


def test_criteria_are_written_in_the_charset() -> None:
    assert written(*criteria(("TEXT", "ö"), "latin-1")) == b"TEXT {1}\r\n\xf6"
    with pytest.raises(UsageError):
        criteria(("TEXT", "ö"))


@given(st.text(max_size=20), st.sampled_from([word, name, string, listed, fetch_items]))
def test_whatever_the_text_it_neither_ends_the_line_nor_begins_a_literal(
    text: str, kind: Callable[[Argument], Word]
) -> None:
    try:
        octets = written(kind(text))
    except UsageError:
        return
    assert b"\r" not in octets
    assert b"\n" not in octets
    assert b"\0" not in octets
    assert not octets.endswith((b"}",)) or not octets.rpartition(b"{")[2].removesuffix(b"}").rstrip(b"+").isdigit()


# Every method that takes an argument, with a place for the one in question.
_METHODS: dict[str, tuple[Argument | None, ...]] = {
    "append": ("A", None, None, b""),
    "authenticate": ("PLAIN",),
    "copy": ("1", "A"),
    "create": ("A",),
    "delete": ("A",),
    "deleteacl": ("A", "bob"),
    "enable": ("X",),
    "examine": ("A",),
    "fetch": ("1", "(FLAGS)"),
    "getacl": ("A",),
    "getannotation": ("A", "/a", "value"),
    "getquota": ("r",),
    "getquotaroot": ("A",),
    "list": ("", "*"),
    "login": ("bob", "pw"),
    "login_cram_md5": (),  # goes in base64
    "login_plain": (),
    "lsub": ("", "*"),
    "move": ("1", "A"),
    "myrights": ("A",),
    "partial": ("1", "RFC822", "1", "2"),
    "proxyauth": ("bob",),
    "rename": ("A", "B"),
    "search": ("UTF-8", "SUBJECT", "x"),
    "select": ("A",),
    "setacl": ("A", "bob", "l"),
    "setannotation": ("A", "/a", "(x y)"),
    "setquota": ("r", "(STORAGE 1)"),
    "sort": ("DATE", "UTF-8", "SUBJECT", "x"),
    "status": ("A", "(MESSAGES)"),
    "store": ("1", "+FLAGS", "x"),
    "subscribe": ("A",),
    "thread": ("REFERENCES", "UTF-8", "SUBJECT", "x"),
    "uid": ("FETCH", "1", "(FLAGS)"),
    "unsubscribe": ("A",),
    "xatom": ("X", "y"),
}
_REST = {"authenticate": (lambda _: b"",)}
_STATES = {"authenticate": "NONAUTH", "login": "NONAUTH"}
_IN_AUTH = frozenset({"enable", "proxyauth"})

_PLACES = [(method, place) for method, given in _METHODS.items() for place in range(len(given))]
_HARMLESS = frozenset({("append", 2), ("append", 3)})  # a date is no text, and a message is a literal


def test_no_method_with_an_argument_is_forgotten() -> None:
    taking = {
        name
        for name, method in inspect.getmembers(IMAP4, inspect.isfunction)
        if not name.startswith("_") and name.islower() and len(inspect.signature(method).parameters) > 1
    }
    others = {"open", "read", "send", "starttls", "expunge", "id", "idle", "response"}
    assert taking - others == set(_METHODS)


@pytest.mark.parametrize("bad", ["\r\n", "\n", "\r", "\0", "\r\nX NOOP\r\n"])
@pytest.mark.parametrize(("method", "place"), [place for place in _PLACES if place not in _HARMLESS])
@pytest.mark.parametrize("octets", [False, True], ids=["text", "octets"])
def test_cr_lf_and_nul_raise_error_and_nothing_is_sent(method: str, place: int, bad: str, octets: bool) -> None:
    state = _STATES.get(method, "AUTH" if method in _IN_AUTH else "SELECTED")
    for around in ("{}", '"{}"', "({})", "x{}y", "x y{}"):
        paper = Paper(state=state, offers=b"IMAP4rev1 ENABLE")
        arguments = list(_METHODS[method])
        text = around.format(bad)
        arguments[place] = text.encode() if octets and (method, place) not in _TEXT_ONLY else text
        with pytest.raises(IMAP4.error):
            getattr(paper, method)(*arguments, *_REST.get(method, ()))
        assert paper.sent == []
        assert paper.noop()[0] == "OK"


_TEXT_ONLY = frozenset({("authenticate", 0), ("enable", 0), ("uid", 0), ("xatom", 0)})


@pytest.mark.parametrize("tag", [b"A\r\nX NOOP\r\nB", b"A B", b"*", b"+", b'"', b"\0"])
def test_a_tag_that_is_none_raises_error_and_nothing_is_sent(tag: bytes) -> None:
    paper = Paper(state="AUTH")
    good, paper.tagpre = paper.tagpre, tag
    with pytest.raises(IMAP4.error):
        paper.noop()
    assert paper.sent == []
    paper.tagpre = good
    assert paper.noop()[0] == "OK"


@pytest.mark.parametrize("verb", ["X  Y", "X(", "", "X{5}", "X\x01", "ü"])
def test_a_verb_that_is_no_atom_raises_error_and_nothing_is_sent(verb: str) -> None:
    paper = Paper(state="AUTH")
    with pytest.raises(IMAP4.error):
        paper.xatom(verb)
    assert paper.sent == []


@pytest.mark.parametrize("call", [
    lambda m: m.search(None, "TEXT {5}"),
    lambda m: m.uid("STORE", "1", "+FLAGS", "{5}"),
    lambda m: m.fetch("1", "BODY[]{5}"),
    lambda m: m.fetch("{5+}", "(FLAGS)"),
])  # fmt: skip
def test_no_argument_can_announce_a_literal(call: Callable[[IMAP4], object]) -> None:
    paper = Paper(state="SELECTED")
    with pytest.raises(IMAP4.error):
        call(paper)
    assert paper.sent == []


def test_an_argument_without_octets_is_refused_and_not_shown() -> None:
    paper = Paper(state="NONAUTH")
    with pytest.raises(IMAP4.error) as caught:
        paper.login("bob", "sesame\ud800")
    assert paper.sent == []
    problem: BaseException | None = caught.value
    while problem is not None:
        assert "sesame" not in f"{problem!r} {problem} {problem.args}"
        problem = problem.__cause__ or problem.__context__


def test_a_verb_of_two_words_is_two_atoms() -> None:
    paper = Paper(state="SELECTED")
    paper.xatom("UID EXPUNGE", "1:2")
    assert paper.sent == [b"T UID EXPUNGE 1:2\r\n"]
