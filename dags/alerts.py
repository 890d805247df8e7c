"""What becomes of a task that fails and of a run that is late: a callback writes to the ledger only; what it has to say goes out
with the next delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from assets import POST


def failed(context: Mapping[str, Any]) -> None:
    """A task failed and is not tried again. A reviewer's no is no trouble: there is a letter of its own about it."""
    from airflow.sdk.exceptions import AirflowFailException

    if context["task"].task_id == "settle" and isinstance(context.get("exception"), AirflowFailException):
        return
    from tasks.settings import house
    from tasks.trouble import task_failed

    name, key, posting = _told_of(context)
    task_failed(house(), name, key, context.get("exception"), posting=posting)


def succeeded(context: Mapping[str, Any]) -> None:
    """A task came through: what was said of it is over, and with a last task what was said of an earlier run."""
    from tasks.settings import house
    from tasks.trouble import run_ended, task_succeeded

    name, key, posting = _told_of(context)
    task_succeeded(house(), name, key, posting=posting)
    if not context["task"].downstream_task_ids:
        run_ended(house(), context["dag_run"].dag_id, context["dag_run"].run_id)


def _told_of(context: Mapping[str, Any]) -> tuple[str, str | None, bool]:
    task, run = context["task"], context["dag_run"]
    return f"{run.dag_id}.{task.task_id}", run.partition_key, task.pool == POST


def late(limit: timedelta) -> DeadlineAlert:
    """A run that has not ended so long after it was queued is an alert."""
    minutes = int(limit.total_seconds() // 60)
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=limit,
        callback=SyncCallback("operations.alarms.run_late", kwargs={"minutes": minutes}),
    )
