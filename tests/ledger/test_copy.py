"""A whole ledger, copied from either database into another: the same rows, the same chain, and it goes on from there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tasks.backup import backup, copies
from tasks.restore import restore
from tasks.verify import lines_at, verify
from tests.conftest import house_at
from tests.ledger.records import AT, SHA, a_finding, a_letter, a_verdict, an_arrival, an_edition
from warehouse.extract import copy
from warehouse.records import Alert, Decision, Milestone
from warehouse.schema import metadata


@pytest.fixture
def lived(ledger):
    ledger.record_arrivals([an_arrival(), an_arrival(version="2", sha256="b" * 64)], AT)
    ledger.record_verdicts("2026-Q3", [a_verdict(findings=(a_finding(),), late=True)], [a_letter()], AT)
    ledger.record_decision(Decision(SHA, "release", "示例处长甲", "已核实"), AT)
    ledger.record_edition(an_edition(), [], AT)
    ledger.move_letter("answer-1", "queued", "failed", AT, "550 u02@unit.example")
    ledger.record(Milestone("2026-Q3", "opened"), [], AT)
    ledger.record(
        Alert("disk_low home", "raised", '{"free": "1"}'), [a_letter(key="alert-1", kind="alert")], AT
    )
    return ledger


def rows(ledger):
    with ledger.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(sa.select(table))))
            for name, table in metadata.tables.items()
        }


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_copy_is_the_same_ledger_and_goes_on(lived, opened, request, tmp_path, into):
    url = f"sqlite:///{tmp_path / 'copy.db'}"
    target = opened(url if into == "sqlite" else request.getfixturevalue("other_url"))
    assert copy(lived, target) == lived.last_seq()
    assert rows(target) == rows(lived)
    target.record(Milestone("2026-Q4", "opened"), [], AT)
    assert target.last_seq() == lived.last_seq() + 1
    assert target.broken_link() is None
    with pytest.raises(ValueError, match="not empty"):
        copy(lived, target)


def test_an_empty_ledger_is_copied_too(ledger, opened, tmp_path):
    target = opened(f"sqlite:///{tmp_path / 'copy.db'}")
    assert copy(ledger, target) == 0
    target.record(Milestone("2026-Q4", "opened"), [], AT)
    assert target.last_seq() == 1


def test_a_house_is_restored_into_postgresql_and_backed_up_from_there(small_house, postgres_url, tmp_path):
    """As when a trial on one machine becomes the real house."""
    registry, disk = small_house.settings.registry, tmp_path / "disk"
    backup(house_at(small_house.home, registry=registry, backup=disk))
    house = house_at(tmp_path / "house", registry=registry, backup=disk, ledger_url=postgres_url)
    used = restore(house, disk)
    assert verify(house) == lines_at(small_house, used.seq)
    house.ledger.record(Milestone("2026-Q4", "opened"), [], house.now())
    made = backup(house)
    assert made.seq == used.seq + 1
    assert copies(disk)[-1] == made
    house.ledger.engine.dispose()
