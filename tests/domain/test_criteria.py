from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from mailkit.criteria import (
    All,
    And,
    Before,
    Body,
    Criterion,
    EmailId,
    Filename,
    Flagged,
    From,
    GmailLabel,
    GmailRaw,
    HasAttachment,
    Header,
    Keyword,
    LargerThan,
    Matching,
    MessageId,
    ModifiedSince,
    Not,
    OlderThan,
    On,
    Or,
    Seen,
    SentBefore,
    SentOn,
    SentSince,
    Since,
    SmallerThan,
    Snapshot,
    Subject,
    Terms,
    ThreadId,
    Uid,
    YoungerThan,
    compile,  # noqa: A004 - the verb of the module
    from_terms,
    matches,
)
from mailkit.errors import NotSupported, UsageError
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.search_key import (
    ALL,
    NOTHING,
    AndKey,
    Key,
    NotKey,
    OrKey,
    SearchKey,
    Word,
    all_of,
    any_of,
    negated,
)

_NOW = datetime(2024, 2, 10, 12, tzinfo=UTC)
_NO_FLAGS = FlagSet()


@attrs.frozen
class _Who:
    name: str | None
    mailbox: str | None
    host: str | None


@attrs.frozen
class _Message:
    """A message that answers every term; `body` is what only the server sees."""

    uid: int = 1
    flags: FlagSet = _NO_FLAGS
    internal_date: datetime | None = _NOW
    size: int = 100
    modseq: int | None = None
    subject: str = ""
    from_: tuple[_Who, ...] = ()
    to: tuple[_Who, ...] = ()
    cc: tuple[_Who, ...] = ()
    bcc: tuple[_Who, ...] = ()
    date: datetime | None = _NOW
    message_id: str | None = None
    email_id: str | None = None
    thread_id: str | None = None
    labels: tuple[str, ...] = ()
    has_attachment: bool = False
    filenames: tuple[str, ...] = ()
    body: str = ""


# --- soundness, against a server that is brute force ---


def _served(key: SearchKey, message: _Message) -> bool:
    """What an IMAP server answers: days are the wall clock's, whatever zone the date was written in."""
    match key:
        case AndKey(keys=keys):
            return all(_served(each, message) for each in keys)
        case OrKey(left=left, right=right):
            return _served(left, message) or _served(right, message)
        case NotKey(key=inner):
            return not _served(inner, message)
        case Key("ALL"):
            return True
        case Key(("SEEN" | "UNSEEN") as name):
            return ("\\Seen" in message.flags) == (name == "SEEN")
        case Key("LARGER", (int(octets),)):
            return message.size > octets
        case Key(("SUBJECT" | "BODY") as name, (str(text),)):
            return text.casefold() in (message.subject if name == "SUBJECT" else message.body).casefold()
        case Key("UID", (UidSet() as uids,)):
            return message.uid in uids
        case Key(("YOUNGER" | "OLDER") as name, (int(seconds),)):
            return _aged(name, timedelta(seconds=seconds), message)
        case Key(name, (date() as day,)):
            return _dated(name, day, message)
    raise AssertionError(key)


def _aged(name: str, limit: timedelta, message: _Message) -> bool:
    assert message.internal_date
    age = _NOW - message.internal_date
    return age <= limit if name == "YOUNGER" else age >= limit


def _dated(name: str, day: date, message: _Message) -> bool:
    found = message.date if name.startswith("SENT") else message.internal_date
    if found is None:
        return False
    answers = {"SINCE": found.date() >= day, "BEFORE": found.date() < day, "ON": found.date() == day}
    return answers[name.removeprefix("SENT")]


def _true(criterion: Criterion, message: _Message) -> bool:
    """Whether a message matches, the body included."""
    match criterion:
        case And(criteria=criteria):
            return all(_true(each, message) for each in criteria)
        case Or(criteria=criteria):
            return any(_true(each, message) for each in criteria)
        case Not(criterion=inner):
            return not _true(inner, message)
        case Body(text=text):
            return text.casefold() in message.body.casefold()
        case _:
            return matches(criterion.at(_NOW), message)


_zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
_instants = st.builds(
    lambda minutes, zone: (_NOW + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(-4 * 1440, 4 * 1440),
    _zones,
)
_days = st.integers(-4, 4).map(lambda days: _NOW.date() + timedelta(days=days))
_whens = _days | _instants
_ages = st.integers(1, 5 * 86_400_000).map(lambda ms: timedelta(milliseconds=ms))
_server_terms = st.one_of(
    st.builds(Seen, st.booleans()),
    st.builds(LargerThan, st.sampled_from([50, 100])),
    st.builds(Subject, st.sampled_from(["a", "B", ""])),
    st.builds(Uid, st.sets(st.integers(1, 3))),
    *(st.builds(term, _whens) for term in (Since, Before, On, SentSince, SentBefore, SentOn)),
    st.builds(YoungerThan, _ages),
    st.builds(OlderThan, _ages),
)
_client_terms = st.one_of(
    st.builds(HasAttachment, st.booleans()),
    st.just(Filename(".pdf")),
    st.just(Matching(lambda message: message.size == 100)),
)
_criteria = st.recursive(
    st.one_of(st.just(All()), _server_terms, _client_terms, st.just(Body("x"))),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a: ~a, inner),
    ),
    max_leaves=7,
)
_messages = st.builds(
    _Message,
    uid=st.integers(1, 3),
    flags=st.sampled_from([FlagSet(), FlagSet(["\\Seen"])]),
    internal_date=_instants,
    size=st.sampled_from([50, 100, 150]),
    subject=st.sampled_from(["", "a", "ab"]),
    date=_instants | st.none(),
    has_attachment=st.booleans(),
    filenames=st.sampled_from([(), ("Bill.PDF",)]),
    body=st.sampled_from(["", "x"]),
)


@given(_criteria, st.lists(_messages, max_size=8), st.sampled_from([(), ("WITHIN",)]))
def test_server_and_client_together_find_what_brute_force_finds(
    criterion: Criterion, messages: list[_Message], capabilities: tuple[str, ...]
) -> None:
    try:
        compiled = compile(criterion, capabilities, _NOW)
    except UsageError:
        event("refused")
        assert any(not term.is_answerable for term in criterion.leaves())
        return
    event("exact" if compiled.rest is None else "rest")
    for message in messages:
        on_server = _served(compiled.server, message)
        wanted = _true(criterion, message)
        assert on_server or not wanted, "the server may not lose a message"
        found = on_server and (compiled.rest is None or matches(compiled.rest, message))
        assert found == wanted


@given(_criteria, st.lists(_messages, max_size=8), st.sampled_from([(), ("WITHIN",)]))
def test_the_bounds_enclose_the_criterion(
    criterion: Criterion, messages: list[_Message], capabilities: tuple[str, ...]
) -> None:
    known = criterion.bounds(capabilities)
    for message in messages:
        assert _served(known.under, message) <= _true(criterion, message) <= _served(known.over, message)


@pytest.mark.parametrize("term", [Since, Before, On, SentSince, SentBefore, SentOn])
@pytest.mark.parametrize("ours", [-12, 0, 14])
@pytest.mark.parametrize("theirs", [-12, 0, 14])
def test_no_zone_loses_a_message_near_the_instant(
    term: Callable[[datetime], Criterion], ours: int, theirs: int
) -> None:
    for hour in range(24):
        instant = (_NOW + timedelta(hours=hour)).astimezone(timezone(timedelta(hours=ours)))
        known = term(instant).bounds(())
        for offset in range(-24 * 60, 24 * 60, 30):
            stamp = (instant + timedelta(minutes=offset)).astimezone(timezone(timedelta(hours=theirs)))
            message = _Message(internal_date=stamp, date=stamp)
            wanted = matches(term(instant), message)
            assert _served(known.under, message) <= wanted <= _served(known.over, message)


