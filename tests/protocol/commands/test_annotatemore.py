from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.commands.annotatemore import GetAnnotation, SetAnnotation
from mailkit.protocol.values.metadata import Annotation, Metadata
from tests.protocol.answers import answered, written


def test_annotations_are_asked_for_and_set() -> None:
    assert written(GetAnnotation("INBOX", ("/comment",), ("value.priv",))) == (
        b'GETANNOTATION "INBOX" "/comment" "value.priv"'
    )
    assert written(GetAnnotation("*", ("/a", "/b"))) == (b'GETANNOTATION "*" ("/a" "/b") ("value.priv" "value.shared")')
    assert written(SetAnnotation("ü", "/comment", {"value.priv": b"My comment", "value.shared": None})) == (
        b'SETANNOTATION "&APw-" "/comment" ("value.priv" "My comment" "value.shared" NIL)'
    )
    with pytest.raises(UsageError):
        GetAnnotation("", ())
    with pytest.raises(UsageError):
        GetAnnotation("", ("/a",), ())
    with pytest.raises(UsageError):
        SetAnnotation("", "/a", {})


@pytest.mark.parametrize(
    ("response", "annotations"),
    [
        (b'ANNOTATION "INBOX" "/comment" ("value.priv" "My comment" "value.shared" NIL)',
         [Annotation("INBOX", "/comment", Metadata({"value.priv": b"My comment", "value.shared": None}))]),
        (b'ANNOTATION "&APw-" "/a" ("value.shared" {2}\r\n)() "/b" ("value.shared" "2")',
         [Annotation("ü", "/a", Metadata({"value.shared": b")("})),
          Annotation("ü", "/b", Metadata({"value.shared": b"2"}))]),
        (b'ANNOTATION "INBOX" ("/comment" "/sort")', []),
        (b'ANNOTATION "" "/motd" ()', [Annotation("", "/motd", Metadata())]),
    ],
)  # fmt: skip
def test_annotations_are_read(response: bytes, annotations: list[Annotation]) -> None:
    found = answered(GetAnnotation("*", ("/comment",)), response)
    assert found == tuple(annotations)
    assert hash(found) == hash(tuple(annotations))


@pytest.mark.parametrize("hostile", [b"ANNOTATION x", b"ANNOTATION x /a", b"ANNOTATION x /a (b)", b"ANNOTATION x /a ("])
def test_broken_annotations_are_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(GetAnnotation("*", ("/comment",)), hostile)
