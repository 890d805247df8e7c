"""What one DAG announces and another waits for. Airflow puts this folder on ``sys.path``: ``import assets``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from airflow.sdk import Asset


def _asset(name: str, zh: str, key: str = "YYYY-Qn") -> Asset:
    """One partition per quarter or year, its key the quarter ("2026-Q3"): the event *is* the order to do what is due."""
    uri = f"jinchuang://{name.replace('_', '-')}"
    return Asset(name=name, uri=uri, group="jinchuang", extra={"zh": zh, "key": key})


quarter_opened = _asset("quarter_opened", "某季度开始报送，应发模板")
reminder_due = _asset("reminder_due", "某季度到了催报的日子")
report_due = _asset("report_due", "某季度的进展报告到期应编")
report_revised = _asset("report_revised", "某季度已印发的报告所依据的数据有变，应核对是否修订")
year_due = _asset("year_due", "某年度的报告到期应编，编出即关账", "YYYY")

# Pools with one slot each; `operations/pools.json` creates them.
WAREHOUSE = "warehouse"  # DuckDB lets one process write, so the writers of all DAGs queue here
POST = "post"  # one letter carrier at a time


def ordered(event: Any, keys: list[str], nothing: str, by: str = "") -> dict[str, list[str]]:
    """Announce a partition for each key, and who started the run that does; a task that has none is skipped for the reason
    given.

    A finished task always emits its outlet, and an event without a key would be noise in the audit log.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    if not keys:
        raise AirflowSkipException(nothing)
    event.extra = {"started_by": by}
    event.add_partitions(keys)
    return {"announced": keys}


def starters(dag_run: Any, events: Mapping[Any, Iterable[Any]]) -> str:
    """The logins that started a run, or the runs that announced what it is for; blank where it was the calendar."""
    said = [event.extra.get("started_by") for announced in events.values() for event in announced]
    return ", ".join(dict.fromkeys(filter(None, [dag_run.triggering_user_name, *said])))


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
