"""What one DAG announces and another waits for. Airflow puts this folder on ``sys.path``: ``import assets``."""

from __future__ import annotations

from airflow.sdk import Asset

# One partition per quarter, its key the quarter ("2026-Q3"): the event *is* the order to write that report.
report_due = Asset(
    name="report_due",
    uri="jinchuang://report-due",
    group="jinchuang",
    extra={"zh": "某季度的进展报告到期应编", "key": "YYYY-Qn"},
)

# Pools with one slot each; `operations/pools.json` creates them.
WAREHOUSE = "warehouse"  # DuckDB lets one process write, so the writers of all DAGs queue here
POST = "post"  # one letter carrier at a time
