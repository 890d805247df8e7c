"""The warehouse's files: one DuckDB file a generation, and CURRENT that names the one in force.

DuckDB lets one process write and then no other read, so a generation is built beside the current one, closed,
and swapped in whole. The only ``duckdb.connect`` of the program is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from expectations.frames import MACROS
from warehouse.archive import fsync_folder, written_whole

Connection = duckdb.DuckDBPyConnection
# What there is to do is many small statements, for which a second thread costs more than it does: a build takes a quarter
# less time on one, and leaves the other core to Great Expectations.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": 1}


@contextmanager
def scratch() -> Iterator[Connection]:
    """A connection to nothing: a database in memory, with the forms' macros."""
    with duckdb.connect(config=_CONFIG) as connection:
        connection.execute(MACROS)
        yield connection


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """A read-only connection to one warehouse file."""
    with duckdb.connect(path, read_only=True, config=_CONFIG) as connection:
        yield connection


def insert(connection: Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows in one statement, a list a column: DuckDB takes half a millisecond for each statement of one row."""
    if rows:
        columns = ", ".join(["unnest(?)"] * len(rows[0]))
        connection.execute(f"insert into {table} select {columns}", list(map(list, zip(*rows, strict=True))))


class Store:
    """The generations below one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.pointer = home / "CURRENT"

    def current(self) -> Path | None:
        """The generation in force, if one was built."""
        if not self.pointer.exists():
            return None
        path = self.home / self.pointer.read_text("utf-8").strip()
        return path if path.exists() else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection to the generation in force; FileNotFoundError if there is none."""
        path = self.current()
        if path is None:
            raise FileNotFoundError(f"no warehouse in {self.home}: run `jinchuang process` first")
        with opened(path) as connection:
            yield connection

    def made_of(self) -> tuple[int, str]:
        """The ledger's seq and the definitions the generation in force was built from; (0, blank) if there is none."""
        path = self.current()
        return (0, "") if path is None else _made_of(path, path.stat().st_mtime_ns)

    def publish(self, name: str, build: Callable[[Connection], None]) -> Path:
        """Build a generation with ``build`` and put it in force; earlier ones but the last are removed.

        The file is checkpointed and closed before it is renamed: a published generation has no log beside it.
        """
        target = self.home / name
        with written_whole(target) as temporary:
            build_file(temporary, build)
        before = self.current()
        with written_whole(self.pointer) as temporary:
            temporary.write_text(name, "utf-8")
        for old in self.home.glob("warehouse-*.duckdb"):
            # A reader may still hold the generation before this one.
            if old not in {target, before}:
                old.unlink()
        fsync_folder(self.home)
        return target


@lru_cache(maxsize=32)  # asked before every reading, and opening takes as long as many a question
def _made_of(path: Path, _: int) -> tuple[int, str]:
    """The same for a generation, a file that is never written again; one that is built anew has another time."""
    with opened(path) as connection:
        seq, definitions = connection.execute("select seq, definitions from generation").fetchall()[0]
    return int(seq), str(definitions)


def build_file(path: Path, build: Callable[[Connection], None]) -> None:
    """Build a warehouse into ``path``, checkpointed and closed."""
    # A build that was killed leaves a file and a log; a log found beside a new file would be replayed into it.
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect(config=_CONFIG) as connection:
        # Without a log, which would be written and synced for every statement: half a file is never put in force.
        connection.execute("attach ? as built (recovery_mode no_wal_writes)", [str(path)])
        connection.execute("use built")
        connection.execute(MACROS)
        build(connection)
        connection.execute("checkpoint")
        connection.execute("use memory")
        connection.execute("detach built")


def table_hashes(connection: Connection) -> dict[str, tuple[int, str]]:
    """Rows and content hash of every table: the sum of its rows' hashes, so order does not matter."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where not temporary and not internal order by table_name"
    ).fetchall()
    found = {}
    for (name,) in tables:
        query = (
            f"select count(*), coalesce(sum(md5_number_lower(to_json(t)::varchar)::hugeint), 0) from {name} t"  # noqa: S608
        )
        rows, total = connection.execute(query).fetchone() or (0, 0)
        found[name] = (int(rows), format(int(total), "x"))
    return found
