"""What can be made again goes when it is old; what nothing can replace stays whatever its age."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

import pytest

from tasks.prune import prune
from tasks.verify import verify
from tests.conftest import house_at
from warehouse.records import Approval, Letter, Proposal

OLD = timedelta(days=100)


@pytest.fixture
def house(house_copy):
    """The small demo's house as it is looked at in a hundred days, with something of everything that goes."""
    home, ledger = house_copy.home, house_copy.ledger
    for name in ("as-of/warehouse-00000001-aaaaaaaaaaaa.duckdb", "orphans/0001-2026-Q3-e2/report.html"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    shutil.copy(house_copy.store.current(), home / "warehouse-00000001.duckdb")
    for n, folder in enumerate(("waits", "answered", "overtaken")):
        (home / "drafts" / folder).mkdir(parents=True)
        quarter = ("2026-Q2", "2026-Q3", "2026-Q3")[n]
        ledger.record(Proposal(quarter, "authority", 1, "a" * 64, 1, folder), [], house_copy.now())
    newest = ledger.recorded(Proposal)[-1]
    ledger.record(Proposal("2026-Q3", "authority", 1, "b" * 64, 1, "answered"), [], house_copy.now())
    ledger.record(Approval(newest.seq + 1, "approve", "reviewer"), [], house_copy.now())
    (home / "mail").mkdir()
    for key, state in (("notice-1", "sent"), ("notice-2", "queued")):
        ledger.record_notice(Letter(key, "notice", "a.lnk", ("op@office.example",), state), house_copy.now())
        (home / "mail" / f"{key}.eml").write_text("x")
    (home / "mail" / "another's.eml").write_text("x")
    return house_at(home, registry=house_copy.settings.registry, now=house_copy.now() + OLD)


def aged(house, days=1):
    """All files and folders as they were so many days before the house's clock."""
    at = (house.now() - timedelta(days=days)).timestamp()
    for path in (house.home, *house.home.rglob("*")):
        if not path.is_symlink():
            os.utime(path, (at, at))


GOES = {
    "drafts/answered",
    "drafts/overtaken",
    "mail/notice-1.eml",
    "orphans/0001-2026-Q3-e2",
}


def going(house):
    """With the warehouses of the past and those that were in force before."""
    files = {*house.home.glob("as-of/*.duckdb"), *house.home.glob("*.duckdb")} - {house.store.current()}
    assert len(files) >= 2
    return GOES | {str(path.relative_to(house.home)) for path in files}


def kept(house):
    return {
        path: path.read_bytes()
        for path in house.home.rglob("*")
        if path.is_file() and "lock" not in path.name
    }


def test_what_is_old_and_can_be_made_again_goes_and_nothing_else(house):
    aged(house, 95)
    goes, lines, before = going(house), verify(house), kept(house)
    assert {str(path) for path in prune(house, dry_run=True)} == goes
    assert kept(house) == before
    assert {str(path) for path in prune(house)} == goes
    gone = {str(path.relative_to(house.home)) for path in before.keys() - kept(house).keys()}
    assert gone == {
        name.replace("e2", "e2/report.html") for name in goes - {"drafts/answered", "drafts/overtaken"}
    }
    assert prune(house) == []
    assert verify(house) == lines


def test_what_is_young_stays(house):
    aged(house, 0.5)
    assert prune(house) == []


def test_an_orphan_stays_for_three_months(house):
    aged(house, 60)
    goes = going(house)
    assert {str(path) for path in prune(house)} == goes - {"orphans/0001-2026-Q3-e2"}
