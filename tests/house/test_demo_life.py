"""The demo as it is lived: what was known on each day, and what late returns, decisions and restatements led to afterwards."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from expectations.form import the_form
from tasks.demo import planted
from tasks.demo_arrivals import arrivals
from tasks.demo_life import before, history, live
from tasks.demo_planted import Arrival, Fault, Planted
from tasks.load import load
from tasks.sentences import told_cells
from tasks.settings import House
from tests.conftest import EDITIONS, NOW, QUARTERS, house_at
from warehouse.figures import Figures
from warehouse.returns import submissions


def planted_as(house: House, fault: Fault) -> Planted:
    (found,) = [one for one in planted(house.settings.registry) if one.fault == fault]
    return found


def sha_of(house: House, told: Planted) -> str:
    (found,) = [one.sha256 for one in house.ledger.arrivals() if one.name == f"{told.quarter}/{told.file}"]
    return found


def test_each_report_is_issued_on_its_day_and_once_more_when_something_was_decided(small_house):
    term = small_house.registry.term
    settled = planted_as(small_house, "belated").settled.at
    days = [term["2026-Q1"].report_at, term["2026-Q2"].report_at, settled, NOW]
    issued = [(one.folder, one.known_at) for one in small_house.ledger.editions()]
    assert issued == list(zip(EDITIONS, days, strict=True))


def test_an_edition_rests_on_what_had_come_by_then(small_house):
    first = next(one for one in small_house.ledger.editions() if one.folder == "2026-Q2-e1")
    arrived = {one.sha256 for one in small_house.ledger.arrivals() if one.seq <= first.seq}
    later = {sha_of(small_house, planted_as(small_house, fault)) for fault in ("belated", "reopened")}
    assert sha_of(small_house, planted_as(small_house, "tenfold")) in arrived
    assert not later & arrived
    assert all(
        one.received_at <= first.known_at for one in small_house.ledger.arrivals() if one.sha256 in arrived
    )


@pytest.mark.parametrize("fault", ["belated", "reopened"])
def test_what_came_after_the_report_was_held_until_an_official_released_it(small_house, fault):
    told = planted_as(small_house, fault)
    sha256 = sha_of(small_house, told)
    decision = small_house.ledger.decisions()[sha256]
    assert (decision.action, decision.by, decision.reason) == (
        told.settled.action,
        told.settled.by,
        told.settled.reason,
    )
    assert small_house.ledger.known_at(decision.seq) == told.settled.at
    letters = [one.key for one in small_house.ledger.letters() if one.key.startswith(f"answer-{sha256[:12]}")]
    assert len(letters) == 2, "held first, then accepted"
    assert [one.rule for one in small_house.ledger.findings(sha256) if one.severity == "note"] == ["released"]


def test_the_reason_of_the_revision_is_staged_with_the_return_it_came_with(small_house):
    with small_house.store.reading() as connection:
        said = dict(
            connection.execute(
                "select submission, revision_reason from stg_return__cover where revision_reason is not null"
            ).fetchall()
        )
    reopened = sha_of(small_house, planted_as(small_house, "reopened"))[:12]
    reasons = {one.planted.fault: one.reason for one in arrivals(small_house.registry)}
    assert said[reopened] == reasons["reopened"]
    in_force = {one.id for one in submissions(small_house.ledger) if one.judged.verdict == "accepted"}
    assert said.keys() <= in_force


def test_the_revision_moves_the_headline_by_what_was_typed_too_much(small_house, tmp_path):
    """The same story lived to the report's day and no further, against the one that was lived to its end."""
    then = house_at(
        tmp_path / "then", registry=small_house.settings.registry, now=day("2026-Q2", small_house)
    )
    live(then)
    load(then)
    values = {}
    for name, house in (("then", then), ("now", small_house)):
        with house.store.reading() as connection:
            figures = Figures(connection)
            for scope in ("IT01", "NM01"):
                values[name, scope] = figures.get(
                    "contract_value_wan_cny", "2026-Q2", level="centre", scope=scope
                ).value
    told = {
        one.planted.fault: contracted(one)
        for one in arrivals(small_house.registry)
        if one.planted.quarter == "2026-Q2"
    }
    assert told["tenfold"] - told["reopened"] > 2000
    assert values["then", "IT01"] - values["now", "IT01"] == told["tenfold"] - told["reopened"]
    assert values["now", "NM01"] - values["then", "NM01"] == told["belated"] > 0


def contracted(arrival: Arrival) -> Decimal:
    """The contract values a return tells of; each of its contracts stands on one row."""
    rows = arrival.told.sheets["diffusion"] if arrival.told else ()
    return sum((Decimal(str(row.get("contract_value_wan_cny", 0))) for row in rows), Decimal())


def day(quarter: str, house: House) -> datetime:
    return house.registry.term[quarter].report_at


def test_a_restated_project_is_told_with_both_values_and_both_cells(small_house):
    told = planted_as(small_house, "restated")
    (said,) = [
        one for one in small_house.ledger.findings(sha_of(small_house, told)) if one.severity == "warning"
    ]
    ((sheet, cell, rule),) = told.cells
    assert (said.rule, said.sheet, said.cell) == (rule, sheet, cell)
    row = cell[1:]
    assert f"[6] 立项时技术成熟度＝3（F{row}）；[9] 立项日期＝2024-12-16（I{row}）" in said.zh
    assert "2026-Q2 采用的[6]＝4（研发项目!F" in said.zh
    assert "2026-Q2 采用的[9]＝2025-06-18（研发项目!I" in said.zh
    assert "accepted for 2026-Q2: [9] = 2025-06-18 (研发项目!I" in said.en
    cells = [
        (one.column.zh, one.before, one.now, one.cell, str(one.quarter))
        for one in told_cells(said, the_form())
    ]
    assert cells == [
        ("立项时技术成熟度", "4", "3", f"F{row}", "2026-Q2"),
        ("立项日期", "2025-06-18", "2024-12-16", f"I{row}", "2026-Q2"),
    ]
    cut = said.model_copy(update={"zh": said.zh[: said.zh.index("2026-Q2 采用的[9]")]})
    assert told_cells(cut, the_form()) == (), "part of what was restated would be told as all of it"


def test_living_through_it_again_changes_nothing(house_copy):
    seq = house_copy.ledger.last_seq()
    assert before(house_copy, *QUARTERS) == []
    live(house_copy, *QUARTERS)
    assert list(history(house_copy, *QUARTERS)) == []
    assert house_copy.ledger.last_seq() == seq


def test_a_history_leaves_to_the_next_run_what_was_decided_and_what_came_since(small_house, tmp_path):
    house = house_at(tmp_path / "house", registry=small_house.settings.registry)
    told = list(history(house, *QUARTERS[1:]))
    assert [line.split()[0] for line in told] == ["2026-07-20", "2026-08-03"]
    assert "2026-Q2-e1" in told[0]
    assert "2026-Q2" in told[1]
    assert [one.folder for one in house.ledger.editions()] == ["2026-Q2-e1"]
    states = {one.judged.sha256: one.judged.verdict for one in submissions(house.ledger)}
    for fault in ("belated", "reopened"):
        sha256 = sha_of(house, planted_as(house, fault))
        assert states[sha256] == "held"
        assert house.ledger.decisions()[sha256].action == "release"
    waiting = {path.name for path in house.inbox.rglob("*.xlsx")} - {
        one.name.rpartition("/")[2] for one in house.ledger.arrivals()
    }
    assert waiting == {
        one.file for one in planted(house.settings.registry) if one.quarter == "2026-Q3" and one.received
    }