@pytest.mark.parametrize("capabilities", [(), ("WITHIN",)])
@pytest.mark.parametrize(("late", "older", "younger"), [(-1, True, False), (0, True, True), (1, False, True)])
def test_an_age_to_the_second_is_both_old_and_young(
    capabilities: tuple[str, ...], late: int, older: bool, younger: bool
) -> None:
    day = timedelta(days=1)
    message = _Message(internal_date=_NOW - day + timedelta(seconds=late))
    for term, wanted in ((OlderThan(day), older), (YoungerThan(day), younger)):
        compiled = compile(term, capabilities, _NOW)
        kept = compiled.rest is None or matches(compiled.rest, message)
        assert (_served(compiled.server, message) and kept) is wanted


# --- what is sent ---

_NOON = datetime(2024, 2, 10, 12, tzinfo=UTC)
_DAY = date(2024, 2, 10)


@pytest.mark.parametrize(
    ("criterion", "server", "rest"),
    [
        (All(), ALL, None),
        (From("LDJ"), Key("FROM", ("LDJ",)), None),
        (~Seen(), Key("UNSEEN"), None),
        (From("LDJ") & ~Seen(), AndKey((Key("FROM", ("LDJ",)), Key("UNSEEN"))), None),
        (~Keyword("$Work"), Key("UNKEYWORD", (Word("$Work"),)), None),
        (~From("a"), NotKey(Key("FROM", ("a",))), None),
        (MessageId("<a@b>"), Key("HEADER", ("Message-ID", "<a@b>")), None),
        (Header("List-Id"), Key("HEADER", ("List-Id", "")), None),
        (Uid([1, 2, 3, 7]), Key("UID", (UidSet.parse("1:3,7"),)), None),
        (Uid(()), NOTHING, None),
        (Since(_DAY), Key("SINCE", (_DAY,)), None),
        (SentOn(_DAY), Key("SENTON", (_DAY,)), None),
        (Since(_NOON), Key("SINCE", (date(2024, 2, 9),)), Since(_NOON)),
        (Before(_NOON), Key("BEFORE", (date(2024, 2, 12),)), Before(_NOON)),
        (~Since(_NOON), NotKey(Key("SINCE", (date(2024, 2, 12),))), ~Since(_NOON)),
        (SentBefore(_NOON), Key("SENTBEFORE", (date(2024, 2, 12),)), SentBefore(_NOON)),
        (Since(datetime.min.replace(tzinfo=UTC)), ALL, Since(datetime.min.replace(tzinfo=UTC))),
        (Before(datetime.max.replace(tzinfo=UTC)), ALL, Before(datetime.max.replace(tzinfo=UTC))),
        (HasAttachment(), ALL, HasAttachment()),
        (~HasAttachment(), ALL, HasAttachment(False)),
        (Body("x") & HasAttachment(), Key("BODY", ("x",)), HasAttachment()),
        (From("a") | HasAttachment(), ALL, From("a") | HasAttachment()),
        (
            YoungerThan(timedelta(days=1)),
            Key("SINCE", (date(2024, 2, 8),)),
            Since(datetime(2024, 2, 9, 12, tzinfo=UTC)),
        ),
    ],
)
def test_what_the_server_searches_and_what_is_left(
    criterion: Criterion, server: SearchKey, rest: Criterion | None
) -> None:
    compiled = compile(criterion, (), _NOW)
    assert (compiled.server, compiled.rest) == (server, rest)


def test_within_takes_ages_to_the_second_rounded_up() -> None:
    compiled = compile(OlderThan(timedelta(seconds=1.5)), {"WITHIN"}, _NOW)
    assert (compiled.server, compiled.rest) == (Key("OLDER", (2,)), None)


