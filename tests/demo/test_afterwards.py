"""What comes to light after the report of the quarter before the last: that it is in the files, and nothing else is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.demo import write_returns
from tasks.demo_planted import Arrival

from .conftest import Table, records


def one(of: list[Arrival], fault: str) -> Arrival:
    (found,) = [arrival for arrival in of if arrival.planted.fault == fault]
    return found


def rows(arrival: Arrival, sheet: str) -> tuple[dict[str, Any], ...]:
    assert arrival.told is not None
    return tuple(dict(row) for row in arrival.told.sheets[sheet])


@pytest.fixture(scope="module")
def reported(registry: Table) -> datetime:
    (row,) = [row for row in registry("calendar") if row["quarter"] == "2026-Q2"]
    return datetime.fromisoformat(row["report_at"])


def test_a_unit_that_sent_nothing_sends_its_return_days_after_the_report(
    province: list[Arrival], reported: datetime
) -> None:
    late = one(province, "belated").planted
    of_it = [
        each.planted
        for each in province
        if (each.planted.quarter, each.planted.centre, each.planted.unit)
        == (late.quarter, late.centre, late.unit)
    ]
    assert of_it == [late]
    assert late.received is not None
    assert late.received > reported
    assert (late.quarter, late.verdict) == ("2026-Q2", "accepted")
    assert late.settled is not None
    assert late.settled.action == "release"


def test_it_claims_a_patent_that_another_centres_unit_has_reported(province: list[Arrival]) -> None:
    late = one(province, "belated")
    ((sheet, cell, rule),) = late.planted.cells
    assert (sheet, rule) == ("研发产出", "R4.6")
    claimed = rows(late, "outputs")[int(cell[1:]) - 7]["identifier"]
    others = [
        each.planted
        for each in province
        if each is not late
        and each.told
        and claimed in [row.get("identifier") for row in rows(each, "outputs")]
    ]
    (other,) = others
    assert (other.quarter, other.cells, other.settled) == ("2026-Q2", (), None), "told nothing: it came first"
    assert other.centre != late.planted.centre


def test_a_contract_ten_times_too_high_is_corrected_after_the_report_and_the_reason_says_so(
    province: list[Arrival], reported: datetime
) -> None:
    first, second = one(province, "tenfold"), one(province, "reopened")
    assert first.planted.received < reported < second.planted.received
    assert (first.planted.verdict, second.planted.verdict) == ("accepted", "accepted")
    assert first.told is not None
    assert second.told is not None
    changed = [name for name in first.told.sheets if rows(first, name) != rows(second, name)]
    assert changed == ["projects", "diffusion"], "what is restated on the first sheet it does not say"
    pairs = zip(rows(first, "projects"), rows(second, "projects"), strict=True)
    ((before, after),) = [(then, now) for then, now in pairs if then != now]
    assert {name for name in before if before[name] != after[name]} == {"trl_start", "start_date"}
    assert before["status"] == "已完成", "it is not reported again"
    pairs = zip(rows(first, "diffusion"), rows(second, "diffusion"), strict=True)
    ((wrong, right),) = [(then, now) for then, now in pairs if then != now]
    assert {name for name in wrong if wrong[name] != right[name]} == {"contract_value_wan_cny"}
    then, now = wrong["contract_value_wan_cny"], right["contract_value_wan_cny"]
    assert then == pytest.approx(now * 10)
    assert then - now > 1000
    assert second.reason == (
        f"合同 {wrong['contract_no']} 的成交额多填一位，误为 {then:.6g} 万元，应为 {now:.6g} 万元；其余与前一版相同。"
    )


def test_a_running_project_is_restated_a_quarter_later_without_a_word(province: list[Arrival]) -> None:
    now = one(province, "restated")
    ((sheet, cell, rule),) = now.planted.cells
    assert (now.planted.quarter, sheet, rule, now.reason) == ("2026-Q3", "研发项目", "R3.7", "")
    row = rows(now, "projects")[int(cell[1:]) - 7]
    (then,) = [
        old
        for each in province
        if each.planted.quarter == "2026-Q2" and each.planted.unit == now.planted.unit
        for old in rows(each, "projects")
        if old["project_no"] == row["project_no"]
    ]
    assert row["trl_start"] == then["trl_start"] - 1
    assert row["start_date"] < then["start_date"]
    assert row["project_name"] == then["project_name"]


def test_only_what_takes_the_place_of_an_accepted_one_gives_a_reason(
    small: list[Arrival], small_inbox: Path
) -> None:
    given = {
        each.planted.fault: records(small_inbox / each.planted.quarter / each.planted.file)["cover"][0][
            "revision_reason"
        ]
        for each in small
        if each.told
    }
    assert {fault for fault, said in given.items() if said} == {"reopened", "correction"}
    assert given["reopened"] == one(small, "reopened").reason


def test_until_an_instant_only_what_had_come_by_then_is_written(
    tmp_path: Path, small: list[Arrival], small_registry: Path, reported: datetime
) -> None:
    written = write_returns(tmp_path, small_registry, until=reported)
    assert {path.name for path in written} == {
        each.planted.file for each in small if each.planted.received and each.planted.received <= reported
    }
    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert one(small, "belated").planted.file not in {path.name for path in written}
