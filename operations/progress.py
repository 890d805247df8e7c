"""The runs of a demo as they go: a live table on a terminal, one line a finished task elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table

from operations.airflow_api import Run, Task

_STYLE = {"success": "green", "running": "yellow", "skipped": "dim"} | dict.fromkeys(
    ("failed", "up_for_retry", "upstream_failed"), "bold red"
)
_WORD = {
    "": "等待",
    "scheduled": "待排",
    "queued": "排队",
    "running": "运行",
    "success": "完成",
    "skipped": "跳过",
    "failed": "失败",
    "up_for_retry": "失败",
    "upstream_failed": "未运行",
}
_OVER = frozenset({"success", "skipped", "failed", "up_for_retry", "upstream_failed"})


class Progress:
    def __init__(self, console: Console, live: Live | None) -> None:
        self._console = console
        self._live = live
        self._told: set[tuple[str, str]] = set()

    def show(self, tasks: list[Task]) -> None:
        if self._live is not None:
            self._live.update(_table(tasks), refresh=True)
            return
        for task in tasks:
            if task.state in _OVER and (task.run.id, task.id) not in self._told:
                self._told.add((task.run.id, task.id))
                self._console.print(f"  {_title(task.run)}  {task.name}  {_state(task)}", highlight=False)


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    if not console.is_terminal:
        yield Progress(console, None)
        return
    with Live(console=console, auto_refresh=False) as live:
        yield Progress(console, live)


def _title(run: Run) -> str:
    return f"{run.dag} {run.partition_key}" if run.partition_key else run.dag


def _state(task: Task) -> str:
    seconds = "" if task.seconds is None else f" {task.seconds:.1f} s"
    style = _STYLE.get(task.state, "white")
    return f"[{style}]{_WORD.get(task.state, task.state)}[/]{seconds}"


def _table(tasks: list[Task]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("运行 run", "任务 task", "状态 state"):
        table.add_column(heading)
    previous = ""
    for task in tasks:
        title = _title(task.run)
        table.add_row("" if task.run.id == previous else title, task.name, _state(task))
        previous = task.run.id
    return table
