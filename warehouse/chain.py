"""The log: every change takes one ``seq`` from it, in a transaction of its own, and its rows are chained by hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from warehouse.schema import log

_NEWEST = sa.select(log.c.hash).order_by(log.c.seq.desc()).limit(1)
_APPENDED = sa.insert(log).returning(log.c.seq)


class Chain:
    """The log in one database. ``url`` is any SQLAlchemy URL of SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url, pool_pre_ping=True)  # the server may have been started anew since
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _durable_sqlite)
        self._migrate(url)

    def _migrate(self, url: str) -> None:
        with self.engine.connect() as connection:
            current = MigrationContext.configure(
                connection, opts={"version_table": "ledger_version"}
            ).get_current_revision()
        if current != _head():
            config = _config()
            config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
            command.upgrade(config, "head")

    @contextmanager
    def _change(
        self, kind: str, subject: str, body: Any, at: datetime
    ) -> Iterator[tuple[sa.Connection, int]]:
        """One transaction with its log row, chained to the row before."""
        with self._locked() as connection:
            yield connection, self._append(connection, kind, subject, body, at)

    @contextmanager
    def _locked(self) -> Iterator[sa.Connection]:
        """A transaction in which nobody else writes."""
        with self.engine.begin() as connection:
            # Writers queue behind each other, or two would follow the same row and the chain would fork. SQLite's
            # driver opens a transaction with the first insert only, which is after the last row was read.
            lock = {"postgresql": "lock table log in exclusive mode", "sqlite": "begin immediate"}
            connection.exec_driver_sql(lock[self.engine.dialect.name])
            yield connection

    def _append(self, connection: sa.Connection, kind: str, subject: str, body: Any, at: datetime) -> int:
        """One more log row, chained to the row before; returns its seq."""
        last = connection.execute(_NEWEST).scalar() or ""
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, default=str)
        link = chained(last, at, kind, subject, text)
        row = {"at": at, "kind": kind, "subject": subject, "body": text, "hash": link}
        seq: int = connection.execute(_APPENDED, row).scalar_one()
        return seq

    def last_seq(self) -> int:
        """The newest seq, 0 for an empty ledger."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(log.c.seq))).scalar() or 0

    def known_at(self, seq: int) -> datetime:
        """The instant of the newest change up to ``seq``; KeyError before the first."""
        query = sa.select(log.c.at).where(log.c.seq <= seq).order_by(log.c.seq.desc()).limit(1)
        with self.engine.connect() as connection:
            found = connection.execute(query).scalar()
        if not isinstance(found, datetime):
            raise KeyError(f"nothing happened up to seq {seq}")
        return found

    def seq_at(self, at: datetime) -> int:
        """The newest seq of an instant, 0 before the first: "as known at" means as of a seq, for clocks step."""
        query = sa.select(sa.func.max(log.c.seq)).where(log.c.at <= at)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def broken_link(self) -> int | None:
        """The first seq whose hash does not follow from the row before, or None when the chain is whole."""
        with self.engine.connect() as connection:
            last = ""
            for row in connection.execute(sa.select(log).order_by(log.c.seq)):
                if chained(last, row.at, row.kind, row.subject, row.body) != row.hash:
                    return int(row.seq)
                last = row.hash
        return None


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache  # every migration is imported to find out
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def chained(last: str, at: datetime, kind: str, subject: str, body: str) -> str:
    """The hash of a log row: it covers the row before, so that no row can be changed or taken out unnoticed."""
    link = f"{last}\n{at.astimezone(UTC).isoformat()}\n{kind}\n{subject}\n{body}"
    return hashlib.sha256(link.encode()).hexdigest()


def _durable_sqlite(connection: Any, _: Any) -> None:
    """WAL lets readers read while one writes; FULL makes a commit survive a power cut."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000"):
        connection.execute(f"pragma {pragma}")