@pytest.mark.parametrize(
    ("criterion", "capability", "key"),
    [
        (GmailRaw("has:drive"), "X-GM-EXT-1", Key("X-GM-RAW", ("has:drive",))),
        (GmailLabel("Büro"), "X-GM-EXT-1", Key("X-GM-LABELS", ("Büro",))),
        (ModifiedSince(5), "CONDSTORE", Key("MODSEQ", (5,))),
        (EmailId("M6d99"), "OBJECTID", Key("EMAILID", (Word("M6d99"),))),
        (ThreadId("T64"), "OBJECTID", Key("THREADID", (Word("T64"),))),
        (ThreadId("1278"), "X-GM-EXT-1", Key("X-GM-THRID", (Word("1278"),))),
    ],
)
def test_what_needs_a_capability_is_refused_without_it(criterion: Criterion, capability: str, key: SearchKey) -> None:
    assert compile(criterion, {capability}, _NOW).server == key
    with pytest.raises(NotSupported):
        compile(criterion, {"IMAP4rev1"}, _NOW)


@pytest.mark.parametrize(
    "criterion",
    [Body("x") | HasAttachment(), Uid(UidSet.parse("3:*")) | HasAttachment(), ~(Header("X") & Since(_NOON))],
)
def test_what_only_the_server_knows_cannot_hang_on_what_only_the_client_knows(criterion: Criterion) -> None:
    with pytest.raises(UsageError, match="only a server can search"):
        compile(criterion, (), _NOW)


def test_the_rest_says_what_must_be_fetched() -> None:
    compiled = compile(HasAttachment() & Since(_NOON) & From("a"), (), _NOW)
    assert compiled.items == {"structure", "internal_date"}
    assert compile(From("a"), (), _NOW).items == frozenset()


@pytest.mark.parametrize(
    ("criterion", "needed"), [(From("Müller"), True), (From("a") & ~Subject("é"), True), (From("a"), False)]
)
def test_a_charset_is_needed_for_text_beyond_ascii_only(criterion: Criterion, needed: bool) -> None:
    assert compile(criterion, (), _NOW).charset_needed is needed


def test_now_has_a_time_zone() -> None:
    with pytest.raises(UsageError, match="time zone"):
        compile(All(), (), _NOW.replace(tzinfo=None))


# --- criteria as values ---


def test_joined_criteria_are_flat_and_hashable() -> None:
    a, b, c = From("a"), Subject("b"), LargerThan(3)
    assert a & b & c == And((a, b, c)) == a & (b & c)
    assert a | b | c == Or((a, b, c))
    assert ~~(a & b) == a & b
    assert a & a == a
    assert All() & a == a
    assert All() | a == All()
    assert And.of(()) == All()
    assert len({a & b, And((a, b)), From("a"), From("a")}) == 2
    assert len({From("a"), Subject("a")}) == 2
    assert ~Flagged() == Flagged(False)


def test_a_thousand_alternatives_are_ten_levels_deep() -> None:
    key = any_of(Key("FROM", (str(number),)) for number in range(1000))
    depth = 0
    while isinstance(key, OrKey):
        key, depth = key.left, depth + 1
    assert depth == 10


def test_keys_are_joined_without_what_does_not_narrow() -> None:
    seen, draft = Key("SEEN"), Key("DRAFT")
    assert all_of([ALL, seen, ALL]) == seen
    assert all_of([seen, all_of([draft, seen])]) == AndKey((seen, draft))
    assert all_of([seen, NOTHING]) == NOTHING
    assert any_of([seen, ALL]) == ALL
    assert any_of([]) == NOTHING
    assert negated(NOTHING) == ALL
    assert negated(negated(seen)) == seen


