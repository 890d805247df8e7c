"""The page over a copy of the small demo's house, with Airflow's logins put in by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from operations.page.runs import Collections
from tasks.settings import House
from tests import ledgers
from tests.conftest import house_at
from warehouse.records import Decision

HOST = "ops.example"
AT = datetime.fromisoformat("2026-10-26T08:00:00+08:00")
Login = Callable[[str], TestClient]


def forbidden() -> None:
    raise HTTPException(403, "Forbidden")


def unknown() -> None:
    raise HTTPException(401, "Not authenticated")


@pytest.fixture
def house_copy(small_house: House, tmp_path: Path) -> House:
    """The small demo's house, yours to change: its ledger copied, its files linked, for the page overwrites none."""
    home = tmp_path / "house"
    shutil.copytree(small_house.home, home, symlinks=True, copy_function=_linked)
    ledgers.copy(small_house.home, home)
    return house_at(home, registry=small_house.settings.registry)


def _linked(source: str, target: str) -> None:
    copy = shutil.copy2 if Path(source).name.startswith("ledger.db") else os.link
    copy(source, target)


@pytest.fixture
def log_in(house_copy: House) -> Iterator[Login]:
    """A browser of somebody who may decide (``ops``), may read (``viewer``), or has no login (blank)."""
    from airflow.api_fastapi.core_api.security import get_user

    from operations.page import access, keeper, runs
    from operations.page.app import app

    airflow = FastAPI()
    airflow.mount("/ops", app)

    def browser(name: str) -> TestClient:
        user = SimpleNamespace(get_id=lambda: name, get_name=lambda: name)
        free, may = (lambda: None), name == "ops"
        app.dependency_overrides = {
            get_user: (lambda: user) if name else unknown,
            access.reads: free if name else unknown,
            access.decides: free if may else forbidden,
            access.starts: free if may else forbidden,
            access.may_decide: lambda: may,
            keeper.current: lambda: house_copy,
            keeper.fault: lambda: "",
            runs.collections: lambda: Collections(AT, active=False, failed=False, next=AT, paused=False),
            runs.last_success: lambda: AT,
        }
        return TestClient(airflow, base_url=f"http://{HOST}/ops", follow_redirects=False)

    yield browser
    app.dependency_overrides = {}


def decided(house: House, sha256: str) -> list[Decision]:
    """What the ledger has of decisions on a file."""
    return [one for one in house.ledger.decided() if one.sha256 == sha256]
