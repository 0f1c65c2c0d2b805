"""A server has so long for each step and for the whole answer; more if it keeps bringing something."""

from __future__ import annotations

import pytest

from mailkit.errors import UsageError
from mailkit.protocol.patience import Patience
from mailkit.protocol.wire.limits import Limits

LIMITS = Limits(rate=100, answering=1000.0)


def test_nothing_is_due_while_nothing_is_owed() -> None:
    patience = Patience(10.0, LIMITS, 0.0)
    assert patience.deadline(0, is_owed=False) is None
    assert Patience(None, Limits(answering=None), 0.0).deadline(0, is_owed=True) is None


def test_a_first_sign_is_due_within_the_timeout_of_what_was_sent() -> None:
    patience = Patience(10.0, LIMITS, 0.0)
    patience.sent(50.0)
    assert patience.deadline(0, is_owed=True) == 60.0


def test_a_line_is_due_within_the_timeout_of_its_first_octet_however_it_drips() -> None:
    patience = Patience(10.0, LIMITS, 0.0)
    for now in (100.0, 101.0, 109.0):
        patience.heard(now, (0, 0), 0, is_inside=True)
    assert patience.deadline(0, is_owed=False) == 110.0
    patience.heard(109.5, (1, 0), 0, is_inside=False)
    assert patience.deadline(0, is_owed=False) is None
    assert patience.deadline(0, is_owed=True) == 119.5


def test_a_literal_must_keep_its_rate_over_each_timeout() -> None:
    patience = Patience(10.0, LIMITS, 0.0)
    patience.heard(0.0, (0, 1), 0, is_inside=True)
    patience.heard(9.0, (0, 1), 999, is_inside=True)
    assert patience.deadline(0, is_owed=True) == 10.0
    patience.heard(9.9, (0, 1), 1000, is_inside=True)
    assert patience.deadline(0, is_owed=True) == 19.9
    patience.heard(19.0, (0, 1), 1999, is_inside=True)
    assert patience.deadline(0, is_owed=True) == 19.9


def test_still_here_is_no_answer() -> None:
    patience = Patience(10.0, LIMITS, 0.0)
    patience.sent(0.0)
    for second in range(1, 1001):
        patience.heard(float(second), (second, 0), 0, is_inside=False)
    assert patience.deadline(0, is_owed=True) == 1000.0
    assert "1000 s" in patience.describe(1000.0)
    patience.answered(1000.0)
    assert patience.deadline(0, is_owed=True) == 1010.0


def test_what_an_answer_brings_buys_it_time() -> None:
    patience = Patience(None, LIMITS, 0.0)
    patience.sent(0.0)
    assert patience.deadline(1_000_000, is_owed=True) == 1000.0 + 10_000.0


def test_the_reason_names_the_limit_that_was_passed() -> None:
    patience = Patience(10.0, LIMITS, 0.0)
    assert "no answer within 10 s" in patience.describe(10.0)
    patience.heard(0.0, (0, 0), 0, is_inside=True)
    assert "not whole within 10 s" in patience.describe(10.0)


def test_a_rate_of_nothing_would_be_no_limit() -> None:
    with pytest.raises(UsageError):
        Limits(rate=0)
