"""An empty ledger in either database: SQLite as by default, PostgreSQL as in docker-compose.yml."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse.ledger import Ledger

_numbers = count(1)


def _programs() -> Path:
    """Debian keeps PostgreSQL's server programs off the PATH."""
    found = shutil.which("initdb") or next(
        iter(sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), reverse=True)), None
    )
    assert found, "PostgreSQL is missing: install what packages.txt lists"
    return Path(found).parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server of our own on a socket that only this machine's processes reach; yields its URL without a database."""
    as_root = os.geteuid() == 0
    who = {"user": "postgres", "group": "postgres"} if as_root else {}  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="jc-pg-", dir="/tmp"))  # a socket's path may have 107 bytes
    if as_root:
        shutil.chown(folder, "postgres", "postgres")
    programs, data = _programs(), folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        # To a file, not a pipe: the server keeps pg_ctl's output open as long as it lives.
        with (folder / f"{program}.log").open("ab") as log:
            subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=True, timeout=60, **who)

    (folder / "pg_ctl.log").touch()
    run(
        "initdb",
        "--pgdata",
        str(data),
        "--username=jinchuang",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
    )
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "start", "--wait", "--pgdata", str(data), "--options", options)
    try:
        yield f"postgresql+psycopg2://jinchuang@/{{database}}?host={folder}"
    finally:
        run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", str(data))
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """The URL of an empty database."""
    return _empty_database(postgres)


@pytest.fixture
def other_url(postgres: str) -> str:
    """The URL of another one."""
    return _empty_database(postgres)


def _empty_database(postgres: str) -> str:
    name = f"ledger_{next(_numbers)}"
    engine = sa.create_engine(postgres.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name} template template0")
    engine.dispose()
    return postgres.format(database=name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def opened() -> Iterator[Callable[[str], Ledger]]:
    """Opens ledgers and closes them after the test."""
    ledgers: list[Ledger] = []

    def open_ledger(where: str) -> Ledger:
        ledgers.append(Ledger(where))
        return ledgers[-1]

    yield open_ledger
    for one in ledgers:
        one.engine.dispose()


@pytest.fixture
def ledger(url: str, opened: Callable[[str], Ledger]) -> Ledger:
    return opened(url)
