"""Both DAGs over the demo's returns with nothing replaced, in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.alert import standing_alerts
from tasks.demo import write_returns
from tasks.demo_scale import excerpt
from tasks.due import reports_due
from tasks.settings import ROOT
from tasks.watch import last_collected
from tests.conftest import NOW, house_at
from tests.dags.test_runs import UNASKED, partitions_announced, run, without_retries
from tests.house.filing import send


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> Path:
    """One centre, two quarters."""
    return excerpt(ROOT / "registry", tmp_path_factory.mktemp("registry") / "one", ("EQ01",), 2)


@pytest.fixture(scope="module")
def home(tmp_path_factory, registry) -> Path:
    house = house_at(tmp_path_factory.mktemp("for-real"), registry=registry)
    write_returns(house.inbox, house.settings.registry)
    return house.home


@pytest.fixture(autouse=True)
def _settled(home, registry, monkeypatch):
    monkeypatch.setenv("JINCHUANG_HOME", str(home))
    monkeypatch.setenv("JINCHUANG_REGISTRY", str(registry))
    monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
    monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")
    monkeypatch.setenv("JINCHUANG_SETTLE_SECONDS", "0")


def returned(finished, task_id):
    return next(t for t in finished.get_task_instances() if t.task_id == task_id).xcom_pull(task_ids=task_id)


def test_returns_are_collected_and_judged_and_reports_announced(dags, home, monkeypatch):
    finished, states = run(dags["collect_submissions"], monkeypatch)
    assert states.pop("announce_revised") == "skipped", "nothing was reported yet"
    assert states.pop("announce_year") == "skipped", "no whole year is in the calendar"
    assert {states.pop(f"announce_{what}") for what in ("opening", "reminder")} == {"skipped"}, "all is past"
    assert set(states.values()) == {"success"}
    arrived = returned(finished, "collect")["arrivals"]
    assert arrived > 0
    assert sum(returned(finished, "judge").values()) == arrived
    assert (home / "CURRENT").exists()
    assert partitions_announced(finished.run_id) == ["2026-Q3"], "a new house does not report the past"
    assert returned(finished, "docs") == {"published": ["2026-Q3"]}
    assert (home / "data-docs" / "index.html").exists()


def test_a_report_is_issued_for_the_announced_quarter(dags, home, registry, monkeypatch):
    _, states = run(dags["quarterly_report"], monkeypatch, partition_key="2026-Q3")
    assert {name: state for name, state in states.items() if state != "success"} == UNASKED
    assert {"report.html", "report.pdf"} <= {path.name for path in (home / "editions/2026-Q3-e1").iterdir()}
    assert reports_due(house_at(home, registry=registry)) == []


def test_delivery_is_off_unless_asked_for(dags, home, registry):
    """Nothing was set but home and registry: what has been written above waits in the outbox."""
    letters = house_at(home, registry=registry).ledger.letters()
    assert letters
    assert {letter.state for letter in letters} == {"queued"}


def test_the_next_hour_finds_nothing_new(dags, home, monkeypatch):
    finished, states = run(dags["collect_submissions"], monkeypatch)
    assert returned(finished, "collect")["arrivals"] == 0
    assert sum(returned(finished, "judge").values()) == 0
    assert states["announce"] == "skipped"


def test_a_task_that_fails_for_good_is_one_letter_until_it_comes_through(
    dags, registry, tmp_path, monkeypatch
):
    """Where the archive's folder should be is a file: nothing can be taken in, for as long as it lies there."""
    house = house_at(tmp_path / "home", registry=registry)
    monkeypatch.setenv("JINCHUANG_HOME", str(house.home))
    send(house, "U01.xlsx", b"<html>log in again</html>", "2026-10-10T09:00:00")
    in_the_way = house.home / "raw"
    in_the_way.touch()
    without_retries(dags["collect_submissions"], monkeypatch)
    for _ in range(2):
        _, states = run(dags["collect_submissions"], monkeypatch)
        assert states["collect"] == "failed"
    (letter,) = house.ledger.letters()
    assert (letter.kind, letter.subject, letter.recipients) == (
        "alert",
        "task_failed",
        ("operator@office.example",),
    )
    assert "collect_submissions.collect" in letter.about
    assert last_collected(house) is None

    in_the_way.unlink()
    _, states = run(dags["collect_submissions"], monkeypatch)
    assert states["load"] == "success"
    assert standing_alerts(house) == []
    assert last_collected(house) == NOW
