"""What mailkit's work costs on any machine: commands, octets and memory stay within what was counted before."""

from __future__ import annotations

from benchmarks import run


def test_no_workload_costs_more_than_was_counted() -> None:
    assert run.check() == []
