from __future__ import annotations

import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.arrange.thread import Thread
from mailkit.arrange.threading import Algorithm, thread
from mailkit.errors import UsageError
from tests.arrange.letters import Letter, reply


def _shown(letters: list[Letter], algorithm: Algorithm) -> str:
    return "".join(map(str, thread(letters, algorithm)))


@pytest.mark.parametrize(
    ("letters", "threads"),
    [
        ([], ""),
        ([reply(1), reply(2, 1), reply(3, 1, 2)], "(1 2 3)"),
        ([reply(1), reply(2, 1), reply(3, 1)], "(1 (2)(3))"),
        # Siblings go by date, not by number.
        ([reply(1, hour=1), reply(2, 1, hour=9), reply(3, 1, hour=5)], "(1 (3)(2))"),
        # A parent that is not there: one child takes its place, two stay together below nothing.
        ([reply(2, 1)], "(2)"),
        ([reply(3, 1), reply(5, 1)], "((3)(5))"),
        ([reply(1), reply(3, 1, 2), reply(4, 1, 2)], "(1 (3)(4))"),
        ([reply(4, 1, 2, 3), reply(5, 1)], "((4)(5))"),
        # The message's own last reference wins over what others say; a truncated list says less.
        ([reply(1), reply(2), reply(3, 1), reply(4, 2, 3)], "(1 3 4)(2)"),
        # A message that says it has no parent has none.
        ([reply(1, 2, 3), reply(2), reply(3)], "(2)(3 1)"),
        # Loops.
        ([reply(1, 1)], "(1)"),
        ([reply(1, 2), reply(2, 1)], "(2 1)"),
        ([reply(1, 2, 3), reply(2, 3, 1), reply(3, 1, 2)], "(2 3 1)"),
        # Numbered by someone else: the reply has the lower UID.
        ([reply(1, 2), reply(2)], "(2 1)"),
        ([Letter(1, "", "<a@b>"), Letter(2, "", "<a@b>"), Letter(3, "", "<c@d>", ("<a@b>",))], "(1 3)(2)"),
        ([Letter(1, "", '<"a"@b>'), Letter(2, "", None, ("<a@b>",))], "(1 2)"),
        ([Letter(1, "", "<a@b>"), Letter(2, "", None, (), "Yours of today <a@b> <x@y>")], "(1 2)"),
        ([Letter(1, "", "<a@b>"), Letter(2, "", None, ("nonsense",), "<a@b>")], "(1 2)"),
        ([Letter(1, "", "<A@b>"), Letter(2, "", None, ("<a@b>",))], "(1)(2)"),
    ],
)
def test_references_make_the_tree(letters: list[Letter], threads: str) -> None:
    assert _shown(letters, Algorithm.REFERENCES) == threads
    assert set(thread(letters, "refs")) == set(thread(letters, "references"))


@pytest.mark.parametrize(
    ("letters", "threads"),
    [
        ([Letter(1, "a"), Letter(2, "Re: A")], "(1 2)"),
        ([Letter(1, "a"), Letter(2, "a")], "((1)(2))"),
        ([Letter(1, "Re: a"), Letter(2, "a")], "(2 1)"),
        ([Letter(1, "Re: a"), Letter(2, "Re: a")], "((1)(2))"),
        ([Letter(1, "a"), Letter(2, "a"), Letter(3, "Re: a"), Letter(4, "a")], "((1)(2)(3)(4))"),
        ([Letter(1, "a"), Letter(2, "Re: a"), Letter(3, "fwd: a")], "(1 (2)(3))"),
        ([Letter(1, ""), Letter(2, "Re: "), Letter(3, "")], "(1)(2)(3)"),
        # A dummy goes by the subject of its first child, and takes in its namesakes.
        ([reply(2, 1, subject="a"), reply(3, 1, subject="b"), Letter(4, "a"), Letter(5, "b")], "((2)(3)(4))(5)"),
        ([Letter(1, "a"), reply(4, 3, subject="Re: a"), reply(5, 3, subject="a")], "((1)(4)(5))"),
        ([reply(2, 1, subject="a"), reply(3, 1), reply(5, 4, subject="a"), reply(6, 4)], "((2)(3)(5)(6))"),
    ],
)
def test_threads_of_one_subject_are_joined(letters: list[Letter], threads: str) -> None:
    assert _shown(letters, Algorithm.REFERENCES) == threads


