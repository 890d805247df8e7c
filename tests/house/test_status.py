"""How a run came out, for people."""

from __future__ import annotations

import pytest

from tasks.status import demo_summary, status
from tests.conftest import QUARTERS, house_at


def test_the_summary_of_a_demo_counts_and_says_where_things_lie(demo_house, capsys):
    demo_summary(demo_house)
    told = capsys.readouterr().out
    counted = {
        verdict: line
        for line in told.splitlines()
        for verdict in ("accepted", "returned", "held", "refused")
        if verdict in line
    }
    assert {verdict: int(line.split("│")[3]) for verdict, line in counted.items()} == {
        "accepted": 31,
        "returned": 1,
        "held": 1,
        "refused": 1,
    }
    for said in (
        "smes_served",
        "24 家",
        "40 queued",
        "2026-Q3-e1/report.pdf",
        *(f"{q}-e1" for q in QUARTERS),
    ):
        assert said in told


def test_before_anything_happened_it_counts_nothing(tmp_path, capsys):
    demo_summary(house_at(tmp_path / "home"))
    told = capsys.readouterr().out
    assert "accepted" in told
    assert "figures" not in told


def test_the_status_of_a_quarter_not_in_the_calendar_is_not_known(demo_house):
    with pytest.raises(LookupError, match="not in the calendar"):
        status(demo_house, "2031-Q1")
