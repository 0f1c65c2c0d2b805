from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.values.structure import BodyStructure, read_body
from tests.protocol.answers import reader_of

PLAIN = b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92)'
CHARSET = (("charset", b"US-ASCII"),)
ENVELOPE = b'(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL)'

PDF = (
    b'("APPLICATION" "PDF" ("NAME" "a.pdf") "<id@x>" "d" "BASE64" 4554 "md5" '
    b'("attachment" ("filename" "a.pdf" "size" "3")) ("en" "de") "loc" 5 (ext "x"))'
)

STRUCTURES = [
    (PLAIN, BodyStructure("1", "text", "plain", CHARSET, size=3028, lines=92)),
    (b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1 NIL NIL NIL NIL)', BodyStructure("1", "text", "plain", size=5, lines=1)),
    (PDF,
     BodyStructure("1", "application", "pdf", (("name", b"a.pdf"),), "<id@x>", b"d", "base64", 4554, None, None, "md5",
                   "attachment", (("filename", b"a.pdf"), ("size", b"3")), ("en", "de"), "loc")),
    (b'("IMAGE" "PNG" NIL NIL NIL "BASE64" 1 NIL ("inline" NIL) "en")',
     BodyStructure("1", "image", "png", encoding="base64", size=1, disposition="inline", languages=("en",))),
    (b"(" + PLAIN + b'("TEXT" "HTML" NIL NIL NIL "8BIT" 1 1) "ALTERNATIVE" ("BOUNDARY" "--x") NIL NIL)',
     BodyStructure("", "multipart", "alternative", (("boundary", b"--x"),), children=(
         BodyStructure("1", "text", "plain", CHARSET, size=3028, lines=92),
         BodyStructure("2", "text", "html", encoding="8bit", size=1, lines=1)))),
    (b"((" + PLAIN + b'"MIXED")' + PLAIN + b'"MIXED")',
     BodyStructure("", "multipart", "mixed", children=(
         BodyStructure("1", "multipart", "mixed", children=(
             BodyStructure("1.1", "text", "plain", CHARSET, size=3028, lines=92),)),
         BodyStructure("2", "text", "plain", CHARSET, size=3028, lines=92)))),
    # servers that leave things out, or put NIL where the grammar has none
    (b'("TEXT" NIL NIL NIL NIL NIL NIL NIL)', BodyStructure("1", "text", "plain")),
    (b'("APPLICATION" "X" NIL NIL NIL "7BIT" 5 )', BodyStructure("1", "application", "x", size=5)),
    (b'({4}\r\nTEXT {5}\r\nPLAIN ("CHARSET" {1}\r\n") NIL NIL "7BIT" 0 0)',
     BodyStructure("1", "text", "plain", (("charset", b'"'),), lines=0)),
    (b'("TEXT" "PLAIN" ("X" NIL) NIL NIL "7BIT" 0 0 NIL "attachment")',
     BodyStructure("1", "text", "plain", (("x", b""),), lines=0, disposition="attachment")),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "structure"), STRUCTURES)
def test_a_structure_is_read(octets: bytes, structure: BodyStructure) -> None:
    reader = reader_of(octets + b" rest")
    assert read_body(reader) == structure
    assert reader.at(b" rest")


def test_a_message_inside_has_its_envelope_and_its_parts() -> None:
    found = read_body(reader_of(
        b"(" + PLAIN + b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 ' + ENVELOPE + b" (" + PLAIN + PLAIN
        + b'"MIXED") 7 NIL ("attachment" NIL))("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 ' + ENVELOPE + b" " + PLAIN
        + b' 7)"DIGEST")'
    ))  # fmt: skip
    message = found.children[1]
    assert message.envelope is not None
    assert message.envelope.subject == "inner"
    assert (message.lines, message.disposition) == (7, "attachment")
    assert [(part.part, part.content_type) for part in found.walk()] == [
        ("", "multipart/digest"),
        ("1", "text/plain"),
        ("2", "message/rfc822"),
        ("2", "multipart/mixed"),
        ("2.1", "text/plain"),
        ("2.2", "text/plain"),
        ("3", "message/rfc822"),
        ("3.1", "text/plain"),
    ]


def test_a_message_without_envelope_is_an_ordinary_part() -> None:
    found = read_body(reader_of(b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9)'))
    assert (found.envelope, found.children, found.size) == (None, (), 9)
    status = read_body(reader_of(b'("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 9 NIL NIL NIL)'))
    assert (status.content_type, status.size) == ("message/delivery-status", 9)


def test_parameters_are_found_without_case() -> None:
    part = read_body(reader_of(PLAIN))
    assert part.parameter("CharSet") == "US-ASCII"
    assert part.parameter("name") is None


@pytest.mark.parametrize(
    "hostile",
    [b"", b"NIL", b"(", b"()", b'("TEXT")', b'("TEXT" "PLAIN" ("A") NIL NIL "7BIT" 1 1)',
     b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" -1 1)', b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" x 1)', b"(" + PLAIN,
     b"(" + PLAIN + b")", b"(" + PLAIN + b' "MIXED"', b'("TEXT" "PLAIN" (((("A"))))', b"(" * 5000,
     (b"(" + PLAIN) * 200, b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 (NIL) NIL 1)', PLAIN[:-1] + b" NIL ("],
)  # fmt: skip
def test_a_broken_structure_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_body(reader_of(hostile))
