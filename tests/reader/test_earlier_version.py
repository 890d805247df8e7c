"""A workbook of an earlier version is read as what it is: what that version did not ask for is blank, and nothing is refused."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from expectations.findings import Finding
from expectations.form import the_form
from expectations.quarter import SHANGHAI
from tasks.parsed import CellRead
from tasks.reader import read_workbook
from tasks.try_files import try_files
from tests.annotate.copies import annotate
from tests.returns.cases import Past
from tests.returns.filled import changed, saved
from tests.returns.judging import judged_after
from warehouse.registry import Registry

# Filled in, and saved by LibreOffice, when the cover had sixteen rows.
SIXTEEN = (Path(__file__).parent / "fixtures" / "version_2026.1.xlsx").read_bytes()
NOW = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)
REGISTRY = Registry.read(Path(__file__).parents[2] / "registry")


def read(content: bytes) -> tuple[list[CellRead], list[Finding]]:
    return read_workbook(content, "季报.xlsx", the_form())


def with_cells(content: bytes, **cells: object) -> bytes:
    book = load_workbook(BytesIO(content))
    for address, value in cells.items():
        book["封面"][address] = value
    return saved(book)


def test_it_says_what_the_same_return_says_in_the_present_version() -> None:
    then, findings = read(SIXTEEN)
    now, _ = read(changed({}))
    assert [(one.severity, one.rule, one.cell) for one in findings] == [("note", "old_version", "D7")]
    assert "2026.1" in findings[0].zh
    assert the_form().version in findings[0].zh
    mine = {(one.sheet, one.row, one.column): (one.cell, one.value) for one in then}
    differing = {key: cell for key, cell in mine.items() if cell not in _told(now, key)}
    assert differing == {
        ("cover", 6, "form_version"): ("D7", "2026.1"),
        ("cover", 6, "revision_reason"): ("", None),
    }
    assert mine.keys() == {(one.sheet, one.row, one.column) for one in now}


def _told(cells: list[CellRead], key: tuple[str, int, str]) -> list[tuple[str, str | None]]:
    return [(one.cell, one.value) for one in cells if (one.sheet, one.row, one.column) == key]


def test_it_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "季报.xlsx").write_bytes(SIXTEEN)
    (result,) = try_files([tmp_path / "季报.xlsx"], REGISTRY, the_form(), NOW)
    assert (result["verdict"], [one["rule"] for one in result["findings"]]) == ("accepted", ["old_version"])


def test_what_stands_below_its_last_row_is_no_reason_for_revision() -> None:
    _, findings = read(with_cells(SIXTEEN, B22="更正说明", D22="合同额多填一位"))
    assert [(one.severity, one.rule, one.cell) for one in findings if one.rule != "old_version"] == [
        ("error", "stray_cell", "B22"),
        ("error", "stray_cell", "D22"),
    ]


def test_the_present_version_without_its_last_row_is_refused() -> None:
    (found,) = read(with_cells(changed({}), A22=None, B22=None, C22=None))[1]
    assert (found.severity, found.rule, found.cell) == ("refuse", "heading_changed", "B22")


@pytest.mark.parametrize("version", ["2025.1", "2026.10", "2026"])
def test_a_version_that_never_was_is_refused(version: str) -> None:
    (found,) = read(with_cells(changed({}), D7=version))[1]
    assert (found.severity, found.rule, found.found) == ("refuse", "other_version", version)


def test_a_reason_that_the_version_has_no_room_for_is_asked_for_without_a_cell(tmp_path: Path) -> None:
    past = Past("U02", "EQ01", "2026-Q3", "nil", {})
    ((told, asked),) = judged_after([SIXTEEN], [past], tmp_path, REGISTRY)
    assert told.rule == "old_version"
    assert (asked.rule, asked.severity, asked.sheet, asked.cell) == ("R1.10", "warning", "封面", "")
    assert "[17] 更正说明＝空（该版表式无此栏）" in asked.zh
    assert "[17] Reason for revision = blank (not in that version)" in asked.en
    (tmp_path / "sent.xlsx").write_bytes(SIXTEEN)
    assert annotate(tmp_path / "sent.xlsx", [told, asked], tmp_path / "copy.xlsx") == ""
    book = load_workbook(tmp_path / "copy.xlsx")
    assert book["封面"]["D22"].comment is None
    assert any(asked.zh in str(cell) for row in book["审核结果"].iter_rows(values_only=True) for cell in row)
