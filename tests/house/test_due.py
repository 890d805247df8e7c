"""A report falls due at its instant, once, and only until it is issued."""

from __future__ import annotations

from datetime import datetime

import pytest

from tasks.due import reports_due
from tests.conftest import house_at


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
    assert reports_due(house_at(tmp_path / "home", now=datetime.fromisoformat(now))) == due


def test_what_is_issued_is_not_due(demo_house):
    assert reports_due(demo_house) == []
    later = house_at(demo_house.home, now=datetime.fromisoformat("2027-01-20T09:00:00+08:00"))
    assert reports_due(later) == ["2026-Q4"]
