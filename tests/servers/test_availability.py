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


def test_a_reason_is_told_once_for_all_tests_it_leaves_out() -> None:
    def skipped(test: str, reason: str) -> pytest.TestReport:
        return pytest.TestReport(test, (test, 1, test), {}, "skipped", ("test.py", 1, f"Skipped: {reason}"), "setup")

    reports = [skipped("a", "dovecot: none"), skipped("b", "dovecot: none"), skipped("c", "cyrus: none")]
    assert availability.left_out(reports) == ["2 left out: dovecot: none", "1 left out: cyrus: none"]
