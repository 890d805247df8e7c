"""Where test houses keep their ledgers: SQLite in the house, or with ``TEST_LEDGER=postgresql`` databases of one server.

A house's database has its name from the house's folder, is made when the ledger is first opened, and goes with a copy.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from tasks import settings
from tasks.settings import House
from tests import postgres
from warehouse.ledger import Ledger

_OWN = settings.own_ledger
SERVER = "TEST_LEDGER_SERVER"  # its address with {database} for the name, for the workers of a run


def on_postgresql() -> bool:
    return os.environ.get("TEST_LEDGER") == "postgresql"


@contextmanager
def server() -> Iterator[None]:
    """One server for a whole run, with an empty ledger to copy."""
    with postgres.server(
        "--username=jinchuang", options="-c listen_addresses='' -c max_connections=500"
    ) as at:
        os.environ[SERVER] = f"postgresql+psycopg2://jinchuang@/{{database}}?host={at}"
        _create("empty", "template0")
        Ledger(_url("empty")).engine.dispose()
        yield


def url(home: Path) -> str:
    """The address of a house's ledger. This takes the place of :func:`tasks.settings.own_ledger`."""
    if not _exists(name := _name(home)):
        _create(name, "empty")
    return _url(name)


def address(house: House) -> str:
    """For those who read a house's ledger with other eyes."""
    return house.ledger.engine.url.render_as_string(hide_password=False)


def settle() -> None:
    """From here on houses of this process that are told no ledger have theirs on the server."""
    settings.own_ledger = url


@contextmanager
def in_the_house() -> Iterator[None]:
    """A block whose ledgers are SQLite's, whatever the run's are."""
    before, settings.own_ledger = settings.own_ledger, _OWN
    yield
    settings.own_ledger = before


def variables(home: Path) -> dict[str, str]:
    """What a process of its own must be told to find the ledger of a house."""
    return {"JINCHUANG_LEDGER_URL": url(home)} if on_postgresql() else {}


def copy(home: Path, to: Path) -> None:
    """The ledger goes with the copy of a house, if it is not in the folder anyway."""
    if on_postgresql() and _exists(name := _name(home)):
        _create(_name(to), name)


def move(home: Path, to: Path) -> None:
    if on_postgresql() and _exists(name := _name(home)):
        _alone(name, f"alter database {name} rename to {_name(to)}")


def _name(home: Path) -> str:
    return f"house_{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:40]}"


def _url(database: str) -> str:
    return os.environ[SERVER].format(database=database)


@cache
def _server() -> sa.Engine:
    return sa.create_engine(_url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


def _exists(name: str) -> bool:
    with _server().connect() as connection:
        return bool(
            connection.scalar(sa.text("select 1 from pg_database where datname = :name"), {"name": name})
        )


def _create(name: str, template: str) -> None:
    _alone(template, f"create database {name} template {template} strategy file_copy")


@retry(
    retry=retry_if_exception_type(sa.exc.OperationalError),
    wait=wait_random(0, 0.2),
    stop=stop_after_delay(60),
)
def _alone(name: str, command: str) -> None:
    """A command that wants a database without visitors: the idle connections of pools are ended, others waited for."""
    idle = "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name and state = 'idle'"
    with _server().connect() as connection:
        connection.execute(sa.text(idle), {"name": name})
        connection.exec_driver_sql(command)
