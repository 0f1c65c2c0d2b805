from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.values.rights import ACL, Rights


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("", ""),
        ("srl", "lrs"),
        ("aetxkpiwsrl", "lrswipkxtea"),
        ("n0l", "l0n"),
        ("lrscd", "lrskte"),
        ("xd", "xte"),
        ("lll", "l"),
    ],
)
def test_rights_are_printed_in_the_order_of_the_rfc(given: str, shown: str) -> None:
    assert str(Rights(given)) == shown
    assert list(Rights(given)) == list(shown)
    assert Rights(shown) == Rights(given)


@pytest.mark.parametrize("wrong", ["L", "l r", "é", "-", "+l", "\r", "²"])
def test_what_is_no_right_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError):
        Rights(wrong)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (b"rwipslxcetda", "lrswipxtea"),  # c and d beside what they mean: RFC 4314 section 2.1.1
        (b"lrswikcdeta", "lrswiktea"),
        (b"lrxd", "lrx"),
        (b"lrswipcda", "lrswipktea"),  # an RFC 2086 server
        (b"", ""),
        (b"l R\xff0", "l0"),
    ],
)
def test_a_server_s_virtual_rights_are_ignored_beside_real_ones(sent: bytes, meant: str) -> None:
    assert Rights.parse(sent) == Rights(meant)


def test_an_old_server_is_given_the_rights_it_knows() -> None:
    assert Rights.FULL.rfc2086() == "lrswipcda"
    assert Rights("lrt").rfc2086() == "lrd"
    assert Rights("lrn").rfc2086() == "lrn"


def test_every_right_has_its_name() -> None:
    for letter, name in zip(
        "lrswipkxtea",
        [
            "lookup",
            "read",
            "keep_seen",
            "write",
            "insert",
            "post",
            "create",
            "delete_mailbox",
            "delete_messages",
            "expunge",
            "admin",
        ],
        strict=True,
    ):
        assert getattr(Rights(letter), name) is True
        assert getattr(Rights.FULL - letter, name) is False


def test_rights_are_a_set_of_letters() -> None:
    assert Rights.READ_ONLY < Rights.READ_WRITE < Rights.FULL
    assert str(Rights.READ_ONLY | "w") == "lrsw"
    assert Rights("lrs") & "rx" == Rights("r")
    assert Rights("lrs") - Rights("s") == {"l", "r"}
    assert Rights("lr") ^ "rs" == Rights("ls")
    assert "l" in Rights("l")
    assert "r" not in Rights("l")
    assert len(Rights("lrs")) == 3
    assert hash(Rights("lr")) == hash(Rights("rl")) == hash(frozenset("lr"))
    assert repr(Rights("rl")) == "Rights('lr')"
    assert Rights("l") != "l"
    with pytest.raises(UsageError):
        Rights("l") | "L"


def test_an_acl_maps_identifiers_to_rights() -> None:
    acl = ACL({"fred": Rights("lrsw"), "-fred": Rights("w"), "anyone": Rights("l")})
    assert acl["fred"] == Rights("lrsw")
    assert list(acl) == ["fred", "-fred", "anyone"]
    assert len(acl) == 3
    assert acl.granted("fred") == Rights("lrs")
    assert acl.granted("barney") == Rights()
    assert acl == ACL(reversed(list(acl.items())))
    assert hash(acl) == hash(ACL(reversed(list(acl.items()))))
    assert acl == {"fred": Rights("lrsw"), "-fred": Rights("w"), "anyone": Rights("l")}
    assert acl != ACL()
    assert acl != "fred"
    assert repr(ACL({"a": Rights("l")})) == "ACL({'a': Rights('l')})"
    with pytest.raises(KeyError):
        acl["barney"]


def test_an_acl_does_not_change_with_what_it_was_made_of() -> None:
    entries = {"fred": Rights("l")}
    acl = ACL(entries)
    entries["barney"] = Rights.FULL
    assert list(acl) == ["fred"]
