from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.values.quota import Quota, Resource


@pytest.mark.parametrize(
    ("usage", "limit", "is_exhausted", "fraction"),
    [(0, 10, False, 0.0), (5, 10, False, 0.5), (10, 10, True, 1.0), (20, 10, True, 2.0), (0, 0, True, 1.0)],
)
def test_a_resource_says_how_much_is_used(usage: int, limit: int, is_exhausted: bool, fraction: float) -> None:
    resource = Resource("storage", usage, limit)
    assert (resource.name, resource.is_exhausted, resource.fraction) == ("STORAGE", is_exhausted, fraction)


def test_a_resource_is_never_negative() -> None:
    for usage, limit in ((-1, 5), (5, -1)):
        with pytest.raises(UsageError):
            Resource("STORAGE", usage, limit)


def test_a_quota_is_looked_up_by_resource() -> None:
    storage, message = Resource("STORAGE", 1, 2), Resource("MESSAGE", 3, 4)
    quota = Quota("", [storage, message])
    assert quota["storage"] is storage
    assert quota.get("MAILBOX") is None
    assert "Message" in quota
    assert list(quota) == ["STORAGE", "MESSAGE"]
    assert len(quota) == 2
    assert dict(quota) == {"STORAGE": storage, "MESSAGE": message}
    assert quota == Quota("", (storage, message))
    assert quota != Quota("user.fred", (storage, message))
    assert hash(quota) == hash(Quota("", (storage, message)))
    with pytest.raises(KeyError):
        quota["MAILBOX"]
