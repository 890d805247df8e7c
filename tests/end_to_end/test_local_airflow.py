"""``make demo`` and ``make up`` as a newcomer runs them: real Airflow, real mail, and nothing left behind.

The tests of this file stand in order and share one home: each start finds what the one before has left.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from operations.airflow_api import until
from operations.airflow_services import REPOSITORY
from tests.tracing import unmeasured

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(autouse=True)
def _heed_ctrl_c():
    """A shell's background jobs are deaf to Ctrl-C, and so would be whatever the tests start from one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def environment(home: Path) -> dict[str, str]:
    """As in a newcomer's shell. Coverage stays outside: its tracing would slow what is timed here."""
    kept = {
        name: value
        for name, value in unmeasured(dict(os.environ)).items()
        if not name.startswith(("AIRFLOW", "JINCHUANG"))
    }
    return {**kept, "JINCHUANG_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def command(what: str, registry: Path) -> list[str]:
    """Of three centres: Airflow does the same with fewer returns, and the whole province is lived through in other tests."""
    return [sys.executable, "-m", "operations.local_airflow", what, "--registry", str(registry)]


def ours(home: Path) -> list[psutil.Process]:
    """Processes that were started with this home, whoever their parent is now.

    Some of Airflow's write their title over their environment; an open file or the session gives these away.
    """
    everyone, found = list(psutil.process_iter()), set()
    for process in everyone:
        with suppress(psutil.Error):
            paths = [
                process.environ().get("JINCHUANG_HOME", ""),
                *(file.path for file in process.open_files()),
            ]
            if process.pid != os.getpid() and any(path.startswith(str(home)) for path in paths):
                found.add(process)
    sessions = set()
    for process in found:
        with suppress(ProcessLookupError):
            sessions.add(os.getsid(process.pid))
    sessions.discard(os.getsid(0))
    for process in everyone:
        with suppress(ProcessLookupError):
            if os.getsid(process.pid) in sessions:
                found.add(process)
    return [process for process in found if _runs(process)]


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):  # which may end between the two questions
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def content(home: Path) -> dict[str, bytes]:
    """What a demo leaves for people: editions and letters, with their bytes."""
    files = [path for folder in ("editions", "mail") for path in (home / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def demo(home: Path, registry: Path) -> str:
    """Run the demo to its end and return what it told. How long it may take is for the bench to say."""
    done = subprocess.run(
        command("demo", registry), cwd=REPOSITORY, env=environment(home), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


def holders(home: Path, library: str) -> int:
    """How many processes have a library's code in memory."""
    found = 0
    for process in ours(home):
        with suppress(psutil.Error):
            found += any(library in mapped.path for mapped in process.memory_maps())
    return found


def backfill(home: Path, port: int, password: str) -> str:
    """Every quarter of the small demo reported by its partition key, by the command an operator has."""
    (home / "ops-password").write_text(password)
    where = (
        "--url",
        f"http://127.0.0.1:{port}",
        "--user",
        "ops",
        "--password-file",
        str(home / "ops-password"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "operations.backfill", "2026-Q1", "2026-Q3", *where],
        cwd=REPOSITORY,
        env=environment(home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def happened(home: Path) -> int:
    """How many changes of state the ledger has seen."""
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        return int(ledger.execute("select count(*) from log").fetchone()[0])


def test_demo_makes_a_report_from_returns(home, small_registry):
    told = demo(home, small_registry)
    assert re.search(r"2026-07-20 .*2026-Q2-e1", told), "what lay behind the house is told"
    assert re.search(r"2026-08-03 .*decided 2026-Q2", told)
    assert "quarterly_report 2026-Q3" in told
    assert "revise_report 2026-Q2" in told, "what was decided since the report changes it"
    assert (home / "editions" / "2026-Q2-e2" / "report.pdf").exists()
    edition = home / "editions" / "2026-Q3-e1"
    assert {"report.html", "report.pdf", "annex.xlsx"} <= {path.name for path in edition.iterdir()}
    letters = sorted(path.name for path in (home / "mail").glob("*.eml"))
    assert letters
    assert str(edition / "report.html") in told
    assert ours(home) == []


@contextmanager
def up(home: Path, registry: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    said = home / "up.log"
    with said.open("w") as out:
        process = subprocess.Popen(
            command("up", registry), cwd=REPOSITORY, env=environment(home), stdout=out, stderr=out
        )
        try:
            yield process, said
        finally:
            for left in ours(home):
                left.kill()
            process.wait()


def wait_for(said: Path, words: str, process: subprocess.Popen[str]) -> str:
    def there() -> str | None:
        text = said.read_text(encoding="utf-8")
        assert process.poll() is None, text
        return text if words in text else None

    return until(there, seconds=150, what=words)


def test_up_finds_nothing_new_says_where_and_ctrl_c_ends_it_all(home, small_registry):
    before, rows = content(home), happened(home)
    with up(home, small_registry) as (process, said):
        text = wait_for(said, "Ctrl-C", process)
        assert "quarterly_report" not in text
        assert "2026-07-20" not in text
        assert content(home) == before
        assert happened(home) == rows
        assert re.search(r"admin: \S+", text)
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)", text)[1])
        listening = {c.laddr for p in ours(home) for c in p.net_connections("inet") if c.status == "LISTEN"}
        assert ("127.0.0.1", port) in listening
        assert {address for address, _ in listening} == {"127.0.0.1"}
        assert holders(home, "duckdb") > 2, "the scheduler has loaded what its workers will need"
        passwords = dict(re.findall(r"^  (\w+): (\S+)$", text, re.MULTILINE))
        backfill(home, port, passwords["ops"])
        new = content(home).items() - before.items()
        made = {Path(name).parent.name for name, _ in new}
        assert made == {"2026-Q1-e1", "2026-Q1-public-e1", "2026-Q1-EQ01-e1", "2026-Q1-NM01-e1"}, (
            "unchanged quarters make no edition, and nobody is written to about a quarter of long ago"
        )
        for _ in range(3):  # the second and third do not interrupt the cleaning up
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)
        assert process.wait(timeout=30) == 0
        assert ours(home) == []
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_sigterm_while_starting_leaves_nothing(home, small_registry):
    with up(home, small_registry) as (process, _):
        until(lambda: len(ours(home)) >= 4 or None, seconds=30, what="the services")
        process.terminate()
        assert process.wait(timeout=30) == 128 + signal.SIGTERM
        assert ours(home) == []


def test_killed_outright_its_services_end_too(home, small_registry):
    with up(home, small_registry) as (process, said):
        wait_for(said, "Airflow", process)  # the scheduler has its workers by now
        assert len(ours(home)) > 4
        process.kill()
        process.wait()
        until(lambda: None if ours(home) else True, seconds=60, what=f"no process of {home}")


def test_a_failing_task_is_shown_with_its_log(home, small_registry, tmp_path):
    """Where the data docs' folder should be is a file: only Airflow's run writes there. The past is the demo's before."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("airflow", "data-docs", "mail*", "*.log"))
    (copy / "data-docs").touch()
    done = subprocess.run(
        command("demo", small_registry), cwd=REPOSITORY, env=environment(copy), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert re.search(r"collect_submissions / .*docs[\s\S]*(File exists|Not a directory)", done.stdout)
    assert ours(copy) == []
