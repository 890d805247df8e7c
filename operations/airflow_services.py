"""Airflow's own services on loopback with SQLite, as child processes that never outlive us.

``airflow standalone`` would open log servers on every interface and leave children behind; this starts only
what is needed: scheduler (its LocalExecutor runs the tasks), dag-processor and api-server.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations import sessions
from operations.ports import free_port

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY / "operations" / "airflow.env"
USERS = {"admin": "admin", "ops": "op", "reviewer": "user", "viewer": "viewer"}  # name → role
SIMPLE_AUTH = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"


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
        **shared(),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__AUTH_MANAGER": SIMPLE_AUTH,
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(map(":".join, USERS.items())),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "JINCHUANG_BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(48),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(48),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
    }
    # Another Airflow's settings in the caller's shell must not reach this one; nor the wish to keep no bytecode,
    # with which each of some twenty processes would compile what it imports anew.
    foreign = ("AIRFLOW", "JINCHUANG_", "PYTHONDONTWRITEBYTECODE")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return Site(home, port, {**clean, **airflow, **jinchuang}, passwords)


def shared() -> dict[str, str]:
    """The settings that this Airflow and docker-compose.yml's have in common."""
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


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
        self._leaders: set[int] = set()
        self._watchdog = subprocess.Popen(
            [sys.executable, "-m", "operations.sessions"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start one process in a session of its own: the terminal's Ctrl-C reaches us and not it."""
        with self.site.log(name).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=dict(self.site.environment),
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes[name] = process
        self._leaders.add(process.pid)
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.write(f"{process.pid}\n".encode())
        self._watchdog.stdin.flush()
        return process

    def start(self) -> None:
        address = ("--host", "127.0.0.1", "--port", str(self.site.port))
        self.run("api-server", "airflow", "api-server", *address)
        self.run("scheduler", "airflow", "scheduler", "--skip-serve-logs")
        self.run("dag-processor", "airflow", "dag-processor")

    def wait_for(self, name: str) -> None:
        """Let a process come to its end, which must be a good one."""
        status = self._processes[name].wait()
        if status:
            raise ServiceFailed(f"{name} ended with status {status}\n{tail(self.site.log(name))}")
        del self._processes[name]

    def assert_alive(self) -> None:
        for name, process in self._processes.items():
            if (status := process.poll()) is not None:
                raise ServiceFailed(f"{name} ended with status {status}\n{tail(self.site.log(name))}")

    def stop(self) -> None:
        sessions.end(self._leaders)
        self._watchdog.communicate()
        for process in self._processes.values():
            process.wait()


@contextmanager
def running(where: Site) -> Iterator[Services]:
    """Services that are gone when the block is left, however it is left (SIGTERM and hang-up included)."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.getsignal(signal.SIGINT)
    services = Services(where)
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


def tail(path: Path, lines: int = 30) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
