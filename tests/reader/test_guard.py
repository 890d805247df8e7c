"""The guarded child: what it does wrong is said in a few words, and is never the fault of the next request."""

from __future__ import annotations

import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks import guard
from tasks.guard import Guarded

CHILD = """
import os, sys, time
from tasks.guard import serve
def work(request):
    what = request["what"]
    if what == "memory":
        bytearray(900 << 20)
    if what == "abort":
        os.abort()
    if what == "sleep":
        time.sleep(60)
    if what == "chatter":
        print("something a library prints")
    if what == "odd":
        sys.stderr.buffer.write(b"\\xff\\xfe"); sys.exit(7)
serve(work)
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "misbehaving.py").write_text(CHILD)
    (tmp_path / "broken.py").write_text("import a_module_that_is_not_installed")
    (tmp_path / "silent.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]))
    return "misbehaving"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("memory", "退出码 exit code 1"),
        ("abort", "退出码 exit code -6"),
        ("odd", "退出码 exit code 7"),
        ("chatter", "退出码 exit code -9"),
    ],
)
def test_a_failure_is_said_and_the_next_request_gets_a_new_child(child: str, what: str, why: str) -> None:
    with Guarded(child) as guarded:
        assert guarded.ask(what="nothing") == ""
        assert guarded.ask(what=what) == why
        assert guarded.ask(what="nothing") == ""


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_file_is_not_to_blame_where_the_child_was_told_to_stop(child: str, told: signal.Signals) -> None:
    """Ctrl-C at a terminal reaches both: what was being read is read again, and not refused for ever."""
    with Guarded(child) as guarded, ThreadPoolExecutor(1) as pool:
        assert guarded.ask(what="nothing") == ""
        asleep = guarded._child
        assert asleep
        asked = pool.submit(guarded.ask, what="sleep")
        time.sleep(0.3)
        os.kill(asleep.pid, told)
        with pytest.raises(RuntimeError, match=f"told to stop .signal {int(told)}"):
            asked.result()
        assert guarded.ask(what="nothing") == ""


def test_threads_that_share_a_child_each_hear_of_their_own_request(child: str) -> None:
    asked = ["nothing", "abort"] * 4
    with Guarded(child) as guarded, ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda what: guarded.ask(what=what), asked))
    assert said == ["", "退出码 exit code -6"] * 4


def test_a_child_that_takes_too_long_is_ended(child: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Guarded(child) as guarded:
        guarded.ask(what="nothing")
        monkeypatch.setattr(guard, "SECONDS", 0.3)
        started = time.monotonic()
        assert guarded.ask(what="sleep") == "超过 over 0.3 s"
        assert time.monotonic() - started < 5


def test_a_child_killed_between_two_requests_costs_nobody_anything(child: str) -> None:
    with Guarded(child) as guarded:
        guarded.ask(what="nothing")
        first = guarded._child
        assert first
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert guarded.ask(what="nothing") == ""
        assert guarded._child is not first


def test_a_child_that_goes_before_it_was_asked_is_a_failure_of_that_request(
    child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died in the instant between the look and the question."""
    with Guarded(child) as guarded:
        guarded.ask(what="nothing")
        gone = guarded._child
        assert gone
        gone.kill()
        gone.wait()
        with monkeypatch.context() as patched:
            patched.setattr(guarded, "_running", lambda: gone)
            assert guarded.ask(what="nothing") == "退出码 exit code -9"
        assert guarded.ask(what="nothing") == ""


def test_a_child_that_cannot_start_blames_no_request(child: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation must stop the batch: it is not the units' files that are wrong."""
    with Guarded("broken") as guarded, pytest.raises(RuntimeError, match="a_module_that_is_not_installed"):
        guarded.ask(what="nothing")
    monkeypatch.setattr(guard, "SECONDS", 0.3)
    with Guarded("silent") as guarded, pytest.raises(RuntimeError, match=r"超过 over 0\.3 s"):
        guarded.ask(what="nothing")


def test_what_a_person_sees_is_one_line_without_a_traceback(
    child: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), Guarded(child) as guarded:
        guarded.ask(what="memory", raw="/archive/raw/0123")
    shown = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert shown == ["misbehaving stopped (退出码 exit code 1) at /archive/raw/0123"]
    kept = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    assert "MemoryError" in kept[0]


def test_no_child_is_left_when_the_work_is_done(child: str) -> None:
    with Guarded(child) as guarded:
        guarded.ask(what="nothing")
        left = guarded._child
    assert left
    assert left.returncode == 0
