"""JSON: every value comes back as it was, equal values have one text, and secrets have none."""

from __future__ import annotations

import enum
import json
import pkgutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from types import ModuleType

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mailkit.protocol.values
from mailkit.arrange.thread import Thread
from mailkit.connecting.endpoint import Endpoint, Security
from mailkit.credentials import Custom, OAuth2, Password
from mailkit.errors import UsageError
from mailkit.json import dumps, from_data, loads, to_data
from mailkit.mailboxes.info import MailboxInfo
from mailkit.protocol.commands.login import Login
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.values import append_message, codes, search_key
from mailkit.protocol.values.address import Address, GroupMark
from mailkit.protocol.values.envelope import Envelope
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.quota import Quota, Resource
from mailkit.protocol.values.rights import ACL, Rights
from mailkit.protocol.values.sections import Section
from mailkit.protocol.values.special_use import SpecialUse
from mailkit.protocol.values.structure import BodyStructure
from mailkit.selecting.snapshot import Snapshot
from tests.strategies import VALUES

_ROOT = Path(__file__).parents[1]
_INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_value_comes_back(kind: type, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    text = dumps(value)
    back: object = loads(text, kind)
    assert back == value
    assert type(back) is kind
    assert dumps(back) == text


def _values_in(package: ModuleType) -> set[type]:
    modules = [import_module(found.name) for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    return {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__ and not one.__name__.startswith("_")
        if attrs.has(one) or issubclass(one, enum.Enum | str)
    }


def test_no_value_is_forgotten() -> None:
    forms_of_sending = {append_message.AppendMessage, append_message.Form}
    assert _values_in(mailkit.protocol.values) - VALUES.keys() == {GroupMark, *forms_of_sending}


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (Flag.SEEN, "\\Seen"),
        (FlagSet(["\\seen", "Work", "$Junk"]), ["$Junk", "Work", "\\Seen"]),
        (UidSet([1, 2, 3, 9]), "1:3,9"),
        (UidSet(), ""),
        (SequenceSet.parse("3:*"), "3:*"),
        (Rights("swrl"), "lrsw"),
        (ACL({"ldj": Rights("l"), "anyone": Rights()}), {"anyone": "", "ldj": "l"}),
        (
            Quota("u", [Resource("storage", 5, 9)]),
            {"root": "u", "resources": [{"name": "STORAGE", "usage": 5, "limit": 9}]},
        ),
        (Section("1.2"), "1.2"),
        (Section(text="HEADER.FIELDS", fields=("Date", "Subject")), "HEADER.FIELDS (DATE SUBJECT)"),
        (SpecialUse.TRASH, "\\Trash"),
        (Security.STARTTLS, "starttls"),
        (Address("L. D. J.", "ldj", "example.org"), {"name": "L. D. J.", "mailbox": "ldj", "host": "example.org"}),
        (Thread(3, (Thread(6, (Thread(7),)), Thread(None, (Thread(9),)))), [[0, 3], [1, 6], [2, 7], [1, None], [2, 9]]),
        (codes.Code("UIDNEXT", 5), {"name": "UIDNEXT", "value": 5}),
        (codes.Code("MODIFIED", UidSet([7])), {"name": "MODIFIED", "value": {"UidSet": "7"}}),
        (codes.Code("BADCHARSET", ("UTF-8",)), {"name": "BADCHARSET", "value": ["UTF-8"]}),
        (
            search_key.NotKey(search_key.Key("SINCE", (date(2024, 2, 1),))),
            {"key": {"Key": {"name": "SINCE", "arguments": [{"date": "2024-02-01"}]}}},
        ),
        (datetime(2024, 2, 1, 9, 30, tzinfo=_INDIA), "2024-02-01T09:30:00+05:30"),
        (b"\x00\xff", "AP8="),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({9: 4, 10: 5}, {"10": 5, "9": 4}),
    ],
    ids=repr,
)
def test_a_value_has_this_form(value: object, data: object) -> None:
    assert to_data(value) == data


def test_equal_values_have_one_text() -> None:
    assert dumps(FlagSet(["a", "b"])) == dumps(FlagSet(["b", "a"]))
    assert dumps(ACL({"a": Rights("lr"), "b": Rights()})) == dumps(ACL({"b": Rights(), "a": Rights("rl")}))


def test_containers_of_values_come_back() -> None:
    quotas = [Quota("a"), Quota("b", [Resource("MESSAGE", 1, 2)])]
    assert loads(dumps(quotas), list[Quota]) == quotas
    assert loads(dumps({5: 9, 6: 10}), dict[int, int]) == {5: 9, 6: 10}


def test_text_is_ascii_whatever_people_write() -> None:
    text = dumps(Listing("Entwürfe \ud800 😀"))
    assert text.isascii()
    assert loads(text, Listing).name == "Entwürfe \ud800 😀"


def test_a_thread_of_any_depth_comes_back() -> None:
    thread = Thread(1)
    for uid in range(2, 20_001):
        thread = Thread(uid, (thread,))
    assert loads(dumps(thread), Thread) == thread


def test_the_deepest_structure_that_is_read_comes_back() -> None:
    structure = BodyStructure("1", "text", "plain")
    for _ in range(128):
        structure = BodyStructure("", "multipart", "mixed", children=(structure,))
    assert loads(dumps(structure), BodyStructure) == structure


