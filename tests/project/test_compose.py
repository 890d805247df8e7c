"""docker-compose.yml and Dockerfile as texts: valid by the schema, without secrets, with settings the program knows.

That what they say works is shown by tests/end_to_end/test_compose.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from operations.airflow_services import REPOSITORY, shared
from operations.passwords import written

FILE = REPOSITORY / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
OURS = {name: service for name, service in COMPOSE["services"].items() if name != "postgres"}


def test_valid_by_the_compose_schema():
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    told = subprocess.run(
        [Path(sys.executable).parent / command[0], *command[1:]], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_there_is_what_a_deployment_needs():
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "init", "api-server", "scheduler", "dag-processor", "mail"}
    for name, service in services.items():
        assert name == "init" or "healthcheck" in service, name
        assert service["restart"] == ("no" if name == "init" else "unless-stopped")
        assert "mem_limit" in service, name


def test_the_mail_catcher_is_for_trials_and_nothing_waits_for_it():
    assert [name for name, service in COMPOSE["services"].items() if "profiles" in service] == ["mail"]
    assert [
        name for name, service in COMPOSE["services"].items() if "mail" in service.get("depends_on", {})
    ] == []


def test_only_loopback_is_published():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_secrets_are_files_and_are_written_nowhere_else(tmp_path):
    for name, service in COMPOSE["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY|CONN|URL", key) and not key.endswith("BASE_URL"):
                local = key.endswith("_SERVER_URL")  # no secret: where tasks reach the api-server
                assert local or re.match(r"(cat )?/run/secrets", value), f"{name} {key}"
    declared = COMPOSE["secrets"]
    assert {one["file"] for one in declared.values()} == {f"./secrets/{name}" for name in declared}
    used = {one for service in COMPOSE["services"].values() for one in service.get("secrets", [])}
    assert used == set(declared)
    assert set(written(tmp_path / "secrets")) == used
    assert written(tmp_path / "secrets") == [], "they are made once"
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert "/secrets/" in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_what_may_be_chosen_is_explained():
    example = (REPOSITORY / "operations" / "compose.env.example").read_text(encoding="utf-8")
    told = set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE))
    assert told == set(re.findall(r"\$\{([A-Z_]+):-", TEXT)) | {"COMPOSE_PROFILES"}
    assert "${" not in re.sub(r"\$\{[A-Z_]+:-[^}]*\}", "", TEXT), "every one has a default"


def test_unprivileged_with_folders_of_its_own():
    for name, service in OURS.items():
        assert service["cap_drop"] == ["ALL"], name
    assert re.search(r"^USER jinchuang$", DOCKERFILE, re.MULTILINE)
    owned = set(
        re.findall(r"/\S+", re.search(r"install -d -o jinchuang -g jinchuang([^#]*?)\nCOPY", DOCKERFILE)[1])
    )
    lent = [volume for service in OURS.values() for volume in service.get("volumes", [])]
    found = [re.fullmatch(r"(?:\$\{\w+:-)?([^:}]+)\}?:([^:]+)(:ro)?", volume) for volume in lent]
    assert owned == {one[2] for one in found if one[1] in COMPOSE["volumes"]}


def test_the_image_gets_what_it_needs_and_no_more():
    lines = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split()
    taken = {line[1:] for line in lines if line.startswith("!")}
    assert lines[0] == "*"
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name.partition(".")[0] for name in project["tool"]["setuptools"]["packages"]}
    files = {
        "pyproject.toml",
        "requirements.lock",
        project["project"]["readme"],
        *project["project"]["license-files"],
    }
    assert taken == packages | files | {"dags", "registry"}
    assert all((REPOSITORY / name).exists() for name in taken)
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert copied == ["requirements.lock", "."]


def test_what_the_image_installs_is_what_is_tested_here():
    """``pip install --require-hashes`` of the lock, as the image does it, would change nothing of this environment."""
    words = ["pip", "install", "--dry-run", "--offline", "--require-hashes", "-r", "requirements.lock"]
    uv, environment = Path(sys.executable).parent / "uv", {**os.environ, "VIRTUAL_ENV": sys.prefix}
    told = subprocess.run([uv, *words], cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    assert "Would make no changes" in told.stderr
    assert "RUN pip install --require-hashes -r requirements.lock" in DOCKERFILE


def test_each_setting_is_one_the_program_reads():
    settings = (REPOSITORY / "tasks" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r"\bJINCHUANG_([A-Z_]+)\b", TEXT + DOCKERFILE))
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
        ".".join(part.lower() for part in name.removesuffix("_CMD").split("__")[1:])
        for name in [*COMPOSE["x-airflow"]["environment"], *shared()]
        if name.startswith("AIRFLOW__")
    ]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW__")}
    told = subprocess.run(
        [sys.executable, "-c", NOT_DECLARED, *options],
        env={**clean, "AIRFLOW_HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == []
