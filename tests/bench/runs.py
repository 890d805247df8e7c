"""One run of ours from inbox to warehouse, each step timed, with imports and Great Expectations taken apart."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import expectations.suites
import tasks.check
from tasks.collect import collect
from tasks.guard import Guarded
from tasks.load import load
from tasks.process import process
from tasks.settings import House


@dataclass
class Run:
    """Seconds by step. ``gx`` is what Great Expectations took, ``start`` what starting the guarded reader took."""

    steps: dict[str, float] = field(default_factory=dict)
    gx: float = 0.0
    start: float = 0.0
    expectations: int = 0
    rows: int = 0

    @property
    def ours(self) -> float:
        """Collect to loaded, imports and Great Expectations aside."""
        return sum(self.steps.values()) - self.gx - self.start


def run(house: House) -> Run:
    """Collect, judge and load what lies in the inbox."""
    found = Run()
    steps: dict[str, Callable[[House], Any]] = {"collect": collect, "judge": process, "load": load}
    with _measured(found):
        for name, step in steps.items():
            began = perf_counter()
            step(house)
            found.steps[name] = perf_counter() - began
    return found


@contextmanager
def _measured(found: Run) -> Iterator[None]:
    """Count the seconds inside Great Expectations and until a reader is ready."""
    judge, start = expectations.suites.failures, Guarded._running

    def failures(context: Any, sheet: Any, frame: Any, day: Any) -> Any:
        began = perf_counter()
        try:
            return judge(context, sheet, frame, day)
        finally:
            found.gx += perf_counter() - began
            found.rows += len(frame)
            found.expectations += len(expectations.suites.suite(sheet, day).expectations)

    waiting: list[float] = []  # since when each reader that is being started is; they start side by side

    def running(self: Guarded) -> Any:
        waiting.append(perf_counter())
        try:
            return start(self)
        finally:
            began = waiting[0]
            waiting.pop()
            if not waiting:  # the seconds in which any is being started count once
                found.start += perf_counter() - began

    expectations.suites.failures, Guarded._running = failures, running  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        expectations.suites.failures, Guarded._running = judge, start  # type: ignore[method-assign]


def reader_peak() -> float:
    """MiB the largest child of this process needed so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def judged_files(house: House) -> list[Path]:
    """The workbooks that were read, in the archive."""
    verdicts = house.ledger.verdicts()
    return [house.archive.raw_path(one.sha256) for one in verdicts if one.verdict != "refused"]


assert tasks.check  # imported before anything is timed
