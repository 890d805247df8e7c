"""Houses of three small returns of two quarters, prepared up to each step, and a runner whose processes may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tasks.settings import ROOT, House
from tests.conftest import NOW, copied, house_at
from tests.house.filing import send, workbook
from tests.tracing import unmeasured

STEPS = ("collect", "process", "load", "report")
_numbers = count(1)


class Kill(NamedTuple):
    """Where a process dies: ``before``, ``after``, ``amid`` or on the ``exit`` of the n-th call of a function."""

    where: str
    moment: str = "after"
    call: int = 1


@dataclass(frozen=True)
class Runner:
    process: subprocess.Popen[str]
    folder: Path

    def __call__(self, house: House, *steps: str, kill: Kill | None = None, **settings: Any) -> list[Any]:
        """Run steps in a process of their own; returns what each returned. With ``kill`` it must die there."""
        out = self.folder / f"{next(_numbers)}.json"
        asked = {
            "settings": {
                "home": str(house.home),
                "registry": str(house.settings.registry),
                "now": NOW.isoformat(),
                "settle_seconds": 0,
                "unattended": True,
                **settings,
            },
            "steps": steps,
            "kill": kill,
            "out": str(out),
        }
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        code = json.loads(self.process.stdout.readline())
        if kill:
            assert code == -signal.SIGKILL, f"the process did not die at {kill} but ended with {code}"
            return []
        assert code == 0
        found: list[Any] = json.loads(out.read_text("utf-8"))
        return found


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    # Whoever is killed writes no coverage; measuring it all the same would cost half as much time again.
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.runner"],
        cwd=ROOT,
        env=unmeasured(dict(os.environ)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Runner(process, tmp_path_factory.mktemp("runs"))
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="session")
def stages(run: Runner, small_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, House]:
    """An undisturbed run, kept after each step: filed, collect, process, load, report."""
    folder = tmp_path_factory.mktemp("stages")
    house = house_at(folder / "filed", registry=small_registry)
    send(house, "U01-Q2.xlsx", workbook("EQ01", "U01", "2026-Q2"), "2026-07-10T09:00:00")
    send(house, "U01.xlsx", workbook("EQ01", "U01", employees=601), "2026-10-09T09:00:00")
    send(house, "U02.xlsx", workbook("EQ01", "U02", rd_technical_staff=201), "2026-10-10T09:00:00")
    found = {"filed": house}
    for step in STEPS:
        found[step] = house = copied(house, folder / step)
        run(house, step)
    return found


@pytest.fixture(scope="session")
def undisturbed(run: Runner, stages: dict[str, House]) -> dict[str, list[str]]:
    """What ``verify`` prints after an undisturbed run, without and with a report."""
    return {stage: list(run(stages[stage], "verify")[0]) for stage in ("load", "report")}
