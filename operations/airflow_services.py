"""Airflow's own services on loopback with SQLite, as child processes that never outlive us.

``airflow standalone`` would open log servers on every interface and leave children behind; this starts only
what is needed: scheduler (its LocalExecutor runs the tasks), dag-processor and api-server.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from operations.ports import free_port

REPOSITORY = Path(__file__).resolve().parent.parent
USERS = {"admin": "admin", "ops": "op", "reviewer": "user", "viewer": "viewer"}  # name → role
SIMPLE_AUTH = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
GRACE_SECONDS = 8.0

_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ServiceFailed(RuntimeError):
    """A service ended although nobody asked it to, or never became ready."""


@dataclass(frozen=True)
class Site:
    """One local Airflow: its folder, its address and the environment all its processes share."""

    home: Path
    port: int
    environment: Mapping[str, str]
    passwords: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self, service: str) -> Path:
        return self.home / f"{service}.log"


def site(home: Path, jinchuang: Mapping[str, str], preferred_port: int = 0) -> Site:
    """Settle folder, port, logins and secrets; ``jinchuang`` are the program's own variables."""
    home.mkdir(parents=True, exist_ok=True)
    passwords, port = _passwords(home / "passwords.json"), free_port(preferred_port)
    airflow = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__AUTH_MANAGER": SIMPLE_AUTH,
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(map(":".join, USERS.items())),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(48),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(48),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "PYTHONUNBUFFERED": "1",
    }
    # Another Airflow's settings in the caller's shell must not reach this one.
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "JINCHUANG_"))}
    return Site(home, port, {**clean, **airflow, **jinchuang}, passwords)


def _passwords(path: Path) -> dict[str, str]:
    """Random once, then kept, so that a browser's stored login goes on working."""
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if kept.keys() >= USERS.keys():
            return kept
    made = {name: secrets.token_urlsafe(12) for name in USERS}
    path.touch(mode=0o600)
    path.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return made


class Services:
    """The running processes of one site. Used through :func:`running`."""

    def __init__(self, where: Site) -> None:
        self.site = where
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: list[IO[bytes]] = []

    def run(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start one process in its own session, so that the terminal's Ctrl-C reaches us and not it."""
        log = self.site.log(name).open("wb")
        self._logs.append(log)
        process = subprocess.Popen(
            [sys.executable, "-m", "operations.tethered", *command],
            env=dict(self.site.environment),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._processes[name] = process
        return process

    def start(self) -> None:
        address = ("--host", "127.0.0.1", "--port", str(self.site.port))
        self.run("api-server", "airflow", "api-server", *address, "--workers", "1")
        self.run("scheduler", "airflow", "scheduler", "--skip-serve-logs")
        self.run("dag-processor", "airflow", "dag-processor")

    def finish(self, name: str, *command: str) -> None:
        """Run a command to its end."""
        self.wait_for(name, self.run(name, *command))

    def wait_for(self, name: str, process: subprocess.Popen[bytes]) -> None:
        status = process.wait()
        del self._processes[name]
        if status:
            raise ServiceFailed(f"{name} ended with status {status}\n{tail(self.site.log(name))}")

    def assert_alive(self) -> None:
        for name, process in self._processes.items():
            if (status := process.poll()) is not None:
                raise ServiceFailed(f"{name} ended with status {status}\n{tail(self.site.log(name))}")

    def stop(self) -> None:
        """Ask politely, then kill whatever is left of the tree.

        Airflow gives each task a process group of its own, so signalling the services' groups alone would
        leave tasks behind; orphans come to us (see :func:`running`) and are found as our descendants.
        """
        tree = _descendants()
        for process in self._processes.values():
            _signal(process.pid, signal.SIGTERM)
        _, stubborn = psutil.wait_procs(tree, timeout=GRACE_SECONDS)
        for left in {*stubborn, *_descendants()}:
            with suppress(psutil.Error):
                left.kill()
        psutil.wait_procs(stubborn, timeout=GRACE_SECONDS)
        for process in self._processes.values():
            process.wait()
        self._processes.clear()
        for log in self._logs:
            log.close()


@contextmanager
def running(where: Site) -> Iterator[Services]:
    """Services that are gone when the block is left, however it is left (SIGTERM and hang-up included)."""
    services = Services(where)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.getsignal(signal.SIGINT)
    try:
        yield services
    finally:
        for number in before:  # a second Ctrl-C must not interrupt the cleaning up
            signal.signal(number, signal.SIG_IGN)
        services.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)


def tail(path: Path, lines: int = 30) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
