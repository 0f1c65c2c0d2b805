"""The corpus is whole: a message and its expectations come in pairs, and no tool has touched the line ends."""

from __future__ import annotations

import re
from pathlib import Path

from tests.corpus import samples

_FOLDER = Path(__file__).with_name("messages")


def test_the_corpus_is_large_and_its_pairs_are_whole() -> None:
    messages = {path.stem for path in _FOLDER.glob("*.eml")}
    assert messages == {path.stem for path in _FOLDER.glob("*.json")}
    assert {sample.name for sample in samples()} == messages
    assert len(messages) >= 60


def test_every_message_says_what_it_is_a_case_of() -> None:
    reasons = [sample.expected.about for sample in samples()]
    assert all(reasons)
    assert len(set(reasons)) == len(reasons)


def test_dates_are_aware() -> None:
    assert all(sample.expected.date.tzinfo for sample in samples() if sample.expected.date)


def test_line_ends_are_as_on_the_wire() -> None:
    bare = [sample.name for sample in samples() if re.search(rb"(?<!\r)\n", sample.raw)]
    assert bare == ["line-ends-bare"]
