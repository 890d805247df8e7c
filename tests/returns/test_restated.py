"""What is told otherwise than it was accepted is shown with both values and both cells, in both languages."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from expectations.findings import Finding
from tests.annotate.copies import annotate
from tests.returns.cases import cases

NAME = "should_fail/projects/R3.7_not_as_two_quarters_ago"


def test_both_values_and_both_cells_are_named(judged: dict[str, list[Finding]]) -> None:
    (said,) = judged[NAME]
    assert (said.severity, said.sheet, said.cell, said.column) == ("warning", "研发项目", "B9", "项目名称")
    assert said.en == (
        "R3.7: A project keeps its name, field, source, technology class, TRL at start and start date as accepted before. "
        "Reported: [2] Project = 辊道轴承润滑改造 (B9); [9] Start = 2025-01-07 (I9); "
        "accepted for 2026-Q1: [2] = 辊道轴承润滑改进 (研发项目!B7); "
        "accepted for 2026-Q1: [9] = 2025-01-06 (研发项目!I7). If this is right, leave it."
    )


def test_the_annotated_copy_says_it_at_the_cell(judged: dict[str, list[Finding]], tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(cases()[NAME].workbook())
    assert annotate(tmp_path / "raw", judged[NAME], tmp_path / "copy.xlsx") == ""
    book = load_workbook(BytesIO((tmp_path / "copy.xlsx").read_bytes()))
    assert "2026-Q1 采用的[2]＝辊道轴承润滑改进（研发项目!B7）" in book["研发项目"]["B9"].comment.text
