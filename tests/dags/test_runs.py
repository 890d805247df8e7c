"""The DAGs run in this process, the program's verbs replaced: what is called, in what order, with what."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

HOUSE = SimpleNamespace(
    name="the house",
    settings=SimpleNamespace(unattended=True),
    ledger=SimpleNamespace(last_seq=lambda: 7),
)
UNASKED = dict.fromkeys(("propose", "review", "tell", "collect_again"), "skipped")


@pytest.fixture
def verbs(monkeypatch):
    """Stand-ins for ``tasks.*``: a call is noted with its arguments and returns what ``gives`` says."""
    told = SimpleNamespace(
        calls=[],
        gives={
            "collect": ["one", "two"],
            "process": {"accepted": 1, "returned": 1},
            "load": "g-0001",
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
        },
    )

    def stand_in(verb):
        def call(house, *given):
            assert house is HOUSE
            told.calls.append((verb, *given))
            return told.gives[verb]

        return call

    homes = {"reports_due": "due", "publish_due": "data_docs", "revisions_due": "revise"}
    homes |= {"years_due": "annual", "years_moved": "annual", "assess": "revise"}
    homes |= {"openings_due": "due", "reminders_due": "due", "ask_centres": "confirm"}
    fakes = {module: ModuleType(f"tasks.{module}") for module in {*told.gives, *homes.values()}}
    for verb in told.gives:
        setattr(fakes[homes.get(verb, verb)], verb, stand_in(verb))
    for module, fake in fakes.items():
        monkeypatch.setitem(sys.modules, f"tasks.{module}", fake)
    settings = ModuleType("tasks.settings")
    settings.house = lambda: HOUSE
    monkeypatch.setitem(sys.modules, "tasks.settings", settings)
    return told


def run(dag, monkeypatch, partition_key=None):
    """``dag.test()`` knows no partition key, so the run is given one as it is made."""
    from airflow.models import dagrun

    make = dagrun.get_or_create_dagrun

    def with_key(*args, **kwargs):
        made = make(*args, **kwargs)
        made.partition_key = partition_key
        kwargs["session"].commit()
        return made

    monkeypatch.setattr(dagrun, "get_or_create_dagrun", with_key)
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
    assert [call[0] for call in verbs.calls[:3]] == ["collect", "process", "load"]
    assert sorted(verbs.calls[3:]) == [
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


def test_a_wrong_key_is_explained_in_both_languages(dags):
    from airflow.sdk.exceptions import AirflowFailException
    from assets import quarter_key

    with pytest.raises(AirflowFailException, match=r"分区键应为季度.*'Q3'.*must be a quarter"):
        quarter_key(SimpleNamespace(partition_key="Q3"))
