from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.values.namespace import Namespace, Namespaces


def test_namespaces_are_of_three_kinds_each_perhaps_empty() -> None:
    personal = Namespace("", "/")
    namespaces = Namespaces([personal], shared=[Namespace("#news.", ".")])
    assert namespaces.personal == (personal,)
    assert namespaces.other_users == ()
    assert namespaces.shared[0].prefix == "#news."
    assert hash(namespaces) == hash(Namespaces((personal,), (), (Namespace("#news.", "."),)))


@pytest.mark.parametrize("wrong", ["", "//"])
def test_a_delimiter_is_one_character_or_none(wrong: str) -> None:
    assert Namespace("flat", None).delimiter is None
    with pytest.raises(UsageError):
        Namespace("", wrong)
