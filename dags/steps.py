"""What several DAGs have in common: their settings, and the last steps of every report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import task
from airflow.sdk.configuration import conf
from alerts import failed, late, succeeded
from assets import POST, WAREHOUSE, quarter_key

if TYPE_CHECKING:
    from tasks.settings import House

OWNER = "晋创 jinchuang"
SETTINGS: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    # Who looks after a DAG is told where all that waits for him is shown.
    "owner_links": {
        OWNER: f"{conf.get('api', 'base_url', fallback='http://127.0.0.1:8080').rstrip('/')}/ops/"
    },
    "deadline": late(timedelta(hours=2)),
    "default_args": {
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(minutes=2),
        "on_failure_callback": failed,
        "on_success_callback": succeeded,
    },
}
# Of DAGs with a review: one run may wait for its reviewer, for days, while another is written.
WAITING = SETTINGS | {"max_active_runs": 8, "deadline": late(timedelta(days=7))}


@task(task_display_name="编报 report", pool=WAREHOUSE)
def report(*, dag_run: Any = None) -> dict[str, str]:
    from pathlib import Path

    from tasks.report import report as issue
    from tasks.settings import house

    return {"edition": Path(issue(house(), quarter_key(dag_run))).name}


def house_in_real_time(dag_run: Any) -> House:
    """The house, for what the calendar of this world starts; such a run is skipped where a demo's or test's clock rules."""
    from airflow.sdk.exceptions import AirflowSkipException

    from tasks.settings import house

    found = house()
    if found.simulated and dag_run.run_type == "scheduled":
        raise AirflowSkipException("时钟是模拟的，只在手工触发时运行 · the clock is simulated")
    return found


@task(task_display_name="公开 publish", pool=WAREHOUSE)
def publish(*, dag_run: Any = None) -> dict[str, list[str]]:
    from tasks.publish import publish as issue
    from tasks.settings import house

    return {"editions": issue(house(), quarter_key(dag_run))}


@task(task_display_name="寄送 deliver", pool=POST)
def deliver() -> dict[str, int]:
    from tasks.deliver import deliver as deliver_queued
    from tasks.settings import house

    return deliver_queued(house())
