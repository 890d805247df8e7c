"""The DAGs run in this process, the program's verbs replaced: what is called, in what order, with what."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

HOUSE = SimpleNamespace(
    name="the house",
    simulated=False,
    settings=SimpleNamespace(unattended=True),
    ledger=SimpleNamespace(last_seq=lambda: 7),
)
UNASKED = dict.fromkeys(("propose", "review", "tell", "collect_again"), "skipped")


@pytest.fixture
def verbs(monkeypatch):
    """Stand-ins for ``tasks.*``: a call is noted with its arguments and returns what ``gives`` says."""
    told = SimpleNamespace(
        calls=[],
        callbacks=[],
        gives={
            "collect": ["one", "two"],
            "process": {"accepted": 1, "returned": 1},
            "load": "g-0001",
            "mark_collected": None,
            "deliver": {"sent": 2},
            "reports_due": ["2026-Q2", "2026-Q3"],
            "measure": [1, 2, 3],
            "report": "/home/editions/2026-Q3-e1",
            "publish_due": ["2026-Q3"],
            "revisions_due": ["2026-Q1"],
            "assess": True,
            "ask_centres": 1,
            "openings_due": ["2026-Q4"],
            "reminders_due": [],
            "open_quarter": 80,
            "remind": 3,
            "publish": ["2026-Q1-public-e1"],
            "years_due": ["2025"],
            "annual": "2025-annual-e1",
            "years_moved": ["2025"],
            "watch": {"raised": 1},
            "backup": SimpleNamespace(seq=7),
            "verify": ["warehouse figures 1 0"],
            "drill_due": True,
            "drill": SimpleNamespace(seq=7),
            "prune": ["as-of/warehouse-1.duckdb"],
            "digest": True,
        },
    )

    def stand_in(verb):
        def call(house, *given):
            assert house is HOUSE
            told.calls.append((verb, *given))
            if isinstance(told.gives[verb], Exception):
                raise told.gives[verb]
            return told.gives[verb]

        return call

    def noted(verb):
        return lambda house, *given, **how: told.callbacks.append((verb, *given, *how.values()))

    homes = {"reports_due": "due", "publish_due": "data_docs", "revisions_due": "revise"}
    homes |= {"years_due": "annual", "years_moved": "annual", "assess": "revise"}
    homes |= {"openings_due": "due", "reminders_due": "due", "ask_centres": "confirm"}
    homes |= {"mark_collected": "watch", "drill_due": "drill"}
    fakes = {module: ModuleType(f"tasks.{module}") for module in {*told.gives, *homes.values()}}
    for verb in told.gives:
        setattr(fakes[homes.get(verb, verb)], verb, stand_in(verb))
    fakes["trouble"] = ModuleType("tasks.trouble")
    for verb in ("task_failed", "task_succeeded", "run_ended"):
        setattr(fakes["trouble"], verb, noted(verb))
    for module, fake in fakes.items():
        monkeypatch.setitem(sys.modules, f"tasks.{module}", fake)
    settings = ModuleType("tasks.settings")
    settings.house = lambda: HOUSE
    monkeypatch.setitem(sys.modules, "tasks.settings", settings)
    return told


def run(dag, monkeypatch, partition_key=None, scheduled=False):
    """``dag.test()`` knows no partition key and no schedule, so the run is given them as it is made."""
    from airflow.models import dagrun

    make = dagrun.get_or_create_dagrun

    def with_key(*args, **kwargs):
        made = make(*args, **kwargs)
        made.partition_key = partition_key
        if scheduled:
            made.run_type = "scheduled"
        kwargs["session"].commit()
        return made

    monkeypatch.setattr(dagrun, "get_or_create_dagrun", with_key)
    monkeypatch.setattr(dag, "deadline", None)  # of which ``dag.test()`` knows nothing, and stumbles over
    finished = dag.test()
    return finished, {task.task_id: task.state for task in finished.get_task_instances()}


def partitions_announced(run_id):
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        events = session.scalars(select(AssetEvent).where(AssetEvent.source_run_id == run_id))
        return sorted(str(event.partition_key) for event in events)


def test_collecting_goes_from_inbox_to_announcement(dags, verbs, monkeypatch):
    finished, states = run(dags["collect_submissions"], monkeypatch)
    assert states.pop("announce_reminder") == "skipped", "no reminder is due"
    assert set(states.values()) == {"success"}
    assert [call[0] for call in verbs.calls[:4]] == ["collect", "process", "load", "mark_collected"]
    assert sorted(verbs.calls[4:]) == [
        ("ask_centres",),
        ("deliver",),
        ("openings_due",),
        ("publish_due",),
        ("reminders_due",),
        ("reports_due", 7),
        ("revisions_due", 7),
        ("years_due",),
    ]
    assert partitions_announced(finished.run_id) == ["2025", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


def test_nothing_due_announces_nothing(dags, verbs, monkeypatch):
    verbs.gives |= {verb: [] for verb in ("openings_due", "reports_due", "revisions_due", "years_due")}
    finished, states = run(dags["collect_submissions"], monkeypatch)
    assert {state for name, state in states.items() if name.startswith("announce")} == {"skipped"}
    assert finished.state == "success"
    assert partitions_announced(finished.run_id) == []


def test_what_tasks_leave_in_airflow_is_counts_only(dags, verbs, monkeypatch):
    finished, _ = run(dags["collect_submissions"], monkeypatch)
    left = {task.task_id: task.xcom_pull(task_ids=task.task_id) for task in finished.get_task_instances()}
    assert left == {
        "collect": {"arrivals": 2, "since": 7},
        "judge": {"accepted": 1, "returned": 1},
        "load": {"generation": "g-0001"},
        "answer": {"sent": 2},
        "ask_centres": {"asked": 1},
        "announce_opening": {"announced": ["2026-Q4"]},
        "announce_reminder": None,
        "announce": {"announced": ["2026-Q2", "2026-Q3"]},
        "announce_revised": {"announced": ["2026-Q1"]},
        "announce_year": {"announced": ["2025"]},
        "docs": {"published": ["2026-Q3"]},
    }


def test_the_quarter_is_the_partition_key(dags, verbs, monkeypatch):
    _, states = run(dags["quarterly_report"], monkeypatch, partition_key="2026-Q3")
    assert {name: state for name, state in states.items() if state != "success"} == UNASKED
    assert verbs.calls == [
        ("measure", "2026-Q3"),
        ("report", "2026-Q3"),
        ("publish", "2026-Q3"),
        ("deliver",),
    ]


def test_a_revised_edition_is_sent(dags, verbs, monkeypatch):
    finished, states = run(dags["revise_report"], monkeypatch, partition_key="2026-Q1")
    assert {name: state for name, state in states.items() if state != "success"} == UNASKED
    assert verbs.calls[:3] == [("assess", "2026-Q1"), ("report", "2026-Q1"), ("publish", "2026-Q1")]
    assert sorted(verbs.calls[3:]) == [("deliver",), ("years_moved", "2026-Q1")]
    assert partitions_announced(finished.run_id) == ["2025"], "the year's report is to be revised, too"


def test_where_nothing_moved_enough_nothing_is_sent(dags, verbs, monkeypatch):
    verbs.gives["assess"] = False
    finished, states = run(dags["revise_report"], monkeypatch, partition_key="2026-Q1")
    assert states.pop("assess") == "success", "it has written down that the edition stands"
    assert (finished.state, set(states.values())) == ("success", {"skipped"})
    assert verbs.calls == [("assess", "2026-Q1")]


def test_the_year_is_the_partition_key(dags, verbs, monkeypatch):
    _, states = run(dags["annual_report"], monkeypatch, partition_key="2025")
    assert {name: state for name, state in states.items() if state != "success"} == UNASKED
    assert verbs.calls == [("annual", "2025"), ("deliver",)]


@pytest.mark.parametrize("key", [None, "25", "2025-Q4"])
def test_a_wrong_year_fails_before_anything_is_done(dags, verbs, monkeypatch, key):
    _, states = run(dags["annual_report"], monkeypatch, partition_key=key)
    assert states.pop("propose") == "failed"
    assert set(states.values()) == {"upstream_failed"}
    assert verbs.calls == []


def test_a_quarter_opens_and_its_units_are_reminded(dags, verbs, monkeypatch):
    for dag_id, verb in (("open_quarter", "open_quarter"), ("remind_units", "remind")):
        verbs.calls.clear()
        _, states = run(dags[dag_id], monkeypatch, partition_key="2026-Q4")
        assert set(states.values()) == {"success"}
        assert verbs.calls == [(verb, "2026-Q4"), ("deliver",)]


@pytest.mark.parametrize("key", [None, "", "2026Q3", "2026-Q5", "2026-Q3 "])
def test_a_wrong_key_fails_before_anything_is_done(dags, verbs, monkeypatch, key):
    finished, states = run(dags["quarterly_report"], monkeypatch, partition_key=key)
    assert finished.state == "failed"
    assert states.pop("measure") == "failed"
    assert set(states.values()) == {"upstream_failed"}
    assert verbs.calls == []


def test_a_task_that_fails_for_good_is_told_of_and_a_later_success_too(dags, verbs, monkeypatch):
    verbs.gives["process"] = OSError("disk full")
    without_retries(dags["collect_submissions"], monkeypatch)
    _, states = run(dags["collect_submissions"], monkeypatch)
    assert (states["judge"], states["load"]) == ("failed", "upstream_failed")
    succeeded, failed = verbs.callbacks
    assert succeeded == ("task_succeeded", "collect_submissions.collect", None, False)
    assert failed[:3] == ("task_failed", "collect_submissions.judge", None)
    assert str(failed[3]) == "disk full"
    assert failed[4] is False, "it sends no mail"


def test_a_run_that_came_to_its_end_is_told_of_with_its_quarter(dags, verbs, monkeypatch):
    finished, _ = run(dags["quarterly_report"], monkeypatch, partition_key="2026-Q3")
    assert verbs.callbacks[-2:] == [
        ("task_succeeded", "quarterly_report.deliver", "2026-Q3", True),
        ("run_ended", "quarterly_report", finished.run_id),
    ]
    assert len([one for one in verbs.callbacks if one[0] == "run_ended"]) == 1


def test_the_house_is_watched_and_alerts_go_out(dags, verbs, monkeypatch):
    _, states = run(dags["watch_house"], monkeypatch)
    assert set(states.values()) == {"success"}
    assert verbs.calls == [("watch",), ("deliver",)]


def test_the_house_is_kept(dags, verbs, monkeypatch):
    _, states = run(dags["maintain"], monkeypatch)
    assert set(states.values()) == {"success"}
    told = [call[0] for call in verbs.calls]
    assert told == ["backup", "verify", "drill_due", "drill", "prune", "digest"]


def test_what_was_done_this_week_is_skipped(dags, verbs, monkeypatch):
    verbs.gives |= {"drill_due": False, "digest": False}
    _, states = run(dags["maintain"], monkeypatch)
    assert states == {
        "backup": "success",
        "verify": "success",
        "drill": "skipped",
        "prune": "success",
        "digest": "skipped",
    }


def test_without_a_backup_the_data_are_proved_and_the_digest_is_written(dags, verbs, monkeypatch):
    verbs.gives |= {"backup": OSError("no such disk"), "verify": ValueError("differs")}
    without_retries(dags["maintain"], monkeypatch)
    _, states = run(dags["maintain"], monkeypatch)
    assert states == {
        "backup": "failed",
        "verify": "failed",
        "drill": "upstream_failed",
        "prune": "upstream_failed",
        "digest": "success",
    }


@pytest.mark.parametrize("dag_id", ["collect_submissions", "watch_house", "maintain"])
def test_by_a_simulated_clock_the_schedule_starts_nothing(dags, verbs, monkeypatch, dag_id):
    """A demo's house: nothing is written by what the real calendar starts."""
    monkeypatch.setattr(HOUSE, "simulated", True)
    _, states = run(dags[dag_id], monkeypatch, scheduled=True)
    assert set(states.values()) == {"skipped"}
    assert verbs.calls == []


def without_retries(dag, monkeypatch):
    for task in dag.tasks:
        monkeypatch.setattr(task, "retries", 0)


def test_a_wrong_key_is_explained_in_both_languages(dags):
    from airflow.sdk.exceptions import AirflowFailException
    from assets import quarter_key

    with pytest.raises(AirflowFailException, match=r"分区键应为季度.*'Q3'.*must be a quarter"):
        quarter_key(SimpleNamespace(partition_key="Q3"))
