from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation, UsageError
from mailkit.protocol.commands.quota import GetQuota, GetQuotaRoot, SetQuota
from mailkit.protocol.values.quota import Quota, Resource
from tests.protocol.answers import answered, written


def test_quota_commands_are_written() -> None:
    assert written(GetQuota("")) == b'GETQUOTA ""'
    assert written(GetQuota("!partition/sda4")) == b'GETQUOTA "!partition/sda4"'
    assert written(GetQuotaRoot("INBOX")) == b"GETQUOTAROOT INBOX"
    assert written(SetQuota("", {"STORAGE": 512})) == b'SETQUOTA "" (STORAGE 512)'
    assert written(SetQuota("a b", {"STORAGE": 1, "MESSAGE": 2})) == b'SETQUOTA "a b" (STORAGE 1 MESSAGE 2)'
    assert written(SetQuota("", {})) == b'SETQUOTA "" ()'
    for wrong in ({"STORAGE": -1}, {"a b": 1}, {"": 1}):
        with pytest.raises(UsageError):
            written(SetQuota("", wrong))


@pytest.mark.parametrize(
    ("response", "quota"),
    [
        (b'QUOTA "" (STORAGE 10 512)', Quota("", [Resource("STORAGE", 10, 512)])),
        (b'QUOTA "!partition/sda4" (STORAGE 104 10923847)',
         Quota("!partition/sda4", [Resource("STORAGE", 104, 10923847)])),
        (b'QUOTA "User quota" (STORAGE 1 20 MESSAGE 3 10)',
         Quota("User quota", [Resource("STORAGE", 1, 20), Resource("MESSAGE", 3, 10)])),
        (b'QUOTA "" ()', Quota("")),
        (b"quota {1}\r\nx (storage 9223372036854775807 0 )", Quota("x", [Resource("STORAGE", (1 << 63) - 1, 0)])),
        (b"QUOTA Entw&APw-rfe (MAILBOX 1 2)", Quota("Entwürfe", [Resource("MAILBOX", 1, 2)])),
    ],
)  # fmt: skip
def test_a_quota_is_read(response: bytes, quota: Quota) -> None:
    assert answered(GetQuota(quota.root), response) == quota
    assert answered(SetQuota(quota.root, {}), response) == quota


def test_the_quotas_of_a_mailbox_come_in_the_order_of_its_roots() -> None:
    roots = answered(
        GetQuotaRoot("INBOX"),
        b'QUOTAROOT INBOX b "" c',
        b'QUOTA "" (STORAGE 10 512)',
        b"QUOTA b (MESSAGE 1 2)",
        b"QUOTA d (MESSAGE 3 4)",
    )
    assert [quota.root for quota in roots] == ["b", "", "c", "d"]
    assert roots[0]["MESSAGE"].limit == 2
    assert roots[2] == Quota("c")
    assert answered(GetQuotaRoot("comp.mail.mime"), b"QUOTAROOT comp.mail.mime") == ()


@pytest.mark.parametrize(
    "hostile",
    [b"QUOTA", b'QUOTA ""', b'QUOTA "" (STORAGE)', b'QUOTA "" (STORAGE 1)', b'QUOTA "" (STORAGE -1 5)',
     b'QUOTA "" (STORAGE 99999999999999999999 1)', b'QUOTA "" (STORAGE 1 2'],
)  # fmt: skip
def test_a_broken_quota_is_a_violation_of_its_row_only(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(GetQuota(""), hostile)
