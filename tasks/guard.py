"""A guarded child: untrusted workbooks are opened in a process of its own, under a memory limit and a clock.

The child is ``python -m <module>`` calling ``serve``; it says ``ready``, then requests are JSON lines
and each is answered ``done``.
"""

from __future__ import annotations

import json
import logging
import resource
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from threading import Lock
from typing import Any, Self

MEMORY = 768 << 20
SECONDS = 60
# Ctrl-C and a service that is stopped reach the child as well as whoever asked: no file is to blame for that.
_FROM_OUTSIDE = frozenset({-signal.SIGINT, -signal.SIGTERM, -signal.SIGHUP})
log = logging.getLogger(__name__)


class Guarded:
    """One child. After a failure it is dead and the next request starts a new one, so a batch goes on after its culprit."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._child: subprocess.Popen[str] | None = None
        self._turn = Lock()
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed with the child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            self._child.communicate()
        self._errors.close()

    def ask(self, **request: Any) -> str:
        """Have one request done, after those of other threads. Returns blank, or in a few words why the child failed.

        RuntimeError if there is no child to be had, or if it was told to stop: then no file is to blame.
        """
        with self._turn:
            return self._asked(request)

    def _asked(self, request: dict[str, Any]) -> str:
        child = self._running()
        assert child.stdin
        try:
            print(json.dumps(request), file=child.stdin, flush=True)
            answer = self._answer(child)
        except BrokenPipeError:
            answer = ""
        if answer == "done":
            return ""
        why, said = self._bury(child, in_time=answer is not None)
        if child.returncode in _FROM_OUTSIDE:
            raise RuntimeError(f"{self.module} was told to stop (signal {-child.returncode})")
        log.warning("%s stopped (%s) at %s", self.module, why, request.get("raw", ""))
        log.info("its last words: %s", said)
        return why

    def _running(self) -> subprocess.Popen[str]:
        child = self._child
        if child and child.poll() is not None:
            self._bury(child, in_time=True)  # ended between two requests: the next one is not to blame
        if self._child is None:
            child = self._child = subprocess.Popen(
                [sys.executable, "-m", self.module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
            )
            answer = self._answer(child)
            if answer != "ready":
                why, said = self._bury(child, in_time=answer is not None)
                raise RuntimeError(f"{self.module} does not start ({why}): {said}")
        assert self._child
        return self._child

    def _answer(self, child: subprocess.Popen[str]) -> str | None:
        """The child's next line; blank if it ended, None if it took too long."""
        assert child.stdout
        in_time, _, _ = select.select([child.stdout], [], [], SECONDS)
        return child.stdout.readline().rstrip("\n") if in_time else None

    def _bury(self, child: subprocess.Popen[str], *, in_time: bool) -> tuple[str, str]:
        """End a child that failed; returns why in a few words, and what it wrote last."""
        child.kill()
        child.wait()
        child.communicate()
        self._child = None
        self._errors.seek(0)
        said = self._errors.read()[-2000:]
        return (f"退出码 exit code {child.returncode}" if in_time else f"超过 over {SECONDS} s"), said


def serve(work: Callable[[dict[str, Any]], None]) -> None:
    """The child's side: limit memory, then do each request that comes in. An exception ends the child."""
    # RLIMIT_DATA counts what is really asked for; RLIMIT_AS would count address space that libraries merely reserve.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    print("ready", flush=True)
    for line in sys.stdin:
        work(json.loads(line))
        print("done", flush=True)
