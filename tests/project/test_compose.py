"""docker-compose.yml: valid by the schema, its commands exist, its settings are ones the program knows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from operations.airflow_services import REPOSITORY

FILE = REPOSITORY / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
OURS = {name: service for name, service in COMPOSE["services"].items() if name != "postgres"}


def test_valid_by_the_compose_schema():
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    told = subprocess.run(
        [Path(sys.executable).parent / command[0], *command[1:]], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_there_is_what_a_deployment_needs():
    assert set(COMPOSE["services"]) == {
        "postgres",
        "init",
        "api-server",
        "scheduler",
        "dag-processor",
        "mail",
    }
    for name, service in COMPOSE["services"].items():
        assert name == "init" or "healthcheck" in service, name
        assert service["restart"] == ("no" if name == "init" else "unless-stopped")


def test_only_loopback_is_published():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_is_written_down():
    for line in TEXT.splitlines():
        for found in re.findall(r"(?:PASSWORD|SECRET|SECRET_KEY): (\S+)", line):
            assert found.startswith("${"), line
    example = (REPOSITORY / "operations" / "compose.env.example").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    assert wanted == set(re.findall(r"^([A-Z_]+)=$", example, re.MULTILINE))


def test_unprivileged():
    for name, service in OURS.items():
        assert service["cap_drop"] == ["ALL"], name
    assert re.search(
        r"^USER jinchuang$", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    )


def commands():
    for name, service in OURS.items():
        words = service["command"]
        if words[:2] == ["bash", "-c"]:
            yield from ((name, part.split()) for part in words[2].split("&&"))
        else:
            yield name, words
        test = service.get("healthcheck", {}).get("test")
        if test and test[1] == "airflow":
            yield f"{name} health", test[1:]


@pytest.mark.parametrize(("name", "words"), [pytest.param(n, w, id=f"{n} {w[1]}") for n, w in commands()])
def test_each_command_is_a_real_one(name, words, tmp_path):
    """Each program reads its own command line: ``--help`` works only behind words it knows."""
    program = {"airflow": ["-m", "airflow"], "python": []}[words[0]]
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    told = subprocess.run(
        [sys.executable, *program, *words[1:], "--help"],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    shown = told.stdout
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    assert [option for option in options if option not in shown] == []


def test_each_setting_is_one_the_program_reads():
    settings = (REPOSITORY / "tasks" / "settings.py").read_text(encoding="utf-8")
    dockerfile = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bJINCHUANG_([A-Z_]+)\b", TEXT + dockerfile))
    assert {
        name for name in named if not re.search(rf"\b(JINCHUANG_)?{name}\b", settings, re.IGNORECASE)
    } == set()


NOT_DECLARED = """
import sys
from airflow.configuration import retrieve_configuration_description
known = {f"{s}.{o}" for s, d in retrieve_configuration_description().items() for o in d["options"]}
print(*(word for word in sys.argv[1:] if word not in known))
"""


def test_each_airflow_setting_exists(tmp_path):
    options = [
        ".".join(part.lower() for part in name.split("__")[1:])
        for name in COMPOSE["x-airflow"]["environment"]
        if name.startswith("AIRFLOW__")
    ]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW__")}
    told = subprocess.run(
        [sys.executable, "-c", NOT_DECLARED, *options],
        env={**clean, "AIRFLOW_HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == []
