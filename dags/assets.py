"""What one DAG announces and another waits for. Airflow puts this folder on ``sys.path``: ``import assets``."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset

# One partition per quarter, its key the quarter ("2026-Q3"): the event *is* the order to write that report.
report_due = Asset(
    name="report_due",
    uri="jinchuang://report-due",
    group="jinchuang",
    extra={"zh": "某季度的进展报告到期应编", "key": "YYYY-Qn"},
)

# The same of a quarter that was reported on: what it rests on has changed since.
report_revised = Asset(
    name="report_revised",
    uri="jinchuang://report-revised",
    group="jinchuang",
    extra={"zh": "某季度已印发的报告所依据的数据有变，应核对是否修订", "key": "YYYY-Qn"},
)

# Pools with one slot each; `operations/pools.json` creates them.
WAREHOUSE = "warehouse"  # DuckDB lets one process write, so the writers of all DAGs queue here
POST = "post"  # one letter carrier at a time


def quarter_key(dag_run: Any) -> str:
    """The quarter this run is for. A wrong key cannot become right by retrying, so it fails at once."""
    from airflow.sdk.exceptions import AirflowFailException

    from expectations.quarter import Quarter

    key = dag_run.partition_key
    try:
        return str(Quarter.parse(key or ""))
    except ValueError as error:
        message = (
            f"分区键应为季度，如 2026-Q3，现为 {key!r}。"
            f"The partition key must be a quarter such as 2026-Q3, not {key!r}."
        )
        raise AirflowFailException(message) from error
