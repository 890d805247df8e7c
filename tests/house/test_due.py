"""A report falls due at its instant, once, and only until it is issued; a new house does not report the past."""

from __future__ import annotations

from datetime import datetime

import pytest

from tasks.collect import collect
from tasks.due import reports_due
from tests.conftest import house_at

SINCE = datetime.fromisoformat("2026-04-01T00:00:00+08:00")


def at(home, now):
    return house_at(home, now=datetime.fromisoformat(now))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-04-20T08:59:59+08:00", []),
        ("2026-04-20T09:00:00+08:00", ["2026-Q1"]),
        ("2026-04-20T01:00:00+00:00", ["2026-Q1"]),  # the same instant
        ("2026-10-26T09:00:00+08:00", ["2026-Q1", "2026-Q2", "2026-Q3"]),
    ],
)
def test_quarters_whose_report_date_has_come_are_due(tmp_path, now, due):
    collect(house_at(tmp_path / "home", now=SINCE))
    found = reports_due(at(tmp_path / "home", now))
    assert [quarter for quarter in found if quarter >= "2026-Q1"] == due


def test_a_house_that_starts_late_reports_the_last_quarter_only(tmp_path):
    assert reports_due(at(tmp_path / "home", "2026-10-26T09:00:00+08:00")) == ["2026-Q3"]
    collect(at(tmp_path / "home", "2026-10-26T09:00:00+08:00"))
    assert reports_due(at(tmp_path / "home", "2026-10-26T10:00:00+08:00")) == ["2026-Q3"]
    assert reports_due(at(tmp_path / "home", "2027-01-20T09:00:00+08:00")) == ["2026-Q3", "2026-Q4"]


def test_what_is_issued_is_not_due(small_house):
    assert reports_due(small_house) == []
    assert reports_due(at(small_house.home, "2027-01-20T09:00:00+08:00")) == ["2026-Q4"]
