"""A guarded child: untrusted workbooks are opened in a process of its own, under a memory limit and a clock.

The child is ``python -m <module>`` calling ``serve``; requests and answers are JSON lines.
"""

from __future__ import annotations

import json
import logging
import resource
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any, Self

MEMORY = 768 << 20
SECONDS = 60
log = logging.getLogger(__name__)


class Guarded:
    """One child. After a failure it is dead and the next request starts a new one, so a batch goes on after its culprit."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._child: subprocess.Popen[str] | None = None
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            self._child.communicate()
        self._errors.close()

    def ask(self, **request: Any) -> str:
        """Have one request done. Returns blank, or in a few words why the child failed."""
        child = self._child = self._child or subprocess.Popen(
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert child.stdin
        assert child.stdout
        try:
            print(json.dumps(request), file=child.stdin, flush=True)
            in_time, _, _ = select.select([child.stdout], [], [], SECONDS)
            if in_time and child.stdout.readline() == "done\n":
                return ""
        except BrokenPipeError:
            in_time = [child.stdout]
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
        self._child = None
        self._errors.seek(0)
        log.warning("%s failed on %s: %s", self.module, request, self._errors.read()[-2000:])
        return f"退出码 {child.returncode}" if in_time else f"超过 {SECONDS} 秒"


def serve(work: Callable[[dict[str, Any]], None]) -> None:
    """The child's side: limit memory, then do each request that comes in. An exception ends the child."""
    # RLIMIT_DATA counts what is really asked for; RLIMIT_AS would count address space that libraries merely reserve.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    for line in sys.stdin:
        work(json.loads(line))
        print("done", flush=True)
