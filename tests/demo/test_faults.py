"""The seeded faults: each is really in its file, once, and where the story says it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from stdnum.cn import uscc

from expectations.form import the_form
from tasks.demo_arrivals import Planted

from .conftest import Filed, Record

Table = Callable[[str], list[dict[str, str]]]
WithFault = Callable[[str], Filed]
LAST = "2026-Q3"


def test_the_first_two_quarters_are_clean(expected: list[Planted]) -> None:
    for quarter in ("2026-Q1", "2026-Q2"):
        of_quarter = [one for one in expected if one.quarter == quarter]
        assert [(one.verdict, one.fault) for one in of_quarter] == [("accepted", "")] * 11


def test_the_last_quarter_has_each_fault_once(expected: list[Planted]) -> None:
    faults = Counter(one.fault for one in expected if one.quarter == LAST and one.fault)
    assert set(faults.values()) == {1}
    assert {"late", "missing", "nil", "revised", "three_errors", "no_workbook"} <= set(faults)
    verdicts = Counter(one.verdict for one in expected if one.quarter == LAST)
    # Eight returns in force at the end: nine accepted versions, one of which is superseded.
    assert verdicts == {"accepted": 9, "held": 1, "returned": 1, "refused": 1, "missing": 1}


def test_only_the_late_one_comes_after_the_days_of_grace(filed: list[Filed], registry: Table) -> None:
    calendar = {row["quarter"]: row for row in registry("calendar")}
    for one in filed:
        row = calendar[one.planted.quarter]
        due = datetime.fromisoformat(row["due"])
        arrived = datetime.fromtimestamp(one.path.stat().st_mtime, tz=due.tzinfo)
        assert arrived > datetime.fromisoformat(row["opens"])
        if one.planted.fault == "late":
            assert arrived > due + timedelta(days=int(row["grace_days"]))
            assert arrived < datetime.fromisoformat(row["report_at"])
        else:
            assert arrived <= due


def test_the_missing_one_has_no_file(filed: list[Filed], expected: list[Planted]) -> None:
    (missing,) = (one for one in expected if one.verdict == "missing")
    assert (missing.file, missing.received) == ("", None)
    came = {(one.planted.quarter, one.planted.centre, one.planted.unit) for one in filed}
    assert (missing.quarter, missing.centre, missing.unit) not in came
    assert len({each for each in came if each[0] == LAST}) == 10


def test_the_nil_return_says_so_and_nothing_else(filed: list[Filed], with_fault: WithFault) -> None:
    nil = with_fault("nil")
    assert (nil["outputs"], nil["diffusion"]) == ([], [])
    assert nil["unit"][0]["employees"] > 0
    declared = [one for one in filed if one.sheets and one["cover"][0]["nil_return"] == "是"]
    assert declared == [nil]


def _cells(one: Filed) -> dict[tuple[str, str], object]:
    book = load_workbook(one.path)
    return {(page.title, cell.coordinate): cell.value for page in book for row in page for cell in row}


def test_the_correction_changes_person_years_and_one_contract(with_fault: WithFault) -> None:
    first, second = with_fault("revised"), with_fault("correction")
    before, after = _cells(first), _cells(second)
    changed = {
        address for address in before.keys() | after.keys() if before.get(address) != after.get(address)
    }
    form = the_form()
    person_years = ("单位情况", form.by_name["unit"].address("rd_person_years", 0))
    filed_on = ("封面", form.by_name["cover"].address("filed_on", 0))
    (contract,) = changed - {person_years, filed_on}
    assert {person_years, filed_on} < changed
    assert contract[0] == "技术扩散"
    assert form.by_name["diffusion"].address("contract_value_wan_cny", int(contract[1][1:])) == contract[1]
    assert "更正" in second.path.name
    assert second.planted.received - first.planted.received > timedelta(days=2)


def test_the_three_errors_are_where_they_were_planted(with_fault: WithFault) -> None:
    wrong = with_fault("three_errors")
    cells = {rule: load_workbook(wrong.path)[sheet][cell].value for sheet, cell, rule in wrong.planted.cells}
    assert set(cells) == {"R2.1", "bad_credit_code", "numeral_words"}
    assert cells["R2.1"] == wrong["unit"][0]["rd_technical_staff"] > wrong["unit"][0]["employees"]
    assert not uscc.is_valid(str(cells["bad_credit_code"]))
    assert cells["numeral_words"] == "约三十万"


def test_there_are_no_other_slips(filed: list[Filed]) -> None:
    codes, words = [], []
    for one in filed:
        for row in one.sheets.get("diffusion", []):
            codes += [one] if not uscc.is_valid(row["recipient_uscc"]) else []
            words += [one] if isinstance(row["contract_value_wan_cny"], str) else []
    assert [one.planted.fault for one in codes] == ["three_errors"]
    assert [one.planted.fault for one in words] == ["three_errors"]


def test_the_file_that_is_no_workbook_is_followed_by_one(with_fault: WithFault) -> None:
    page, again = with_fault("no_workbook"), with_fault("resent")
    assert page.path.suffix == ".xlsx"
    assert page.path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (again.planted.unit, again.planted.centre) == (page.planted.unit, page.planted.centre)
    assert again.planted.received.date() - page.planted.received.date() == timedelta(days=1)
    assert again["diffusion"]


def test_the_one_warning_is_the_recipient_of_unknown_size(
    expected: list[Planted], filed: list[Filed]
) -> None:
    (warned,) = (one for one in expected if one.verdict == "accepted" and one.cells)
    ((sheet, cell, rule),) = warned.cells
    (one,) = (one for one in filed if one.planted == warned)
    assert (sheet, rule) == ("技术扩散", "R5.10")
    assert load_workbook(one.path)[sheet][cell].value is None


_BETWEEN = [("outputs", "output_date"), ("diffusion", "event_date")]


@pytest.mark.parametrize(("sheet", "column"), _BETWEEN)
def test_every_date_lies_in_its_quarter(filed: list[Filed], sheet: str, column: str) -> None:
    rows: list[tuple[str, Record]] = [
        (one.planted.quarter, row) for one in filed for row in one.sheets.get(sheet, [])
    ]
    assert len(rows) > 50
    for quarter, row in rows:
        day: date = row[column]
        assert f"{day.year}-Q{(day.month + 2) // 3}" == quarter
