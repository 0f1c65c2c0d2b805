from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.values.sections import Section, read_section
from tests.protocol.answers import reader_of

SECTIONS = [
    (b"[]", Section()),
    (b"[1]", Section("1")),
    (b"[4.2.2]", Section("4.2.2")),
    (b"[HEADER]", Section(text="HEADER")),
    (b"[TEXT]", Section(text="TEXT")),
    (b"[3.HEADER]", Section("3", "HEADER")),
    (b"[3.2.TEXT]", Section("3.2", "TEXT")),
    (b"[4.1.MIME]", Section("4.1", "MIME")),
    (b"[HEADER.FIELDS (DATE FROM)]", Section(text="HEADER.FIELDS", fields=("Date", "From"))),
    (b"[2.HEADER.FIELDS.NOT (RECEIVED)]", Section("2", "HEADER.FIELDS.NOT", ("received",))),
]


@pytest.mark.parametrize(("octets", "section"), SECTIONS)
def test_a_section_is_read_and_written_the_same(octets: bytes, section: Section) -> None:
    reader = reader_of(octets + b" rest")
    assert read_section(reader) == section
    assert reader.at(b" rest")
    assert f"[{section}]".encode() == octets


@pytest.mark.parametrize(
    ("octets", "section"),
    [
        (b"[text]", Section(text="TEXT")),
        (b"[1.mime]", Section("1", "MIME")),
        (b'[HEADER.FIELDS ("Date" {2}\r\nTo)]', Section(text="HEADER.FIELDS", fields=("DATE", "TO"))),
        (b"[HEADER.FIELDS ( date )]", Section(text="HEADER.FIELDS", fields=("DATE",))),
    ],
)
def test_servers_spell_as_they_like(octets: bytes, section: Section) -> None:
    assert read_section(reader_of(octets)) == section


@pytest.mark.parametrize(
    "hostile",
    [b"", b"[", b"[1", b"[0]", b"[1..2]", b"[01]", b"[MIME]", b"[HEADER.FIELDS]", b"[HEADER.FIELDS ()]",
     b"[TEXT (x)]", b"[HEADER.FIELDS (a:b)]", b'[HEADER.FIELDS ("a b")]', b"[X]", b"[99999999999]",
     b"[HEADER.FIELDSX (a)]", b"[HEADER.FIELDS " + b"(" * 500],
)  # fmt: skip
def test_a_broken_section_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_section(reader_of(hostile))


@pytest.mark.parametrize(
    ("part", "text", "fields"),
    [("0", "", ()), ("1.", "", ()), ("x", "", ()), ("", "MIME", ()), ("", "BODY", ()), ("", "HEADER.FIELDS", ()),
     ("", "TEXT", ("a",)), ("", "HEADER.FIELDS", ("a\r\nb",)), ("", "HEADER.FIELDS", ("",)),
     ("", "HEADER.FIELDS", ("ü",)), ("", "HEADER.FIELDS", ("a]",))],
)  # fmt: skip
def test_no_wrong_section_can_be_built(part: str, text: str, fields: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        Section(part, text, fields)