@pytest.mark.parametrize(
    ("criterion", "message", "answer"),
    [
        (From("ldj"), _Message(from_=(_Who("L. D. J.", "LDJ", "example.org"),)), True),
        (From("ldj@example"), _Message(from_=(_Who(None, "LDJ", "example.org"),)), True),
        (From("ldj"), _Message(), False),
        (MessageId("b"), _Message(), False),
        (Keyword("$WORK"), _Message(flags=FlagSet(["$Work"])), True),
        (Seen(), _Message(flags=FlagSet(["\\seen"])), True),
        (SmallerThan(100), _Message(), False),
        (Filename(re.compile(r"^bill\d+")), _Message(filenames=("x", "bill7.pdf")), True),
        (Filename("BILL"), _Message(filenames=("bill7.pdf",)), True),
        (SentSince(_DAY), _Message(date=None), False),
        (GmailLabel("work"), _Message(labels=("Work",)), True),
        (ModifiedSince(7), _Message(modseq=7), True),
        (EmailId("M1"), _Message(email_id="M1"), True),
        (
            On(datetime(2024, 2, 10, 1, tzinfo=timezone(timedelta(hours=9)))),
            _Message(internal_date=_NOON - timedelta(hours=20)),
            True,
        ),
        (
            On(datetime(2024, 2, 10, 1, tzinfo=timezone(timedelta(hours=9)))),
            _Message(internal_date=_NOON + timedelta(hours=4)),
            False,
        ),
    ],
)
def test_a_snapshot_answers(criterion: Criterion, message: _Message, answer: bool) -> None:
    assert matches(criterion, message) is answer


@pytest.mark.parametrize(
    "criterion", [Body("x"), GmailRaw("x"), Header("X"), YoungerThan(timedelta(1)), Uid(UidSet.parse("3:*"))]
)
def test_what_a_snapshot_cannot_answer_is_an_error_not_a_guess(criterion: Criterion) -> None:
    with pytest.raises(UsageError):
        matches(criterion, _Message())


def test_only_criteria_are_joined() -> None:
    with pytest.raises(UsageError, match="not with 3"):
        From("a") & 3  # type: ignore[operator]  # a wrong type is the point


# --- keyword terms ---

_yes: Callable[[Snapshot], bool] = bool
_PATTERN = re.compile("x")


@pytest.mark.parametrize(
    ("terms", "criterion"),
    [
        (Terms(), All()),
        (Terms(from_="LDJ", seen=False), From("LDJ") & ~Seen()),
        (Terms(header={"List-Id": "x", "X-Spam": ""}), Header("List-Id", "x") & Header("X-Spam")),
        (Terms(uid=range(1, 4)), Uid(UidSet.parse("1:3"))),
        (Terms(uid=3), Uid([3])),
        (Terms(since=_DAY, filename=_PATTERN), Since(_DAY) & Filename(_PATTERN)),
        (Terms(matching=_yes, has_attachment=True), Matching(_yes) & HasAttachment()),
    ],
)
def test_terms_are_joined_by_and(terms: Terms, criterion: Criterion) -> None:
    assert from_terms(terms) == criterion


def test_every_term_of_the_typed_dictionary_is_known() -> None:
    for name in Terms.__annotations__:
        with pytest.raises(UsageError, match=f"^{name}: "):
            from_terms({name: object()})  # type: ignore[misc]  # a wrong type is the point


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"form_": "x"}, "no search term 'form_'"),
        ({"since": "yesterday"}, "aware datetime"),
        ({"since": _NOON.replace(tzinfo=None)}, "time zone"),
        ({"younger_than": timedelta(0)}, "above zero"),
        ({"larger_than": -1}, "from 0"),
        ({"larger_than": True}, "from 0"),
        ({"seen": 1}, "True or False"),
        ({"subject": "a\0b"}, "NUL"),
        ({"subject": "\ud800"}, "surrogate"),
        ({"keyword": "\\Seen"}, "not an atom"),
        ({"keyword": "two words"}, "not an atom"),
        ({"header": {"X Y": "z"}}, "header field"),
        ({"header": {"X": 3}}, "a str"),
        ({"uid": "1:3"}, "uid"),
        ({"uid": 0}, "uid"),
        ({"email_id": "a) DELETED"}, "object identifier"),
        ({"filename": b"x"}, "pattern of str"),
    ],
)
def test_a_wrong_term_is_told_at_once(wrong: Mapping[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        from_terms(wrong)  # type: ignore[arg-type]  # a wrong type is the point


def test_any_text_goes_into_the_tree_as_it_is() -> None:
    hostile = 'x"\r\nA1 DELETE INBOX\\ {5}'
    assert compile(Subject(hostile), (), _NOW).server == Key("SUBJECT", (hostile,))
