"""A parameter's text is found in whichever way a mailer put it there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.mime.parameters import Parameters, decode_parameters, filename, is_named

PARAMETERS: list[tuple[Parameters, dict[str, str]]] = [
    ([], {}),
    ([("charset", b"utf-8")], {"charset": "utf-8"}),
    ([("a", b"1"), ("a", b"2")], {"a": "1"}),
    ([("n", "ü.pdf".encode())], {"n": "ü.pdf"}),
    ([("n", "ü.pdf".encode("latin-1"))], {"n": "ü.pdf"}),
    ([("n", b"=?utf-8?Q?=C3=BC.pdf?=")], {"n": "ü.pdf"}),
    ([("n*", b"utf-8''%C3%BC.pdf")], {"n": "ü.pdf"}),
    ([("n*", b"utf-8'de'%C3%BC.pdf")], {"n": "ü.pdf"}),
    ([("n*", b"''%C3%BC.pdf")], {"n": "ü.pdf"}),
    ([("n*", b"no%20charset.pdf")], {"n": "no charset.pdf"}),
    ([("n*", b"utf-8''100%.pdf")], {"n": "100%.pdf"}),
    ([("n*", b"x-none''%C3%BC.pdf")], {"n": "ü.pdf"}),
    ([("n", b"u.pdf"), ("n*", b"utf-8''%C3%BC.pdf")], {"n": "ü.pdf"}),
    ([("n*0", b"a"), ("n*1", b"b"), ("n*2", b"c")], {"n": "abc"}),
    ([("n*1", b"b"), ("n*0", b"a")], {"n": "ab"}),
    ([("n*0*", b"utf-8''%C3"), ("n*1*", b"%BC"), ("n*2", b"%41")], {"n": "ü%41"}),
    ([("n*0", b"a"), ("n*2", b"c")], {"n": "a"}),
    ([("n*1", b"b")], {}),
    ([("n*0", b"a"), ("n*00", b"b"), ("n*99999", b"c")], {"n": "a", "n*00": "b", "n*99999": "c"}),
    ([("n*0", b"=?utf-8?Q?=C3"), ("n*1", b"=BC?=")], {"n": "ü"}),
]


@pytest.mark.parametrize(("parameters", "expected"), PARAMETERS)
def test_known_answers(parameters: Parameters, expected: dict[str, str]) -> None:
    assert decode_parameters(parameters) == expected


def test_the_disposition_names_the_file_before_the_type() -> None:
    assert filename([("filename", b"a")], [("name", b"b")]) == "a"
    assert filename([("filename", b"")], [("name", b"b")]) == "b"
    assert filename([], [("name*0", b"b")]) == "b"
    assert filename([("filename", b"")], []) is None


@given(
    st.lists(st.tuples(st.sampled_from(["name", "name*", "name*0", "name*0*", "name*1", "x"]), st.binary(max_size=30))),
)
def test_nothing_raises_and_whoever_has_a_name_is_named(parameters: list[tuple[str, bytes]]) -> None:
    name = filename([], parameters)
    assert name is None or is_named([], parameters)
