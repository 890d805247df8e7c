"""Kill −9 between any two of the seven steps of the write order, and inside them; then run again.

It ends in the same ``verify`` output as an undisturbed run.
"""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from expectations.form import FINDINGS_SHEET
from tests.conftest import copied
from tests.faults.conftest import STEPS, Kill

LEDGER, STORE = "warehouse.ledger:Ledger", "warehouse.store"
# name: (the stage the house was in, where the process dies)
BETWEEN = {
    "1 and 2: archived, no arrival": ("filed", Kill("warehouse.archive:Archive.keep")),
    "2 and 3: arrivals, nothing parsed": ("filed", Kill(f"{LEDGER}.record_arrivals")),
    "3 and 4: parsed, not judged": ("collect", Kill("tasks.process:parse_files")),
    "4 and 5: judged, not loaded": ("collect", Kill(f"{LEDGER}.record_verdicts", "after", 2)),
}
BEFORE_OR_AFTER_AN_EDITION = {
    "5 and 6: loaded, no edition": ("process", Kill(f"{STORE}:Store.publish")),
    "6, half-way: a folder without a row": ("load", Kill("tasks.issue:write_folder")),
    "6 and 7: issued, not swept": ("load", Kill(f"{LEDGER}.record_edition")),
}
INSIDE = {
    "1: copied, not in place": ("filed", Kill("warehouse.archive:os.fsync", "before")),
    "1: half a receipt": ("filed", Kill("warehouse.archive:written_whole", "torn")),
    "1: receipt written, file not": ("filed", Kill("warehouse.archive:written_whole", "exit")),
    "2: arrivals not committed": ("filed", Kill(f"{LEDGER}._locked", "amid", 3)),
    "2: one arrival of three": ("filed", Kill(f"{LEDGER}._append", "after", 3)),
    "3: half a parsed file": ("collect", Kill("tasks.parse:written_whole", "torn", 2)),
    "4: verdicts not committed": ("collect", Kill(f"{LEDGER}._change", "amid")),
    "4: one quarter of two": ("collect", Kill(f"{LEDGER}.record_verdicts")),
    "5: built, not closed": ("process", Kill("tasks.load:build_warehouse")),
    "5: half a generation": ("process", Kill(f"{STORE}:written_whole", "torn")),
    "5: in place, not in force": ("process", Kill(f"{STORE}:written_whole", "exit")),
    "5: half of what names it": ("process", Kill(f"{STORE}:written_whole", "torn", 2)),
}
INSIDE_AN_EDITION = {
    "half a folder": Kill("tasks.issue:written_whole", "torn", 2),
    "row not committed": Kill(f"{LEDGER}._change", "amid"),
}


@pytest.mark.parametrize(
    ("stage", "kill"), BEFORE_OR_AFTER_AN_EDITION.values(), ids=BEFORE_OR_AFTER_AN_EDITION
)
def test_killed_before_or_after_an_edition(run, stages, undisturbed, tmp_path, stage, kill):
    house = copied(stages[stage], tmp_path / "house")
    run(house, *STEPS, kill=kill)
    assert run(house, *STEPS, "verify")[-1] == undisturbed["report"]
    assert [path.name for path in house.editions.iterdir()] == ["2026-Q3-e1"]


@pytest.mark.parametrize(("stage", "kill"), (BETWEEN | INSIDE).values(), ids=BETWEEN | INSIDE)
def test_killed_on_the_way_to_the_warehouse(run, stages, undisturbed, tmp_path, stage, kill):
    """Without the report, whose rendering takes longer than all before it and which is made of the warehouse alone."""
    house = copied(stages[stage], tmp_path / "house")
    run(house, "collect", "process", "load", kill=kill)
    assert run(house, "collect", "process", "load", "verify")[-1] == undisturbed["load"]
    assert len([path for path in house.archive.raw.iterdir() if len(path.name) == 64]) == 3


@pytest.mark.parametrize("kill", INSIDE_AN_EDITION.values(), ids=INSIDE_AN_EDITION)
def test_killed_while_an_edition_is_made(run, stages, undisturbed, tmp_path, kill):
    house = copied(stages["load"], tmp_path / "house")
    run(house, "report", kill=kill)
    assert run(house, *STEPS, "verify")[-1] == undisturbed["report"]
    assert [path.name for path in house.editions.iterdir()] == ["2026-Q3-e1"]


def test_a_run_after_a_whole_run_changes_nothing(run, stages, tmp_path):
    house = copied(stages["report"], tmp_path / "house")
    kept = {path: path.stat().st_mtime_ns for path in house.home.rglob("*") if not path.name.startswith(".")}
    before, *_, after = run(house, "seq", *STEPS, "seq")
    assert after == before
    for path, changed in kept.items():
        assert path.stat().st_mtime_ns == changed or path.is_dir() or path.name.startswith("ledger.db")


def test_a_half_written_copy_is_never_sent_back(run, stages, tmp_path):
    """Killed while the annotated workbook is made: the next run makes it anew."""
    house = copied(stages["report"], tmp_path / "house")
    run(house, "deliver", kill=Kill("tasks.answer:written_whole", "torn"))
    assert list((house.home / "annotated").glob("*.xlsx")) == []
    run(house, "deliver")
    (annotated,) = (house.home / "annotated").glob("*.xlsx")
    assert load_workbook(annotated).sheetnames[0] == FINDINGS_SHEET


PUBLISHING = {
    "half a record": Kill("tasks.public_record:written_whole", "torn"),
    "a record, no row": Kill("tasks.public_record:written_whole", "exit"),
    "the public edition, no centre's": Kill(f"{LEDGER}.record_edition"),
}


@pytest.mark.parametrize("kill", PUBLISHING.values(), ids=PUBLISHING)
def test_killed_while_something_is_published(run, stages, tmp_path, kill):
    """The next run issues what is missing, and what was printed is on record."""
    whole, house = (copied(stages["report"], tmp_path / name) for name in ("whole", "house"))
    expected = run(whole, "publish", "verify")[-1]
    run(house, "publish", kill=kill)
    assert run(house, "publish", "verify")[-1] == expected
    assert len(list(house.editions.iterdir())) == 4
