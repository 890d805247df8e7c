"""Airflow for real on one machine, with the demo's data: ``python -m operations.local_airflow demo | up``.

Once Airflow is ready, ``demo`` lives through the past up to the report before the last by the commands an operator has,
leaves in the inbox what came since, lets the DAGs collect, judge, report and mail, stops everything and says what came
out. ``up`` leaves Airflow running for a look around until Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import httpx
from rich.console import Console
from rich.markup import escape

from operations.airflow_api import AirflowApi, Run, Task, TookTooLong, until
from operations.airflow_services import REPOSITORY, ServiceFailed, Services, Site, running, site
from operations.mail_catcher import Account, Caught, catcher
from operations.progress import progress

if TYPE_CHECKING:
    from tasks.settings import House

COLLECT, REPORT, REVISE = "collect_submissions", "quarterly_report", "revise_report"
ANNUAL, OPEN, REMIND = "annual_report", "open_quarter", "remind_units"
WATCH, MAINTAIN = "watch_house", "maintain"
DAGS = (COLLECT, OPEN, REMIND, REPORT, REVISE, ANNUAL, WATCH, MAINTAIN)
# Which DAG what a task announces starts.
STARTS = {
    "announce_opening": OPEN,
    "announce_reminder": REMIND,
    "announce": REPORT,
    "announce_revised": REVISE,
    "announce_year": ANNUAL,
}
DEMO_NOW = "2026-10-26T09:00:00+08:00"  # the third quarter's deadline has passed, its report is due
REPORTED = ("2026-Q2", "2026-Q3")  # the first is out when Airflow starts, the second is Airflow's to report
POOLS = REPOSITORY / "operations" / "pools.json"
BAD = frozenset({"failed", "upstream_failed", "up_for_retry"})  # a retry only puts off a demo's failure
START_SECONDS, WORK_SECONDS = 120.0, 300.0


class DemoFailed(RuntimeError):
    """A task or run failed; the message says which and shows its log."""


@dataclass(frozen=True)
class Stage:
    """A running local Airflow with the demo's returns in its inbox."""

    console: Console
    site: Site
    services: Services
    api: AirflowApi
    house: House
    caught: Caught


@contextmanager
def stage(console: Console, registry: Path | None = None, preferred_port: int = 0) -> Iterator[Stage]:
    """Everything started and ready, with the demo of a registry (the committed one); everything gone afterwards."""
    home = Path(os.environ.get("JINCHUANG_HOME", "var")).resolve()
    with ExitStack() as stack:
        account = Account("jinchuang", secrets.token_urlsafe(18))
        caught = stack.enter_context(catcher(home / "mail", home / "mail-ca.pem", account))
        house, variables = _settle(home, caught, registry)
        where = site(home / "airflow", variables, preferred_port)
        services = stack.enter_context(running(where))
        began = monotonic()
        with console.status("启动 Airflow … starting Airflow"):
            start(where, services)
            api = stack.enter_context(AirflowApi(where.url, "admin", where.passwords["admin"]))
            make_ready(services, api)
        console.print(f"Airflow 已就绪 is ready: {where.url} ({monotonic() - began:.0f} s)", highlight=False)
        with console.status("补演以往各季 … living through the past"):
            _live_through_the_past(console, services, house)
        # Without its pool no task that writes begins: what is of today must not come between days of the past.
        put_pools(api)
        yield Stage(console, where, services, api, house, caught)


def _settle(home: Path, caught: Caught, registry: Path | None) -> tuple[House, dict[str, str]]:
    """The demo's settings, for Airflow's processes and for this one."""
    variables = {
        "JINCHUANG_HOME": str(home),
        "JINCHUANG_NOW": DEMO_NOW,
        "JINCHUANG_DELIVER": "on",
        "JINCHUANG_UNATTENDED": "on",
        "JINCHUANG_SMTP_URL": caught.url,
        "JINCHUANG_SMTP_CA": str(caught.ca),
        "JINCHUANG_MAIL_FROM": "jinchuang@example.org",
    }
    if registry:
        variables["JINCHUANG_REGISTRY"] = str(registry.resolve())
    for name in [name for name in os.environ if name.startswith("JINCHUANG_")]:
        del os.environ[name]  # the demo is the same whatever the shell is set to
    os.environ.update(variables)
    from tasks.settings import house

    return house(), variables


def _live_through_the_past(console: Console, services: Services, house: House) -> None:
    from tasks.demo_life import history

    for day in history(house, *REPORTED):
        console.print(day, highlight=False, soft_wrap=True)
        services.assert_alive()


