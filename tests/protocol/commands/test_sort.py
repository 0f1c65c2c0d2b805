from __future__ import annotations

import pytest

from mailkit.arrange.sorting import SortKey
from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.commands.sort import Sort
from mailkit.protocol.values.search_key import ALL, AndKey, Key
from mailkit.protocol.values.search_result import SortResult
from tests.protocol.answers import answered, written

BY_DATE = (SortKey("date"),)

WRITTEN = [
    (Sort((SortKey("subject"),), Key("SEEN")), b"UID SORT (SUBJECT) UTF-8 SEEN"),
    (Sort((SortKey("subject"), SortKey("date", reverse=True)), ALL), b"UID SORT (SUBJECT REVERSE DATE) UTF-8 ALL"),
    (Sort(tuple(SortKey.parse(key) for key in ("arrival", "cc", "-size", "to", "-display-from", "display-to")), ALL),
     b"UID SORT (ARRIVAL CC REVERSE SIZE TO REVERSE DISPLAYFROM DISPLAYTO) UTF-8 ALL"),
    (Sort(BY_DATE, AndKey((Key("TEXT", ("ü",)), Key("SEEN")))), b"UID SORT (DATE) UTF-8 TEXT {2+}\r\n\xc3\xbc SEEN"),
    (Sort(BY_DATE, ALL, ("COUNT", "ALL")), b"UID SORT RETURN (COUNT ALL) (DATE) UTF-8 ALL"),
    (Sort(BY_DATE, ALL, partial=(23500, 24000)), b"UID SORT RETURN (PARTIAL 23500:24000) (DATE) UTF-8 ALL"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "octets"), WRITTEN)
def test_the_order_is_written_before_the_search(command: Sort, octets: bytes) -> None:
    assert written(command) == octets


RESULTS = [
    ([b"SORT 2 84 882 5"], SortResult((2, 84, 882, 5))),
    ([b"SORT"], SortResult(())),
    ([], SortResult(())),
    ([b"SORT 3 1", b"SORT 2"], SortResult((3, 1, 2))),
    ([b"SORT 2 3 (MODSEQ 917162500)"], SortResult((2, 3), modseq=917162500)),
    ([b'ESEARCH (TAG "A1") UID COUNT 17 ALL 10:7,2,4:5'],
     SortResult((10, 9, 8, 7, 2, 4, 5), count=17, tag="A1")),
    ([b'ESEARCH (TAG "A1") UID PARTIAL (1:3 9,7,8)'], SortResult((), partial=(9, 7, 8), tag="A1")),
    ([b'ESEARCH (TAG "A1") UID MIN 4 MAX 1 PARTIAL (5:9 NIL)'],
     SortResult((), min=4, max=1, partial=(), tag="A1")),
]  # fmt: skip


@pytest.mark.parametrize(("responses", "result"), RESULTS)
def test_the_order_of_a_result_is_kept(responses: list[bytes], result: SortResult) -> None:
    assert answered(Sort(BY_DATE, ALL), *responses) == result


@pytest.mark.parametrize(
    "hostile", [b"SORT x", b"SORT 0", b"ESEARCH UID ALL 1:4294967295", b"ESEARCH UID ALL", b"SORT 1:2"]
)
def test_a_broken_result_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(Sort(BY_DATE, ALL), hostile)


def test_an_order_has_a_key() -> None:
    with pytest.raises(UsageError):
        Sort((), ALL)
