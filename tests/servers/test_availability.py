"""A server that cannot be started is never passed over in silence."""

from __future__ import annotations

import pytest

from tests.servers import availability


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "_MISSING", {"dovecot": lambda: "it is not installed"})


@pytest.mark.usefixtures("nothing_installed")
def test_without_ci_its_tests_are_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="dovecot: it is not installed"):
        availability.require("dovecot")


@pytest.mark.usefixtures("nothing_installed")
def test_in_ci_its_tests_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="dovecot is needed in CI"):
        availability.require("dovecot")
