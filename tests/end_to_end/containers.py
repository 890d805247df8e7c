"""docker-compose.yml on a machine without containers: each service's own command, environment and health check, with
the containers' paths, hosts and ports replaced by this machine's, and nothing else changed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from operations import sessions
from operations.airflow_services import REPOSITORY, tail
from operations.ports import free_port
from tests.tracing import unmeasured

TEXT = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
PORTS = {"5432": "postgres", "8080": "api-server", "8974": "scheduler", "2525": "mail"}
# What would be a container's own if it were left in.
FOREIGN = re.compile(r"/(?:opt|srv|var/lib|run)/|0\.0\.0\.0|@(?:postgres|mail)\b|//api-server\b|\$\{")


def image_environment() -> dict[str, str]:
    """The image's ENV, of its last stage."""
    stage = DOCKERFILE.replace("\\\n", " ").split("\nFROM ")[-1]
    (line,) = re.findall(r"^ENV (.+)$", stage, re.MULTILINE)
    return dict(word.split("=", 1) for word in line.split())


@dataclass
class Containers:
    """Processes as compose would run them. ``choices`` is what ``.env`` would hold, ``more`` what it could not."""

    folder: Path
    choices: Mapping[str, str]
    dags: Path
    more: Mapping[str, str]
    ports: dict[str, int] = field(default_factory=lambda: {there: free_port() for there in PORTS})
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def places(self) -> dict[str, str]:
        """What stands in the files → what it is here; the longer before what it begins with."""
        own = {path: str(self.folder / path.strip("/").replace("/", "-")) for path in self.volumes()}
        hosts = {f"@{name}:{port}": f"@127.0.0.1:{port}" for port, name in PORTS.items()}
        return {
            **hosts,
            "@postgres/": "@127.0.0.1:5432/",
            "//api-server:": "//127.0.0.1:",
            "0.0.0.0": "127.0.0.1",
            "/opt/jinchuang/dags": str(self.dags),
            **own,
            "/opt/jinchuang": str(REPOSITORY),
            "/opt/venv": sys.prefix,
        }

    @staticmethod
    def volumes() -> list[str]:
        """The paths that containers are lent, and that of their secrets."""
        lent = [
            volume.replace(":ro", "").rpartition(":")[2]
            for service in COMPOSE["services"].values()
            for volume in service.get("volumes", [])
        ]
        return [*sorted(set(lent), reverse=True), "/run/secrets"]

    def here(self, text: str) -> str:
        """A value of the files, with variables filled in as compose does, as it is on this machine."""
        text = re.sub(
            r"\$\{(\w+):-([^}]*)\}", lambda found: self.choices.get(found[1]) or found[2], text
        ).replace("$$", "$")
        for there, local in self.places().items():
            text = text.replace(there, local)
        for there, port in self.ports.items():
            text = re.sub(rf"(?<![\w.-]){there}\b", str(port), text)
        assert not FOREIGN.search(text.replace(str(REPOSITORY), "").replace(sys.prefix, "")), text
        return text

    def environment(self, name: str) -> dict[str, str]:
        service = COMPOSE["services"][name]
        given = {**service.get("environment", {})}
        if "image" in service and service["image"].startswith("jinchuang"):
            given = {**image_environment(), **given}
        if shared := service.get("env_file"):
            lines = (REPOSITORY / shared).read_text(encoding="utf-8").splitlines()
            given = {**dict(line.split("=", 1) for line in lines if line and line[0] != "#"), **given}
        kept = {
            key: value
            for key, value in unmeasured(dict(os.environ)).items()
            if not key.startswith(("AIRFLOW", "JINCHUANG", "PG", "PYTHON"))
        }
        path = os.pathsep.join([str(Path(sys.prefix) / "bin"), kept["PATH"]])
        local = {key: self.here(str(value)) for key, value in given.items()}
        return {**kept, **local, **self.more, "PATH": path, "PGPORT": str(self.ports["5432"])}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        words = [self.here(word) for word in COMPOSE["services"][name]["command"]]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                words,
                cwd=REPOSITORY,
                env=self.environment(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def healthy(self, name: str) -> bool | None:
        """Whether the service's own health check passes; AssertionError when its process has ended."""
        if name in self.running:
            assert self.running[name].poll() is None, self.said(name)
        test: list[str] = COMPOSE["services"][name]["healthcheck"]["test"]
        assert test[0] == "CMD"
        words = [self.here(word) for word in test[1:]]
        done = subprocess.run(words, cwd=REPOSITORY, env=self.environment(name), capture_output=True)
        return done.returncode == 0 or None

    def said(self, name: str) -> str:
        return tail(self.folder / f"{name}.log", 60)

    def processes(self) -> list[psutil.Process]:
        return sessions.members({process.pid for process in self.running.values()})

    def stop(self) -> dict[str, int]:
        """As compose does: SIGTERM to each, the last first, and with a container goes what is left in it."""
        ended = {}
        for name, process in reversed(self.running.items()):
            process.send_signal(signal.SIGTERM)
            ended[name] = process.wait(timeout=120)
        sessions.end({process.pid for process in self.running.values()})
        return ended

    def secret(self, name: str) -> str:
        return (Path(self.here("/run/secrets")) / name).read_text(encoding="utf-8")


def secrets_written(of: Containers) -> None:
    """The secrets as ``make secrets`` writes them, their hosts replaced."""
    folder = Path(of.here("/run/secrets"))
    script = REPOSITORY / "operations" / "passwords.py"
    subprocess.run(["python3", "-I", script, folder], check=True, capture_output=True, cwd="/")
    named = {Path(one["file"]).name for one in COMPOSE["secrets"].values()}
    assert {path.name for path in folder.iterdir()} == named
    for path in folder.iterdir():
        path.write_text(of.here(path.read_text(encoding="utf-8")), encoding="utf-8")


def kept_running() -> set[str]:
    """The services that compose keeps running, the trial's included."""
    return {name for name, service in COMPOSE["services"].items() if service["restart"] != "no"}
