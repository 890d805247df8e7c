"""The migrations make exactly the tables the code declares, safely, and SQLite is opened to last."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade
from alembic.runtime.migration import MigrationContext

from warehouse import chain
from warehouse.ledger import Ledger
from warehouse.schema import metadata

AT_UTC = "2026-10-12T01:30:00.000000+00:00"
OPEN = "import sys; from warehouse.ledger import Ledger; print(Ledger(sys.argv[1]).last_seq())"
KILLED_HALF_WAY = """
import os, signal, sys
from alembic import op
from warehouse.ledger import Ledger
create = op.create_table
def create_and_die(name, *columns):
    create(name, *columns)
    if name == "finding":
        os.kill(os.getpid(), signal.SIGKILL)
op.create_table = create_and_die
Ledger(sys.argv[1])
"""


def test_the_migrations_make_the_tables_the_code_declares(ledger):
    with ledger.engine.connect() as connection:
        options = {"version_table": "ledger_version", "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        for table in metadata.tables.values():
            found = sa.inspect(connection).get_unique_constraints(table.name)
            declared = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
            assert {frozenset(one["column_names"]) for one in found} == {
                frozenset(column.name for column in one.columns) for one in declared
            }
            key = sa.inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]


def test_a_row_needs_its_row_in_the_log(ledger):
    orphan = sa.insert(metadata.tables["decision"]).values(
        seq=99, sha256="a", action="release", by="x", reason="y"
    )
    with ledger.engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(orphan)


def test_several_processes_may_open_a_new_ledger_at_once(url):
    """Two tasks start beside each other on the first day."""
    opening = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0] for process in opening] == ["0\n"] * 3


def test_a_migration_killed_half_way_is_done_anew(url, opened):
    killed = subprocess.run([sys.executable, "-c", KILLED_HALF_WAY, url], timeout=60)
    assert killed.returncode == -9
    assert opened(url).last_seq() == 0


def test_sqlite_is_opened_to_survive_a_power_cut(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    with ledger.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    ledger.engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60000}


def test_a_ledger_of_before_keeps_its_letters(url, opened, monkeypatch):
    """Letters queued before they could say anything of their own still go out."""
    with monkeypatch.context() as patched:
        patched.setattr(chain.ScriptDirectory, "get_current_head", lambda _: "0001")
        patched.setattr(chain.command, "upgrade", lambda config, _: upgrade(config, "0001"))
        old = opened(url)
        row = {
            "kind": "answer",
            "subject": "a",
            "recipients": "[]",
            "state": "queued",
            "error": "",
            "changed_at": AT_UTC,
        }
        with old.engine.begin() as connection:
            connection.exec_driver_sql(
                "insert into log (seq, at, kind, subject, body, hash) values (1, 'x', 'verdicts', 'q', '[]', 'h')"
            )
            outbox = sa.table("outbox", *map(sa.column, ["seq", "key", *row]))
            connection.execute(sa.insert(outbox).values(seq=1, key="answer-1", **row))
    now = opened(url)
    assert [(one.key, one.about) for one in now.letters()] == [("answer-1", "")]
    assert now.settlements() == []
