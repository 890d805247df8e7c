"""Airflow's own tables → when returns were last collected, when they are next; and the order to collect now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType

from operations.page.access import COLLECT

LAST_STEP = (
    "load"  # what was collected is judged and in use; answers and announcements have alarms of their own
)


@dataclass(frozen=True)
class Collections:
    """When collecting last succeeded, whether a run is at work, how the last one ended, and when the next is due."""

    succeeded: datetime | None
    active: bool
    failed: bool
    next: datetime | None
    paused: bool


def collections() -> Collections:
    """How collecting goes, as Airflow's tables have it; before its first run all is blank."""
    mine = DagRun.dag_id == COLLECT
    newest = sa.select(DagRun.state).where(mine).order_by(DagRun.run_after.desc(), DagRun.id.desc())
    active = (DagRunState.QUEUED, DagRunState.RUNNING)
    with create_session(scoped=False) as session:
        ended = session.scalar(newest.where(DagRun.state.not_in(active)).limit(1))
        dag = session.get(DagModel, COLLECT)
        return Collections(
            succeeded=_succeeded(session),
            active=session.scalar(newest.where(DagRun.state.in_(active)).limit(1)) is not None,
            failed=ended == DagRunState.FAILED,
            next=dag.next_dagrun_create_after if dag else None,
            paused=bool(dag and dag.is_paused),
        )


def last_success() -> datetime | None:
    """When what had arrived was last collected, judged and loaded."""
    with create_session(scoped=False) as session:
        return _succeeded(session)


def _succeeded(session: sa.orm.Session) -> datetime | None:
    query = sa.select(sa.func.max(TaskInstance.end_date)).where(
        TaskInstance.dag_id == COLLECT,
        TaskInstance.task_id == LAST_STEP,
        TaskInstance.state == TaskInstanceState.SUCCESS,
    )
    found: datetime | None = session.scalar(query)
    return found


def collect_now(user: str) -> None:
    """Start the collecting DAG on a user's behalf, as the button Trigger would; LookupError if Airflow does not know it."""
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.exceptions import DagNotFound

    try:
        trigger_dag(COLLECT, triggered_by=DagRunTriggeredByType.UI, triggering_user_name=user)
    except DagNotFound as unknown:
        raise LookupError(str(unknown)) from unknown
