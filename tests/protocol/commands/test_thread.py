from __future__ import annotations

import pytest

from mailkit.arrange.thread import Thread as Tree
from mailkit.arrange.threading import Algorithm
from mailkit.errors import ProtocolViolation
from mailkit.protocol.commands.thread import Thread, read_thread_data
from mailkit.protocol.values.search_key import ALL, Key
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader
from tests.protocol.answers import answered, written

BY_REFERENCES = Thread(Algorithm.REFERENCES, ALL)


def test_the_algorithm_is_written_before_the_search() -> None:
    assert written(BY_REFERENCES) == b"UID THREAD REFERENCES UTF-8 ALL"
    by_subject = Thread(Algorithm.ORDERED_SUBJECT, Key("TEXT", ("ü",)))
    assert written(by_subject) == b"UID THREAD ORDEREDSUBJECT UTF-8 TEXT {2+}\r\n\xc3\xbc"


THREADS = [
    (b"THREAD (2)(3 6 (4 23)(44 7 96))",
     (Tree(2), Tree(3, (Tree(6, (Tree(4, (Tree(23),)), Tree(44, (Tree(7, (Tree(96),)),)))),)))),
    (b"THREAD (166)(167)(168)", (Tree(166), Tree(167), Tree(168))),
    (b"THREAD ((3)(5))", (Tree(None, (Tree(3), Tree(5))),)),
    (b"THREAD ((1 2)(3))(4)", (Tree(None, (Tree(1, (Tree(2),)), Tree(3))), Tree(4))),
    (b"THREAD (1 ((2)(3)))", (Tree(1, (Tree(None, (Tree(2), Tree(3))),)),)),
    (b"THREAD", ()),
    (b"thread  (1) ( 2  3 ) ", (Tree(1), Tree(2, (Tree(3),)))),
    (b"THREAD ((1))", (Tree(1),)),
    (b"THREAD (((1)(2)))", (Tree(None, (Tree(1), Tree(2))),)),
]  # fmt: skip


@pytest.mark.parametrize(("response", "threads"), THREADS)
def test_threads_are_read(response: bytes, threads: tuple[Tree, ...]) -> None:
    assert answered(BY_REFERENCES, response) == threads


def test_what_was_read_is_written_as_it_came() -> None:
    """RFC 5256 §4"""
    for thread_list in ("(2)(3 6 (4 23)(44 7 96))", "((3)(5))", "(1 2 3 ((4)(5)) (6))", "(4294967295)"):
        found = answered(BY_REFERENCES, b"THREAD " + thread_list.encode())
        assert "".join(map(str, found)).replace(" (", "(") == thread_list.replace(" (", "(").replace(") (", ")(")


@pytest.mark.parametrize(
    "hostile",
    [b"THREAD 1", b"THREAD (1", b"THREAD 1)", b"THREAD ()", b"THREAD (1 ())", b"THREAD (0)", b"THREAD (x)",
     b"THREAD (4294967296)", b"THREAD (1))", b"THREAD (1)(", b'THREAD ("1")', b"THREAD NIL",
     b"THREAD (" + b"1" * 5000 + b")", b"THREAD " + b"(" * 100_000],
)  # fmt: skip
def test_broken_threads_are_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_thread_data(Reader(Frame(hostile), len(b"THREAD")))


def test_the_deepest_thread_is_read_without_recursion() -> None:
    count = 100_000
    chain = b" ".join(b"%d" % number for number in range(1, count + 1))
    (found,) = read_thread_data(Reader(Frame(b"(" + chain + b")")))
    assert found.uids == tuple(range(1, count + 1))
    (nested,) = read_thread_data(Reader(Frame(b"(1 (9)" * count + b")" * count)))
    assert sum(1 for _ in nested.walk()) == 2 * count
    (idle,) = read_thread_data(Reader(Frame(b"(" * count + b"1" + b")" * count)))
    assert idle == Tree(1)
