"""The seeded faults: how many there are, and that each is really where the story says it is."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from stdnum.cn import uscc

from tasks.demo import write_returns
from tasks.demo_faults import sending
from tasks.demo_planted import Arrival
from tasks.demo_story import Return

from .conftest import Table, records

LAST = "2026-Q3"
_KINDS = {
    *("late", "missing", "nil", "revised", "correction", "three_errors", "no_workbook", "resent", "mended"),
    *("cut_off", "password", "error_cell", "yuan", "check_digit", "two_heads", "full_width", "duplicate"),
    *("patent_twice", "contract_twice", "trl_fell", "dropped", "size_differs", "restated"),
}


def test_about_one_file_in_twelve_has_a_fault_and_the_last_quarter_every_kind(
    province: list[Arrival],
) -> None:
    faults = [one.planted for one in province if one.planted.fault]
    wrong = [one for one in faults if one.fault not in {"resent", "mended", "correction", "reopened"}]
    assert 0.05 < len(wrong) / len(province) < 0.1
    of_last = Counter(one.fault for one in wrong if one.quarter == LAST)
    assert {one.fault for one in faults if one.quarter == LAST} == _KINDS
    assert len({one.quarter for one in wrong}) == 8
    assert sum(of_last.values()) > len(wrong) / 4, "most are in the last quarter"


def test_verdicts_of_all_kinds_and_most_of_the_last_quarter_in_force(province: list[Arrival]) -> None:
    assert {one.planted.verdict for one in province} == {"accepted", "returned", "held", "refused", "missing"}
    last = {(one.planted.centre, one.planted.unit): one for one in province if one.planted.quarter == LAST}
    in_force = {
        (one.planted.centre, one.planted.unit)
        for one in province
        if one.planted.quarter == LAST and one.planted.verdict == "accepted"
    }
    assert 0.85 <= len(in_force) / len(last) <= 0.92


def test_before_the_last_quarter_nearly_all_is_mended(province: list[Arrival]) -> None:
    ended: dict[tuple[str, str, str], str] = {}
    for one in province:
        ended[one.planted.quarter, one.planted.centre, one.planted.unit] = one.planted.verdict
    open_ends = Counter(key[0] for key, verdict in ended.items() if verdict != "accepted" and key[0] < LAST)
    assert sum(open_ends.values()) >= 2
    assert max(open_ends.values()) <= 4


def test_only_late_ones_come_after_the_days_of_grace(province: list[Arrival], registry: Table) -> None:
    calendar = {row["quarter"]: row for row in registry("calendar")}
    for one in province:
        row, arrived = calendar[one.planted.quarter], one.planted.received
        if arrived is None:
            assert one.planted.fault == "missing"
            continue
        due = datetime.fromisoformat(row["due"])
        assert arrived > datetime.fromisoformat(row["opens"])
        if one.planted.settled:
            assert datetime.fromisoformat(row["report_at"]) < arrived < one.planted.settled.at
        elif one.planted.fault == "late":
            assert due + timedelta(days=int(row["grace_days"])) < arrived
            assert arrived < datetime.fromisoformat(row["report_at"])
        else:
            assert arrived <= due


def test_a_file_that_mends_comes_later_under_another_name(province: list[Arrival]) -> None:
    for before, after in itertools.pairwise(province):
        if after.planted.fault in {"mended", "resent", "correction"}:
            assert (before.planted.centre, before.planted.unit) == (after.planted.centre, after.planted.unit)
            assert before.planted.received < after.planted.received
            assert before.planted.file != after.planted.file
            assert after.planted.verdict == "accepted"
    names = [(one.planted.quarter, one.planted.file) for one in province if one.planted.file]
    assert len(names) == len(set(names))


def test_the_correction_moves_the_contract_value_by_much(province: list[Arrival]) -> None:
    first, second = (
        next(one.told for one in province if one.planted.fault == fault and one.planted.quarter == LAST)
        for fault in ("revised", "correction")
    )
    values = [
        sum(row.get("contract_value_wan_cny", 0) for row in told.sheets["diffusion"])
        for told in (first, second)
    ]
    assert values[0] - values[1] > 300
    changed = [name for name in first.sheets if first.sheets[name] != second.sheets[name]]
    assert changed == ["unit", "diffusion"]


def test_what_is_claimed_twice_is_claimed_by_units_of_different_centres(province: list[Arrival]) -> None:
    for rule, column, sheet in (("R4.6", "identifier", "outputs"), ("R5.13", "contract_no", "diffusion")):
        claims: dict[str, set[str]] = {}
        for one in province:
            if one.told and any(cell[2] == rule for cell in one.planted.cells):
                for row in one.told.sheets[sheet]:
                    if column in row:
                        claims.setdefault(f"{row[column]}", set()).add(one.planted.centre)
        assert any(len(centres) == 2 for centres in claims.values()), rule


def _file(small: list[Arrival], small_inbox: Path, fault: str) -> tuple[Arrival, Path]:
    one = next(one for one in small if one.planted.fault == fault)
    return one, small_inbox / one.planted.quarter / one.planted.file


def test_the_three_errors_are_in_their_cells(small: list[Arrival], small_inbox: Path) -> None:
    one, path = _file(small, small_inbox, "three_errors")
    book = CalamineWorkbook.from_path(str(path))
    cells = {}
    for sheet, cell, rule in one.planted.cells:
        column, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        cells[rule] = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[row - 1][
            ord(column) - 65
        ]
    assert {"R2.1", "bad_credit_code", "numeral_words"} <= set(cells)
    assert cells["R2.1"] > records(path)["unit"][0]["employees"]
    assert not uscc.is_valid(cells["bad_credit_code"])
    assert cells["numeral_words"] == "约三十万"


def test_the_nil_return_says_so_and_nothing_else(small: list[Arrival], small_inbox: Path) -> None:
    _, path = _file(small, small_inbox, "nil")
    found = records(path)
    assert found["cover"][0]["nil_return"] == "是"
    assert found["unit"][0]["employees"] > 0
    assert not any(rows for name, rows in found.items() if name not in {"cover", "unit"})


def test_the_file_that_is_no_workbook_is_followed_by_one(small: list[Arrival], small_inbox: Path) -> None:
    _, page = _file(small, small_inbox, "no_workbook")
    assert page.suffix == ".xlsx"
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    _, again = _file(small, small_inbox, "resent")
    assert records(again)["unit"]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory, province: list[Arrival]) -> dict[str, Path]:
    """Files of the whole province that are spoilt after they were written."""
    from tasks.demo import _write

    folder, paths = tmp_path_factory.mktemp("spoilt"), {}
    for fault in ("cut_off", "password", "error_cell"):
        one = next(one for one in province if one.planted.fault == fault)
        paths[fault] = folder / f"{fault}.xlsx"
        _write(paths[fault], one)
    return paths


def test_spoilt_files_are_spoilt_as_they_say(spoilt: dict[str, Path]) -> None:
    cut = spoilt["cut_off"].read_bytes()
    assert cut.startswith(b"PK")
    assert b"PK\x05\x06" not in cut
    assert spoilt["password"].read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    with ZipFile(spoilt["error_cell"]) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.count(' t="e"') == 1
    assert "<v>#DIV/0!</v>" in sheet


def test_a_fault_that_finds_nothing_to_spoil_leaves_the_return_clean(province: list[Arrival]) -> None:
    clean = next(one for one in province if one.planted.fault == "dropped")
    assert isinstance(clean.content, Return)
    (sent,) = sending(clean.content.emptied(), clean.planted, None)
    assert sent.content == clean.content.emptied()


def test_writing_again_writes_nothing(small_inbox: Path, small_registry: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in small_inbox.rglob("*.xlsx")}
    write_returns(small_inbox, small_registry)
    assert {path: path.stat().st_mtime_ns for path in small_inbox.rglob("*.xlsx")} == before
