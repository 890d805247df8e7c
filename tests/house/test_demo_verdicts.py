"""Each seeded fault of the demo gets the verdict and the cells it should, file by file (acceptance 4)."""

from __future__ import annotations

import pytest

from tasks.demo import planted
from tasks.demo_arrivals import Planted
from tasks.settings import ROOT
from tasks.status import status

STORY = planted(ROOT / "registry")
SENT = [one for one in STORY if one.file]
NAMED = [f"{one.quarter}-{one.centre}-{one.unit}-{one.fault or 'clean'}" for one in SENT]


def test_the_story_has_the_faults_it_is_told_for():
    faults = {"late", "missing", "nil", "revised", "correction", "three_errors", "no_workbook", "resent"}
    assert {one.fault for one in STORY if one.fault} == faults


@pytest.mark.parametrize("told", SENT, ids=NAMED)
def test_a_file_gets_its_verdict_and_its_cells(demo_house, told: Planted):
    (arrival,) = (one for one in demo_house.ledger.arrivals() if one.name == f"{told.quarter}/{told.file}")
    (judged,) = (one for one in demo_house.ledger.verdicts() if one.sha256 == arrival.sha256)
    assert judged.verdict == told.verdict
    assert arrival.received_at == told.received
    if told.fault != "no_workbook":  # nobody knows who sent a web page
        assert (judged.quarter, judged.unit, judged.centre) == (told.quarter, told.unit, told.centre)
    assert judged.nil == (told.fault == "nil")
    assert judged.late == (told.fault == "late")
    findings = demo_house.ledger.findings(arrival.sha256)
    cells = sorted((one.sheet, one.cell, one.rule) for one in findings if one.severity != "hold")
    assert cells == sorted(told.cells)
    holds = [one.rule for one in findings if one.severity == "hold"]
    assert holds == (["late"] if told.fault == "late" else [])


def test_nothing_came_in_that_the_story_does_not_tell(demo_house):
    assert len(demo_house.ledger.arrivals()) == len(SENT)


@pytest.mark.parametrize("quarter", ["2026-Q1", "2026-Q2", "2026-Q3"])
def test_every_expected_return_stands_as_the_story_ends(demo_house, quarter):
    told: dict[tuple[str, str], Planted] = {}
    for one in STORY:
        if one.quarter == quarter:
            told[one.centre, one.unit] = one  # what came last
    found = {(row["centre"], row["unit"]): row["state"] for row in status(demo_house, quarter)}
    assert found == {key: one.verdict for key, one in told.items()}
