from __future__ import annotations

import pytest

from mailkit.protocol.values import guessing
from mailkit.protocol.values.guessing import guess
from mailkit.protocol.values.special_use import SpecialUse


@pytest.mark.parametrize(
    ("attribute", "use"),
    [
        (r"\Sent", SpecialUse.SENT),
        (r"\TRASH", SpecialUse.TRASH),
        (r"\important", SpecialUse.IMPORTANT),
        (r"\Spam", SpecialUse.JUNK),
        (r"\Starred", SpecialUse.FLAGGED),
        (r"\AllMail", SpecialUse.ALL),
        (r"\HasNoChildren", None),
        ("Sent", None),
        ("", None),
    ],
)
def test_an_attribute_says_the_use_in_any_case(attribute: str, use: SpecialUse | None) -> None:
    assert SpecialUse.of(attribute) is use


def test_every_use_is_the_attribute_that_list_shows() -> None:
    assert [str(use) for use in SpecialUse] == [use.value for use in SpecialUse]
    assert all(SpecialUse.of(use.value.upper()) is use for use in SpecialUse)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["INBOX", "Trash", "Sent"], {SpecialUse.TRASH: "Trash", SpecialUse.SENT: "Sent"}),
        (["INBOX.Papierkorb", "INBOX.Entwürfe"], {"TRASH": "INBOX.Papierkorb", "DRAFTS": "INBOX.Entwürfe"}),
        (["[Gmail]/Corbeille", "[Gmail]/Brouillons"], {"TRASH": "[Gmail]/Corbeille", "DRAFTS": "[Gmail]/Brouillons"}),
        (["ENTWU\u0308RFE", "ÇÖP KUTUSU"], {"DRAFTS": "ENTWU\u0308RFE", "TRASH": "ÇÖP KUTUSU"}),
        (["已删除邮件", "垃圾邮件", "Спам"], {"TRASH": "已删除邮件", "JUNK": "Спам"}),
        (["Old/Trash", "Trash"], {"TRASH": "Trash"}),
        (["Deleted Items", "Trash"], {"TRASH": "Trash"}),
        (["Trash/2020", "Sentinel", "INBOX"], {}),
        ([], {}),
    ],
)
def test_names_of_many_languages_are_guessed(names: list[str], found: dict[str, str]) -> None:
    expected = {
        SpecialUse[use] if use in SpecialUse.__members__ else SpecialUse(use): name for use, name in found.items()
    }
    assert guess(names) == expected
    assert guess(reversed(names)) == expected


def test_a_known_delimiter_is_the_only_one() -> None:
    assert guess(["Old.Trash"], "/") == {}
    assert guess(["Old.Trash"], ".") == {SpecialUse.TRASH: "Old.Trash"}


def test_no_name_in_the_table_means_two_things() -> None:
    uses: dict[str, SpecialUse] = {}
    for row in guessing._NAMES:
        for use, called in zip(guessing._USES, row, strict=True):
            for name in called.split("|"):
                assert name.strip()
                assert uses.setdefault(guessing._folded(name), use) is use, name
                assert guess([name], "/") == {use: name}
    assert len(guessing._NAMES) >= 20
