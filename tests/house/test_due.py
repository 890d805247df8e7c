"""A report falls due at its instant, once, and only until it is issued; a new house does not report the past."""

from __future__ import annotations

from datetime import datetime

import pytest

from tasks.collect import collect
from tasks.due import openings_due, reminders_due, reports_due
from tasks.report import report
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


def test_a_new_house_mails_nobody_about_what_lies_behind_it(tmp_path):
    """First deployment: the past is in the inbox, no quarter of it is opened, reminded of or reported by itself."""
    house = house_at(tmp_path / "home", now=datetime.fromisoformat("2026-10-30T09:00:00+08:00"))
    collect(house)
    assert (openings_due(house), reminders_due(house), house.ledger.letters()) == ([], [], [])
    assert reports_due(house) == ["2026-Q3"], "the last quarter is still to be told"


def test_a_backfilled_report_goes_to_nobody_unless_a_person_says_so(house_copy):
    """The house's ledger, as if it had begun with the third quarter: what is issued of earlier ones mails nobody."""
    with house_copy.ledger.engine.begin() as connection:
        connection.exec_driver_sql("delete from outbox")
        connection.exec_driver_sql("delete from edition")
        connection.exec_driver_sql("update log set at = '2026-10-21T00:00:00+00:00' where seq = 1")
    report(house_copy, "2026-Q2")
    assert {one.state for one in house_copy.ledger.letters()} == {"lapsed"}
    report(house_copy, "2026-Q3")
    states = {one.subject: one.state for one in house_copy.ledger.letters()}
    assert states == {"2026-Q2-e1": "lapsed", "2026-Q3-e1": "queued"}
