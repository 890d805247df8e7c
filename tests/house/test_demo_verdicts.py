"""Each file of the demo gets the verdict and the cells it was planted with, and no other finding (acceptance 1)."""

from __future__ import annotations

from collections import Counter

import pytest

from tasks.demo import planted
from tasks.settings import ROOT
from tasks.status import status

QUARTERS = [f"{year}-Q{n}" for year in (2024, 2025, 2026) for n in (1, 2, 3, 4)][3:-1]
STORY = planted(ROOT / "registry")
SENT = [one for one in STORY if one.file]


@pytest.fixture(scope="module")
def judged(demo_house):
    """What was found of every file: its arrival, its verdict, and its findings but for mere notes."""
    verdicts = {one.sha256: one for one in demo_house.ledger.verdicts()}
    return {
        arrival.name: (
            arrival,
            verdicts[arrival.sha256],
            [one for one in demo_house.ledger.findings(arrival.sha256) if one.severity != "note"],
        )
        for arrival in demo_house.ledger.arrivals()
    }


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_file_gets_its_verdict_and_exactly_its_cells(judged, quarter):
    expected, found = {}, {}
    for told in (one for one in SENT if one.quarter == quarter):
        _, verdict, findings = judged[f"{quarter}/{told.file}"]
        expected[told.file] = told.verdict, told.nil, sorted(told.cells)
        cells = sorted((one.sheet, one.cell, one.rule) for one in findings)
        found[told.file] = verdict.verdict, verdict.nil, cells
    assert len(expected) > 75
    assert found == expected


def test_every_file_is_known_for_whose_it_is_and_when_it_came(judged):
    for told in SENT:
        arrival, verdict, _ = judged[f"{told.quarter}/{told.file}"]
        assert arrival.received_at == told.received
        assert verdict.late == (told.fault == "late" or told.settled is not None)
        if told.verdict != "refused":  # nobody knows who sent a web page
            assert (verdict.quarter, verdict.unit, verdict.centre) == (told.quarter, told.unit, told.centre)


def test_the_counts_by_verdict_are_those_that_were_planted(judged):
    assert Counter(verdict.verdict for _, verdict, _ in judged.values()) == Counter(
        one.verdict for one in SENT
    )
    assert len(judged) == len(SENT), "nothing came in that the story does not tell"


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_expected_return_stands_as_the_story_ends(demo_house, quarter):
    told = {}
    for one in STORY:
        if one.quarter == quarter:  # what came last; who sent an unreadable file is not known
            told[one.centre, one.unit] = "missing" if one.verdict == "refused" else one.verdict
    found = {(row["centre"], row["unit"]): row["state"] for row in status(demo_house, quarter)}
    assert found == told
