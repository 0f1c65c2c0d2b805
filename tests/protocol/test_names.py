from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.errors import UsageError
from mailkit.protocol.values.names import RAW, decode_name, encode_name

sendable = st.binary().map(lambda octets: octets.translate(None, b"\x00\r\n"))
shifty = st.text(alphabet="&-ACEq,+/=2JQ\xe9", max_size=20).map(lambda text: text.encode("latin-1"))
names = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("", b""),
        ("Sent Items", b"Sent Items"),
        ("R&D", b"R&-D"),
        ("&&", b"&-&-"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("台北日本語", b"&U,BTF2XlZyyKng-"),
        ("☺!", b"&Jjo-!"),
        ("😀", b"&2D3eAA-"),
        ("é&é", b"&AOk-&-&AOk-"),
        ('a"b\\c%*', b'a"b\\c%*'),
        ("tab\tand\nline", b"tab&AAk-and&AAo-line"),
        ("INBOX/Büro", b"INBOX/B&APw-ro"),
    ],
)
def test_modified_utf7_goes_both_ways(name: str, octets: bytes) -> None:
    assert encode_name(name) == octets
    assert decode_name(octets) == name


@pytest.mark.parametrize("written", ["INBOX", "inbox", "Inbox", "iNbOx"])
def test_inbox_is_one_name_however_written(written: str) -> None:
    for utf8 in (False, True):
        assert encode_name(written, utf8=utf8) == b"INBOX"
        assert decode_name(written.encode(), utf8=utf8) == "INBOX"
    assert encode_name(f"{written}.a") == f"{written}.a".encode()


@pytest.mark.parametrize("octets", [b"inbo\xc5\xbf", b"&AEk-NBOX", b"\xc4\xb1nbox"])
def test_what_only_looks_like_inbox_is_another_mailbox(octets: bytes) -> None:
    for utf8 in (False, True):
        assert decode_name(octets, utf8=utf8) != "INBOX"
        assert encode_name(decode_name(octets, utf8=utf8), utf8=utf8) == octets


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (b"R&D", "R&D"),
        (b"&Jjo!", "&Jjo!"),
        (b"&U,BTFw-&ZeVnLIqe-", "&U,BTFw-&ZeVnLIqe-"),
        (b"&AEE-", "&AEE-"),
        (b"&2D0-", "&2D0-"),
        (b"&AOl-", "&AOl-"),
        (b"Entw\xc3\xbcrfe", "Entwürfe"),
        (b"Entw\xfcrfe", "Entw\U0010fefcrfe"),
        (b"\x7f", "\x7f"),
    ],
)
def test_a_broken_name_is_shown_as_it_is_and_leads_back(octets: bytes, shown: str) -> None:
    assert decode_name(octets) == RAW + shown
    assert encode_name(RAW + shown) == octets


@given(sendable | shifty)
@example(RAW.encode())
@example(encode_name("\U0010fefc" + RAW))
@example(b"&2,jeAA-")
@example("\U0010fefc".encode() + b"\xfc")
def test_octets_survive_being_a_name(octets: bytes) -> None:
    for utf8 in (False, True):
        name = decode_name(octets, utf8=utf8)
        assert encode_name(name, utf8=utf8) == (b"INBOX" if octets.upper() == b"INBOX" else octets)
        assert name.encode().decode() == name


@given(names)
@example("\U0010fefc")
@example("x" + RAW)
def test_names_survive_being_octets(name: str) -> None:
    if name.startswith(RAW) or name.upper() == "INBOX":
        name = "x" + name
    assert decode_name(encode_name(name)) == name
    assert encode_name(name).isascii()
    if not set(name) & set("\x00\r\n"):
        assert encode_name(name, utf8=True) == name.encode()
        assert decode_name(name.encode(), utf8=True) == name


@pytest.mark.parametrize("name", ["\ud800", "a\udcffb", RAW + "\udcfc", RAW + "a\r\nb", RAW + "\x00"])
def test_what_cannot_be_sent_is_refused(name: str) -> None:
    for utf8 in (False, True):
        with pytest.raises(UsageError):
            encode_name(name, utf8=utf8)


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\x00b"])
def test_line_ends_are_refused_in_utf8_mode(name: str) -> None:
    with pytest.raises(UsageError):
        encode_name(name, utf8=True)
    assert decode_name(encode_name(name)) == name
