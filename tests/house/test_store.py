"""A generation appears whole: readers see the old one until the new one is built, closed and named in CURRENT."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from warehouse.store import Connection, Store, build_file, insert, opened, table_hashes


def generation(seq: int, *rows: str):
    def build(connection: Connection) -> None:
        connection.execute("create table generation as select ? as seq, 'd' as definitions", [seq])
        connection.execute("create table unit (name text)")
        connection.executemany("insert into unit values (?)", [[row] for row in rows or ("甲",)])

    return build


def files(store: Store) -> list[str]:
    return sorted(path.name for path in store.home.iterdir())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_there_is_nothing_before_the_first_generation(store):
    assert (store.current(), store.made_of()) == (None, (0, ""))
    with pytest.raises(FileNotFoundError, match="jinchuang process"), store.reading():
        pass


def test_a_published_generation_is_in_force_and_has_no_log_beside_it(store):
    path = store.publish("warehouse-00000007.duckdb", generation(7))
    assert (store.current(), store.made_of()) == (path, (7, "d"))
    assert files(store) == ["CURRENT", "warehouse-00000007.duckdb"]
    with store.reading() as connection:
        assert connection.execute("select name from unit").fetchall() == [("甲",)]


def test_readers_see_the_old_generation_until_the_swap(store):
    store.publish("warehouse-1.duckdb", generation(1, "old"))
    seen = []

    def build(connection: Connection) -> None:
        generation(2, "new")(connection)
        with store.reading() as reader:
            seen.append(reader.execute("select name from unit").fetchone())

    with store.reading() as early:
        store.publish("warehouse-2.duckdb", build)
        seen.append(early.execute("select name from unit").fetchone())
    with store.reading() as late:
        seen.append(late.execute("select name from unit").fetchone())
    assert seen == [("old",), ("old",), ("new",)]


def test_a_reader_cannot_change_a_generation(store):
    store.publish("warehouse-1.duckdb", generation(1))
    with store.reading() as connection, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        connection.execute("delete from unit")


def test_the_last_two_generations_are_left(store):
    for seq in range(1, 5):
        store.publish(f"warehouse-{seq}.duckdb", generation(seq))
    assert files(store) == ["CURRENT", "warehouse-3.duckdb", "warehouse-4.duckdb"]


def test_a_build_that_fails_changes_nothing(store):
    store.publish("warehouse-1.duckdb", generation(1))

    def broken(connection: Connection) -> None:
        generation(2)(connection)
        raise RuntimeError("does not add up")

    with pytest.raises(RuntimeError, match="does not add up"):
        store.publish("warehouse-2.duckdb", broken)
    assert (store.made_of(), files(store)) == ((1, "d"), ["CURRENT", "warehouse-1.duckdb"])


def test_a_generation_named_but_gone_is_no_generation(store):
    store.publish("warehouse-1.duckdb", generation(1)).unlink()
    assert (store.current(), store.made_of()) == (None, (0, ""))


def test_what_a_killed_build_left_is_not_built_on(tmp_path):
    """In a container every process may have the same id, so the temporary name comes back with a stale log beside it."""
    path, log = tmp_path / "new.duckdb", tmp_path / "new.duckdb.wal"
    path.write_bytes(b"half a file")
    log.write_bytes(b"half a log")
    build_file(path, generation(1))
    with opened(path) as connection:
        # the table of enterprise sizes comes with the macro that reads it
        assert list(table_hashes(connection)) == ["generation", "reg_size", "unit"]
    assert not log.exists()


def hashes(tmp_path: Path, *rows: str) -> tuple[int, str]:
    build_file(tmp_path / "one.duckdb", generation(1, *rows))
    with opened(tmp_path / "one.duckdb") as connection:
        return table_hashes(connection)["unit"]


def test_a_tables_hash_tells_its_rows_and_not_their_order(tmp_path):
    one = hashes(tmp_path, "甲", "乙", "乙")
    assert one[0] == 3
    assert hashes(tmp_path, "乙", "甲", "乙") == one
    for other in (("甲", "乙"), ("甲", "甲", "乙"), ("甲", "乙", "丙")):
        assert hashes(tmp_path, *other) != one


def test_an_empty_table_has_a_hash(tmp_path):
    def build(connection: Connection) -> None:
        connection.execute("create table unit (name text)")

    build_file(tmp_path / "one.duckdb", build)
    with opened(tmp_path / "one.duckdb") as connection:
        assert table_hashes(connection)["unit"] == (0, "0")


def test_rows_go_in_as_the_table_types_them(store):
    rows = [
        ("甲", Decimal("1.5"), date(2026, 9, 30), ["city", "unit"], True),
        ("乙", Decimal("99999999999999.0001"), None, [], None),
        ("丙", None, None, ["unit"], False),
    ]

    def fill(connection: Connection) -> None:
        connection.execute("create table t (a text, b decimal(18, 4), c date, d text[], e boolean, f date)")
        insert(connection, "t", [(*row, None) for row in rows])
        insert(connection, "t", [])

    store.publish("warehouse-1.duckdb", fill)
    with store.reading() as connection:
        assert connection.execute("from t").fetchall() == [(*row, None) for row in rows]
