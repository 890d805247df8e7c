"""An empty ledger in either database: SQLite as by default, PostgreSQL as in docker-compose.yml."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.postgres import server
from warehouse.ledger import Ledger

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server on a socket that only this machine's processes reach; yields its URL without a database."""
    with server("--username=jinchuang", options="-c listen_addresses=''") as folder:
        yield f"postgresql+psycopg2://jinchuang@/{{database}}?host={folder}"


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
