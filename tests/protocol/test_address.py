from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol.values.address import NOBODY, Address, Group, GroupMark, fold_groups, read_address_fields

printable = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (Address(None, "ldj", "example.org"), "ldj@example.org"),
        (Address("", "ldj", "example.org"), "ldj@example.org"),
        (Address("L D J", "ldj", "example.org"), "L D J <ldj@example.org>"),
        (Address("L. D. J.", "ldj", "example.org"), '"L. D. J." <ldj@example.org>'),
        (Address("J, L", "ldj", "example.org"), '"J, L" <ldj@example.org>'),
        (Address('a "b" \\', "ldj", "example.org"), '"a \\"b\\" \\\\" <ldj@example.org>'),
        (Address("Grüße", "ldj", "example.org"), "Grüße <ldj@example.org>"),
        (Address("a  b", "ldj", "example.org"), '"a  b" <ldj@example.org>'),
        (Address(None, "l d", "example.org"), '"l d"@example.org'),
        (Address(None, "a.b", "example.org"), "a.b@example.org"),
        (Address(None, "a..b", "example.org"), '"a..b"@example.org'),
        (Address(None, "", "example.org"), '""@example.org'),
        (Address(None, "root", ""), "root"),
        (Address("undisclosed recipients", "", ""), "undisclosed recipients"),
        (NOBODY, ""),
        (Address(None, "a", "[127.0.0.1]"), "a@[127.0.0.1]"),
    ],
)
def test_an_address_is_written_as_rfc_5322_wants_it(address: Address, shown: str) -> None:
    assert str(address) == shown
    assert shown.endswith((address.email, f"<{address.email}>"))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ldj@example.org", Address(None, "ldj", "example.org")),
        (" <ldj@example.org> ", Address(None, "ldj", "example.org")),
        ("L D J <ldj@example.org>", Address("L D J", "ldj", "example.org")),
        ("L. D. J. <ldj@example.org>", Address("L. D. J.", "ldj", "example.org")),
        ('"J, L <x>" <ldj@example.org>', Address("J, L <x>", "ldj", "example.org")),
        ('"a \\"b\\""<ldj@example.org>', Address('a "b"', "ldj", "example.org")),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?= <ldj@example.org>", Address("Grüße", "ldj", "example.org")),
        ("Grüße <gruß@straße.example>", Address("Grüße", "gruß", "straße.example")),
        ('"l d"@example.org', Address(None, "l d", "example.org")),
        ("a@[127.0.0.1]", Address(None, "a", "[127.0.0.1]")),
    ],
)
def test_one_address_is_parsed(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ldj",
        "@example.org",
        "ldj@",
        "a@b, c@d",
        "a@b c@d",
        "x: a@b;",
        "<a@b",
        "a@b>",
        "a b@c",
        '"a@b',
        "a@b\r\nBcc: x",
        "a\x00@b",
        "x <a@b> <c@d>",
        '"' * 99,
        "a" * 100_000,
        "<" * 100_000,
        '"a" ' * 50_000,
    ],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Address.parse(text)


@given(st.lists(printable).map(" ".join), printable, st.from_regex(r"[a-z]+(\.[a-z]+)*", fullmatch=True))
def test_what_is_written_is_parsed_again(name: str, mailbox: str, host: str) -> None:
    address = Address(None if not name or "=?" in name else name, mailbox, host)
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("wrong", ["a\nb", "a\rb", "a\x00b"])
def test_no_part_of_an_address_has_a_line_end(wrong: str) -> None:
    for parts in ((wrong, "a", "b"), (None, wrong, "b"), (None, "a", wrong)):
        with pytest.raises(UsageError):
            Address(*parts)
    with pytest.raises(UsageError):
        Group(wrong)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ((b"L D J", None, b"ldj", b"example.org"), Address("L D J", "ldj", "example.org")),
        ((None, None, b"ldj", b"example.org"), Address(None, "ldj", "example.org")),
        ((b"", b"@route", b"ldj", b"example.org"), Address(None, "ldj", "example.org")),
        ((b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", None, b"a", b"b"), Address("Grüße", "a", "b")),
        ((b"Gr\xfc\xdfe", None, b"a", b"b"), Address("Grüße", "a", "b")),
        ((b"a\r\nb", None, b"c\r\nd", b"e\x00"), Address("a b", "c d", "e ")),
        ((None, None, None, b"example.org"), Address(None, "", "example.org")),
        (
            (b"undisclosed recipients", None, b"MISSING_MAILBOX", b"MISSING_DOMAIN"),
            Address("undisclosed recipients", "", ""),
        ),
        ((None, None, b"dan", b"SYNTAX_ERROR"), Address(None, "dan", "")),
        ((None, None, b"dan", b"unspecified-domain"), Address(None, "dan", "")),
        ((None, None, b"missing_mailbox", b"example.org"), Address(None, "missing_mailbox", "example.org")),
        ((b" ", None, b"", b""), NOBODY),
        ((None, None, b"friends", None), GroupMark("friends")),
        ((None, None, None, None), GroupMark(None)),
        ((b"x" * 1000, None, b"a", b"b"), Address("x" * 1000, "a", "b")),
    ],
)
def test_envelope_strings_become_an_address_or_a_mark(
    fields: tuple[bytes | None, bytes | None, bytes | None, bytes | None], address: Address | GroupMark
) -> None:
    assert read_address_fields(*fields) == address
    assert read_address_fields(*fields) == address


nstrings = st.none() | st.binary(max_size=20)


@given(nstrings, nstrings, nstrings)
def test_no_envelope_string_raises(name: bytes | None, mailbox: bytes | None, host: bytes | None) -> None:
    address = read_address_fields(name, None, mailbox, host)
    assert isinstance(address, GroupMark) == (host is None)
    assert str(fold_groups([address])).isprintable() or host is not None


a, b, c = (Address(None, name, "example.org") for name in "abc")
start, other, end = GroupMark("friends"), GroupMark("foes"), GroupMark(None)


@pytest.mark.parametrize(
    ("listed", "folded"),
    [
        ([], ()),
        ([a, b], (a, b)),
        ([start, a, b, end, c], (Group("friends", (a, b)), c)),
        ([a, start, end], (a, Group("friends"))),
        ([start, a], (Group("friends", (a,)),)),
        ([start, a, other, b, end], (Group("friends", (a,)), Group("foes", (b,)))),
        ([a, end, b], (a, b)),
    ],
)
def test_marks_fold_into_groups(listed: list[Address | GroupMark], folded: tuple[Address | Group, ...]) -> None:
    assert fold_groups(listed) == folded


def test_a_group_is_written_with_its_members() -> None:
    assert str(Group("friends", (a, Address("B", "b", "c")))) == "friends: a@example.org, B <b@c>;"
    assert str(Group("undisclosed-recipients")) == "undisclosed-recipients:;"
    assert hash(Group("x", (a,))) == hash(Group("x", (a,)))