def test_refs_does_not_look_at_subjects_and_puts_the_latest_thread_last() -> None:
    letters = [reply(1, subject="a"), reply(2, subject="Re: a"), reply(3, 1)]
    assert _shown(letters, Algorithm.REFS) == "(2)(1 3)"
    assert _shown(letters, Algorithm.REFERENCES) == "(1 (2)(3))"


def test_ordered_subject_has_no_grandchildren_and_goes_by_the_first_message() -> None:
    letters = [Letter(1, "b"), Letter(2, "a"), Letter(3, "Re: b"), Letter(4, "[x] Re: B"), Letter(5, "Re: a")]
    assert _shown(letters, Algorithm.ORDERED_SUBJECT) == "(1 (3)(4))(2 5)"


_letters = st.lists(
    st.builds(
        lambda uid, own, refs, subject: Letter(uid, subject, f"<{own}@x>", tuple(f"<{ref}@x>" for ref in refs)),
        st.integers(1, 30),
        st.integers(1, 12),
        st.lists(st.integers(1, 12), max_size=5),
        st.sampled_from(["", "a", "Re: a", "b"]),
    ),
    max_size=12,
    unique_by=lambda letter: letter.uid,
)


@given(_letters, st.sampled_from(Algorithm))
def test_every_message_is_in_one_thread_once_and_dummies_only_head(letters: list[Letter], by: Algorithm) -> None:
    threads = thread(letters, by)
    assert sorted(uid for tree in threads for uid in tree.uids) == sorted(letter.uid for letter in letters)
    for tree in threads:
        assert tree.uid is not None or len(tree.children) > 1
        assert all(node.uid is not None for node in list(tree.walk())[1:])


@given(_letters, st.sampled_from(Algorithm), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(letters: list[Letter], by: Algorithm, chance: random.Random) -> None:
    shuffled = chance.sample(letters, len(letters))
    assert thread(letters, by) == thread(shuffled, by)


@pytest.mark.parametrize(
    ("order", "many"), [("ascending", 20_000), ("descending", 20_000), ("even first", 20_000), ("shuffled", 100_000)]
)
def test_very_many_replies_to_replies_make_one_thread(order: str, many: int) -> None:
    numbers = list(range(1, many + 1))
    if order == "descending":
        numbers.reverse()
    elif order == "even first":
        numbers.sort(key=lambda number: number % 2)
    elif order == "shuffled":
        random.Random(5).shuffle(numbers)
    letters = [
        Letter(uid, "", f"<{number}@x>", (f"<{number - 1}@x>",) if number > 1 else ())
        for uid, number in enumerate(numbers, 1)
    ]
    begun = process_time()
    (tree,) = thread(letters)
    assert process_time() - begun < 30
    assert [numbers[uid - 1] for uid in tree.uids] == list(range(1, many + 1))


def test_a_deep_thread_can_be_compared_hashed_printed_and_freed() -> None:
    deep, twin = Thread(1), Thread(1)
    for uid in range(2, 100_001):
        deep, twin = Thread(uid, (deep,)), Thread(uid, (twin,))
    assert deep == twin
    assert hash(deep) == hash(twin)
    assert str(deep).endswith(" 3 2 1)")


def test_levels_say_how_deep_each_message_is() -> None:
    tree = Thread(3, (Thread(6, (Thread(4, (Thread(23),)), Thread(44, (Thread(7, (Thread(96),)),)))),))
    assert [(depth, node.uid) for depth, node in tree.levels()] == [
        (0, 3), (1, 6), (2, 4), (3, 23), (2, 44), (3, 7), (4, 96),
    ]  # fmt: skip
    assert str(tree) == "(3 6 (4 23)(44 7 96))"
    assert repr(Thread(None, (Thread(3), Thread(5)))) == "<Thread ((3)(5))>"


def test_threads_are_equal_by_shape() -> None:
    assert Thread(1, (Thread(2), Thread(3))) != Thread(1, (Thread(2, (Thread(3),)),))
    assert Thread(1) != Thread(1, (Thread(2),))
    assert Thread(1) != "(1)"


def test_an_unknown_algorithm_is_refused_with_the_list_of_known_ones() -> None:
    assert Algorithm.parse("references") is Algorithm.REFERENCES
    with pytest.raises(UsageError, match="refs"):
        thread([], "telepathy")
