"""Ends whole sessions of processes; as a program, the watchdog for a parent that cannot (:func:`main`).

Airflow gives each task a process group of its own, and its workers outlive a scheduler that is told to stop:
neither a group nor the children of a process are all that was started. A session is: nothing leaves it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection
from contextlib import suppress

import psutil

GRACE_SECONDS = 8.0


def members(leaders: Collection[int]) -> list[psutil.Process]:
    """Living processes of the sessions that these processes lead or led."""
    found = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            if os.getsid(process.pid) in leaders and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def end(leaders: Collection[int]) -> None:
    """Ask the leaders to stop, then kill what is left of their sessions."""
    for leader in leaders:
        with suppress(ProcessLookupError):
            os.kill(leader, signal.SIGTERM)
    psutil.wait_procs([p for p in members(leaders) if p.pid in leaders], timeout=GRACE_SECONDS)
    while left := members(leaders):  # a process may fork while it is looked for
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=GRACE_SECONDS)


def main() -> None:
    """Read process numbers, one a line, until the pipe closes; then end those sessions.

    It closes when the parent has cleaned up itself and nothing is left to do, or was killed outright.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end({int(line) for line in sys.stdin})


if __name__ == "__main__":
    main()
