"""``verify`` notices whatever was changed behind the program's back, and ``rebuild`` makes the same warehouse again."""

from __future__ import annotations

import re

import duckdb
import pytest
import sqlalchemy as sa

from tasks.load import load
from tasks.verify import NotEqual, rebuild, verify
from tests.conftest import QUARTERS


@pytest.fixture(scope="module")
def lines(small_house):
    return verify(small_house)


def test_only_names_counts_and_hashes_are_printed(lines):
    for line in lines:
        assert re.fullmatch(r"(warehouse|ledger) [a-z_]+ [0-9]+ [0-9a-f]+", line), line
    names = [line.split()[1] for line in lines]
    assert names[-5:] == ["arrivals", "verdicts", "settlements", "editions", "outbox"]
    assert {"figures", "stg_return__diffusion", "led_return", "reg_unit"} <= set(names)
    assert "generation" not in names  # its seq may differ between equal houses


def test_rebuilding_changes_nothing(lines, house_copy):
    before = house_copy.store.current()
    when = before.stat().st_mtime_ns
    assert rebuild(house_copy) == before.name
    assert before.stat().st_mtime_ns > when
    assert verify(house_copy) == lines


@pytest.mark.parametrize("lost", ["CURRENT", "warehouse"])
def test_a_lost_warehouse_is_made_again(lines, house_copy, lost):
    """The warehouse may be lost at any time; archive and ledger may not."""
    (house_copy.home / "CURRENT" if lost == "CURRENT" else house_copy.store.current()).unlink()
    assert house_copy.store.current() is None
    load(house_copy)
    assert verify(house_copy) == lines


def test_loading_what_is_in_force_builds_nothing(house_copy):
    before = house_copy.store.current().stat().st_mtime_ns
    load(house_copy)
    assert house_copy.store.current().stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (
            "update stg_return__unit set employees = employees + 1 where employees > 100",
            "stg_return__unit",
        ),
        ("update figures set value = value + 1 where indicator = 'smes_served'", "figures"),
        ("delete from parts where indicator = 'smes_served'", "parts"),
        ("insert into reg_unit select * from reg_unit limit 1", "reg_unit"),
        ("create table more as select 1 as one", "more"),
    ],
)
def test_a_changed_warehouse_is_noticed(house_copy, statement, table):
    with duckdb.connect(house_copy.store.current()) as connection:
        connection.execute(statement)
    with pytest.raises(NotEqual, match=f"warehouse table {table}"):
        verify(house_copy)


def test_a_changed_warehouse_is_mended_by_a_rebuild(house_copy, lines):
    with duckdb.connect(house_copy.store.current()) as connection:
        connection.execute("delete from figures")
    rebuild(house_copy)
    assert verify(house_copy) == lines


def test_a_changed_archived_byte_is_noticed(house_copy):
    sha256 = house_copy.ledger.arrivals()[3].sha256
    path = house_copy.archive.raw_path(sha256)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(NotEqual, match=f"archived file {sha256[:12]}$"):
        verify(house_copy)


def test_a_lost_archived_file_is_noticed(house_copy):
    sha256 = house_copy.ledger.arrivals()[3].sha256
    house_copy.archive.raw_path(sha256).unlink()
    with pytest.raises(NotEqual, match=f"archived file {sha256[:12]}$"):
        verify(house_copy)


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "annex.xlsx", "mail.json"])
def test_a_changed_edition_is_noticed(house_copy, name):
    path = house_copy.editions / f"{QUARTERS[1]}-e1" / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(NotEqual, match=f"edition {QUARTERS[1]}-e1 {name}$"):
        verify(house_copy)


def test_a_lost_picture_of_an_edition_is_noticed(house_copy):
    picture = min((house_copy.editions / f"{QUARTERS[0]}-e1").glob("*.png"))
    picture.unlink()
    with pytest.raises(NotEqual, match=f"edition {QUARTERS[0]}-e1 {re.escape(picture.name)}$"):
        verify(house_copy)


def test_a_tampered_log_is_noticed(house_copy):
    with house_copy.ledger.engine.begin() as connection:
        connection.execute(sa.text("update log set subject = 'x' where seq = 9"))
    with pytest.raises(NotEqual, match=r"ledger chain at seq 9$"):
        verify(house_copy)


def test_everything_wrong_is_named_at_once(house_copy):
    with house_copy.ledger.engine.begin() as connection:
        connection.execute(sa.text("update log set subject = 'x' where seq = 9"))
    house_copy.archive.raw_path(house_copy.ledger.arrivals()[0].sha256).unlink()
    (house_copy.editions / f"{QUARTERS[0]}-e1" / "report.pdf").unlink()
    with pytest.raises(NotEqual, match=r"archived file .*; edition .*; ledger chain"):
        verify(house_copy)


@pytest.mark.parametrize("table", ["verdict", "finding", "outbox", "edition"])
def test_a_row_changed_beside_the_log_shows_in_the_hashes(house_copy, lines, table):
    """The chain covers the log alone, so the tables' own hashes are printed to be compared with another house's."""
    change = {
        "verdict": "update verdict set late = not late where seq = (select min(seq) from verdict)",
        "finding": "update finding set found = 'x' where seq = (select max(seq) from finding)",
        "outbox": "update outbox set recipients = '[\"x@y.example\"]' where key = (select min(key) from outbox)",
        "edition": "update edition set outputs = '{}' where number = 1 and quarter = '2026-Q1'",
    }
    with house_copy.ledger.engine.begin() as connection:
        connection.execute(sa.text(change[table]))
    name = {"verdict": "verdicts", "finding": "verdicts", "edition": "editions"}.get(table, table)
    differing = [line.split()[1] for line in set(verify(house_copy)) - set(lines)]
    assert differing == [name]
