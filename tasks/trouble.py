"""What Airflow says of a task or a run → an alert, or the end of one. It writes to the ledger only and sends nothing."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator

from expectations.quarter import Quarter, year_of
from tasks.alert import clear_alert, raise_alert, standing_alerts
from tasks.settings import House

LONGEST = 300  # of an error in a letter; the log has the rest
# Tasks whose failure means more than that something is to be done again.
_MEANS = {
    "maintain.backup": "backup_failed",
    "maintain.verify": "verify_failed",
    "maintain.drill": "restore_failed",
}


def task_failed(house: House, task: str, key: str | None, error: object, *, posting: bool = False) -> bool:
    """A task, written ``dag.task``, has failed for good; ``posting`` if it is one that sends mail.

    Returns whether this is news.
    """
    said = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
    if posting and isinstance(error, (smtplib.SMTPException, OSError)):
        return raise_alert(house, "mail_unreachable", error=said)
    if task in _MEANS:
        return raise_alert(house, _MEANS[task], error=said)
    return raise_alert(house, _failure(task, key), error=said)


def task_succeeded(house: House, task: str, key: str | None, *, posting: bool = False) -> None:
    """A task has come through: what was said of it is over."""
    over = {_MEANS.get(task, ""), _failure(task, None), _failure(task, key)}
    if posting and house.settings.deliver:
        over.add("mail_unreachable")
    _clear(house, over)


def run_late(house: House, dag: str, run: str, minutes: int) -> bool:
    """A run of a DAG goes on for longer than it may; returns whether this is news."""
    return raise_alert(house, f"run_late {dag}", run=run, minutes=str(minutes))


def run_ended(house: House, dag: str, run: str) -> None:
    """A run of a DAG came to its end: an earlier one that was late holds nothing up any more."""
    for one in standing_alerts(house):
        if one.cause == f"run_late {dag}" and json.loads(one.detail)["run"] != run:
            clear_alert(house, one.cause)


def _failure(task: str, key: str | None) -> str:
    """The cause: of each quarter or year its own. What is neither is a slip of whoever started the run by hand, and any
    later success makes good for it.
    """
    return " ".join(["task_failed", task, *(one for one in _keys(key))])


def _keys(key: str | None) -> Iterator[str]:
    for parse in (Quarter.parse, year_of):
        try:
            yield str(parse(key or ""))
        except ValueError:
            continue


def _clear(house: House, causes: set[str]) -> None:
    for one in standing_alerts(house):
        if one.cause in causes:
            clear_alert(house, one.cause)
