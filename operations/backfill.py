"""Past quarters reported one after the other, over Airflow's REST interface: ``python -m operations.backfill 2024-Q4 2026-Q3``.

Each is a run of ``quarterly_report`` by its partition key; the next begins when it has ended, for a report tells what
became of those before it. A quarter whose inputs are unchanged makes no new edition.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path

import httpx

from operations.airflow_api import AirflowApi, Run, TookTooLong, until

REPORT = "quarterly_report"
DAY_SECONDS = 86_400.0


def quarters(first: str, last: str) -> list[str]:
    """Every quarter from one to another; ValueError for a wrong key."""
    from expectations.quarter import Quarter

    found, end = [Quarter.parse(first)], Quarter.parse(last)
    while found[-1] < end:
        found.append(found[-1].shift(1))
    return [str(one) for one in found]


def backfill(api: AirflowApi, keys: list[str], seconds: float = DAY_SECONDS) -> list[Run]:
    """See a run of every quarter through, in order; RuntimeError with the log's end where one fails."""
    return [_seen_through(api, key, seconds) for key in keys]


def _seen_through(api: AirflowApi, key: str, seconds: float) -> Run:
    asked = api.trigger(REPORT, f"backfill-{key}-{datetime.now(UTC):%Y%m%dT%H%M%S}", partition_key=key)
    print(f"{key}: {asked.id}", flush=True)
    waits = False

    def ended() -> Run | None:
        nonlocal waits
        if not waits and any(one.run == asked.id for one in api.questions(REPORT)):
            waits = True
            print(f"{key}: 等候审批 waits in Required Actions", flush=True)
        run = api.run(REPORT, asked.id)
        return None if run.active else run

    run = until(ended, seconds=seconds, what=asked.id, every=2.0)
    if run.state != "success":
        failed = [one for one in api.tasks(run) if one.state == "failed"]
        raise RuntimeError("\n".join([f"{key}: {run.state}", *map(api.log_tail, failed)]))
    print(f"{key}: 完成 done", flush=True)
    return run


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.backfill", description=__doc__)
    parser.add_argument("first", help="first quarter, e.g. 2024-Q4")
    parser.add_argument("last", help="last quarter")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="Airflow's address")
    parser.add_argument("--user", default="ops")
    parser.add_argument("--password-file", type=Path, help="else asked for")
    given = parser.parse_args(arguments)
    password = given.password_file.read_text("utf-8").strip() if given.password_file else getpass()
    try:
        with AirflowApi(given.url, given.user, password) as api:
            api.log_in()
            backfill(api, quarters(given.first, given.last))
    except (ValueError, RuntimeError, TookTooLong, httpx.HTTPError) as error:
        print(f"失败 failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
