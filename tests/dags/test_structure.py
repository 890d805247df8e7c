"""What an operator sees: which tasks, in what order, when, and what a page says about each DAG."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from operations.airflow_services import REPOSITORY

# task → what it waits for. A report needs no mail, so announcing does not wait for the answers.
REVIEWED = {
    "tell": {"propose"},
    "review": {"propose"},
    "settle": {"review"},
    "collect_again": {"settle"},
}
CHAINS = {
    "collect_submissions": {
        "collect": set(),
        "judge": {"collect"},
        "load": {"judge"},
        "answer": {"load"},
        "ask_centres": {"load"},
        "announce_opening": {"load"},
        "announce_reminder": {"load"},
        "announce": {"load"},
        "announce_revised": {"load"},
        "announce_year": {"load"},
        "docs": {"load"},
    },
    "quarterly_report": {
        "measure": set(),
        "propose": {"measure"},
        **REVIEWED,
        "report": {"settle"},
        "publish": {"report"},
        "deliver": {"publish"},
    },
    "revise_report": {
        "assess": set(),
        "propose": {"assess"},
        **REVIEWED,
        "report": {"settle"},
        "publish": {"report"},
        "deliver": {"publish"},
        "announce_year": {"publish"},
    },
    "annual_report": {"propose": set(), **REVIEWED, "annual": {"settle"}, "deliver": {"annual"}},
    "open_quarter": {"open": set(), "deliver": {"open"}},
    "remind_units": {"remind": set(), "deliver": {"remind"}},
    "watch_house": {"look": set(), "deliver": {"look"}},
    "maintain": {
        "backup": set(),
        "verify": {"backup"},
        "drill": {"verify"},
        "prune": {"drill"},
        "digest": {"prune"},
    },
}


@pytest.mark.parametrize(("dag_id", "chain"), CHAINS.items())
def test_tasks_wait_for_what_they_need_and_no_more(dags, dag_id, chain):
    assert {task.task_id: task.upstream_task_ids for task in dags[dag_id].tasks} == chain


def test_no_other_dag(dags):
    assert set(dags) == set(CHAINS)


@pytest.mark.parametrize("dag_id", CHAINS)
def test_page_of_a_dag_helps(dags, dag_id):
    dag = dags[dag_id]
    assert dag_id in dag.dag_display_name, "Airflow searches display names only"
    assert dag.tags
    assert dag.owner_links["晋创 jinchuang"].endswith("/ops/")
    assert dag.catchup is False
    assert dag.max_active_runs == (8 if dag.has_task("review") else 1), "one waits, another is written"
    for task in dag.tasks:
        assert f"| `{task.task_id}`" in dag.doc_md.replace(task.task_display_name.split()[0] + " ", "| ")
        assert task.task_id in task.task_display_name
        assert task.retries >= (task.task_id != "settle"), "what a reviewer said is written once"
        assert "jinchuang" in task.owner


@pytest.mark.parametrize(
    ("dag_id", "when"),
    [("collect_submissions", "0 * * * *"), ("watch_house", "15,45 * * * *"), ("maintain", "30 3 * * *")],
)
def test_what_the_clock_starts_is_in_shanghai_time(dags, dag_id, when):
    timetable = dags[dag_id].timetable
    assert (timetable.expression, str(timetable.timezone)) == (when, "Asia/Shanghai")


@pytest.mark.parametrize("dag_id", CHAINS)
def test_a_failing_task_and_a_late_run_are_told_of(dags, dag_id):
    """By name only where the scheduler calls it: the function must be there, importable, and take what it is given."""
    import inspect

    from operations import alarms

    for task in dags[dag_id].tasks:
        assert [one.__name__ for one in task.on_failure_callback] == ["failed"]
        assert [one.__name__ for one in task.on_success_callback] == ["succeeded"]
    (deadline,) = dags[dag_id].deadline
    assert deadline.callback.path == "operations.alarms.run_late"
    inspect.signature(alarms.run_late).bind(context={}, **deadline.callback.kwargs)
    assert deadline.interval >= timedelta(minutes=45)


@pytest.mark.parametrize(
    ("dag_id", "asset", "task_id"),
    [
        ("open_quarter", "quarter_opened", "announce_opening"),
        ("remind_units", "reminder_due", "announce_reminder"),
        ("quarterly_report", "report_due", "announce"),
        ("revise_report", "report_revised", "announce_revised"),
    ],
)
def test_a_report_is_started_by_what_collecting_announces(dags, dag_id, asset, task_id):
    import assets

    timetable = dags[dag_id].timetable
    assert type(timetable).__name__ == "PartitionedAssetTimetable"
    assert timetable.asset_condition == getattr(assets, asset)
    assert dags["collect_submissions"].get_task(task_id).outlets == [getattr(assets, asset)]


def test_pools_exist_and_have_one_slot(dags):
    pools = json.loads((REPOSITORY / "operations" / "pools.json").read_text(encoding="utf-8"))
    assert {pool["slots"] for pool in pools.values()} == {1}
    used = {task.pool for dag in dags.values() for task in dag.tasks} - {"default_pool"}
    assert used == set(pools)


@pytest.mark.parametrize(
    ("dag_id", "task_id"),
    [("collect_submissions", task) for task in ("collect", "judge", "load")]
    + [("quarterly_report", "propose"), ("quarterly_report", "report"), ("revise_report", "assess")]
    + [("open_quarter", "open"), ("remind_units", "remind")],
)
def test_writers_queue_for_the_warehouse(dags, dag_id, task_id):
    assert dags[dag_id].get_task(task_id).pool == "warehouse"


def test_reading_the_dag_files_loads_nothing_heavy():
    code = """
import sys, time
sys.path.insert(0, "dags")
import airflow.sdk
before = set(sys.modules)
import annual_report, collect_submissions, maintain, open_quarter, quarterly_report, remind_units
import revise_report, watch
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new & {"altair", "duckdb", "great_expectations", "numpy", "openpyxl", "pandas", "pyarrow",
                     "tasks", "warehouse", "reports", "expectations", "typst"}))
"""
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == ""
