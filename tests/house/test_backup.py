"""What is backed up can be restored to the same house, in an empty one only; and a drill notices what could not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tasks.alert import raise_alert
from tasks.backup import KEPT, BackupFailed, backup, copies, last_drilled
from tasks.decide import decide
from tasks.deliver import deliver
from tasks.drill import drill, drill_due
from tasks.restore import NotRestored, restore
from tasks.verify import lines_at, verify
from tests import ledgers
from tests.conftest import house_at


@pytest.fixture
def disk(tmp_path):
    return tmp_path / "disk"


@pytest.fixture
def house(house_copy, disk):
    return again(house_copy, disk)


def again(house, disk, **more):
    return house_at(house.home, registry=house.settings.registry, backup=disk, **more)


def empty(house, tmp_path, **more):
    return house_at(tmp_path / "restored", registry=house.settings.registry, **more)


def files(folder, *parts):
    return {
        str(path.relative_to(folder))
        for part in parts
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


def damage(disk, pattern):
    path = min(disk.glob(pattern))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    return str(path.relative_to(disk))


def test_a_restored_house_is_the_same_house(house, disk, tmp_path):
    made = backup(house)
    assert made.seq == house.ledger.last_seq()
    assert files(disk, "raw", "editions", "public") == files(house.home, "raw", "editions", "public")
    other = empty(house, tmp_path)
    assert restore(other, disk) == made
    assert verify(other) == lines_at(house, made.seq)
    assert other.ledger.broken_link() is None
    assert [vars(one) for one in other.ledger.letters()] == [vars(one) for one in house.ledger.letters()]
    assert other.store.current().name == house.store.current().name
    # Letters that were queued then may have gone out since.
    deliver(empty(house, tmp_path, deliver=True))
    assert {one.state for one in other.ledger.letters()} == {"lapsed"}


def test_only_what_is_new_is_copied(house, disk):
    backup(house)
    before = {path: path.stat().st_ino for path in disk.rglob("*") if path.is_file()}
    raise_alert(house, "disk_low home", folder="/", free="1", least="2")
    later = again(house, disk, now=house.now() + timedelta(days=1))
    made = backup(later)
    after = {path: path.stat().st_ino for path in disk.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} == {made.path}
    assert [one.seq for one in copies(disk)] == [made.seq - 1, made.seq]


def test_the_last_ledgers_are_kept(house, disk):
    for n in range(KEPT + 2):
        (disk / "ledger").mkdir(parents=True, exist_ok=True)
        (disk / "ledger" / f"20260901T0330{n:02d}-seq00000001.db").touch()
    made = backup(house)
    assert len(copies(disk)) == KEPT
    assert copies(disk)[-1] == made


def test_a_damaged_original_is_not_backed_up_and_does_not_keep_the_rest_back(house, disk):
    damaged = damage(house.home, "raw/????????????????????????????????????????????????????????????????")
    (house.editions / "2026-Q2-e1" / "report.pdf").unlink()
    with pytest.raises(BackupFailed) as failed:
        backup(house)
    assert str(failed.value) == f"lost or changed: {damaged}, editions/2026-Q2-e1/report.pdf"
    lost = files(house.home, "raw", "editions") - files(disk, "raw", "editions")
    assert lost == {damaged}


def test_a_damaged_original_leaves_the_good_copy(house, disk):
    backup(house)
    damaged = damage(house.home, "raw/????????????????????????????????????????????????????????????????")
    good = (disk / damaged).read_bytes()
    backup(house)
    assert (disk / damaged).read_bytes() == good


def test_a_house_that_holds_something_is_not_written_over(house, disk, tmp_path):
    backup(house)
    seq = house.ledger.last_seq()
    with pytest.raises(ValueError, match="empty house"):
        restore(house, disk)
    other = empty(house, tmp_path, ledger_url=ledgers.address(house))
    with pytest.raises(ValueError, match="empty house"):
        restore(other, disk)
    (tmp_path / "restored" / "raw").mkdir()
    (tmp_path / "restored" / "raw" / "a").touch()
    with pytest.raises(ValueError, match="empty house"):
        restore(empty(house, tmp_path), disk)
    assert house.ledger.last_seq() == seq


@pytest.mark.parametrize("lost", ["raw/*[0-9a-f]", "editions/2026-Q3-e1/report.pdf", "public/*.json"])
def test_a_backup_that_lacks_something_is_refused_with_its_name(house, disk, tmp_path, lost):
    backup(house)
    damaged = damage(disk, lost)
    other = empty(house, tmp_path)
    with pytest.raises(NotRestored, match=re.escape(damaged)):
        restore(other, disk)
    assert other.ledger.last_seq() == 0
    with pytest.raises(NotRestored, match=re.escape(damaged)):
        drill(house)
    assert last_drilled(house) is None


def test_there_must_be_a_copy_of_the_seq(house, disk, tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(LookupError):
        restore(empty(house, tmp_path), tmp_path / "nothing")
    backup(house)
    with pytest.raises(LookupError, match="of seq 1"):
        restore(empty(house, tmp_path), disk, seq=1)


def test_a_drill_holds_against_the_house_as_it_was_then(house, disk):
    made = backup(house)
    assert drill_due(house)
    held = next(one for one in house.ledger.verdicts() if one.verdict == "held")
    decide(house, held.sha256, "release", "示例处长甲", "已核实")
    raise_alert(house, "disk_low home", folder="/", free="1", least="2")
    assert drill(house) == made
    assert last_drilled(house) == house.now()
    assert not drill_due(house)
    assert drill_due(again(house, disk, now=house.now() + timedelta(days=7)))


def test_a_drill_notices_a_ledger_that_was_changed_beside_the_log(house, disk):
    backup(house)
    with house.ledger.engine.begin() as connection:
        connection.execute(
            sa.text("update verdict set late = not late where seq = (select min(seq) from verdict)")
        )
    with pytest.raises(NotRestored, match=r"other than the house: .*verdicts"):
        drill(house)
