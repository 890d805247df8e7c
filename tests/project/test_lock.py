"""What is installed: every version and hash is written down, and nothing says where from."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import yaml

from operations.airflow_services import REPOSITORY

LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, str]:
    entries = re.findall(r"^([a-z0-9._-]+)==(\S+)[^\n]*((?:\n {4}[^\n]*)*)", LOCK, re.MULTILINE)
    return {name: rest for name, _version, rest in entries}


def test_every_package_has_hashes():
    assert len(locked()) > 100
    assert [name for name, rest in locked().items() if "--hash=sha256:" not in rest] == []


def test_everything_the_project_asks_for_is_locked():
    extras = PROJECT["project"]["optional-dependencies"].values()
    asked = [*PROJECT["project"]["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[<>=!~\[; ]", wanted)[0].lower().replace("_", "-") for wanted in asked}
    assert names - set(locked()) == set()


def test_lock_names_no_index():
    assert re.search(r"https?:|file:|--(extra-)?index-url|--find-links", LOCK) is None


ABSOLUTE = re.compile(r"(?<![\w.$})*/-])/\w[\w./-]*")  # at the start of a word, so not within a relative one
IMAGE = ("/opt/", "/srv/", "/usr/", "/var/lib/", "/run/secrets", "/docker-entrypoint-initdb.d/")
FILES = {
    "Makefile": (),
    ".ci/run": (),
    "pyproject.toml": (),
    "Dockerfile": IMAGE,
    "docker-compose.yml": IMAGE,
}


@pytest.mark.parametrize("name", FILES)
def test_no_index_or_path_of_one_machine(name):
    """An absolute path is one of the image that is built here, or it is a machine's own."""
    text = (REPOSITORY / name).read_text(encoding="utf-8").removeprefix("#!/usr/bin/env bash\n")
    assert re.search(r"pypi\.org|(extra|default|-)[-_]index", text) is None
    assert [path for path in ABSOLUTE.findall(text) if not path.startswith(FILES[name])] == []


def test_the_host_lends_the_containers_no_absolute_path():
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    lent = [volume for service in services.values() for volume in service.get("volumes", [])]
    assert lent
    assert [volume for volume in lent if volume.startswith(("/", "~")) or ":-/" in volume] == []


def test_packages_are_listed_and_exist():
    listed = PROJECT["tool"]["setuptools"]["packages"]
    tracked = subprocess.run(
        ["git", "ls-files", "*__init__.py"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split()
    tops = {"expectations", "warehouse", "reports", "tasks", "operations"}
    there = {path.removesuffix("/__init__.py").replace("/", ".") for path in tracked}
    assert {name for name in there if name.partition(".")[0] in tops} <= set(listed)
    assert [name for name in listed if not (REPOSITORY / name.replace(".", "/")).is_dir()] == []


def test_dags_can_import_the_packages_from_anywhere(tmp_path):
    python = REPOSITORY / ".venv" / "bin" / "python"
    if not python.exists():
        pytest.fail(".venv is missing: `make setup` makes it")
    code = "import expectations, warehouse, reports, tasks, operations"
    subprocess.run([python, "-c", code], cwd=tmp_path, check=True)