def start(where: Site, services: Services) -> None:
    """All services, once Airflow's database is there and of this version."""
    migrated = where.home / f"migrated-{version('apache-airflow')}"
    if not migrated.exists():
        services.run("db-migrate", "airflow", "db", "migrate")
        services.wait_for("db-migrate")
        migrated.touch()
    services.start()


def put_pools(api: AirflowApi) -> None:
    api.put_pools(json.loads(POOLS.read_text(encoding="utf-8")))


def make_ready(services: Services, api: AirflowApi) -> None:
    """Wait until the services are at work and know our DAGs; runs that a killed start has left are given up."""

    def ready() -> bool | None:
        services.assert_alive()
        return api.healthy() or None

    until(ready, seconds=START_SECONDS, what="Airflow's services")
    api.log_in()

    def known() -> bool | None:
        if errors := api.import_errors():
            raise DemoFailed("\n".join(errors))
        return api.knows(*DAGS) or None

    until(known, seconds=START_SECONDS, what="the DAGs")
    for run in [run for dag in DAGS for run in api.runs(dag) if run.active]:
        api.give_up(run)  # left by a start that was killed; every step can be done again


def work(on: Stage) -> None:
    """Trigger the collecting DAG and see it and the reports it announces through."""
    began = datetime.now(UTC)
    run_id = f"demo-{began.astimezone():%Y%m%dT%H%M%S}"
    on.api.trigger(COLLECT, run_id)
    with progress(on.console) as shown:

        def finished() -> bool | None:
            on.services.assert_alive()
            runs = [run for dag in DAGS for run in on.api.runs(dag, since=began)]
            tasks = [task for run in runs for task in on.api.tasks(run)]
            shown.show(tasks)
            if (bad := next((task for task in tasks if task.state in BAD), None)) is not None:
                raise DemoFailed(f"{bad.run.dag} / {bad.name}: {bad.state}\n{on.api.log_tail(bad)}")
            if (lost := next((run for run in runs if run.state == "failed"), None)) is not None:
                raise DemoFailed(f"{lost.dag} {lost.id} failed")
            return _all_done(runs, announced_by(on.api, tasks)) or None

        until(finished, seconds=WORK_SECONDS, what="the DAGs' work", every=1.0)


def announced_by(api: AirflowApi, tasks: list[Task]) -> set[tuple[str, str]]:
    """DAG and quarter of the reports and revisions that this demo's collecting runs ordered; one that was skipped orders
    none.
    """
    spoken = [task for task in tasks if task.id in STARTS and task.state == "success"]
    return {
        (STARTS[task.id], quarter)
        for task in spoken
        for quarter in (api.returned(task) or {}).get("announced", [])
    }


def _all_done(runs: list[Run], announced: set[tuple[str, str]]) -> bool:
    if any(run.active for run in runs) or not any(run.dag == COLLECT for run in runs):
        return False
    return announced <= {(run.dag, run.partition_key) for run in runs}


def demo(console: Console, registry: Path | None = None) -> None:
    began = monotonic()
    with stage(console, registry) as on:
        work(on)
    console.print(f"Airflow 已停止 has stopped. 用时 took {monotonic() - began:.0f} s.\n", highlight=False)
    from tasks.status import demo_summary

    demo_summary(on.house)
    console.print(f"日志 task logs {escape(str(on.site.home / 'logs'))}", highlight=False, soft_wrap=True)


def up(console: Console, registry: Path | None = None) -> None:
    with stage(console, registry, preferred_port=8080) as on:
        work(on)
        for name, password in on.site.passwords.items():
            console.print(f"  {name}: {escape(password)}", highlight=False)
        console.print(f"打开 Open {on.site.url} ，按 Ctrl-C 停止。Ctrl-C stops everything.", highlight=False)

        def ended() -> None:
            on.services.assert_alive()

        until(ended, seconds=float("inf"), what="Ctrl-C", every=2.0)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.local_airflow", description=__doc__)
    parser.add_argument("what", choices=["demo", "up"])
    parser.add_argument(
        "--registry", type=Path, help="folder of another registry, such as one of fewer centres"
    )
    given = parser.parse_args(arguments)
    console = Console()
    try:
        {"demo": demo, "up": up}[given.what](console, given.registry)
    except KeyboardInterrupt:
        console.print("已停止 stopped.")
        return 0 if given.what == "up" else 128 + signal.SIGINT
    except (DemoFailed, ServiceFailed, TookTooLong, httpx.HTTPError) as error:
        console.print(f"失败 failed: {escape(str(error))}", style="bold red", highlight=False, soft_wrap=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
