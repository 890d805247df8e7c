"""What is left out of coverage is only what stands inside the block, whatever happens there."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from tests.tracing import children_unmeasured, unmeasured, untraced


def test_tracing_goes_on_after_a_block_that_fails():
    def trace(frame, event, arg):
        return None

    measured = sys.gettrace()
    try:
        sys.settrace(trace)
        with suppress(LookupError), untraced():
            inside = sys.gettrace()
            raise LookupError
        after = sys.gettrace()
    finally:
        sys.settrace(measured)
    assert (inside, after) == (None, trace)


def test_processes_are_followed_again_after_the_block(monkeypatch):
    monkeypatch.setenv("COV_CORE_SOURCE", "tasks")
    monkeypatch.setenv("COVERAGE_PROCESS_START", "pyproject.toml")
    before = dict(os.environ)
    with children_unmeasured():
        inside = dict(os.environ)
    assert inside == unmeasured(before)
    assert before.keys() - inside.keys() >= {"COV_CORE_SOURCE", "COVERAGE_PROCESS_START"}
    assert dict(os.environ) == before
