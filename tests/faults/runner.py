"""Runs steps of the program in processes that can be killed: ``python -m tests.faults.runner``.

Everything is imported once; each request (a JSON line) is then done by a fork, which costs no import. A fork that is
to die wraps one function of the program and sends itself SIGKILL there, so that the program needs no hooks.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import expectations.suites  # noqa: F401 - the seconds of Great Expectations, paid here once
from tasks.collect import collect
from tasks.deliver import deliver
from tasks.load import load
from tasks.process import process
from tasks.publish import publish
from tasks.report import report
from tasks.settings import House, Settings
from tasks.verify import verify
from tests import ledgers

STEPS: dict[str, Callable[[House], object]] = {
    "collect": collect,
    "process": process,
    "load": load,
    "report": lambda house: report(house, "2026-Q3"),
    "publish": lambda house: publish(house, "2026-Q3"),
    "deliver": deliver,
    "retry": lambda house: deliver(house, retry=True),
    "verify": verify,
    "seq": lambda house: house.ledger.last_seq(),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(where: str, moment: str, call: int) -> None:
    """Die at the n-th call of a function: ``before`` or ``after`` it, or for a context manager ``amid`` its block,
    all of it done but not left, or on the ``exit`` of it; ``torn`` is amid, with half of the file it writes lost.
    """
    owner, name = _find(where)
    real = getattr(owner, name)
    calls = 0

    def armed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != call:
            return real(*args, **kwargs)
        if moment == "before":
            die()
        if moment in {"torn", "amid", "exit"}:
            return _deadly(real(*args, **kwargs), moment)
        result = real(*args, **kwargs)
        die()
        return result

    setattr(owner, name, armed)


@contextmanager
def _deadly(block: AbstractContextManager[Any], moment: str) -> Iterator[Any]:
    with block as yielded:
        yield yielded
        if moment == "torn":
            yielded.write_bytes(yielded.read_bytes()[: yielded.stat().st_size // 2])
        if moment != "exit":
            die()
    die()


def _find(where: str) -> tuple[Any, str]:
    """``package.module:Class.method`` → the object that holds the last name, and that name."""
    module, _, path = where.partition(":")
    owner: Any = importlib.import_module(module)
    *parts, name = path.split(".")
    for part in parts:
        owner = getattr(owner, part)
    return owner, name


def run(request: dict[str, Any]) -> None:
    settings = {**request["settings"], "now": datetime.fromisoformat(request["settings"]["now"])}
    house = House(Settings.model_validate(settings))
    if request["kill"]:
        arm(*request["kill"])
    said = [STEPS[step](house) for step in request["steps"]]
    Path(request["out"]).write_text(json.dumps(said), "utf-8")


def main() -> None:
    if ledgers.on_postgresql():
        ledgers.settle()
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 1  # also where an exception ends the run: it must not go on as a second runner
            try:
                run(request)
                code = 0
            except:  # noqa: E722
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)
    os._exit(0)  # libraries have farewells to say that nobody here waits for


if __name__ == "__main__":
    main()
