from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.values.capability import IMPLIED, Capabilities


def test_capabilities_are_found_without_case() -> None:
    capabilities = Capabilities.parse(b"IMAP4rev1 STARTTLS auth=plain AUTH=SCRAM-SHA-256 xyz")
    assert "imap4REV1" in capabilities
    assert "XYZ" in capabilities
    assert "AUTH=PLAIN" in capabilities
    assert "MOVE" not in capabilities
    assert capabilities.auth_mechanisms == ("PLAIN", "SCRAM-SHA-256")
    assert str(capabilities) == "IMAP4REV1 STARTTLS AUTH=PLAIN AUTH=SCRAM-SHA-256 XYZ"
    assert list(capabilities) == sorted(capabilities.advertised)
    assert len(capabilities) == 5
    assert capabilities == Capabilities(["xyz", "auth=scram-sha-256", "starttls", "imap4rev1", "AUTH=PLAIN"])
    assert capabilities != Capabilities()
    assert hash(Capabilities(["a", "b"])) == hash(Capabilities(["B", "A"])) == hash(frozenset({"A", "B"}))
    assert Capabilities(["a"]) == {"A"}
    assert repr(Capabilities(["a"])) == "Capabilities(['A'])"


@pytest.mark.parametrize(
    ("said", "implied"),
    [
        (
            "IMAP4rev2",
            "MOVE UIDPLUS IDLE NAMESPACE UNSELECT ESEARCH SEARCHRES ENABLE SASL-IR LIST-EXTENDED LIST-STATUS",
        ),
        ("IMAP4rev2", "LITERAL- STATUS=SIZE"),
        ("QRESYNC", "CONDSTORE ENABLE"),
        ("UTF8=ONLY", "UTF8=ACCEPT ENABLE"),
        ("LITERAL+", "LITERAL-"),
        ("SORT=DISPLAY", "SORT"),
        ("CONTEXT=SORT", "SORT"),
        ("METADATA", "METADATA-SERVER"),
        ("APPENDLIMIT=5", "APPENDLIMIT"),
    ],
)
def test_what_a_capability_implies_is_there(said: str, implied: str) -> None:
    capabilities = Capabilities([said])
    assert all(name in capabilities for name in implied.split())
    assert set(implied.split()) <= set(capabilities)
    assert capabilities.advertised == (said.upper(),)


@pytest.mark.parametrize(
    ("said", "not_implied"),
    [
        ("IMAP4rev2", ["BINARY", "LITERAL+", "IMAP4REV1", "CONDSTORE", "UTF8=ACCEPT"]),
        ("CONDSTORE", ["ENABLE", "QRESYNC"]),
        ("LITERAL-", ["LITERAL+"]),
        ("METADATA-SERVER", ["METADATA"]),
        ("IMAP4rev1", ["MOVE", "IDLE"]),
    ],
)
def test_nothing_is_implied_the_other_way_round(said: str, not_implied: list[str]) -> None:
    assert not any(name in Capabilities([said]) for name in not_implied)


def test_the_table_of_implications_is_in_upper_case() -> None:
    for name, implied in IMPLIED.items():
        assert (name, *implied) == tuple(map(str.upper, (name, *implied)))
        assert name not in implied


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        (b"IMAP4rev1", None),
        (b"APPENDLIMIT", None),
        (b"APPENDLIMIT=257890", 257890),
        (b"appendlimit=0", 0),
        (b"APPENDLIMIT=x APPENDLIMIT=-5", None),
        (b"APPENDLIMIT=" + b"9" * 5000, None),
        (b"APPENDLIMIT=\xb2", None),
    ],
)
def test_the_append_limit_is_the_server_s_number(said: bytes, limit: int | None) -> None:
    assert Capabilities.parse(said).append_limit == limit


def test_one_text_is_no_set_of_capabilities() -> None:
    with pytest.raises(UsageError):
        Capabilities("IDLE")
    assert Capabilities.parse(b"  AUTH=  \xff ").auth_mechanisms == ()
