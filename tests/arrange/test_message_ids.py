from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.arrange.message_ids import message_ids


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("", ()),
        ("<a@b>", ("<a@b>",)),
        ('<"01KF8JCEOCBS0045PS"@xxx.yyy.com>', ("<01KF8JCEOCBS0045PS@xxx.yyy.com>",)),
        (r'<"a\b"@c>', ("<ab@c>",)),
        ('<"a b"@c>', ('<"a b"@c>',)),
        ("<a@b><c@d>\r\n\t<e@f>", ("<a@b>", "<c@d>", "<e@f>")),
        ("<a@[10.0.0.1]>", ("<a@[10.0.0.1]>",)),
        ("< a@b >", ("<a@b>",)),
        ("message of Mon from Me <me@here> <id@there>", ("<me@here>", "<id@there>")),
        ("a@b", ()),
        ("<no-at-sign>", ()),
        ("<a@b", ()),
        ("<<a@b>>", ("<a@b>",)),
        ("<A@b> <a@b>", ("<A@b>", "<a@b>")),
    ],
)
def test_identifiers_are_found_and_spelled_one_way(header: str, ids: tuple[str, ...]) -> None:
    assert message_ids(header) == ids


@given(st.text(st.sampled_from('<>@"\\ab. []'), max_size=40))
def test_the_spelling_is_stable(header: str) -> None:
    ids = message_ids(header)
    assert message_ids(" ".join(ids)) == ids


def test_of_too_many_the_root_and_the_nearest_are_kept() -> None:
    assert message_ids(" ".join(f"<{n}@x>" for n in range(9)), limit=4) == ("<0@x>", "<6@x>", "<7@x>", "<8@x>")


@pytest.mark.parametrize("piece", ["<", '<"', "<a", "<a@", "<a@b", '<"\\', "<a@[", '"', '<"a\\"', "<\t", "<a@b "])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    begun = process_time()
    message_ids(piece * 50_000)
    message_ids("<" + piece * 50_000)
    assert process_time() - begun < 3
