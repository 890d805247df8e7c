"""Past quarters are asked for one after the other, and the first that fails ends it."""

from __future__ import annotations

import pytest

from operations.airflow_api import Run
from operations.backfill import backfill, quarters


class Scripted:
    """Stands in for Airflow, whose answers it gives in order: how each run stands whenever it is looked at."""

    def __init__(self, states: dict[str, list[str]]) -> None:
        self.states, self.asked = states, []

    def trigger(self, dag, run_id, *, partition_key):
        self.asked.append((dag, partition_key))
        self.key = partition_key
        return Run(dag, run_id, "queued", partition_key)

    def questions(self, dag):
        return []

    def run(self, dag, run_id):
        return Run(dag, run_id, self.states[self.key].pop(0), self.key)

    def tasks(self, run):
        return []

    def log_tail(self, task):
        return ""


def test_every_quarter_from_one_to_another_in_order():
    assert quarters("2024-Q4", "2025-Q2") == ["2024-Q4", "2025-Q1", "2025-Q2"]
    assert len(quarters("2024-Q4", "2026-Q3")) == 8
    with pytest.raises(ValueError, match="2024Q4"):
        quarters("2024Q4", "2025-Q2")


def test_the_next_begins_when_the_one_before_has_ended():
    airflow = Scripted({"2024-Q4": ["success"], "2025-Q1": ["success"]})
    assert [run.partition_key for run in backfill(airflow, ["2024-Q4", "2025-Q1"])] == ["2024-Q4", "2025-Q1"]
    assert airflow.asked == [("quarterly_report", "2024-Q4"), ("quarterly_report", "2025-Q1")]


def test_one_that_fails_ends_it():
    airflow = Scripted({"2024-Q4": ["failed"], "2025-Q1": ["success"]})
    with pytest.raises(RuntimeError, match="2024-Q4: failed"):
        backfill(airflow, ["2024-Q4", "2025-Q1"])
    assert len(airflow.asked) == 1
