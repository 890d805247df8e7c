"""What one DAG announces and another waits for. Airflow puts this folder on ``sys.path``: ``import assets``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.sdk import Asset

# One partition per quarter, its key the quarter ("2026-Q3"): the event *is* the order to do what is due.
quarter_opened = Asset(
    name="quarter_opened",
    uri="jinchuang://quarter-opened",
    group="jinchuang",
    extra={"zh": "某季度开始报送，应发模板", "key": "YYYY-Qn"},
)

reminder_due = Asset(
    name="reminder_due",
    uri="jinchuang://reminder-due",
    group="jinchuang",
    extra={"zh": "某季度到了催报的日子", "key": "YYYY-Qn"},
)

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

# The same of a year whose last word is due: one partition per year.
year_due = Asset(
    name="year_due",
    uri="jinchuang://year-due",
    group="jinchuang",
    extra={"zh": "某年度的报告到期应编，编出即关账", "key": "YYYY"},
)

# Pools with one slot each; `operations/pools.json` creates them.
WAREHOUSE = "warehouse"  # DuckDB lets one process write, so the writers of all DAGs queue here
POST = "post"  # one letter carrier at a time


def ordered(event: Any, keys: list[str], nothing: str) -> dict[str, list[str]]:
    """Announce a partition for each key; a task that has none is skipped for the reason given.

    A finished task always emits its outlet, and an event without a key would be noise in the audit log.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    if not keys:
        raise AirflowSkipException(nothing)
    event.add_partitions(keys)
    return {"announced": keys}


def quarter_key(dag_run: Any) -> str:
    """The quarter this run is for. A wrong key cannot become right by retrying, so it fails at once."""
    from expectations.quarter import Quarter

    return _key(dag_run, lambda key: str(Quarter.parse(key)), "季度，如 2026-Q3", "a quarter such as 2026-Q3")


def year_key(dag_run: Any) -> str:
    """The year this run is for; a wrong key fails at once."""
    from expectations.quarter import year_of

    return _key(dag_run, lambda key: str(year_of(key)), "年度，如 2025", "a year such as 2025")


def _key(dag_run: Any, parse: Callable[[str], str], zh: str, en: str) -> str:
    from airflow.sdk.exceptions import AirflowFailException

    key = dag_run.partition_key
    try:
        return parse(key or "")
    except ValueError as error:
        message = f"分区键应为{zh}，现为 {key!r}。The partition key must be {en}, not {key!r}."
        raise AirflowFailException(message) from error
