"""The databases as docker-compose.yml makes them: its own script, a real PostgreSQL, Airflow and the ledger in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from operations.airflow_services import REPOSITORY
from operations.ports import free_port
from tasks.demo_life import live
from tasks.load import load
from tasks.process import process
from tasks.settings import House
from tests.conftest import house_at
from tests.tracing import unmeasured
from warehouse.returns import submissions

PASSWORDS = {"airflow": "air-flow-1", "ledger": "led-ger-2"}


@dataclass(frozen=True)
class Server:
    port: int

    def url(self, name: str, database: str | None = None) -> str:
        return f"postgresql+psycopg2://{name}:{PASSWORDS[name]}@127.0.0.1:{self.port}/{database or name}"


def programs() -> Path:
    """Debian keeps initdb and pg_ctl out of the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    assert initdb, "PostgreSQL is in packages.txt"
    return Path(initdb).parent


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # PostgreSQL refuses to run as root, and pytest's own folders are closed to whoever it runs as then.
    folder, port = Path(tempfile.mkdtemp(prefix="jinchuang-postgres-")), free_port()
    as_owner: list[str] = []
    if os.geteuid() == 0:
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres", "postgres")
    data, password = folder / "data", folder / "password"
    password.write_text("super-3\n", encoding="utf-8")
    initdb = [programs() / "initdb", "-D", data, "--data-checksums", "-U", "postgres", "-A", "scram-sha-256"]
    subprocess.run([*as_owner, *initdb, "--pwfile", password], check=True, capture_output=True, cwd=folder)
    control = [*as_owner, programs() / "pg_ctl", "-D", data, "-w"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    subprocess.run([*control, "-l", folder / "log", "-o", options, "start"], check=True, cwd=folder)
    try:
        environment = {
            **os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(port), "PGPASSWORD": "super-3",
            "AIRFLOW_DB_PASSWORD": PASSWORDS["airflow"], "LEDGER_DB_PASSWORD": PASSWORDS["ledger"],
        }  # fmt: skip
        subprocess.run([REPOSITORY / "operations" / "postgres-init.sh"], check=True, env=environment)
        yield Server(port)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder)
        shutil.rmtree(folder)


def test_each_owner_is_kept_out_of_the_other_database(server):
    for name, database in (("airflow", "ledger"), ("ledger", "airflow")):
        with sa.create_engine(server.url(name)).connect() as connection:
            assert connection.scalar(sa.text("select current_database()")) == name
        with pytest.raises(sa.exc.OperationalError, match="permission denied"):
            sa.create_engine(server.url(name, database)).connect()


def test_airflow_makes_its_tables_and_pools(server, tmp_path):
    environment = {
        **{
            name: value
            for name, value in unmeasured(dict(os.environ)).items()
            if not name.startswith("AIRFLOW")
        },
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": server.url("airflow"),
    }
    pools = REPOSITORY / "operations" / "pools.json"
    for words in (["db", "migrate"], ["pools", "import", str(pools)]):
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *words], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with sa.create_engine(server.url("airflow")).connect() as connection:
        made = set(connection.scalars(sa.text("select pool from slot_pool")))
    assert set(json.loads(pools.read_text(encoding="utf-8"))) <= made


def test_the_ledger_works_as_on_sqlite(server, tmp_path, small_house):
    registry = small_house.settings.registry
    house = house_at(tmp_path / "home", ledger_url=server.url("ledger"), registry=registry)
    live(house)
    load(house)

    def verdicts(of: House) -> list[tuple[str, str]]:
        return sorted((one.arrival.name, one.judged.verdict) for one in submissions(of.ledger))

    assert verdicts(house) == verdicts(small_house)
    assert sum(process(house).values()) == 0
