from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.commands.id import Id
from tests.protocol.answers import answered, written


def test_a_client_says_who_it_is_or_nothing() -> None:
    assert written(Id()) == b"ID NIL"
    assert written(Id({"name": "sodr", "version": "19.34", "vendor": None})) == (
        b'ID ("name" "sodr" "version" "19.34" "vendor" NIL)'
    )
    assert written(Id({"name": "a\r\nb"})) == b'ID ("name" {4+}\r\na\r\nb)'


@pytest.mark.parametrize(
    ("response", "fields"),
    [
        (b"ID NIL", {}),
        (b"ID ()", {}),
        (b'ID ("name" "Cyrus" "version" "1.5" "os" "sunos" "os-version" "5.5")',
         {"name": "Cyrus", "version": "1.5", "os": "sunos", "os-version": "5.5"}),
        (b'ID ("Name" NIL "x" {3}\r\n\xc3\xbc!)', {"name": None, "x": "ü!"}),
    ],
)  # fmt: skip
def test_a_server_says_who_it_is(response: bytes, fields: dict[str, str | None]) -> None:
    assert answered(Id(), response) == fields


def test_limits_of_the_rfc_are_kept() -> None:
    Id({"x" * 30: "y" * 1024})
    for wrong in ({str(number): "" for number in range(31)}, {"x" * 31: ""}, {"x": "ü" * 513}):
        with pytest.raises(UsageError):
            Id(wrong)


@pytest.mark.parametrize("hostile", [b"ID", b"ID x", b'ID ("name")', b'ID ("name" "x"', b"ID ((()))"])
def test_a_broken_id_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(Id(), hostile)
