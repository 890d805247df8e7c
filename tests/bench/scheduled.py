"""One quarter under Airflow's own scheduler: from the trigger of the hourly run to the reviewer's question."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from operations.airflow_api import until
from operations.local_airflow import COLLECT, REPORT
from tasks.demo import write_returns
from tasks.demo_scale import grown
from tasks.settings import ROOT
from tests.airflow import airflow
from tests.conftest import NOW


class Scheduled(NamedTuple):
    """Seconds until all returns were judged and loaded and the report was announced, and until it was asked about."""

    announced: float
    asked: float


def scheduled(folder: Path, units: int) -> Scheduled:
    """The returns of so many units wait in the inbox of a new house; the report of their quarter is due."""
    registry, home = grown(ROOT / "registry", folder / "registry", units, 1), folder / "home"
    write_returns(home / "inbox", registry)
    variables = {
        "JINCHUANG_HOME": str(home),
        "JINCHUANG_REGISTRY": str(registry),
        "JINCHUANG_NOW": NOW.isoformat(),
        "JINCHUANG_SETTLE_SECONDS": "0",
    }
    with airflow(folder / "airflow", variables) as running:
        began = perf_counter()
        running.ops.trigger(COLLECT, "bench")
        until(lambda: running.ops.runs(REPORT) or None, seconds=300, what="the report's run", every=0.2)
        announced = perf_counter() - began
        until(lambda: running.ops.questions(REPORT) or None, seconds=300, what="the question", every=0.2)
        return Scheduled(announced, perf_counter() - began)
