"""Values that share their base's methods behave as if attrs had made them."""

from __future__ import annotations

from copy import copy

import attrs
import pytest

from mailkit.criteria import All, Seen, Subject
from mailkit.errors import UsageError
from mailkit.mime.part import Part
from mailkit.protocol.command import Simple
from mailkit.protocol.commands.login import Login, Logout, Noop
from mailkit.protocol.commands.select import Examine, Select
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.values.address import Address
from mailkit.protocol.values.envelope import Envelope
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.structure import BodyStructure
from mailkit.value import Value, maker


@attrs.frozen(eq=False, repr=False)
class Pair(Value):
    """Two fields that count, one that is not compared, one that is not shown."""

    one: int
    two: str
    note: str = attrs.field(default="", eq=False)
    hidden: str = attrs.field(default="", repr=False)


@attrs.frozen(eq=False, repr=False)
class Known(Value):
    """A field that cannot be hashed, and one that shows itself in words of its own."""

    names: dict[str, int] = attrs.field(factory=dict, hash=False)
    source: object = attrs.field(default=None, repr=lambda _: "***")


class Twin(Pair):
    """The same with another name."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        (Pair(1, "a"), Pair(1, "a"), True),
        (Pair(1, "a", "x"), Pair(1, "a", "y"), True),
        (Pair(1, "a"), Pair(2, "a"), False),
        (Pair(1, "a", hidden="x"), Pair(1, "a", hidden="y"), False),
        (Pair(1, "a"), Twin(1, "a"), False),
        (Twin(1, "a"), Twin(1, "a"), True),
        (Known({"a": 1}), Known({"a": 1}), True),
        (Known({"a": 1}), Known({"a": 2}), False),
        (Noop(), Noop(), True),
        (Noop(), Logout(), False),
        (Select("INBOX"), Select("INBOX"), True),
        (Select("INBOX"), Examine("INBOX"), False),
        (All(), All(), True),
        (Subject("x"), Subject("x"), True),
        (Seen(), "Seen()", False),
    ],
)
def test_equal_is_what_has_the_same_class_and_content(one: object, other: object, are_equal: bool) -> None:
    assert (one == other) is are_equal
    assert len({one, other}) == 2 - are_equal


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Pair(1, "a", "x", "y"), "Pair(one=1, two='a', note='x')"),
        (Twin(1, "a"), "Twin(one=1, two='a', note='')"),
        (Known({}, "swordfish"), "Known(names={}, source=***)"),
        (Noop(), "Noop()"),
        (Examine("INBOX"), "Examine(mailbox='INBOX', condstore=False, known=None)"),
    ],
)
def test_a_value_is_shown_by_its_fields(value: object, shown: str) -> None:
    assert repr(value) == shown


def test_a_secret_is_not_shown() -> None:
    assert "swordfish" not in repr(Login("tim", Secret("swordfish")))


@pytest.mark.parametrize("value", [Pair(1, "a"), Twin(1, "a"), Noop(), Examine("INBOX"), All()])
@pytest.mark.parametrize("name", ["mailbox", "one", "anything"])
def test_a_value_cannot_change(value: object, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, name, 1)


@pytest.mark.parametrize("kind", [MessageData, Envelope, BodyStructure, Part, Pair, Known])
def test_what_a_maker_makes_is_as_if_its_class_had_made_it(kind: type[attrs.AttrsInstance]) -> None:
    content = [field.name for field in attrs.fields(kind)]
    made, usual = maker(kind)(*content), kind(*content)
    assert type(made) is kind
    assert repr(made) == repr(usual)
    assert [getattr(made, name) for name in content] == content
    assert (made == usual) is (copy(made) == made) is (kind is not Part)  # a part is equal to nothing but itself
    with pytest.raises(AttributeError):
        setattr(made, content[0], 1)
    with pytest.raises(AttributeError):
        delattr(made, content[0])


def test_a_maker_takes_names_and_has_defaults_and_checks_as_its_class() -> None:
    assert maker(Pair)(two="a", one=1) == Pair(1, "a")
    assert hash(maker(Pair)(1, "a")) == hash(Pair(1, "a"))
    with pytest.raises(TypeError):
        maker(Pair)(1)  # type: ignore[call-arg]  # that is the claim
    with pytest.raises(UsageError):
        maker(Address)(None, "tim\r\n", "example.org")


def test_a_command_without_fields_has_no_dictionary() -> None:
    assert [kind for kind in (Noop, Select, Simple, All) if "__dict__" in dir(kind)] == []
