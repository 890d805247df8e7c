"""Set-up: what it installs is decided by files, and it says plainly what it cannot do."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from operations import bootstrap
from operations.airflow_services import REPOSITORY


def test_packages_are_read_without_their_comments():
    assert "postgresql" in bootstrap.packages()
    assert all(name.replace("-", "").isalnum() for name in bootstrap.packages())


def test_uv_is_installed_by_hash():
    entry = bootstrap.locked("uv")
    assert entry.startswith("uv==")
    assert "--hash=sha256:" in entry
    assert "\nuv" not in entry.removeprefix("uv")
    assert "#" not in entry


def test_uses_nothing_but_the_standard_library():
    tree = ast.parse((REPOSITORY / "operations" / "bootstrap.py").read_text(encoding="utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_is_turned_away(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; .* is 3\.9\.2"):
        bootstrap.check_python()


def test_a_newer_python_beside_an_old_one_is_used(monkeypatch):
    started = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: f"/bin/{name}" if name == "python3.12" else None
    )
    monkeypatch.setattr(bootstrap.os, "execv", lambda *given: started.append(given) or sys.exit(0))
    with pytest.raises(SystemExit):
        bootstrap.check_python()
    assert started[0][0] == "/bin/python3.12"


def test_without_root_it_names_what_is_missing(monkeypatch):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(bootstrap, "missing", lambda names: ["chromium"])
    with pytest.raises(SystemExit, match="Missing: chromium"):
        bootstrap.system_packages()


def test_as_root_it_installs_only_what_is_missing(monkeypatch):
    ran = []
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(bootstrap, "missing", lambda names: ["poppler-utils"])
    monkeypatch.setattr(bootstrap, "run", lambda *words, quiet=False: ran.append(words) or True)
    monkeypatch.setenv("DEBIAN_FRONTEND", "noninteractive")
    bootstrap.system_packages()
    assert ran[-1][-1] == "poppler-utils"
    assert ran[-1][:2] == ("apt-get", "install")


def test_a_changed_lock_asks_for_a_new_set_up(monkeypatch, tmp_path):
    before = bootstrap.state()
    changed = tmp_path / "requirements.lock"
    changed.write_text("other", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "LOCK", changed)
    assert bootstrap.state() != before


def test_help_lists_the_targets():
    told = subprocess.run(
        ["make", "-s", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    for target in ("demo", "test", "check", "up", "help"):
        assert f"make {target} " in told
