from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.arrange.base_subject import BaseSubject, base_subject


@pytest.mark.parametrize(
    ("subject", "base", "marked"),
    [
        ("", "", False),
        ("lunch", "lunch", False),
        ("Re: lunch", "lunch", True),
        ("RE:RE:re: lunch", "lunch", True),
        ("re :lunch", "lunch", True),
        ("Fw: lunch", "lunch", True),
        ("FWD: lunch", "lunch", True),
        ("Re[2]: lunch", "lunch", True),
        ("Re [2] : lunch", "lunch", True),
        ("[list] Re: lunch", "lunch", True),
        ("[a][b] Re: [c] Fwd: lunch", "lunch", True),
        ("[list] lunch", "lunch", False),
        ("[a] [b] lunch", "lunch", False),
        ("[a]", "[a]", False),
        ("[a] [b]", "[b]", False),
        ("Re: [a] ", "[a]", True),
        ("lunch (fwd)", "lunch", True),
        ("lunch (FWD) (fwd)  ", "lunch", True),
        ("(fwd)", "", True),
        ("Re: (fwd)", "", True),
        ("[fwd: lunch]", "lunch", True),
        ("[Fwd: Re: [list] lunch (fwd)]", "lunch", True),
        ("[fwd: [fwd: lunch]]", "lunch", True),
        ("[fwd:]", "", True),
        ("[fwd: a] b]", "b]", False),
        ("Re: [fwd: lunch] (fwd)", "lunch", True),
        (" a \t b\r\n\tc ", "a b c", False),
        ("Rex: lunch", "Rex: lunch", False),
        ("Re lunch", "Re lunch", False),
        ("Aw: lunch", "Aw: lunch", False),
        ("[un[closed] lunch", "[un[closed] lunch", False),
        ("[a [b] Re: lunch", "[a [b] Re: lunch", False),
        ("[a] [b[c] lunch", "[b[c] lunch", False),
        ("re[: lunch", "re[: lunch", False),
        ("re[a[: lunch", "re[a[: lunch", False),
        ("Re: Grüße 日本", "Grüße 日本", True),
    ],
)
def test_the_base_is_what_rfc_5256_leaves(subject: str, base: str, marked: bool) -> None:
    assert BaseSubject.of(subject) == BaseSubject(base, marked)


@pytest.mark.parametrize("prefix", ["Re: ", "Fwd: ", "[list] Re: ", "re[3]: ", " "])
@given(subject=st.text(st.sampled_from("re:fwd[]() ab"), max_size=30))
def test_a_reply_has_the_base_of_what_it_answers(prefix: str, subject: str) -> None:
    assert base_subject(prefix + subject) == base_subject(subject)


@given(st.text(st.sampled_from("re:fwd[]() ab\t"), max_size=40))
def test_nothing_removable_is_left_at_the_end(subject: str) -> None:
    base = base_subject(subject)
    assert base == base.strip(" \t")
    assert not base.lower().endswith("(fwd)")
    assert not base.lower().startswith(("re:", "fw:", "fwd:"))


@pytest.mark.parametrize(
    "hostile", ["re:" * 100_000, "[a]" * 100_000, "[fwd:" * 50_000 + "]" * 50_000, "re[" * 100_000, "(fwd)" * 50_000]
)
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    begun = process_time()
    base_subject(hostile)
    assert process_time() - begun < 3