def test_a_message_is_what_was_fetched_of_it() -> None:
    data = MessageData(
        1,
        uid=7,
        flags=FlagSet([Flag.SEEN]),
        envelope=Envelope(subject="Grüße"),
        internal_date=datetime(2024, 2, 1, tzinfo=UTC),
        sections={Section("1"): b"Hello", Section(): None},
    )
    text = dumps(Snapshot(data))
    assert json.loads(text)["envelope"]["subject"] == "Grüße"
    assert json.loads(text)["sections"] == {"": None, "1": "SGVsbG8="}
    assert Snapshot(loads(text, MessageData)).flags.seen


class _NoPool:
    pass


def test_a_mailbox_is_its_listing() -> None:
    listing = Listing("Work", frozenset({"\\haschildren"}), "/")
    mailbox = MailboxInfo(_NoPool(), listing)  # type: ignore[arg-type]  # no pool is asked for anything
    assert loads(dumps(mailbox), Listing) == listing


def test_an_endpoint_is_written_without_its_password() -> None:
    endpoint = Endpoint.of("imaps://ldj:hunter2@example.org")
    assert endpoint.password == "hunter2"
    assert "hunter2" not in dumps(endpoint)
    assert loads(dumps(endpoint), Endpoint) == attrs.evolve(endpoint, password=None)


@pytest.mark.parametrize(
    "secret",
    [
        Secret("hunter2"),
        Password("ldj", "hunter2"),
        Password("ldj", lambda: "hunter2"),
        OAuth2("ldj", "hunter2"),
        Custom("X-HUNTER", lambda: pytest.fail("asked")),
        [Password("ldj", "hunter2")],
        {"work": OAuth2("ldj", "hunter2")},
        Login("ldj", Secret("hunter2")),
    ],
    ids=lambda one: type(one).__name__,
)
def test_secrets_are_refused(secret: object) -> None:
    with pytest.raises(UsageError, match=r"holds a secret|has no JSON form") as refused:
        dumps(secret)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("value", [object(), print, lambda: None, pytest, {1: object()}, 1j, float("nan")], ids=repr)
def test_what_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match=r"has no JSON form|not JSON"):
        dumps(value)


_REFUSED: list[tuple[str, type, str]] = [
    ("{", Quota, "not JSON"),
    ("[" * 100_000, Quota, "not JSON"),
    ('{"root": 5}', Quota, r"str is wanted, not 5 @ \$.root"),
    ("{}", Quota, "'root' is missing"),
    ('{"root": "", "roots": ""}', Quota, "there is no roots in Quota"),
    ('{"name": "X", "usage": -1, "limit": 1}', Resource, "not negative"),
    ('{"name": "X", "usage": "1", "limit": 1}', Resource, "int is wanted, not '1'"),
    ('{"name": "X", "usage": true, "limit": 1}', Resource, "int is wanted, not True"),
    ('{"root": "", "resources": [{"name": "X"}]}', Quota, r"\$.resources\[0\]"),
    ('"Work"', FlagSet, "an array is wanted"),
    ('["a b"]', FlagSet, "not a flag"),
    ('"a b"', Flag, "not a flag"),
    ('"8:9:10"', UidSet, "not a set of message numbers"),
    ('"L"', Rights, "no access right"),
    ('"AP8"', bytes, "base64 is wanted"),
    ('"2024-02-01T00:00:00"', datetime, "a time with a zone is wanted"),
    ('"yesterday"', datetime, "Invalid isoformat string"),
    ('"1.2]x"', Section, "not a section"),
    ('"MIME"', Section, "MIME"),
    ("[]", ACL, "an object is wanted"),
    ("[]", Thread, "one message at depth 0"),
    ("[[0, 1], [0, 2]]", Thread, "one message at depth 0"),
    ("[[0, 1], [2, 3]]", Thread, "one level deeper"),
    ("[[0, 1, 2]]", Thread, "an array is wanted"),
    ('{"name": "X", "value": {"Password": {"user": "ldj"}}}', codes.Code, "is wanted"),
    ('{"name": "X", "value": {"uids": "1", "uid_validity": 1}}', codes.Code, "is wanted"),
    ('{"user": "ldj"}', Password, "no JSON form|no Password"),
    ("1", object, "has no JSON form"),
]


@pytest.mark.parametrize(
    ("text", "kind", "problem"), _REFUSED, ids=[f"{kind.__name__} {text[:40]}" for text, kind, _ in _REFUSED]
)
def test_text_that_holds_no_such_value_is_refused(text: str, kind: type, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        loads(text, kind)


def test_data_needs_no_text() -> None:
    assert from_data(to_data(Rights("lr")), Rights) == Rights("lr")


def _loaded_by(code: str) -> str:
    shown = f"import sys; {code}; print('cattrs' in sys.modules)"
    argv = [sys.executable, "-c", shown]
    return subprocess.run(argv, check=True, capture_output=True, text=True, cwd=_ROOT).stdout.strip()


@pytest.mark.parametrize(
    ("code", "loaded"), [("import mailkit; mailkit.Account", "False"), ("import mailkit.json", "True")]
)
def test_cattrs_is_loaded_by_who_wants_json(code: str, loaded: str) -> None:
    assert _loaded_by(code) == loaded
