"""What Airflow calls when a run is late. It records an alert and sends nothing: the next delivery does.

Airflow imports this by name (`dags/steps.py`), in the process that reads the DAG files too: nothing is imported up here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def run_late(*, minutes: int, context: Mapping[str, Any]) -> None:
    """A run has not ended so many minutes after it was queued."""
    from tasks.settings import house
    from tasks.trouble import run_late as late

    run = context["dag_run"]
    late(house(), run["dag_id"], run["dag_run_id"], minutes)
